"""Who is writing, and whose chart: the two questions every action of this room asks first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.core.actor import Actor
from hms.core.forms import FormGuard
from hms.core.problems import Problem, Refused
from hms.core.records import missing
from hms.organization.models import Practitioner
from hms.patients.models import Patient


def practitioner_of(by: Actor) -> Practitioner | None:
    """The practitioner behind a login, or None."""
    return Practitioner.objects.active().filter(user=by.id).first() if by.id else None


def author_of(by: Actor) -> Practitioner:
    """The practitioner who writes. Refused: a login that belongs to none."""
    author = practitioner_of(by)
    if author is None:
        text = _("Your login is not linked to a practitioner, so you can't write in a chart. Ask an administrator.")
        raise Refused(Problem(code="business-rule", text=text))
    return author


def chart_of(by: Actor, id: Any) -> Patient:
    """The patient whose chart this actor may read. Raises Missing, which is also the answer for a stranger."""
    found = Patient.objects.visible_to(by).filter(pk=getattr(id, "pk", id)).first()
    if found is None:
        raise missing()
    return found


def refuse_other_patient(guard: FormGuard, patient_id: Any) -> None:
    """A form says whose it is; with two tabs open it may have been meant for somebody else (openemr#7943)."""
    if guard.patient_id is not None and guard.patient_id != patient_id:
        text = _("This form belongs to another patient. Nothing was saved: open that patient's page again.")
        raise Refused(Problem(severity="fatal", code="conflict", text=text), status=409)


def open_chart(by: Actor, patient: Patient | Any) -> Patient:
    """The patient in whose chart this actor is about to write. Refused: not theirs, or a merged record."""
    found = chart_of(by, patient)
    if found.merged_into_id:
        text = _("This record was merged into another one. Open that one and write there.")
        raise Refused(Problem(code="business-rule", text=text))
    return found
