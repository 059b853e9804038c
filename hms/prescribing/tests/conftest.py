from __future__ import annotations

import pytest

from hms.formulary.tests.loaded import loaded_formulary
from hms.prescribing.tests.visit import Visit, a_visit

__all__ = ["loaded_formulary"]


@pytest.fixture
def visit(loaded_formulary: None, db: None) -> Visit:
    """A visit, with the formulary at hand."""
    return a_visit()
