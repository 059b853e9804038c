"""What a medicine may do to a child not yet born, or at the breast.

By label and public guidance, row by row in `data/pregnancy.csv`; the old letters A-X left US labels in 2015
and are not used. Who may be pregnant and was not asked is an issue, not a pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.facts import Order, PatientFacts
from hms.formulary.rules.issues import Found, Issue, Missing
from hms.formulary.rules.knowledge import Knowledge, PregnancyRule

FROM_YEARS, TO_YEARS = 12, 55


def pregnancy_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    """Each order against the rules for pregnancy and breast-feeding."""
    if facts.sex == "male":
        return []
    found: list[Found] = []
    for order in orders:
        rules = [rule for rule in knowledge.pregnancy_rules if knowledge.stands_for(rule.who, order.drug)]
        if facts.pregnancy.pregnant is None and may_be_pregnant(facts):
            found += _ask(order, rules)
        fitting = [rule for rule in rules if _applies(rule, facts)]
        for state in ("pregnancy", "breast-feeding"):
            of_state = [rule for rule in fitting if rule.state == state]
            if of_state:
                found.append(_issue(order, min(of_state, key=lambda rule: rule.severity.rank), facts))
    return found


def may_be_pregnant(facts: PatientFacts) -> bool:
    """Not male, and some age within 12 to 55 is possible."""
    if facts.sex == "male":
        return False
    return facts.age is None or (facts.age.oldest_years >= FROM_YEARS and facts.age.youngest_years < TO_YEARS + 1)


def _ask(order: Order, rules: Sequence[PregnancyRule]) -> list[Found]:
    """One question an order, and only where the answer would matter."""
    serious = [rule for rule in rules if rule.state == "pregnancy" and rule.severity.interrupts]
    if not serious:
        return []
    interrupt = any(rule.ask == "interrupt" for rule in serious)
    return [Missing("pregnancy", order.key, order.drug.name, Severity.MAJOR if interrupt else Severity.MODERATE)]


def _applies(rule: PregnancyRule, facts: PatientFacts) -> bool:
    if rule.state == "breast-feeding":
        return facts.pregnancy.breast_feeding is True
    if facts.pregnancy.pregnant is not True:
        return False
    week = facts.pregnancy.week
    # A pregnancy whose week nobody knows may be in any of them.
    return week is None or rule.from_week <= week < rule.below_week


def _issue(order: Order, rule: PregnancyRule, facts: PatientFacts) -> Issue:
    lactation = rule.state == "breast-feeding"
    week = facts.pregnancy.week
    return Issue(
        code=IssueCode.LACTATION if lactation else IssueCode.PREGNANCY,
        severity=rule.severity,
        key=f"{rule.state}:{rule.who}:{rule.from_week}:{order.drug.name}",
        sentence=rule.state,
        orders=(order.key,),
        words={"drug": order.drug.name, "week": "" if week is None else str(week)},
        because=frozenset({rule.who}),
        effect=rule.effect,
        action=rule.action,
        backing=rule.backing,
    )
