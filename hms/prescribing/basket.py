"""The unsigned basket of a prescriber for one patient, checked as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from hms.clinical.models import Encounter
from hms.core import clock
from hms.core.actor import Actor
from hms.formulary.knowledge import current_knowledge
from hms.formulary.rules.detect import detect_issues
from hms.formulary.rules.issues import Instead, Issue
from hms.formulary.wording import Words, describe
from hms.patients.models import Patient
from hms.prescribing import codes
from hms.prescribing.facts import medication_facts, order_of
from hms.prescribing.models import DetectedIssue, MedicationRequest
from hms.prescribing.rules.orders import dosage_problems


@dataclass(frozen=True, slots=True)
class Shown:
    """An issue with its words, and the reason somebody gave for going on all the same."""

    issue: Issue
    words: Words
    override: DetectedIssue | None = None

    @property
    def waits(self) -> bool:
        """Whether signing waits for a decision about it."""
        return self.issue.blocks and self.override is None

    @property
    def safest(self) -> Instead | None:
        return self.issue.instead[0] if self.issue.instead else None


@dataclass(slots=True)
class Item:
    """One order of the basket with the issues that stand at it."""

    request: MedicationRequest
    shown: list[Shown] = field(default_factory=list)
    incomplete: bool = False

    @property
    def held(self) -> bool:
        return self.incomplete or any(one.waits for one in self.shown)


@dataclass(slots=True)
class Basket:
    """Orders in the order they were written, and everything found about them; an issue stands at its first order."""

    items: list[Item]
    knowledge_version: str
    knowledge_ready: bool

    @property
    def all_shown(self) -> list[Shown]:
        return [one for item in self.items for one in item.shown]

    @property
    def decisions_left(self) -> int:
        return sum(item.held for item in self.items)

    @property
    def may_be_signed(self) -> bool:
        return bool(self.items) and not self.decisions_left

    def find(self, fingerprint: str) -> Shown | None:
        return next((one for one in self.all_shown if one.issue.fingerprint == fingerprint), None)


def open_basket(by: Actor, patient: Patient, encounter: Encounter | None) -> Basket:
    """The basket of this actor in this visit, checked now, in a fixed number of queries."""
    drafts = MedicationRequest.objects.drafts_of(by).filter(patient=patient, encounter=encounter)
    requests = list(drafts.select_related("medication__generic", "facility", "replaces").order_by("recorded_at", "id"))
    return check(requests, patient, today=_today(requests, encounter))


def check(requests: Sequence[MedicationRequest], patient: Patient, *, today: dt.date) -> Basket:
    """What is found about these orders, with the reasons given so far."""
    knowledge = current_knowledge()
    items = [Item(request, incomplete=bool(dosage_problems(request.dosage))) for request in requests]
    basket = Basket(items, knowledge.version, knowledge.ready)
    if not requests:
        return basket
    facts = medication_facts(patient, knowledge, today=today, besides=requests)
    issues = detect_issues([order_of(request, knowledge) for request in requests], facts, knowledge)
    overrides = _overrides(patient, issues)
    by_key = {str(item.request.pk): item for item in items}
    for issue in issues:
        by_key[issue.orders[0]].shown.append(Shown(issue, describe(issue), overrides.get(issue.fingerprint)))
    return basket


def _overrides(patient: Patient, issues: Sequence[Issue]) -> dict[str, DetectedIssue]:
    blocking = [issue.fingerprint for issue in issues if issue.blocks and issue.may_be_overridden]
    rows = DetectedIssue.objects.filter(
        patient=patient,
        status=codes.DetectedIssueStatus.PRELIMINARY,
        outcome=codes.Outcome.OVERRIDDEN,
        fingerprint__in=blocking,
    )
    return {row.fingerprint: row for row in rows}


def _today(requests: Sequence[MedicationRequest], encounter: Encounter | None) -> dt.date:
    facility = encounter.facility if encounter else requests[0].facility if requests else None
    return clock.today(facility.time_zone) if facility else clock.now().date()
