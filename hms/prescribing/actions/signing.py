"""Signing: the whole basket at once, checked once more, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.clinical.models import Encounter
from hms.clinical.people import author_of, open_chart
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing
from hms.patients.models import Patient
from hms.prescribing import codes, refusals
from hms.prescribing.actions.issues import keep_issue
from hms.prescribing.basket import Basket, Shown, check
from hms.prescribing.drafting import is_own, visit_of
from hms.prescribing.models import DetectedIssue, MedicationRequest
from hms.prescribing.rules import orders as rules

Status = codes.MedicationRequestStatus


class Held(Refused):
    """Signing waits: a serious issue without a reason, a check that did not run, an order that lacks something."""

    def __init__(self, *problems: Problem, basket: Basket | None = None) -> None:
        super().__init__(*problems)
        self.basket = basket


@action("prescribing.sign_medication_request")
def sign_medication_requests(
    *,
    by: Actor,
    patient: Patient,
    encounter: Encounter,
    requests: Sequence[MedicationRequest] | None = None,
) -> list[MedicationRequest]:
    """Sign the basket of this visit, or the drafts named. All of it, or none.

    Every issue is detected anew and kept with the version of the knowledge. Refused (`Held`): a serious issue
    without a reason, an incomplete order, empty knowledge. Refused: one's own chart, no licence today, another
    patient's visit, nothing to sign.
    """
    patient = open_chart(by, patient)
    visit = visit_of(by, encounter, patient)
    signer = author_of(by)
    today = clock.today(visit.facility.time_zone)
    if problems := rules.signer_problems(own_chart=is_own(by, patient), licensed=signer.licensed_on(today)):
        raise Refused(*problems)
    drafts = _take_drafts(by, patient, visit, requests)
    basket = check(drafts, patient, today=today)
    if problems := _holding(basket):
        raise Held(*problems, basket=basket)
    for item in basket.items:
        _sign(item.request, signer, patient, basket.knowledge_version, today)
    _keep_issues(by, basket)
    for item in basket.items:
        trail.record(
            "medication-request.signed",
            subject=item.request,
            patient=patient,
            facility=visit.facility_id,
            detail={
                "medication": item.request.code,
                "knowledge": basket.knowledge_version,
                "issues": len(item.shown),
                "overridden": [one.issue.rule for one in item.shown if one.override],
            },
        )
    return drafts


def _take_drafts(
    by: Actor, patient: Patient, visit: Encounter, requests: Sequence[MedicationRequest] | None
) -> list[MedicationRequest]:
    """The drafts, locked."""
    rows = MedicationRequest.objects.drafts_of(by).filter(patient=patient, encounter=visit)
    if requests is not None:
        rows = rows.filter(pk__in=[request.pk for request in requests])
    drafts = list(
        rows.select_for_update(of=("self",))
        .select_related("medication__generic", "facility", "replaces")
        .order_by("recorded_at", "id")
    )
    if requests is not None and len(drafts) != len({request.pk for request in requests}):
        raise missing()
    if not drafts:
        raise Refused(refusals.EMPTY_BASKET)
    return drafts


def _holding(basket: Basket) -> list[Problem]:
    """Why the basket can't be signed as it is, in words for each."""
    problems = []
    for item in basket.items:
        for shown in item.shown:
            if shown.waits:
                problems.append(Problem(code="business-rule", text=shown.words.title, field=str(item.request.pk)))
        for lack in rules.dosage_problems(item.request.dosage):
            text = _("%(medicine)s: %(problem)s") % {"medicine": item.request.name, "problem": lack.text}
            problems.append(Problem(code=lack.code, text=text, field=str(item.request.pk)))
    if not basket.knowledge_ready:
        return problems
    if problems:
        count = basket.decisions_left
        text = ngettext(
            "%(count)d order waits for a decision. Nothing was signed.",
            "%(count)d orders wait for a decision. Nothing was signed.",
            count,
        ) % {"count": count}
        problems.insert(0, Problem(code="business-rule", text=text))
    return problems


def _sign(request: MedicationRequest, signer: Any, patient: Patient, version: str, today: dt.date) -> None:
    now = clock.now()
    request.status = Status.ACTIVE
    request.requester, request.requester_text = signer, signer.full_name
    request.authored_at = request.signed_at = request.released_at = now
    request.signed_patient = patient.pk
    request.knowledge_version = version
    request.start_on, request.end_on = rules.course(request.dosage, max(request.start_on or today, today))
    request.save()
    if request.replaces and request.replaces.is_current:
        old = request.replaces
        old.status, old.status_reason = Status.COMPLETED, codes.StatusReason.REPLACED
        old.status_changed_at, old.status_changed_by = now, signer.label
        old.save()


def _keep_issues(by: Actor, basket: Basket) -> None:
    """Every issue that was shown stays with what was signed: reasons become final, notes are noted."""
    requests = {str(item.request.pk): item.request for item in basket.items}
    for shown in basket.all_shown:
        if shown.override is not None:
            _finish(shown)
        else:
            about = [requests[key] for key in shown.issue.orders]
            keep_issue(by, shown, about, codes.Outcome.NOTED, codes.DetectedIssueStatus.FINAL)


def _finish(shown: Shown) -> None:
    override: DetectedIssue = shown.override  # type: ignore[assignment]
    override.status = codes.DetectedIssueStatus.FINAL
    override.save()
