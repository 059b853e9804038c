"""Two hundred ways to ask for a patient, each with the one who is meant. Seeded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.people import slips
from bench.people.names import Person
from hms.patients.rules.mrn import grouped
from hms.patients.rules.normalise import fold

# Somebody whose whole name many others share can't be found by name alone, by nobody.
_NAMESAKES = 3


@dataclass(frozen=True, slots=True)
class Question:
    kind: str
    text: str
    meant: int  # position of the person


def questions(population: Sequence[Person], mrns: Sequence[str], seed: int = 200) -> Iterator[Question]:
    """The questions, kind by kind."""
    rng = random.Random(seed)
    shared = Counter(_whole(person) for person in population)
    rare = [place for place, person in enumerate(population) if person.family and shared[_whole(person)] <= _NAMESAKES]

    def ask(
        kind: str,
        count: int,
        fits: Callable[[Person], bool],
        text: Callable[[Person], str],
        among: Sequence[int] = rare,
    ) -> Iterator[Question]:
        made = 0
        while made < count:
            place = rng.choice(among)
            person = population[place]
            if fits(person) and (asked := text(person)):
                made += 1
                yield Question(kind, asked, place)

    everybody = range(len(population))
    yield from ask("misspelt family name", 20, _long_family, lambda p: f"{p.given} {slips.slip(rng, p.family)}")
    yield from ask(
        "misspelt both names", 10, _long_both, lambda p: f"{slips.slip(rng, p.family)} {slips.slip(rng, p.given)}"
    )
    yield from ask("heard on the phone", 20, _long_family, lambda p: f"{slips.by_ear(rng, p.family)} {p.given}")
    yield from ask("swapped, one slip", 15, _long_family, lambda p: f"{slips.slip(rng, p.family)}, {p.given}")
    yield from ask("swapped", 5, _long_family, lambda p: f"{p.family} {p.given}")
    yield from ask("begun", 10, _long_both, lambda p: f"{p.family[:5]} {p.given[:4]} {p.born.year}")
    yield from ask(
        "other transliteration",
        10,
        _other_office,
        lambda p: f"{slips.other_office(rng, p.family)} {slips.other_office(rng, p.given)}",
    )
    yield from ask(
        "Cyrillic letters", 8, _is("slavic"), lambda p: f"{slips.cyrillic(p.family)} {slips.cyrillic(p.given)}"
    )
    yield from ask(
        "Arabic letters",
        4,
        lambda p: slips.arabic(p.given) != p.given,
        lambda p: f"{p.family} {slips.arabic(p.given)} {p.born.year}",
    )
    yield from ask("accents left out", 13, _accented, lambda p: slips.without_accents(f"{p.given} {p.family}"))
    yield from ask("ae for ä", 10, _umlaut, lambda p: slips.second_spelling(f"{p.family} {p.given}"))
    yield from ask(
        "two letters and a year", 10, _two_letters, lambda p: f"{p.family} {p.given} {p.born.year}", everybody
    )
    yield from ask(
        "two letters and a date",
        10,
        _two_letters,
        lambda p: f"{p.family} {slips.date_notation(rng, p.born)}",
        everybody,
    )
    yield from ask("birth date alone", 10, _anybody, lambda p: slips.date_notation(rng, p.born), everybody)
    yield from ask(
        "given name and date",
        10,
        _anybody,
        lambda p: f"{p.given.split()[0]} {slips.date_notation(rng, p.born)}",
        everybody,
    )
    yield from ask(
        "name and wrong date",
        5,
        _long_family,
        lambda p: f"{p.family} {slips.date_notation(rng, slips.date_slip(rng, p.born))}",
    )
    yield from ask(
        "former name", 8, lambda p: bool(p.former_family), lambda p: f"{p.given} {p.former_family} {p.born.year}"
    )
    yield from ask(
        "run together", 6, lambda p: " " in p.family or "-" in p.family, lambda p: _together(p.family) + f" {p.given}"
    )
    places = rng.sample(everybody, 16)
    for place in places[:10]:
        mrn = mrns[place]
        yield Question("record number", rng.choice([mrn, grouped(mrn), mrn[:7], grouped(mrn).replace(" ", "-")]), place)
    for place in places[10:]:
        digits = "".join(c for c in population[place].phone if c.isdigit())
        yield Question("telephone", rng.choice([population[place].phone, "0" + digits[2:], "00" + digits]), place)


def _whole(person: Person) -> tuple[str, str]:
    return fold(person.family), fold(person.given)


def _anybody(person: Person) -> bool:
    return True


def _long_family(person: Person) -> bool:
    return len(person.family) >= 5


def _long_both(person: Person) -> bool:
    return len(person.family) >= 6 and len(person.given) >= 6


def _is(culture: str) -> Callable[[Person], bool]:
    return lambda person: person.culture == culture and person.family.isascii()


def _other_office(person: Person) -> bool:
    return bool(slips.same_name(fold(person.family)) or slips.same_name(fold(person.given)))


def _accented(person: Person) -> bool:
    return slips.without_accents(person.family + person.given) != person.family + person.given


def _umlaut(person: Person) -> bool:
    return slips.second_spelling(person.family) != person.family


def _two_letters(person: Person) -> bool:
    return len(person.family) == 2


def _together(family: str) -> str:
    return family.replace(" ", "").replace("-", "")
