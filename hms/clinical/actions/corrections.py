"""What was wrong is marked, never removed; what the patient reads is decided."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Condition, Encounter, Note
from hms.clinical.models.chart import ENTERED_IN_ERROR, ChartRecord
from hms.clinical.rules import conditions as condition_rules
from hms.clinical.rules import encounters as encounter_rules
from hms.clinical.rules.notes import STATUS_MOVES
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.patients.care import close_care_relationship


@action("clinical.mark_entered_in_error")
def mark_entered_in_error(*, by: Actor, record: ChartRecord, reason: str, version: int | None = None) -> Any:
    """Say that a row of a chart was never true. It stays readable, struck through.

    Refused: without a reason, a second time, somebody else's unsigned note, a visit that still holds signed
    notes (those first).
    """
    wrong = take(type(record).objects.visible_to(by), record.pk, version)
    if not reason.strip():
        raise Refused(Problem(code="required", text=_("Say why it was entered in error."), field="reason"))
    _refuse_impossible(wrong)
    setattr(wrong, wrong.error_field, ENTERED_IN_ERROR)
    wrong.error_reason = reason
    if isinstance(wrong, Condition):
        # FHIR con-5: what was never true has no clinical status.
        wrong.clinical_status = ""
    elif isinstance(wrong, Note):
        wrong.error_at = clock.now()
    wrong.save()
    if isinstance(wrong, Encounter):
        # Whoever opened the wrong chart by it does not keep it open.
        close_care_relationship(source=wrong)
    trail.record(
        f"{wrong._meta.model_name}.entered_in_error",
        subject=wrong,
        patient=wrong.patient_id,
        facility=getattr(wrong, "facility_id", None),
    )
    return wrong


@action("clinical.release_to_patient")
def release_to_patient(*, by: Actor, record: ChartRecord, version: int | None = None) -> Any:
    """Let the patient read a row from now on. Refused: what was entered in error, an unsigned note."""
    released = take(type(record).objects.visible_to(by), record.pk, version)
    if released.is_entered_in_error or (isinstance(released, Note) and not released.is_signed):
        raise Refused(Problem(code="business-rule", text=_("Only what is signed and true is shown to the patient.")))
    released.released_at = clock.now()
    released.save()
    trail.record(f"{released._meta.model_name}.released", subject=released, patient=released.patient_id)
    return released


@action("clinical.release_to_patient")
def hold_back(*, by: Actor, record: ChartRecord, reason: str, version: int | None = None) -> Any:
    """Stop showing a row to the patient. Refused: without a reason, for the patient may ask for it."""
    held = take(type(record).objects.visible_to(by), record.pk, version)
    if not reason.strip():
        raise Refused(Problem(code="required", text=_("Say why the patient should not read it yet."), field="reason"))
    held.released_at = None
    held.save()
    trail.record(f"{held._meta.model_name}.held_back", subject=held, patient=held.patient_id)
    return held


def _refuse_impossible(wrong: Any) -> None:
    again = Refused(Problem(code="business-rule", text=_("This is marked as entered in error already.")))
    if wrong.is_entered_in_error:
        raise again
    if isinstance(wrong, Encounter):
        if problems := encounter_rules.move_problems(wrong.status, ENTERED_IN_ERROR):
            raise Refused(*problems)
        if wrong.notes.filter(status__in=codes.SIGNED_NOTE).exists():
            text = _("This visit holds signed notes. Mark those as entered in error first.")
            raise Refused(Problem(code="business-rule", text=text))
    elif isinstance(wrong, Condition):
        if problems := condition_rules.verification_problems(wrong.verification_status, ENTERED_IN_ERROR):
            raise Refused(*problems)
    elif isinstance(wrong, Note) and ENTERED_IN_ERROR not in STATUS_MOVES[wrong.status]:
        raise again
