"""What a prescriber does with an alert: takes the safer medicine, or goes on with a reason."""

from __future__ import annotations

from typing import Any

from hms.clinical.models import Encounter
from hms.clinical.people import author_of, open_chart
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.patients.models import Patient
from hms.prescribing import codes, refusals
from hms.prescribing.basket import Shown, open_basket
from hms.prescribing.drafting import first_product, new_draft, own_draft, take_out, usual_dosage
from hms.prescribing.models import DetectedIssue, DetectedIssueImplicated, MedicationRequest
from hms.prescribing.rules import orders as rules


@action("prescribing.draft_medication_request")
def take_instead(*, by: Actor, draft: MedicationRequest, generic: str, fingerprint: str) -> MedicationRequest:
    """Take the safer medicine that an alert offered in place of an order.

    Refused: a medicine the alert did not offer (the check is made anew: facts may have changed).
    """
    old = own_draft(by, draft)
    shown = open_basket(by, old.patient, old.encounter).find(fingerprint)
    offers = shown.issue.instead if shown else ()
    if shown is None or not any(one.generic == generic and one.order == str(old.pk) for one in offers):
        raise Refused(refusals.ALERT_GONE, status=409)
    medication = first_product(generic)
    new = new_draft(by, old.patient, old.encounter, medication, usual_dosage(medication, old.patient))
    new.reason, new.replaces = old.reason, old.replaces
    new.save(force_insert=True)
    take_out(by, old, codes.StatusReason.INTERACTION)
    keep_issue(by, shown, [old], codes.Outcome.ACCEPTED, codes.DetectedIssueStatus.FINAL, taken_instead=generic)
    trail.record(
        "medication-request.swapped",
        subject=new,
        patient=new.patient_id,
        facility=new.facility_id,
        detail={"rule": shown.issue.rule, "taken": generic, "instead_of": str(old.pk)},
    )
    return new


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
        raise Refused(refusals.ALERT_GONE, status=409)
    if not shown.issue.may_be_overridden:
        raise Refused(refusals.CHECK_DID_NOT_RUN)
    if problems := rules.override_problems(override_reason, override_text):
        raise Refused(*problems)
    answer = {"override_reason": override_reason, "override_text": override_text.strip()}
    if shown.override is not None:
        kept = shown.override
        kept.override_reason, kept.override_text = answer["override_reason"], answer["override_text"]
        kept.save()
    else:
        requests = list(MedicationRequest.objects.drafts_of(by).filter(pk__in=shown.issue.orders))
        preliminary = codes.DetectedIssueStatus.PRELIMINARY
        kept = keep_issue(by, shown, requests, codes.Outcome.OVERRIDDEN, preliminary, **answer)
    trail.record(
        "detected-issue.overridden",
        subject=kept,
        patient=patient,
        facility=kept.facility_id,
        detail={"rule": kept.rule, "severity": kept.severity, "reason": override_reason},
    )
    return kept


def keep_issue(
    by: Actor, shown: Shown, requests: list[MedicationRequest], outcome: str, status: str, **more: Any
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
