"""The trail: one line for every deed, read and refusal.

A deed's line is inserted in the deed's own transaction, unchained; a job seals batches afterwards
(sealing.py). A chain inside the transaction would make all writers wait for one another: 173 deeds a
second against 3,151.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hms.core import bulk, clock
from hms.core.actor import Actor
from hms.core.models import AuditEvent
from hms.core.problems import Busy, Problem
from hms.core.records import uuid7


def record(
    verb: str,
    subject: Any = None,
    *,
    patient: Any = None,
    facility: Any = None,
    detail: dict[str, Any] | None = None,
    outcome: str = AuditEvent.Outcome.SUCCESS,
) -> AuditEvent:
    """Write the line of the deed now being done. `verb` is noun.past: "appointment.booked".

    `patient` and `facility` may be records or ids. `detail` holds ids, codes, field names and counts.
    """
    from hms.core.actions import current_deed

    deed = current_deed()
    if deed is None:
        raise RuntimeError("trail.record() belongs inside an action; reads use trail.read().")
    deed.lines += 1
    return _write(
        deed.by,
        verb,
        deed=deed.id,
        at=deed.at,
        subject=subject,
        patient=patient,
        facility=facility,
        detail=detail,
        outcome=outcome,
    )


def record_each(verb: str, details: Mapping[Any, dict[str, Any]]) -> None:
    """Write a line of the deed now being done for each patient (a record or an id; None for a line about none)."""
    from hms.core.actions import current_deed

    deed = current_deed()
    if deed is None:
        raise RuntimeError("trail.record_each() belongs inside an action.")
    deed.lines += len(details)
    bulk.insert(
        _line(deed.by, verb, deed=deed.id, at=deed.at, patient=patient, detail=detail)
        for patient, detail in details.items()
    )


def read(request: HttpRequest, *, patient: Any, page: str, detail: dict[str, Any] | None = None) -> None:
    """Write that this person saw this patient's page. Fails closed: no line, no page.

    Once per page view: fragments that htmx asks for belong to the page that holds them.
    """
    observe(request.actor, "chart.read", patient=patient, detail={"page": page, **(detail or {})})  # type: ignore[attr-defined]


def observe(
    by: Actor,
    verb: str,
    subject: Any = None,
    *,
    patient: Any = None,
    facility: Any = None,
    detail: dict[str, Any] | None = None,
    outcome: str = AuditEvent.Outcome.SUCCESS,
) -> None:
    """Write a line outside any deed: a read, a search, an export, a login. Raises Busy if it can't be kept."""
    try:
        _write(
            by,
            verb,
            deed=uuid7(),
            at=clock.now(),
            subject=subject,
            patient=patient,
            facility=facility,
            detail=detail,
            outcome=outcome,
        )
    except DatabaseError as error:
        raise Busy(
            Problem(
                severity="fatal",
                code="transient",
                text=_("The access could not be recorded, so nothing is shown. Please try again in a moment."),
            )
        ) from error


def _write(by: Actor, verb: str, **said: Any) -> AuditEvent:
    line = _line(by, verb, **said)
    bulk.insert([line])
    return line


def _line(
    by: Actor,
    verb: str,
    *,
    deed: uuid.UUID,
    at: Any,
    subject: Any = None,
    patient: Any = None,
    facility: Any = None,
    detail: dict[str, Any] | None = None,
    outcome: str = AuditEvent.Outcome.SUCCESS,
) -> AuditEvent:
    return AuditEvent(
        deed=deed,
        at=at,
        verb=verb,
        outcome=outcome,
        actor_id=by.id,
        actor_label=by.label[:200],
        actor_kind=by.kind,
        actor_role=(",".join(sorted(by.duties)) or by.role)[:40],
        on_behalf_of=by.on_behalf_of,
        purpose=by.purpose,
        channel=by.channel,
        client=by.client[:120],
        facility_id=_id(facility),
        patient_id=_id(patient),
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=_id(subject) if subject is not None and isinstance(subject.pk, uuid.UUID) else None,
        detail=detail or {},
    )


def _id(value: Any) -> uuid.UUID | None:
    return getattr(value, "pk", value)
