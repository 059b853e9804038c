from __future__ import annotations

import pytest

from hms.prescribing.tests.visit import Visit, a_visit
from tests import make


@pytest.fixture
def visit(db: None) -> Visit:
    """A visit, with the formulary loaded."""
    make.formulary()
    return a_visit()
