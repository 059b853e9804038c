"""For every test: engines that a test may name, and the browser. On which database it runs: tests/settings.py."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.settings import CLUSTER, ENGINE
from tools.debian import chromium

# pytest-playwright keeps an event loop running, in which Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_unconfigure() -> None:
    if CLUSTER:
        CLUSTER.stop()
    shutil.rmtree(os.environ["HMS_DATA_DIR"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that hold for one engine alone are skipped on the other, in words; some are known by their folder."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.slow)
        for engine in {"postgresql", "sqlite"} - {ENGINE}:
            if item.get_closest_marker(engine):
                item.add_marker(pytest.mark.skip(reason=f"holds for {engine} alone"))
    items.sort(key=lambda item: not item.get_closest_marker("long"))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process reads once a minute (zones, the name at the top) belongs to one test alone."""
    from hms.organization import middleware
    from hms.workspace import frame

    middleware.forget()
    frame.forget()


@pytest.fixture(scope="session")
def engine() -> str:
    """'sqlite' or 'postgresql'."""
    return ENGINE


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium, headless, without a word to anybody outside."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-quic",
        ],
    }
