"""Hospitals to be broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.mornings import SERVER_PROCESSES
from tests.hospital import Hospital, Template

PEOPLE = 200


class Unfurnished(Template):
    """A hospital with a database and nothing in it."""

    name = "unfurnished"

    def fill(self) -> None:
        pass


@pytest.fixture(scope="session")
def booking_template(tmp_path_factory: pytest.TempPathFactory) -> Unfurnished:
    """Migrated once for all races."""
    return Unfurnished(tmp_path_factory.mktemp("booking"))


@pytest.fixture
def race(booking_template: Unfurnished, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hospital, dict[str, Any]]]:
    """An open hospital on three server processes, and a clinic whose times everybody wants."""
    monkeypatch.setenv("HMS_WEB_WORKERS", str(SERVER_PROCESSES))
    hospital = booking_template.copy()
    clinic = hospital.program("tests.faults.booking_clinic", str(PEOPLE))
    yield hospital.start(background=False), clinic
    booking_template.remove(hospital)


@pytest.fixture(scope="session")
def wing(hospital_server: Hospital) -> dict[str, Any]:
    """A patient of the demo's doctor in the hospital that all share, with a visit, a bill and a yesterday."""
    return hospital_server.program("tests.faults.wing")
