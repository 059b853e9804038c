"""The basket: orders written, changed, swapped for safer ones, taken out; reasons given for going on.

A draft is its author's alone. Nothing here reaches the patient before `sign_medication_requests`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.clinical.models import Encounter
from hms.clinical.people import author_of, open_chart
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take
from hms.formulary.codes import MEDICATION_SYSTEM, MedicationStatus
from hms.formulary.dosage import Dosage
from hms.formulary.knowledge import current_knowledge
from hms.formulary.models import Medication
from hms.patients.models import Patient
from hms.prescribing import codes
from hms.prescribing.basket import Shown, open_basket
from hms.prescribing.models import DetectedIssue, DetectedIssueImplicated, MedicationRequest
from hms.prescribing.rules import orders as rules

Status = codes.MedicationRequestStatus


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
    draft = _draft(by, patient, visit, medication, dosage or usual_dosage(medication, patient), **more)
    draft.replaces = replaces
    draft.save(force_insert=True)
    trail.record(
        "medication-request.drafted",
        subject=draft,
        patient=patient,
        facility=visit.facility_id,
        detail={"medication": medication.code},
    )
    return draft


@action("prescribing.draft_medication_request")
def change_draft(
    *, by: Actor, draft: MedicationRequest, dosage: Dosage, version: int | None = None, **more: Any
) -> MedicationRequest:
    """Change an order that is not signed. Refused: somebody else's, a signed one, an older version of it."""
    changed = _own_draft(by, draft, version)
    changed.dosage = dosage
    changed.start_on, changed.end_on = rules.course(dosage, clock.today(changed.facility.time_zone))
    changed.quantity, changed.quantity_unit = dosage.quantity, dosage.unit if dosage.quantity else ""
    for name, value in more.items():
        setattr(changed, name, value)
    changed.save()
    _record("changed", changed)
    return changed


@action("prescribing.draft_medication_request")
def remove_draft(*, by: Actor, draft: MedicationRequest, version: int | None = None) -> MedicationRequest:
    """Take an order out of the basket. Refused: somebody else's, a signed one."""
    removed = _own_draft(by, draft, version)
    _take_out(by, removed, codes.StatusReason.NOT_SIGNED)
    _record("removed", removed)
    return removed


@action("prescribing.draft_medication_request")
def take_instead(*, by: Actor, draft: MedicationRequest, generic: str, fingerprint: str) -> MedicationRequest:
    """Take the safer medicine that an alert offered in place of an order.

    Refused: a medicine the alert did not offer (the check is made anew: facts may have changed).
    """
    old = _own_draft(by, draft)
    basket = open_basket(by, old.patient, old.encounter)
    shown = basket.find(fingerprint)
    offered = shown and any(one.generic == generic and one.order == str(old.pk) for one in shown.issue.instead)
    if shown is None or not offered:
        text = _("The alert no longer offers this medicine. Look at the basket as it is now.")
        raise Refused(Problem(code="conflict", text=text), status=409)
    medication = _first_product(generic, old.patient)
    new = _draft(by, old.patient, old.encounter, medication, usual_dosage(medication, old.patient))
    new.reason, new.replaces = old.reason, old.replaces
    new.save(force_insert=True)
    _take_out(by, old, codes.StatusReason.INTERACTION)
    keep_issue(by, shown, [old], codes.Outcome.ACCEPTED, codes.DetectedIssueStatus.FINAL, taken_instead=generic)
    trail.record(
        "medication-request.swapped",
        subject=new,
        patient=new.patient_id,
        facility=new.facility_id,
        detail={"rule": shown.issue.rule, "taken": generic, "instead_of": str(old.pk)},
    )
    return new


