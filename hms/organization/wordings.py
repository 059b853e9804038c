"""Names of data rows in the reader's language.

`worded(row, "name")` for one row, `word_all(rows, "name")` before a list is shown: one query for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from hms.organization.models import Wording


def worded(row: Any, field: str, language: str | None = None) -> str:
    """The field's text in a language (None: the one in use), or as the row has it."""
    return word_all([row], field, language)[row.pk]


def word_all(rows: Iterable[Any], field: str, language: str | None = None) -> dict[UUID, str]:
    """The texts of many rows by id. A regional wording ('de-AT') beats the language's ('de')."""
    texts = {row.pk: getattr(row, field) for row in rows}
    language = (language or get_language() or "").lower()
    wanted = {language, language.partition("-")[0]}
    found = Wording.objects.filter(row__in=texts, field=field, language__in=wanted)
    for wording in sorted(found, key=lambda wording: len(wording.language)):
        texts[wording.row] = wording.text
    return texts
