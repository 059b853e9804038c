"""The hospitals that journeys and faults walk through. Unit tests need none: they use pytest-django's database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hospital import Hospital, Template


@pytest.fixture(scope="session")
def hospital_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Made once for the whole run."""
    return Template(tmp_path_factory.mktemp("hospital"))


@pytest.fixture(scope="session")
def hospital_server(hospital_template: Template) -> Iterator[Hospital]:
    """The open demo hospital that all journeys share; each uses patients of its own."""
    hospital = hospital_template.copy()
    yield hospital.start()
    hospital_template.remove(hospital)


@pytest.fixture
def fresh_hospital(hospital_template: Template) -> Iterator[Hospital]:
    """An open hospital for one test alone, which may break it."""
    hospital = hospital_template.copy()
    yield hospital.start()
    hospital_template.remove(hospital)
