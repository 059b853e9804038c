from __future__ import annotations

import pytest

from hms.core.actor import system
from hms.formulary.actions import load_formulary
from hms.formulary.sheets import read_sheets


@pytest.fixture
def formulary(db: None) -> None:
    """The whole formulary, loaded."""
    load_formulary(by=system("tests"), sheets=read_sheets())