@action("prescribing.draft_medication_request")
def renew_medication_request(*, by: Actor, request: MedicationRequest, encounter: Encounter) -> MedicationRequest:
    """Put a prescription of the past into the basket as it was; signing ends the old one.

    Refused: a medicine that has no product of ours any more, or was withdrawn.
    """
    old = take(MedicationRequest.objects.visible_to(by).prescribed(), request.pk)
    _refuse_own_chart(by, old.patient)
    visit = visit_of(by, encounter, old.patient)
    if old.medication is None:
        text = _("This came from elsewhere and has no product here. Look the medicine up and prescribe it anew.")
        raise Refused(Problem(code="business-rule", text=text))
    draft = _draft(by, old.patient, visit, old.medication, old.dosage)
    draft.instructions, draft.reason, draft.repeats = old.instructions, old.reason, old.repeats
    draft.replaces = old if old.is_current else None
    draft.save(force_insert=True)
    trail.record(
        "medication-request.renewed",
        subject=draft,
        patient=old.patient_id,
        facility=visit.facility_id,
        detail={"renews": str(old.pk)},
    )
    return draft


@action("prescribing.override_issue")
def override_issue(
    *, by: Actor, patient: Patient, encounter: Encounter, fingerprint: str, override_reason: str, override_text: str
) -> DetectedIssue:
    """Give a reason for going on in spite of a serious issue. It answers this issue of these orders alone.

    Refused: an issue that is not there any more, one that nobody may override, no reason or no words.
    """
    patient = open_chart(by, patient)
    shown = open_basket(by, patient, encounter).find(fingerprint)
    if shown is None:
        text = _("This alert no longer stands. Look at the basket as it is now.")
        raise Refused(Problem(code="conflict", text=text), status=409)
    if not shown.issue.may_be_overridden:
        raise Refused(Problem(code="business-rule", text=_("Nobody can override a check that did not run.")))
    if problems := rules.override_problems(override_reason, override_text):
        raise Refused(*problems)
    if shown.override is not None:
        kept = shown.override
        kept.override_reason, kept.override_text = override_reason, override_text.strip()
        kept.save()
    else:
        requests = list(MedicationRequest.objects.drafts_of(by).filter(pk__in=shown.issue.orders))
        kept = keep_issue(
            by,
            shown,
            requests,
            codes.Outcome.OVERRIDDEN,
            codes.DetectedIssueStatus.PRELIMINARY,
            override_reason=override_reason,
            override_text=override_text.strip(),
        )
    trail.record(
        "detected-issue.overridden",
        subject=kept,
        patient=patient,
        facility=kept.facility_id,
        detail={"rule": kept.rule, "severity": kept.severity, "reason": override_reason},
    )
    return kept


# --- Rows ------------------------------------------------------------------------------------------------------
def keep_issue(
    by: Actor,
    shown: Shown,
    requests: list[MedicationRequest],
    outcome: str,
    status: str,
    **more: Any,
) -> DetectedIssue:
    """The row of an issue as it was shown, and which orders it was about."""
    issue, words, first = shown.issue, shown.words, requests[0]
    author = author_of(by)
    row = DetectedIssue(
        patient_id=first.patient_id,
        encounter_id=first.encounter_id,
        facility_id=first.facility_id,
        status=status,
        code=issue.code,
        severity=issue.severity,
        evidence=issue.backing.evidence if issue.backing else "",
        rule=issue.rule[:200],
        fingerprint=issue.fingerprint,
        knowledge_version=issue.version,
        knowledge_source=(issue.backing.source if issue.backing else "")[:400],
        title=words.title,
        detail="\n".join(part for part in (words.may_happen, words.why, words.instead, words.note) if part),
        identified_at=clock.now(),
        author=author,
        author_label=author.label,
        outcome=outcome,
        **more,
    )
    row.save(force_insert=True)
    DetectedIssueImplicated.objects.bulk_create(
        DetectedIssueImplicated(issue=row, medication_request=request) for request in requests
    )
    return row


def visit_of(by: Actor, encounter: Encounter, patient: Patient) -> Encounter:
    """The visit an order is written in. Refused: another patient's, or one that was cancelled."""
    visit = take(Encounter.objects.visible_to(by).select_related("facility"), encounter.pk)
    if visit.patient_id != patient.pk:
        text = _("This visit belongs to another patient. Nothing was prescribed.")
        raise Refused(Problem(severity="fatal", code="conflict", text=text))
    if visit.status in ("cancelled", "entered-in-error"):
        text = _("This visit was cancelled, so nothing can be prescribed in it.")
        raise Refused(Problem(code="business-rule", text=text))
    return visit


