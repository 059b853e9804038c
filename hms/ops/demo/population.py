"""Who the patients are: age, names, families, what they suffer from, what they must not be given.

Drawn from a seeded generator; the shares aimed at are those of marginals.py.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from hms.ops.demo.names import Person, people
from hms.patients.actions.safety import NewAllergy, Reaction
from hms.patients.intake import Contact, Identifier, NewPatient, PostalAddress
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate

# From (years), until, share in a hundred.
AGES: Final = [(0, 1, 2), (1, 6, 6), (6, 18, 12), (18, 40, 26), (40, 65, 31), (65, 80, 16), (80, 98, 7)]
MONONYMS, DECEASED, UNCERTAIN_BIRTH, FOREIGN_LANGUAGE = 0.05, 0.03, 0.02, 0.12
ALLERGIC, ASKED_AND_NONE = 0.22, 0.55


@dataclass(frozen=True, slots=True)
class Illness:
    """A common condition: code, words, from which age, share in young, middle and old adults, usual medicines."""

    icd: str
    text: str
    from_age: int
    shares: tuple[float, float, float]
    medicines: tuple[str, ...] = ()


# Shares are round figures in the range of published European surveys of self-reported and coded disease; they make a
# plausible demo and are no epidemiology.
ILLNESSES: Final = [
    Illness("I10", "Essential (primary) hypertension", 25, (0.05, 0.32, 0.62), ("amlodipine", "ramipril")),
    Illness("E11.9", "Type 2 diabetes mellitus without complications", 30, (0.01, 0.10, 0.21), ("metformin",)),
    Illness("E78.5", "Hyperlipidemia, unspecified", 30, (0.04, 0.22, 0.38), ("atorvastatin",)),
    Illness("I48.91", "Unspecified atrial fibrillation", 45, (0.0, 0.02, 0.14), ("warfarin",)),
    Illness("J45.909", "Unspecified asthma, uncomplicated", 4, (0.09, 0.07, 0.06), ("salbutamol",)),
    Illness("E03.9", "Hypothyroidism, unspecified", 20, (0.03, 0.06, 0.09), ("levothyroxine",)),
    Illness("M54.50", "Low back pain, unspecified", 18, (0.12, 0.22, 0.2), ("ibuprofen",)),
    Illness("F32.A", "Depression, unspecified", 15, (0.09, 0.1, 0.07), ("sertraline",)),
    Illness("K21.9", "Gastro-esophageal reflux disease without esophagitis", 20, (0.06, 0.14, 0.17), ("omeprazole",)),
    Illness("M17.9", "Osteoarthritis of knee, unspecified", 45, (0.0, 0.11, 0.28), ("paracetamol",)),
    Illness("J30.9", "Allergic rhinitis, unspecified", 5, (0.2, 0.15, 0.07), ("cetirizine",)),
    Illness("L20.9", "Atopic dermatitis, unspecified", 0, (0.14, 0.05, 0.03), ()),
    Illness("G43.909", "Migraine, unspecified, not intractable, without status migrainosus", 12, (0.12, 0.1, 0.03), ()),
    Illness("N39.0", "Urinary tract infection, site not specified", 10, (0.05, 0.05, 0.08), ()),
    Illness("J06.9", "Acute upper respiratory infection, unspecified", 0, (0.22, 0.12, 0.08), ()),
]
_ALLERGIES: Final = [
    NewAllergy(
        "Penicillin",
        "allergy",
        "medication",
        "high",
        allergy_group="penicillins",
        verification_status="confirmed",
        reactions=[Reaction("Anaphylaxis", "severe")],
    ),
    NewAllergy(
        "Penicillin", "allergy", "medication", "low", allergy_group="penicillins", reactions=[Reaction("Rash", "mild")]
    ),
    NewAllergy(
        "Sulfonamide antibiotics",
        "allergy",
        "medication",
        "high",
        allergy_group="sulfonamide antibiotics",
        reactions=[Reaction("Hives", "moderate")],
    ),
    NewAllergy(
        "Ibuprofen",
        "intolerance",
        "medication",
        "low",
        ingredient="ibuprofen",
        reactions=[Reaction("Stomach pain", "mild")],
    ),
    NewAllergy("Peanut", "allergy", "food", "high", reactions=[Reaction("Swelling of the lips", "moderate")]),
    NewAllergy("Grass pollen", "allergy", "environment", "low", reactions=[Reaction("Hay fever", "mild")]),
    NewAllergy("Latex", "allergy", "environment", "high", reactions=[Reaction("Hives", "moderate")]),
]
_LANGUAGES: Final = ["ar", "es", "pl", "ru", "tr", "vi", "zh", "fr"]


@dataclass(slots=True)
class Plan:
    """One patient to be: what is told at registration, and what their chart will hold."""

    told: NewPatient
    born: dt.date
    sex: str
    age: int
    illnesses: list[Illness] = field(default_factory=list)
    allergy: NewAllergy | None = None
    no_allergies: bool = False
    # Index of the parent among the plans, where the parent is a patient too.
    guardian: int | None = None


def population(count: int, rng: random.Random, today: dt.date) -> list[Plan]:
    """`count` plans: grown-ups first, so that children find a parent among them."""
    plans = [_plan(person, rng, today) for person in _cast(count, rng)]
    plans.sort(key=lambda plan: plan.age < 18)
    _families(plans, rng)
    return plans


def _cast(count: int, rng: random.Random) -> Iterator[Person]:
    """People whose share of mononyms is the one aimed at."""
    mononyms = count * MONONYMS
    made = single = 0
    for person in people(count * 4, seed=rng.randrange(10**6)):
        if not person.family:
            if single >= mononyms:
                continue
            single += 1
        elif made - single >= count - mononyms:
            continue
        made += 1
        yield person
        if made == count:
            return


def _plan(person: Person, rng: random.Random, today: dt.date) -> Plan:
    low, high, _share = rng.choices(AGES, [share for _l, _h, share in AGES])[0]
    born = today - dt.timedelta(days=int(rng.uniform(low, high) * 365.25))
    age = (today - born).days * 4 // 1461
    deceased = age >= 40 and rng.random() < DECEASED / 0.54
    told = NewPatient(
        names=_names(person, age),
        birth=_birth(born, age, rng),
        gender=person.sex,
        language="en" if rng.random() > FOREIGN_LANGUAGE else rng.choice(_LANGUAGES),
        contacts=[Contact(person.phone, "phone", "mobile")],
        addresses=[PostalAddress(person.address, f"{rng.randrange(12300, 12400)}", "Alder Valley", country="DE")],
        identifiers=[Identifier(person.identifiers[0], "HC", issuer="Alder Valley Health Fund")]
        if rng.random() < 0.9
        else [],
        deceased=deceased,
        deceased_date=PartialDate((today - dt.timedelta(days=rng.randrange(30, 900))).isoformat())
        if deceased
        else None,
    )
    told.interpreter_needed = told.language != "en" and rng.random() < 0.5
    plan = Plan(told, born, person.sex, age, illnesses=_illnesses(age, rng))
    if rng.random() < ALLERGIC:
        plan.allergy = rng.choice(_ALLERGIES)
    else:
        plan.no_allergies = rng.random() < ASKED_AND_NONE / (1 - ALLERGIC)
    return plan


def _names(person: Person, age: int) -> list[Name]:
    names = [Name(family=person.family, given=person.given, native=person.native, use="official")]
    if person.former_family and age >= 20:
        names.append(Name(family=person.former_family, given=person.given, use="maiden"))
    return names


def _birth(born: dt.date, age: int, rng: random.Random) -> PartialDate:
    if age > 60 and rng.random() < UNCERTAIN_BIRTH * 4:
        return PartialDate(f"{born:%Y}", True)
    return PartialDate(born.isoformat())


def _illnesses(age: int, rng: random.Random) -> list[Illness]:
    band = 0 if age < 40 else 1 if age < 65 else 2
    found = [one for one in ILLNESSES if age >= one.from_age and rng.random() < one.shares[band]]
    # People come to a hospital because something is wrong: half of those with nothing have at least a cold.
    return found or ([ILLNESSES[-1]] if rng.random() < 0.5 else [])


def _families(plans: list[Plan], rng: random.Random) -> None:
    """Half of the children have a parent who is a patient too; they share name, home and telephone."""
    parents = [index for index, plan in enumerate(plans) if 20 <= plan.age <= 55 and not plan.told.deceased]
    # Once for each age of a child, not for each child: a load hospital has twenty thousand of them.
    of_age = [[index for index in parents if 18 <= plans[index].age - age <= 45] for age in range(18)]
    for plan in plans:
        if plan.age >= 18 or rng.random() > 0.55:
            continue
        fitting = of_age[plan.age]
        if not fitting:
            continue
        plan.guardian = rng.choice(fitting)
        parent = plans[plan.guardian].told
        own = plan.told.names[0]
        plan.told.names = [Name(family=parent.names[0].family, given=own.given or own.family, use="official")]
        plan.told.addresses = list(parent.addresses)
        plan.told.contacts = [Contact(parent.contacts[0].value, "phone", "mobile", shared=True)]
