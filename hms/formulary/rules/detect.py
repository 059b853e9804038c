"""Ask every rule about a basket of orders, and say what to do instead where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.allergies import allergy_issues
from hms.formulary.rules.doses import dose_issues
from hms.formulary.rules.duplicates import duplicate_issues
from hms.formulary.rules.facts import InUse, Order, PatientFacts
from hms.formulary.rules.interactions import interaction_issues
from hms.formulary.rules.issues import Found, Instead, Issue, Missing, worst_first
from hms.formulary.rules.knowledge import Alternative, Knowledge
from hms.formulary.rules.pregnancy import pregnancy_issues
from hms.formulary.rules.renal import renal_issues

RULES = (interaction_issues, allergy_issues, duplicate_issues, dose_issues, pregnancy_issues, renal_issues)
MOST_ALTERNATIVES = 3


def detect_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Issue]:
    """Everything the rules find, worst first, stamped with the version of the knowledge.

    Empty knowledge gives one issue that nobody can override: a check that did not run finds nothing, and
    nothing must not look like 'safe'.
    """
    if not orders:
        return []
    if not knowledge.ready:
        return [_did_not_run(orders, knowledge)]
    found = _ask_all(orders, facts, knowledge)
    issues = [_with_alternatives(issue, orders, facts, knowledge) for issue in found if isinstance(issue, Issue)]
    issues += _group_missing([gap for gap in found if isinstance(gap, Missing)])
    return [replace(issue, version=knowledge.version) for issue in worst_first(issues)]


def _ask_all(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    found: list[Found] = []
    for rule in RULES:
        found += rule(orders, facts, knowledge)
    found += [
        Missing("medicine", order.key, order.drug.name, Severity.MAJOR) for order in orders if not order.drug.known
    ]
    return found


def _did_not_run(orders: Sequence[Order], knowledge: Knowledge) -> Issue:
    return Issue(
        code=IssueCode.CHECK_DID_NOT_RUN,
        severity=Severity.CONTRAINDICATED,
        key="check-did-not-run",
        sentence="check-did-not-run",
        orders=tuple(order.key for order in orders),
        words={"tables": ", ".join(knowledge.empty_tables)},
        version=knowledge.version,
    )


def _group_missing(gaps: Sequence[Missing]) -> list[Issue]:
    """One issue for all facts that can wait, one for those that cannot."""
    issues = []
    for severity in Severity:
        of_weight = tuple(dict.fromkeys(gap for gap in gaps if gap.severity is severity))
        if of_weight:
            facts = ",".join(sorted({f"{gap.fact}={gap.about}{gap.amount and ':'}{gap.amount}" for gap in of_weight}))
            issues.append(
                Issue(
                    code=IssueCode.MISSING_FACT,
                    severity=severity,
                    key=f"missing:{facts}",
                    sentence="missing",
                    orders=tuple(dict.fromkeys(gap.order for gap in of_weight)),
                    missing=of_weight,
                )
            )
    return issues


def _with_alternatives(issue: Issue, orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> Issue:
    """Name what is safer, but only what this person's own facts let pass with less weight than the issue has."""
    offers: list[Instead] = []
    for order in orders:
        if order.key not in issue.orders:
            continue
        for row in knowledge.alternatives:
            if _fits(row, issue, order, knowledge):
                offer = _checked(row, order, orders, facts, knowledge)
                if offer and (offer.worst is None or offer.worst.rank > issue.severity.rank):
                    offers.append(offer)
    offers.sort(key=lambda offer: -(offer.worst.rank if offer.worst else len(Severity)))
    best = {offer.generic: offer for offer in reversed(offers)}
    return replace(issue, instead=tuple(offer for offer in offers if best[offer.generic] is offer)[:MOST_ALTERNATIVES])


def _fits(row: Alternative, issue: Issue, order: Order, knowledge: Knowledge) -> bool:
    belongs = knowledge.is_kin if row.code == IssueCode.ALLERGY else knowledge.stands_for
    if row.code != issue.code or not belongs(row.avoid, order.drug):
        return False
    return not row.because or row.because in issue.because


def _checked(
    row: Alternative, order: Order, orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge
) -> Instead | None:
    """The alternative, if the rules say nothing serious about it for this person; None otherwise."""
    drug = knowledge.generics.get(row.use)
    if drug is None or drug.ingredients & order.drug.ingredients:
        return None
    rest = tuple(InUse(other.key, other.drug, source="inpatient") for other in orders if other.key != order.key)
    candidate = replace(order, drug=drug, dose=None)
    with_rest = replace(facts, medicines=(*facts.medicines, *rest))
    found = _ask_all([candidate], with_rest, knowledge)
    if any(one.severity.interrupts for one in found):
        return None
    weights = [one.severity for one in found if isinstance(one, Issue)]
    worst = min(weights, key=lambda severity: severity.rank, default=None)
    return Instead(order.key, row.use, row.note, worst)
