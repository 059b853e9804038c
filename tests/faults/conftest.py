"""Hospitals to be broken."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hospital import Hospital, Template
from tools.shell import PYTHON, ROOT

PEOPLE = 200
SERVER_PROCESSES = 3


class Unfurnished(Template):
    """A hospital with a database and nothing in it."""

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
    clinic = build_clinic(hospital, PEOPLE)
    yield hospital.start(background=False), clinic
    booking_template.remove(hospital)


def build_clinic(hospital: Hospital, people: int) -> dict[str, Any]:
    """Let the clinic be made inside the hospital, by a program of its own."""
    done = subprocess.run(
        [str(PYTHON), "-m", "tests.faults.booking_clinic", str(people)],
        cwd=ROOT,
        env=hospital.env | {"DJANGO_SETTINGS_MODULE": "hms.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
