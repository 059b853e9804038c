"""How a signed prescription ends. It is never edited: cancel or stop it, and write a new one."""

from __future__ import annotations

from hms.clinical.people import author_of
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import take
from hms.prescribing import codes, refusals
from hms.prescribing.models import MedicationRequest
from hms.prescribing.rules.orders import move_problems

Status = codes.MedicationRequestStatus


@action("prescribing.cancel_medication_request")
def cancel_medication_request(
    *, by: Actor, request: MedicationRequest, reason: str, note: str = "", version: int | None = None
) -> MedicationRequest:
    """Withdraw a prescription that must not be taken. Refused: one that has ended, no reason."""
    return _end(by, request, Status.CANCELLED, "medication-request.cancelled", reason, note, version)


@action("prescribing.stop_medication_request")
def stop_medication_request(
    *, by: Actor, request: MedicationRequest, reason: str, note: str = "", version: int | None = None
) -> MedicationRequest:
    """Stop a medicine that has been taken. Refused: one that has ended, no reason."""
    return _end(by, request, Status.STOPPED, "medication-request.stopped", reason, note, version)


@action("prescribing.correct_medication_request")
def correct_medication_request(
    *, by: Actor, request: MedicationRequest, error_reason: str, version: int | None = None
) -> MedicationRequest:
    """Say that a prescription was never true: the wrong patient, the wrong chart. Refused: no words why."""
    author_of(by)
    if len(error_reason.strip()) < 3:
        raise Refused(refusals.NO_ERROR_REASON)
    wrong = take(MedicationRequest.objects.visible_to(by).prescribed(), request.pk, version)
    if problems := move_problems(wrong.status, Status.ENTERED_IN_ERROR):
        raise Refused(*problems)
    wrong.status, wrong.error_reason = Status.ENTERED_IN_ERROR, error_reason.strip()
    wrong.status_changed_at, wrong.status_changed_by = clock.now(), by.label
    wrong.save()
    trail.record("medication-request.corrected", subject=wrong, patient=wrong.patient_id, facility=wrong.facility_id)
    return wrong


def _end(
    by: Actor, request: MedicationRequest, status: str, verb: str, reason: str, note: str, version: int | None
) -> MedicationRequest:
    author_of(by)
    if reason not in codes.StatusReason.values:
        raise Refused(refusals.NO_ENDING_REASON)
    ended = take(MedicationRequest.objects.visible_to(by).prescribed(), request.pk, version)
    if problems := move_problems(ended.status, status):
        raise Refused(*problems)
    ended.status, ended.status_reason, ended.status_note = status, reason, note
    ended.status_changed_at, ended.status_changed_by = clock.now(), by.label
    ended.save()
    trail.record(
        verb,
        subject=ended,
        patient=ended.patient_id,
        facility=ended.facility_id,
        detail={"medication": ended.code, "reason": reason},
    )
    return ended
