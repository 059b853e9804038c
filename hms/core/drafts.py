"""What somebody has typed and not yet saved, kept encrypted on the server every few seconds.

One row per person, page and subject (the patient or record it is about), so it is there again after a
time-out, a crash, or on another PC. The action that signs removes it.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.utils.translation import gettext as _

from hms.core import clock
from hms.core.actor import Actor
from hms.core.models import Draft
from hms.core.problems import Problem, Refused

LONGEST = 200_000


def save(by: Actor, page: str, subject_id: uuid.UUID, fields: dict[str, Any]) -> Draft:
    """Keep what is in the form now. Raises Refused when it is longer than a draft may be."""
    body = json.dumps(fields)
    if len(body) > LONGEST:
        raise Refused(
            Problem(
                code="too-long",
                text=_("This text is longer than a draft may be. Save it, or shorten it; nothing typed is lost."),
            )
        )
    # Two tabs may save their first word at the same moment: the second finds the first one's row.
    draft, _made = Draft.objects.update_or_create(
        person_id=by.id, page=page, subject_id=subject_id, defaults={"body": body, "saved_at": clock.now()}
    )
    return draft


def load(by: Actor, page: str, subject_id: uuid.UUID) -> dict[str, Any]:
    """What was kept, or an empty dictionary."""
    return kept(by, page, subject_id)[0]


def kept(by: Actor, page: str, subject_id: uuid.UUID) -> tuple[dict[str, Any], dt.datetime | None]:
    """What was kept, and when; an empty dictionary and None for nothing."""
    draft = _of(by, page, subject_id).first()
    return (json.loads(draft.body), draft.saved_at) if draft else ({}, None)


def discard(by: Actor, page: str, subject_id: uuid.UUID) -> None:
    """Drop the draft; called by the action that makes it real."""
    _of(by, page, subject_id).delete()


def _of(by: Actor, page: str, subject_id: uuid.UUID) -> Any:
    return Draft.objects.filter(person_id=by.id, page=page, subject_id=subject_id)
