"""The same medicine twice, or two of the same kind.

Same ingredient, or same ATC level 4 (first five characters), active twice. Exceptions are data
(`duplicate_exceptions.csv`): insulins, antiplatelets together, antiepileptics, strengths of warfarin …
Domain rule 34: parallel orders are allowed with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hms.formulary.codes import Evidence, IssueCode, Severity
from hms.formulary.rules.facts import Drug, Order, PatientFacts
from hms.formulary.rules.issues import Found, Issue
from hms.formulary.rules.knowledge import Backing, Knowledge

ATC_LEVEL_4 = 5
THE_LIST = Backing("the patient's medicine list and the ATC classification", Evidence.ESTABLISHED, reviewed=True)


def duplicate_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    """Each order against what is in use and against the rest of the basket, unless it replaces the other."""
    found: list[Found] = []
    replaced = frozenset[str]().union(*(order.replaces for order in orders))
    for position, order in enumerate(orders):
        for key, drug, in_basket in _others(orders[position + 1 :], facts, replaced):
            if kind := _same(order.drug, drug, knowledge.duplicate_exceptions):
                found.append(_issue(order, key, drug, in_basket, kind))
    return found


def _others(later: Sequence[Order], facts: PatientFacts, replaced: frozenset[str]) -> Iterator[tuple[str, Drug, bool]]:
    for medicine in facts.medicines:
        if medicine.source != "stopped" and medicine.key not in replaced:
            yield medicine.key, medicine.drug, False
    for order in later:
        yield order.key, order.drug, True


def _same(one: Drug, other: Drug, exceptions: Sequence[str]) -> str:
    """ "ingredient", "class" or "": what two medicines have in common that they should not."""
    if one.systemic != other.systemic:
        return ""
    shared = one.ingredients & other.ingredients
    if shared and one.systemic:
        return "" if shared <= frozenset(exceptions) else "ingredient"
    for code in one.atc:
        level_4 = code[:ATC_LEVEL_4]
        if len(level_4) < ATC_LEVEL_4 or level_4.startswith(tuple(exceptions)):
            continue
        if any(theirs.startswith(level_4) for theirs in other.atc):
            return "class"
    return ""


def _issue(order: Order, key: str, drug: Drug, in_basket: bool, kind: str) -> Issue:
    return Issue(
        code=IssueCode.DUPLICATE,
        severity=Severity.MAJOR if kind == "ingredient" else Severity.MODERATE,
        key=f"duplicate:{kind}:{order.drug.name}+{drug.name}",
        sentence=f"duplicate.{kind}",
        orders=(order.key, key) if in_basket else (order.key,),
        words={"drug": order.drug.name, "other": drug.name},
        others=() if in_basket else (key,),
        backing=THE_LIST,
    )
