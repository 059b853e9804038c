from __future__ import annotations

import pytest

from hms.formulary.tests.loaded import loaded_formulary
from tests import make

__all__ = ["loaded_formulary"]


@pytest.fixture
def formulary(db: None) -> None:
    """The whole formulary, loaded for one test that may change it."""
    make.formulary()
