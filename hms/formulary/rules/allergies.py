"""Allergic to it, or to its kin.

By ingredient first, then by the cross-reaction table, whose rows go from narrow to wide: the first that fits
decides (a shared side chain before 'all cephalosporins'). Source: Zagursky and Pichichero 2018
(doi:10.1016/j.jaip.2017.08.027) for beta-lactams; others row by row in `data/cross_reactions.csv`.
Domain rules 30-32: an intolerance is not an allergy, and an allergy list nobody filled is not 'none'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hms.formulary.codes import Evidence, IssueCode, Severity
from hms.formulary.rules.facts import Allergy, Order, PatientFacts
from hms.formulary.rules.issues import Found, Issue, Missing
from hms.formulary.rules.knowledge import Backing, CrossReaction, Knowledge

THE_LIST = Backing("the patient's allergy list", Evidence.ESTABLISHED, reviewed=True)


@dataclass(frozen=True, slots=True)
class _Match:
    sentence: str
    severity: Severity
    backing: Backing
    key: str
    because: str
    why: str = ""
    likelihood: str = ""


def allergy_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    """Each order against each entry of the allergy list that counts; the worst entry of a kind speaks."""
    allergies = facts.allergies
    if allergies.status == "unknown":
        return [Missing("allergies", order.key, order.drug.name) for order in orders]
    found: list[Found] = []
    for order in orders:
        issues: dict[str, Issue] = {}
        for allergy in allergies.entries:
            if match := _match(allergy, order, knowledge):
                issue = _issue(allergy, order, match)
                known = issues.get(match.key)
                if known is None or issue.severity.rank < known.severity.rank:
                    issues[match.key] = issue
        found += issues.values()
    if orders:
        found += [
            Missing("allergy-words", orders[0].key, allergy.text)
            for allergy in allergies.entries
            if allergy.about_medicine and not allergy.ingredients and not allergy.groups
        ]
    return found


def _match(allergy: Allergy, order: Order, knowledge: Knowledge) -> _Match | None:
    if same := allergy.ingredients & order.drug.ingredients:
        ingredient = min(same)
        return _Match("allergy.same", Severity.MAJOR, THE_LIST, f"allergy:{ingredient}", ingredient)
    kin = _kin(allergy, knowledge)
    for row in knowledge.cross_reactions:
        if row.allergy in kin and knowledge.is_kin(row.given, order.drug):
            return _cross(row)
    return None


def _kin(allergy: Allergy, knowledge: Knowledge) -> frozenset[str]:
    """What the entry may be called in the cross-reaction table: its ingredients, its groups, and theirs."""
    groups = set(allergy.groups)
    for ingredient in allergy.ingredients:
        groups |= {group.name for group in knowledge.allergy_groups if ingredient in group.ingredients}
        if drug := knowledge.generics.get(ingredient):
            groups |= set(knowledge.allergy_groups_of(drug))
    return frozenset(groups) | allergy.ingredients


def _cross(row: CrossReaction) -> _Match:
    sentence = "allergy.group" if row.allergy == row.given else "allergy.cross"
    return _Match(sentence, row.severity, row.backing, f"allergy:{row.key}", row.allergy, row.why, row.likelihood)


def _issue(allergy: Allergy, order: Order, match: _Match) -> Issue:
    return Issue(
        code=IssueCode.INTOLERANCE if allergy.intolerance else IssueCode.ALLERGY,
        severity=_weigh(allergy, match),
        key=f"{match.key}:{order.drug.name}",
        sentence="intolerance.same" if allergy.intolerance and match.sentence == "allergy.same" else match.sentence,
        orders=(order.key,),
        words={
            "drug": order.drug.name,
            "allergy": allergy.text,
            "reaction": allergy.reaction,
            "likelihood": match.likelihood,
        },
        others=(allergy.key,),
        because=frozenset({match.because, *allergy.groups}),
        why=match.why,
        backing=match.backing,
    )


def _weigh(allergy: Allergy, match: _Match) -> Severity:
    """A severe reaction makes it worse by one step; intolerance, or an entry that is over, makes it lighter."""
    severity = match.severity
    if severity is Severity.MINOR or not allergy.active:
        return Severity.MINOR
    if allergy.severe:
        return Severity.CONTRAINDICATED if severity is Severity.MAJOR else Severity.MAJOR
    if allergy.intolerance:
        return Severity.MODERATE if match.sentence == "allergy.same" else Severity.MINOR
    return severity
