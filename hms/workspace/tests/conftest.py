"""The formulary, for pages that show medicines."""

import pytest

from tests import make


@pytest.fixture
def formulary(db: None) -> None:
    """The whole formulary, loaded for one test."""
    make.formulary()
