"""Breaking the glass: a chart opened in an emergency by somebody who does not treat the patient, and its review."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Forbidden, Problem, Refused
from hms.core.records import take
from hms.patients import codes
from hms.patients.models import GlassBreak, Patient

SHORTEST = 5


@action("patients.break_glass")
def break_glass(*, by: Actor, patient: Patient, reason: str, explanation: str, facility: Any = None) -> GlassBreak:
    """Open a chart for a while without a treating relationship. The privacy officer is told and reviews it.

    Refused without a reason and a few words, for one's own record (404), and for somebody who is blocked
    from this patient.
    """
    from hms.organization.policies import policy

    patient = take(Patient.objects.findable_by(by).standing(), patient.pk)
    problems = []
    if reason not in codes.GlassReason.values:
        problems.append(Problem(code="required", field="reason", text=_("Choose why you need this chart.")))
    if len(explanation.strip()) < SHORTEST:
        problems.append(
            Problem(code="required", field="explanation", text=_("Say in a few words why you need this chart."))
        )
    if problems:
        raise Refused(*problems)
    if Patient.objects.blocking(by).filter(pk=patient.pk).exists():
        raise Forbidden(
            Problem(code="forbidden", text=_("You have no access to this record. Ask the privacy officer."))
        )
    now = clock.now()
    glass = GlassBreak.objects.create(
        patient=patient,
        user_id=by.id,
        user_label=by.label[:200],
        facility=facility,
        reason=reason,
        explanation=explanation.strip(),
        opened_at=now,
        ends_at=now + policy("patients.glass_duration", facility),
    )
    trail.record("glass.broken", subject=glass, patient=patient, facility=facility, detail={"reason": reason})
    outbox.say("glass.broken", glass, key=f"glass.broken {glass.pk}")
    return glass


@action("patients.review_glass")
def review_glass_break(
    *, by: Actor, glass: GlassBreak, version: int | None, outcome: str, note: str = ""
) -> GlassBreak:
    """Settle an emergency access, or leave it open with a question to the person.

    Refused for one's own, for one that is settled, and without words where it is not justified.
    """
    glass = take(GlassBreak.objects.all(), glass.pk, version)
    if outcome not in codes.GlassOutcome.values:
        raise Refused(Problem(code="required", field="outcome", text=_("Choose how you judge this access.")))
    if glass.user_id == by.id:
        raise Forbidden(Problem(code="forbidden", text=_("Nobody reviews their own access. Ask your deputy.")))
    if glass.outcome in (codes.GlassOutcome.JUSTIFIED, codes.GlassOutcome.BREACH):
        raise Refused(Problem(code="business-rule", text=_("This access is settled already.")))
    if outcome != codes.GlassOutcome.JUSTIFIED and not note.strip():
        raise Refused(Problem(code="required", field="note", text=_("Write down what you ask or what you found.")))
    glass.outcome, glass.review_note = outcome, note.strip()
    glass.reviewed_at, glass.reviewed_by_id = clock.now(), by.id
    glass.save()
    trail.record("glass.reviewed", subject=glass, patient=glass.patient_id, detail={"outcome": outcome})
    return glass
