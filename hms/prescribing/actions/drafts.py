"""Orders written, changed, repeated, taken out. A draft is its author's alone and reaches nobody."""

from __future__ import annotations

from typing import Any

from hms.clinical.models import Encounter
from hms.clinical.people import open_chart
from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import take
from hms.formulary.dosage import Dosage
from hms.formulary.models import Medication
from hms.patients.models import Patient
from hms.prescribing import codes, refusals
from hms.prescribing.drafting import is_own, new_draft, own_draft, set_dosage, take_out, usual_dosage, visit_of
from hms.prescribing.models import MedicationRequest
from hms.prescribing.rules import orders as rules


@action("prescribing.draft_medication_request")
def draft_medication_request(
    *,
    by: Actor,
    patient: Patient,
    encounter: Encounter,
    medication: Medication,
    dosage: Dosage | None = None,
    replaces: MedicationRequest | None = None,
    **more: Any,
) -> MedicationRequest:
    """Put an order into the basket; without a dosage, the usual one of an adult.

    `more` are columns of the prescription: instructions, note, repeats, substitution_allowed, reason, priority.
    Refused: a chart that is not theirs or their own, a visit of another patient, a withdrawn medicine.
    """
    patient = open_chart(by, patient)
    _refuse_own_chart(by, patient)
    visit = visit_of(by, encounter, patient)
    draft = new_draft(by, patient, visit, medication, dosage or usual_dosage(medication, patient), **more)
    draft.replaces = replaces
    draft.save(force_insert=True)
    _record("drafted", draft)
    return draft


@action("prescribing.draft_medication_request")
def change_draft(
    *, by: Actor, draft: MedicationRequest, dosage: Dosage, version: int | None = None, **more: Any
) -> MedicationRequest:
    """Change an order that is not signed. Refused: somebody else's, a signed one, an older version of it."""
    changed = own_draft(by, draft, version)
    set_dosage(changed, dosage, changed.facility.time_zone)
    for name, value in more.items():
        setattr(changed, name, value)
    changed.save()
    _record("changed", changed)
    return changed


@action("prescribing.draft_medication_request")
def remove_draft(*, by: Actor, draft: MedicationRequest, version: int | None = None) -> MedicationRequest:
    """Take an order out of the basket. Refused: somebody else's, a signed one."""
    removed = own_draft(by, draft, version)
    take_out(by, removed, codes.StatusReason.NOT_SIGNED)
    _record("removed", removed)
    return removed


@action("prescribing.draft_medication_request")
def renew_medication_request(*, by: Actor, request: MedicationRequest, encounter: Encounter) -> MedicationRequest:
    """Put a prescription of the past into the basket as it was; signing ends the old one.

    Refused: a medicine that has no product of ours, or was withdrawn.
    """
    old = take(MedicationRequest.objects.visible_to(by).prescribed(), request.pk)
    _refuse_own_chart(by, old.patient)
    visit = visit_of(by, encounter, old.patient)
    if old.medication is None:
        raise Refused(refusals.NO_PRODUCT_HERE)
    draft = new_draft(by, old.patient, visit, old.medication, old.dosage)
    draft.instructions, draft.reason, draft.repeats = old.instructions, old.reason, old.repeats
    draft.replaces = old if old.is_current else None
    draft.save(force_insert=True)
    _record("renewed", draft, renews=str(old.pk))
    return draft


def _refuse_own_chart(by: Actor, patient: Patient) -> None:
    if problems := rules.signer_problems(own_chart=is_own(by, patient), licensed=True):
        raise Refused(*problems)


def _record(deed: str, draft: MedicationRequest, **more: str) -> None:
    trail.record(
        f"medication-request.{deed}",
        subject=draft,
        patient=draft.patient_id,
        facility=draft.facility_id,
        detail={"medication": draft.code, **more},
    )
