"""The formulary, loaded once for a module: half a second that hundreds of tests need not spend again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests import make


@pytest.fixture(scope="module")
def loaded_formulary(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Each test's own transaction is a savepoint in this one, which goes when the module ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.formulary()
        yield
        transaction.set_rollback(True)
