"""People who come a second time, and people who only look as if they did: for the duplicate check. Seeded."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.people import slips
from bench.people.names import Person


def duplicates(population: Sequence[Person], count: int = 100, seed: int = 7) -> Iterator[tuple[Person, int]]:
    """People of the population as they are written down the second time, with the position of the first record.

    Each has one or two of the differences that real duplicates have; a third of them moved or changed their number.
    """
    rng = random.Random(seed)
    for place in rng.sample([n for n, person in enumerate(population) if person.family], count):
        person = population[place]
        again = replace(person, identifiers=[])
        if rng.random() < 0.33:
            again = replace(
                again,
                phone=f"+49 {rng.randrange(150, 180)} {rng.randrange(1_000_000, 9_999_999)}",
                address="12 New Road",
            )
        again = _changed(rng, again)
        if rng.random() < 0.25:
            again = _changed(rng, again)
        yield again, place


def _changed(rng: random.Random, person: Person) -> Person:
    kind = rng.randrange(9)
    if kind == 0:
        return replace(person, family=slips.slip(rng, person.family))
    if kind == 1:
        return replace(person, given=slips.slip(rng, person.given))
    if kind == 2:
        return replace(person, family=slips.by_ear(rng, person.family))
    if kind == 3:
        return replace(person, born=slips.date_slip(rng, person.born))
    if kind == 4:
        return replace(person, family=person.given.split()[0], given=person.family)
    if kind == 5:
        return replace(person, family=person.former_family or slips.other_office(rng, person.family))
    if kind == 6:
        return replace(person, given=person.given.split()[0], family=slips.without_accents(person.family))
    if kind == 7:
        return replace(person, family=slips.second_spelling(person.family).replace("-", " "))
    return replace(person, family=person.family.split()[0])


def strangers(population: Sequence[Person], count: int = 100, seed: int = 8) -> Iterator[tuple[str, Person]]:
    """Twins, parents and children, and namesakes of people in the population: nobody of them is there yet."""
    rng = random.Random(seed)
    given: dict[tuple[str, str], list[str]] = {}
    for one in population[:20000]:
        given.setdefault((one.culture, one.sex), []).append(one.given)
    for number in range(count):
        person = population[rng.randrange(len(population))]
        while not person.family:
            person = population[rng.randrange(len(population))]
        if number % 2 == 0:
            sex = rng.choice(["male", "female"])
            twins = [name for name in given[person.culture, sex] if not set(name.split()) <= set(person.given.split())]
            yield "twin", replace(person, given=rng.choice(twins), sex=sex, identifiers=[])
        elif number % 4 == 1:
            years = rng.randrange(18, 40)
            child = person.born + dt.timedelta(days=365 * years + rng.randrange(300))
            yield "child of the same name", replace(person, born=min(child, dt.date(2026, 11, 1)), identifiers=[])
        else:
            born = person.born + dt.timedelta(days=rng.randrange(-4000, 4000) or 1)
            yield (
                "namesake",
                replace(
                    person,
                    born=min(born, dt.date(2026, 11, 1)),
                    phone="+49 151 0000000",
                    address="9 Elsewhere",
                    identifiers=[],
                ),
            )
