"""Kidney function, and what to give less of when it is low.

Creatinine clearance by Cockcroft and Gault 1976 where sex and a recent weight are known (labels use it); otherwise the
eGFR measured or computed (CKD-EPI 2021, Inker, doi:10.1056/NEJMoa2102953). Creatinine in µmol/L, clearance in
mL/min. Below 18 years neither formula holds: only a value from the laboratory counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hms.formulary.codes import IssueCode
from hms.formulary.rules.doses import daily_amounts, weight_is_stale
from hms.formulary.rules.facts import Measured, Order, PatientFacts
from hms.formulary.rules.issues import Found, Issue, Missing
from hms.formulary.rules.knowledge import Knowledge, RenalRule

UMOL_PER_MG_DL = Decimal("88.4")
STALE_AFTER_DAYS = 365
ASK_FROM_YEARS = 65
ADULT = 18


@dataclass(frozen=True, slots=True)
class KidneyFunction:
    """`method` is "cockcroft-gault", "laboratory" or "ckd-epi-2021"."""

    value: Decimal
    method: str
    on: date


def renal_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    """Each order whose medicine has a band that this person's kidney function falls into."""
    found: list[Found] = []
    kidney = kidney_function(facts)
    for order in orders:
        rules = [rule for rule in knowledge.renal_rules if knowledge.stands_for(rule.who, order.drug)]
        if kidney is None:
            if any(_needs_value(rule, facts) for rule in rules):
                found.append(Missing("kidney-function", order.key, order.drug.name))
            continue
        fitting = [rule for rule in rules if rule.from_ <= kidney.value < rule.below and not _low_enough(rule, order)]
        if fitting:
            found.append(_issue(order, min(fitting, key=lambda rule: rule.severity.rank), kidney))
    return found


def kidney_function(facts: PatientFacts) -> KidneyFunction | None:
    """The best value there is, or None where there is none, or none within a year."""
    creatinine, egfr = _fresh(facts.creatinine, facts), _fresh(facts.egfr, facts)
    years = facts.age.oldest_years if facts.age else Decimal(0)
    adult = years >= ADULT and facts.sex in ("female", "male")
    if creatinine and adult and facts.weight and not weight_is_stale(facts):
        return KidneyFunction(
            cockcroft_gault(creatinine.value, years, facts.weight.value, facts.sex), "cockcroft-gault", creatinine.on
        )
    if egfr:
        return KidneyFunction(egfr.value, "laboratory", egfr.on)
    if creatinine and adult:
        return KidneyFunction(ckd_epi_2021(creatinine.value, years, facts.sex), "ckd-epi-2021", creatinine.on)
    return None


def cockcroft_gault(creatinine: Decimal, years: Decimal, weight: Decimal, sex: str) -> Decimal:
    """(140 − age) × kg × (0.85 if female) / (72 × mg/dL). Creatinine in µmol/L; mL/min."""
    factor = Decimal("0.85") if sex == "female" else Decimal(1)
    return (140 - years) * weight * factor * UMOL_PER_MG_DL / (72 * creatinine)


def ckd_epi_2021(creatinine: Decimal, years: Decimal, sex: str) -> Decimal:
    """142 × min(Scr/κ,1)^α × max(Scr/κ,1)^−1.200 × 0.9938^age × 1.012 if female. Creatinine in µmol/L."""
    female = sex == "female"
    kappa, alpha = (0.7, -0.241) if female else (0.9, -0.302)
    ratio = float(creatinine / UMOL_PER_MG_DL) / kappa
    value = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938 ** float(years) * (1.012 if female else 1)
    return Decimal(str(round(value, 2)))


def _fresh(measured: Measured | None, facts: PatientFacts) -> Measured | None:
    if measured is None or (facts.today - measured.on).days > STALE_AFTER_DAYS:
        return None
    return measured


def _needs_value(rule: RenalRule, facts: PatientFacts) -> bool:
    """A few medicines are never given blind; for the others the old are asked for a value."""
    return rule.ask == "always" or facts.age is None or facts.age.oldest_years >= ASK_FROM_YEARS


def _low_enough(rule: RenalRule, order: Order) -> bool:
    """Whether the order already keeps to the lower maximum of the band."""
    if rule.max_daily is None:
        return False
    amounts = daily_amounts(order.drug, order.dose, order.doses_a_day)
    lead = amounts.get(order.drug.parts[0].ingredient) if amounts and order.drug.parts else None
    return lead is not None and lead.value <= rule.max_daily


def _issue(order: Order, rule: RenalRule, kidney: KidneyFunction) -> Issue:
    return Issue(
        code=IssueCode.RENAL,
        severity=rule.severity,
        key=f"renal:{rule.who}<{rule.below}:{order.drug.name}",
        sentence="renal",
        orders=(order.key,),
        words={
            "drug": order.drug.name,
            "value": str(round(kidney.value)),
            "method": kidney.method,
            "on": kidney.on.isoformat(),
            "below": f"{rule.below:f}",
        },
        because=frozenset({rule.who}),
        action=rule.action,
        backing=rule.backing,
    )
