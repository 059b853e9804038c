"""What `{% form_guard %}` wrote, read back: which record, its version, and the key that makes a repeat harmless."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hms.core.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class FormGuard:
    """The hidden fields of a guarded form. None where the form had none."""

    record_id: uuid.UUID | None = None
    version: int | None = None
    idempotency_key: str | None = None
    patient_id: uuid.UUID | None = None


def guard_of(request: HttpRequest) -> FormGuard:
    """The guard of a posted form. Refuses ids and versions that are none: the form was tampered with or cut off.

    Refuses the character NUL too, in whatever the form's own fields do not read: PostgreSQL has no text with it.
    """
    post = request.POST
    if any("\0" in value for _name, values in post.lists() for value in values):
        raise _broken()
    key = _uuid(post.get("idempotency_key", ""))
    version = post.get("version", "")
    if version and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise _broken()
    return FormGuard(
        record_id=_uuid(post.get("record_id", "")),
        version=int(version) if version else None,
        idempotency_key=str(key) if key else None,
        patient_id=_uuid(post.get("patient_id", "")),
    )


def _uuid(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise _broken() from None


def _broken() -> Refused:
    return Refused(
        Problem(code="invalid", text=_("This form arrived incomplete. Open the page again and repeat the last step.")),
        status=400,
    )
