"""What somebody typed into a patient search, taken apart: words of names, dates, numbers, an e-mail address.

One text may be several things: `14 03 62` is a date and could begin a number. All readings are kept and
the ranking decides, because a front desk should never have to say what kind of thing it types.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hms.patients.rules import partial_dates
from hms.patients.rules.mrn import LENGTH
from hms.patients.rules.normalise import PARTICLES, fold, identifier_key, phone_tail, spellings

LONGEST = 100
MOST_WORDS = 6
_NUMBER_SIGNS = frozenset("0123456789 +-/.()\u00a0\u2007\u202f")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name with its other spellings, and the typed words run together that contain it."""

    spellings: tuple[str, ...]
    joined: tuple[str, ...] = ()
    # A particle or a month's name may be missing from the record without speaking against it.
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """The readings of a search text. Empty throughout for a text that says nothing."""

    words: tuple[Word, ...] = ()
    dates: tuple[tuple[str, ...], ...] = ()
    mrn: str = ""  # at least four digits, perhaps all nine
    phone: str = ""
    email: str = ""
    identifiers: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.words or self.dates or self.mrn or self.phone or self.email or self.identifiers)

    @property
    def has_number(self) -> bool:
        return bool(self.mrn or self.phone or self.email or self.identifiers)


def parse(text: str) -> Query:
    """Take a search text apart. Never raises: a text that can't be read finds nobody."""
    text = " ".join(text[:LONGEST].split())
    if not text:
        return Query()
    if "@" in text and " " not in text:
        return Query(email=text)
    if all(sign in _NUMBER_SIGNS for sign in text):
        return _number(text)
    dates: list[tuple[str, ...]] = []
    months: list[str] = []
    rest = list(text)
    for run, readings in partial_dates.find_dates(text):
        dates.append(tuple(readings))
        # "May 1990" may be a month, or May born in 1990; "14 May 1990" is a date.
        if all(len(reading) == 7 for reading in readings):
            months += [word for word in fold(text[run]).split() if word.isalpha()]
        rest[run] = " " * (run.stop - run.start)
    kept, digits = _long_numbers("".join(rest))
    words, identifiers = _words(kept, months)
    return Query(
        words=words,
        dates=tuple(dates[:2]),
        mrn=_mrn(digits),
        phone=phone_tail(digits),
        identifiers=identifiers + ((identifier_key(digits),) if digits else ()),
    )


def _number(text: str) -> Query:
    digits = "".join(sign for sign in text if sign.isdigit())
    readings = tuple(partial_dates.read(text)) if len(digits) <= 8 else ()
    return Query(
        dates=(readings,) if readings else (),
        mrn=_mrn(digits),
        phone=phone_tail(text),
        identifiers=(identifier_key(text),) if len(digits) >= 4 else (),
    )


def _mrn(digits: str) -> str:
    return digits if 4 <= len(digits) <= LENGTH else ""


def _long_numbers(text: str) -> tuple[str, str]:
    """The text without its telephone or record number, and that number's digits.

    Digits count as one number over the spaces people write between groups: `4071 8226 5`.
    """
    kept: list[str] = []
    groups: list[str] = []
    for piece in text.split():
        (groups if all(sign in _NUMBER_SIGNS for sign in piece) else kept).append(piece)
    digits = "".join(sign for group in groups for sign in group if sign.isdigit())
    return " ".join(kept), digits if len(digits) >= 4 else ""


def _words(text: str, months: list[str]) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    folded = fold(text).split()[:MOST_WORDS]
    second = spellings(text)[-1].split()[:MOST_WORDS]
    identifiers = tuple(
        identifier_key(piece) for piece in text.split() if len(piece) >= 4 and any(c.isdigit() for c in piece)
    )
    words = []
    for place, word in enumerate(folded):
        own = [word] + ([second[place]] if len(second) == len(folded) and second[place] != word else [])
        words.append(Word(tuple(own), _joined(folded, place), optional=word in PARTICLES and len(folded) > 1))
    words += [Word((month,), optional=True) for month in months]
    return tuple(words), identifiers


def each_word(text: str) -> list[Word]:
    """The words of one part of a name, each with its other spelling; particles are optional."""
    return list(_words(text, [])[0])


def _joined(words: list[str], place: int) -> tuple[str, ...]:
    """Runs of two and three typed words that contain this one: `o reilly` is also `oreilly`."""
    runs = []
    for length in (2, 3):
        for start in range(max(place - length + 1, 0), min(place, len(words) - length) + 1):
            runs.append("".join(words[start : start + length]))
    return tuple(runs)