def usual_dosage(medication: Medication, patient: Patient) -> Dosage:
    """The commonest order of an adult as a start; for a child, or an unknown age, the route alone."""
    if not _is_adult(patient):
        return Dosage(route=medication.route)
    return Dosage(
        dose=medication.usual_dose,
        unit=medication.usual_unit,
        route=medication.route,
        frequency=medication.usual_frequency,
        period=medication.usual_period,
        period_unit=medication.usual_period_unit,
        as_needed=medication.usual_as_needed,
        max_doses_a_day=medication.usual_max_doses_a_day,
        min_hours_between=medication.usual_min_hours_between,
        days=medication.usual_days,
    )


def _is_adult(patient: Patient) -> bool:
    return bool(patient.birth_high) and (clock.now().date() - patient.birth_high).days >= 18 * 365.25


def _draft(
    by: Actor, patient: Patient, encounter: Encounter | None, medication: Medication, dosage: Dosage, **more: Any
) -> MedicationRequest:
    if medication.status != MedicationStatus.ACTIVE:
        text = _("%(name)s was withdrawn from the formulary. Choose another product.") % {"name": medication.label}
        raise Refused(Problem(code="business-rule", text=text, field="medication"))
    if encounter is None:
        raise missing()
    draft = MedicationRequest(
        patient=patient,
        encounter=encounter,
        facility_id=encounter.facility_id,
        status=Status.DRAFT,
        category=codes.MedicationRequestCategory.INPATIENT
        if encounter.class_code == "IMP"
        else codes.MedicationRequestCategory.OUTPATIENT,
        medication=medication,
        system=MEDICATION_SYSTEM,
        code=medication.code,
        code_version=current_knowledge().version,
        text=medication.label,
        author_id=by.id,
        recorded_at=clock.now(),
        **more,
    )
    draft.dosage = dosage
    draft.start_on, draft.end_on = rules.course(dosage, clock.today(encounter.facility.time_zone))
    draft.quantity, draft.quantity_unit = dosage.quantity, dosage.unit if dosage.quantity else ""
    return draft


def _own_draft(by: Actor, draft: MedicationRequest, version: int | None = None) -> MedicationRequest:
    rows = MedicationRequest.objects.visible_to(by).drafts_of(by)
    return take(
        rows.select_related("patient", "encounter__facility", "medication__generic", "facility"), draft.pk, version
    )


def _take_out(by: Actor, draft: MedicationRequest, reason: str) -> None:
    draft.status = Status.CANCELLED
    draft.status_reason, draft.status_changed_at, draft.status_changed_by = reason, clock.now(), by.label
    draft.save()
    # Reasons given for it answer nothing any more.
    stale = DetectedIssue.objects.filter(
        implicated__medication_request=draft, status=codes.DetectedIssueStatus.PRELIMINARY
    )
    for issue in stale:
        issue.status = codes.DetectedIssueStatus.CANCELLED
        issue.save()


def _first_product(generic: str, patient: Patient) -> Medication:
    product = Medication.objects.prescribable().filter(generic__name=generic).order_by("position").first()
    if product is None:
        raise missing()
    return product


def _refuse_own_chart(by: Actor, patient: Patient) -> None:
    if problems := rules.signer_problems(own_chart=is_own(by, patient), licensed=True):
        raise Refused(*problems)


def is_own(by: Actor, patient: Patient) -> bool:
    """Whether somebody looks at the chart of their own."""
    return patient.user_id is not None and patient.user_id == by.id


def _record(deed: str, draft: MedicationRequest) -> None:
    trail.record(
        f"medication-request.{deed}",
        subject=draft,
        patient=draft.patient_id,
        facility=draft.facility_id,
        detail={"medication": draft.code},
    )
