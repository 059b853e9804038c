"""A hospital on a Monday morning, a patient with a phone, and the formulary for pages that show medicines."""

from __future__ import annotations

import pytest
import time_machine

from hms.workspace.tests.portal import NOW, signed_in
from tests import make


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hospital(clock, db):
    return make.facility()


@pytest.fixture
def ingrid(hospital):
    """A patient with a login of her own."""
    return make.patient("Halvorsen", "Ingrid", user=make.user("patient"), registered_in=hospital)


@pytest.fixture
def phone(ingrid):
    return signed_in(ingrid.user)


@pytest.fixture
def formulary(db: None) -> None:
    """The whole formulary, loaded for one test."""
    make.formulary()
