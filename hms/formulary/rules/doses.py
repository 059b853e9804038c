"""Too much, too often, too young.

Limits by ingredient, route and age band, in mg (or units) and by kilogram; the daily one counts every medicine
in use that holds the ingredient (paracetamol in two products). Source: product labels, row by row in
`data/dose_limits.csv`. Never the WHO defined daily dose, which is no maximum. Domain rule 35: a child's weight
must be recent, or the dose is not checked and the order waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.facts import Amount, Drug, Order, PatientFacts
from hms.formulary.rules.issues import Found, Issue, Missing
from hms.formulary.rules.knowledge import AgeLimit, DoseLimit, Knowledge

ADULT = 18
TO_MG = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}


def dose_issues(orders: Sequence[Order], facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    """Each order against the limits of each of its ingredients."""
    found: list[Found] = []
    totals = _totals(orders, facts)
    for order in orders:
        found += _age_issues(order, facts, knowledge)
        limits = [limit for limit in knowledge.limits_for(order.drug.ingredients) if limit.route in ("", order.route)]
        if not limits:
            continue
        if facts.age is None:
            found.append(Missing("age", order.key, order.drug.name))
            continue
        limits = [limit for limit in limits if _in_band(limit, facts)]
        amounts = single_amounts(order.drug, order.dose)
        if not {limit.ingredient for limit in limits} <= _comparable(limits, amounts):
            found.append(Missing("dose", order.key, order.drug.name, amount=_amount(order)))
        found += _over(order, limits, amounts, totals, facts)
    return found


def _comparable(limits: Sequence[DoseLimit], amounts: dict[str, Amount]) -> set[str]:
    """The ingredients whose amount has the unit of a limit: 1000 units of paracetamol can't be held against grams."""
    return {
        limit.ingredient
        for limit in limits
        if limit.ingredient in amounts and amounts[limit.ingredient].unit == limit.unit
    }


def _amount(order: Order) -> str:
    return f"{order.dose.value.normalize():f} {order.dose.unit} x {order.doses_a_day}" if order.dose else ""


def in_milligrams(value: Decimal, unit: str) -> Amount:
    """Masses in mg; everything else as it stands."""
    return Amount(value * TO_MG[unit], "mg") if unit in TO_MG else Amount(value, unit)


def single_amounts(drug: Drug, dose: Amount | None) -> dict[str, Amount]:
    """How much of each ingredient one dose holds; empty where the dose's unit does not fit the product.

    A dose is counted (2 tablets, 5 mL) or weighed by the first ingredient (625 mg of co-amoxiclav is no dose:
    500 mg of amoxicillin is).
    """
    if dose is None or not drug.parts:
        return {}
    lead = drug.parts[0]
    if dose.unit == drug.unit:
        count = dose.value
    elif lead.strength and lead.strength.unit == dose.unit and lead.strength.value:
        count = dose.value / lead.strength.value
    elif dose.unit in ("mg", "[iU]", "mmol") and len(drug.parts) == 1:
        return {lead.ingredient: dose}
    else:
        return {}
    return {part.ingredient: part.strength.times(count) for part in drug.parts if part.strength}


def daily_amounts(drug: Drug, dose: Amount | None, doses_a_day: Decimal | None) -> dict[str, Amount]:
    if doses_a_day is None:
        return {}
    return {name: amount.times(doses_a_day) for name, amount in single_amounts(drug, dose).items()}


def weight_is_stale(facts: PatientFacts) -> bool:
    """Whether the weight is missing or too old to dose by: children grow, so theirs ages faster.

    30 days in the first year, 90 to five years, 180 to eighteen, a year after that (house policy).
    """
    if facts.weight is None:
        return True
    years = facts.age.youngest_years if facts.age else Decimal(0)
    days = 30 if years < 1 else 90 if years < 5 else 180 if years < ADULT else 365
    return (facts.today - facts.weight.on).days > days


def _totals(orders: Sequence[Order], facts: PatientFacts) -> dict[str, list[tuple[str, Amount]]]:
    """For each ingredient, what each order and each medicine in use adds to the day."""
    replaced = frozenset[str]().union(*(order.replaces for order in orders))
    taken = [(order.key, order.drug, order.dose, order.doses_a_day) for order in orders]
    taken += [
        (medicine.key, medicine.drug, medicine.dose, medicine.doses_a_day)
        for medicine in facts.medicines
        if medicine.source != "stopped" and medicine.key not in replaced
    ]
    totals: dict[str, list[tuple[str, Amount]]] = {}
    for key, drug, dose, doses_a_day in taken:
        if drug.systemic:
            for ingredient, amount in daily_amounts(drug, dose, doses_a_day).items():
                totals.setdefault(ingredient, []).append((key, amount))
    return totals


