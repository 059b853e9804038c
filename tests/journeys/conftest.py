"""The journeys' hospital, and the people who come in by its doors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, StorageState, expect

from tests.hospital import Hospital
from tests.journeys.visitor import DESKTOP, PHONE, Visitor

Enter = Callable[..., Visitor]

# A page under test answers in a fraction of this; the machine that tests may be busy with other things.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def mrns(hospital_server: Hospital) -> dict[str, str]:
    """The people of scene.py: record numbers by "Family, Given"."""
    return lay(hospital_server)


@pytest.fixture(scope="session")
def hospital(hospital_server: Hospital, mrns: dict[str, str]) -> Hospital:
    """The open demo hospital with the journeys' people in it, which all journeys share."""
    return hospital_server


def lay(hospital: Hospital) -> dict[str, str]:
    """Put the journeys' people into a hospital."""
    said = hospital.manage("shell", "--no-imports", "-c", "from tests.journeys.scene import lay; lay()")
    return dict(json.loads(said.splitlines()[-1]))


@pytest.fixture(scope="session")
def keys() -> dict[tuple[str, str], StorageState]:
    """Sessions that are open already, by hospital and login: signing in is slow on purpose."""
    return {}


@pytest.fixture
def enter(
    hospital: Hospital, new_context: Callable[..., BrowserContext], keys: dict[tuple[str, str], StorageState]
) -> Iterator[Enter]:
    """`enter("desk")` signs somebody in: a demo account, or a login of the scene. `phone=True`: on a phone.

    At the end no page may have broken, said an error into the console or tried what the content policy forbids.
    """
    came: list[Visitor] = []

    def come_in(name: str, *, phone: bool = False, at: Hospital | None = None, fresh: bool = False) -> Visitor:
        where = at or hospital
        key = (where.url, name)
        context = new_context(
            viewport=PHONE if phone else DESKTOP, has_touch=phone, storage_state=None if fresh else keys.get(key)
        )
        visitor = Visitor(context, where, name)
        came.append(visitor)
        if fresh:
            visitor.sign_in()
        elif key not in keys:
            visitor.sign_in()
            keys[key] = visitor.context.storage_state()
        visitor.open("/")
        return visitor

    yield come_in
    assert [complaint for visitor in came for complaint in visitor.complaints] == []


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Of every browser here: British, on Greenwich time, and without motion."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce"}
