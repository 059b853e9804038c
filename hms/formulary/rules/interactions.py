"""Two medicines that should not meet: on the chart, in the ward, lately stopped, or in the same basket.

Source: ONC high-priority list 2012 (doi:10.1136/amiajnl-2011-000612), ANSM thesaurus 10/2020 and product
labels, row by row in `data/interactions.csv`. Domain rule 33.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from hms.formulary.codes import IssueCode
from hms.formulary.rules.facts import Drug, InUse, Order, PatientFacts
from hms.formulary.rules.issues import Found, Issue, Missing
from hms.formulary.rules.knowledge import Interaction, Knowledge


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A medicine on the other side. `order` is set when it stands in the same basket."""

    key: str
    drug: Drug
    order: str = ""
    stopped: str = ""


@dataclass(slots=True)
class _Hit:
    """One row of knowledge met by one order, with everything in use that meets it too."""

    row: Interaction
    others: list[Counterpart] = field(default_factory=list)
    because: set[str] = field(default_factory=set)


def interaction_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    """Each pair of an order with another medicine; the same pair of classes alerts once an order."""
    found: list[Found] = []
    replaced = frozenset[str]().union(*(order.replaces for order in orders))
    in_use = list(_in_use(facts, knowledge, replaced))
    for position, order in enumerate(orders):
        basket = [Counterpart(other.key, other.drug, order=other.key) for other in orders[position + 1 :]]
        found += _issues_of(order, [*in_use, *basket], knowledge)
    if orders:
        found += [Missing("medicine", orders[0].key, other.drug.name) for other in in_use if not other.drug.known]
    return found


def still_acting(medicine: InUse, facts: PatientFacts, knowledge: Knowledge) -> bool:
    """Whether a medicine counts: in use, or stopped fewer days ago than it lingers (amiodarone, fluoxetine)."""
    if medicine.source != "stopped":
        return True
    if medicine.stopped_on is None:
        return False
    days = knowledge.lingers(medicine.drug)
    return days > 0 and (facts.today - medicine.stopped_on).days <= days


def _in_use(facts: PatientFacts, knowledge: Knowledge, replaced: frozenset[str]) -> Iterator[Counterpart]:
    for medicine in facts.medicines:
        if medicine.key not in replaced and still_acting(medicine, facts, knowledge):
            stopped = medicine.stopped_on.isoformat() if medicine.source == "stopped" and medicine.stopped_on else ""
            yield Counterpart(medicine.key, medicine.drug, stopped=stopped)


def _issues_of(order: Order, counterparts: Iterable[Counterpart], knowledge: Knowledge) -> list[Issue]:
    hits: dict[str, _Hit] = {}
    mine = knowledge.sides(order.drug)
    for other in counterparts:
        for row, theirs in _rows_between(mine, knowledge.sides(other.drug), knowledge):
            hit = hits.setdefault(row.key, _Hit(row))
            hit.because.add(theirs)
            if other not in hit.others:
                hit.others.append(other)
    issues: list[Issue] = []
    told: dict[str, int] = {}  # counterpart → the issue that already names it
    for hit in sorted(hits.values(), key=lambda hit: hit.row.severity.rank):
        news = [other for other in hit.others if other.key not in told]
        if not news:
            first = told[hit.others[0].key]
            issues[first] = replace(issues[first], also=(*issues[first].also, hit.row.effect))
            continue
        told |= {other.key: len(issues) for other in news}
        issues.append(_issue(order, hit))
    return issues


def _rows_between(
    mine: dict[str, frozenset[str]], theirs: dict[str, frozenset[str]], knowledge: Knowledge
) -> Iterator[tuple[Interaction, str]]:
    """Rows that two medicines meet, with the name of the other side. A drug never meets itself."""
    for side, my_ingredients in mine.items():
        for other_side, their_ingredients in theirs.items():
            if my_ingredients != their_ingredients and (row := knowledge.interaction(side, other_side)):
                yield row, other_side


def _issue(order: Order, hit: _Hit) -> Issue:
    in_basket = tuple(other.order for other in hit.others if other.order)
    stopped = next((other.stopped for other in hit.others if other.stopped), "")
    return Issue(
        code=IssueCode.INTERACTION,
        severity=hit.row.severity,
        key=f"interaction:{hit.row.key}:{order.drug.name}+{'+'.join(sorted(other.drug.name for other in hit.others))}",
        sentence="interaction.stopped" if stopped and len(hit.others) == 1 else "interaction",
        orders=(order.key, *in_basket),
        words={
            "drug": order.drug.name,
            "other": ", ".join(other.drug.name for other in hit.others),
            "stopped_on": stopped,
        },
        others=tuple(other.key for other in hit.others if not other.order),
        because=frozenset(hit.because),
        effect=hit.row.effect,
        why=hit.row.mechanism,
        action=hit.row.action,
        backing=hit.row.backing,
    )