def _in_band(limit: DoseLimit, facts: PatientFacts) -> bool:
    """Whether the person may be of that age. A birth year alone can fall into two bands: then both count."""
    assert facts.age is not None
    if limit.age_from is not None and facts.age.oldest_years < limit.age_from:
        return False
    return limit.age_below is None or facts.age.youngest_years < limit.age_below


def _over(
    order: Order,
    limits: Sequence[DoseLimit],
    amounts: dict[str, Amount],
    totals: dict[str, list[tuple[str, Amount]]],
    facts: PatientFacts,
) -> list[Found]:
    found: list[Found] = []
    for limit in limits:
        single = amounts.get(limit.ingredient)
        if single is None or single.unit != limit.unit:
            continue
        daily = single.times(order.doses_a_day) if order.doses_a_day is not None else None
        if limit.by_weight and weight_is_stale(facts):
            child = facts.age is not None and facts.age.youngest_years < ADULT
            severity = Severity.MAJOR if child else Severity.MODERATE
            found.append(Missing("weight", order.key, order.drug.name, severity, _amount(order)))
        if problem := _first_over(order, limit, single, daily, totals, facts):
            found.append(problem)
    return found


def _first_over(
    order: Order,
    limit: DoseLimit,
    single: Amount,
    daily: Amount | None,
    totals: dict[str, list[tuple[str, Amount]]],
    facts: PatientFacts,
) -> Issue | None:
    """The first limit that a dose goes over: how often, a single dose, a day, everything together."""
    if limit.min_hours_between and order.hours_between is not None and order.hours_between < limit.min_hours_between:
        return _issue(order, limit, "dose.too-often", order.hours_between, limit.min_hours_between, "h")
    weight = facts.weight.value if facts.weight and not weight_is_stale(facts) else None
    checks = [
        ("dose.single", single.value, limit.max_single),
        ("dose.daily", daily.value if daily else None, limit.max_daily),
        ("dose.single-by-weight", single.value, _scaled(limit.max_single_per_kg, weight)),
        ("dose.daily-by-weight", daily.value if daily else None, _scaled(limit.max_daily_per_kg, weight)),
    ]
    for sentence, value, most in checks:
        if value is not None and most is not None and value > most:
            return _issue(order, limit, sentence, value, most, limit.unit)
    parts = [(key, amount) for key, amount in totals.get(limit.ingredient, ()) if amount.unit == limit.unit]
    total = sum((amount.value for _, amount in parts), Decimal(0))
    most = min(
        (one for one in (limit.max_daily, _scaled(limit.max_daily_per_kg, weight)) if one is not None), default=None
    )
    if most is not None and total > most and len(parts) > 1:
        others = tuple(key for key, _ in parts if key != order.key)
        return _issue(order, limit, "dose.daily-together", total, most, limit.unit, others)
    return None


def _scaled(per_kg: Decimal | None, weight: Decimal | None) -> Decimal | None:
    return per_kg * weight if per_kg is not None and weight is not None else None


def _issue(
    order: Order,
    limit: DoseLimit,
    sentence: str,
    value: Decimal,
    most: Decimal,
    unit: str,
    others: tuple[str, ...] = (),
) -> Issue:
    return Issue(
        code=IssueCode.DOSE,
        severity=limit.severity,
        # NB: the amount belongs to the key: a reason given for 6 g does not cover 60 g.
        key=f"{sentence}:{limit.ingredient}:{value.normalize():f}",
        sentence=sentence,
        orders=(order.key,),
        words={
            "drug": order.drug.name,
            "ingredient": limit.ingredient,
            "value": f"{value.normalize():f}",
            "most": f"{most.normalize():f}",
            "unit": unit,
        },
        others=others,
        action=limit.note,
        backing=limit.backing,
    )


def _age_issues(order: Order, facts: PatientFacts, knowledge: Knowledge) -> list[Found]:
    found: list[Found] = []
    for limit in knowledge.age_limits:
        if limit.ingredient in order.drug.ingredients and order.drug.systemic:
            if facts.age is None:
                found.append(Missing("age", order.key, order.drug.name))
            elif facts.age.youngest_years < limit.min_age:
                found.append(_too_young(order, limit))
    return found


def _too_young(order: Order, limit: AgeLimit) -> Issue:
    return Issue(
        code=IssueCode.AGE,
        severity=limit.severity,
        key=f"age:{limit.ingredient}<{limit.min_age}:{order.drug.name}",
        sentence="age",
        orders=(order.key,),
        words={"drug": order.drug.name, "age": f"{limit.min_age:f}"},
        because=frozenset({limit.ingredient}),
        effect=limit.effect,
        action=limit.action,
        backing=limit.backing,
    )
