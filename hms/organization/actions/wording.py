"""Words of data in other languages."""

from __future__ import annotations

from typing import Any

from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.organization.models import Wording


@action("organization.set_wording")
def set_wording(*, by: Actor, row: Any, field: str, language: str, text: str) -> Wording | None:
    """Say what a field of a row is called in a language. An empty text takes the wording away."""
    getattr(row, field)  # A field the row does not have is a mistake of the caller.
    language = language.lower()
    detail = {"field": field, "language": language}
    wording = Wording.objects.filter(row=row.pk, field=field, language=language).first()
    if not text:
        if wording is not None:
            wording.delete()
        trail.record("wording.removed", subject=row, detail=detail)
        return None
    if wording is None:
        wording = Wording(row=row.pk, field=field, language=language)
    wording.text = text
    wording.save()
    trail.record("wording.set", subject=row, detail=detail)
    return wording
