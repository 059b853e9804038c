"""Dates that are known to the year, the month or the day, and perhaps only guessed.

A birth date is a calendar date, never an instant: nothing here knows a time zone. The text is FHIR's
`date`: "1962", "1962-03" or "1962-03-14". Whoever decides by age asks for the range of days it can be.

Source: FHIR R4, 2.24.0.1 date; ISO 8601-1:2019, 5.2.2 (reduced precision).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_FHIR = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# A guessed year may be off by so much on either side.
GUESS = 2
OLDEST = 1850

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio janeiro",
            "feb february februar fevrier febrero febbraio fevereiro",
            "mar march marz maerz mrz mars marzo marco",
            "apr april avril abril aprile",
            "may mai mayo maggio maio",
            "jun june juni juin junio giugno junho",
            "jul july juli juillet julio luglio julho",
            "aug august aout agosto ago",
            "sep sept september septembre septiembre settembre setembro",
            "oct october okt oktober octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember decembre diciembre dicembre dezembro dic",
        ),
        start=1,
    )
    for name in names.split()
}


@dataclass(frozen=True)
class PartialDate:
    """A date as exact as it is known. Raises ValueError for a text that is no date."""

    text: str
    estimated: bool = False

    def __post_init__(self) -> None:
        self.exact_range  # noqa: B018  raises for 1962-02-30

    @cached_property
    def exact_range(self) -> tuple[dt.date, dt.date]:
        """First and last day the text allows, without regard to a guess."""
        found = _FHIR.fullmatch(self.text)
        if not found:
            raise ValueError(f"not a date: {self.text!r}")
        year, month, day = (None if part is None else int(part) for part in found.groups())
        assert year is not None
        first = dt.date(year, 1 if month is None else month, 1 if day is None else day)
        if day is not None:
            return first, first
        last_month = 12 if month is None else month
        return first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1])

    @property
    def range(self) -> tuple[dt.date, dt.date]:
        """First and last day it can be; a guess reaches `GUESS` years further on both sides."""
        low, high = self.exact_range
        if self.estimated:
            low, high = (
                dt.date(max(low.year - GUESS, dt.MINYEAR), 1, 1),
                dt.date(min(high.year + GUESS, dt.MAXYEAR), 12, 31),
            )
        return low, high

    @property
    def precision(self) -> str:
        """ "year", "month" or "day"."""
        return {4: "year", 7: "month", 10: "day"}[len(self.text)]

    @property
    def day(self) -> dt.date | None:
        """The date itself where it is known to the day."""
        return self.exact_range[0] if self.precision == "day" else None

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        return cls(day.isoformat())

    @classmethod
    def of_age(cls, years: int, on: dt.date) -> PartialDate:
        """The guessed birth year of somebody who looks so old."""
        return cls(f"{on.year - years:04d}", estimated=True)


def age_range(low: dt.date, high: dt.date, on: dt.date) -> tuple[int, int]:
    """Youngest and oldest age in completed years on a day of somebody born between two days."""
    return full_years(high, on), full_years(low, on)


def full_years(born: dt.date, on: dt.date) -> int:
    """Completed years. Who was born on 29 February has the birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: dt.date, years: int) -> dt.date:
    """The day on which somebody completes so many years; 1 March for 29 February outside leap years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return dt.date(born.year + years, 3, 1)


# --- What people type ---------------------------------------------------------------------------------------
_NUMBERS = re.compile(r"\d+")
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_DATE_LIKE = re.compile(
    r"(?<![\w])(?:"
    r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}"  # 1962-03-14
    rf"|{_DAY}[-./ ]*{_MONTH}[-./, ]*(?:\d{{4}}|\d{{2}})"  # 14 Mar 1962, 14mar62
    rf"|{_MONTH} {_DAY},? \d{{4}}"  # March 14, 1962
    r"|\d{1,2}[-./ ]+\d{1,2}[-./ ]+(?:\d{4}|\d{2})"  # 14.3.1962
    r"|\d{8}|\d{6}"  # 14031962, 140362
    r"|\d{4}-\d{2}"  # 1962-03
    r"|\d{1,2}[./-]\d{4}"  # 3/1962
    rf"|{_MONTH}[- ]\d{{4}}"  # Mar 1962
    r"|~?\d{4}"  # 1962
    r")(?![\w])",
    re.IGNORECASE,
)


def find_dates(text: str) -> Iterator[tuple[slice, list[str]]]:
    """Each part of `text` that can be a date, with its possible readings as FHIR dates, likeliest first."""
    plain = "".join(map(_plain, text))
    for found in _DATE_LIKE.finditer(plain):
        if readings := read(found.group()):
            yield slice(*found.span()), readings


def _plain(character: str) -> str:
    """One character for one: without its accent, and digits of any script as 0 to 9."""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    return unicodedata.normalize("NFKD", character)[0]


def read(text: str) -> list[str]:
    """The possible readings of one typed date. Day before month where both fit, the other way second.

    >>> read("14.3.1962"), read("3/4/62"), read("Mar 1962")
    (['1962-03-14'], ['1962-04-03', '1962-03-04'], ['1962-03'])
    """
    text = "".join(map(_plain, text)).strip().strip("~").lower()
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word not in ("st", "nd", "rd", "th")]
    if any(word not in _MONTHS for word in words) or len(words) > 1:
        return []
    month_word = _MONTHS[words[0]] if words else None
    numbers = _NUMBERS.findall(text)
    if month_word:
        return _with_month(numbers, month_word)
    if len(numbers) == 1:
        return _run_of_digits(numbers[0])
    if len(numbers) == 2:
        return _valid(_year_month(*numbers))
    if len(numbers) == 3:
        one, two, three = numbers
        if len(one) == 4:
            return _valid([f"{one}-{int(two):02d}-{int(three):02d}"])
        years = _years(three)
        return _valid(
            [f"{year}-{int(two):02d}-{int(one):02d}" for year in years]
            + [f"{year}-{int(one):02d}-{int(two):02d}" for year in years]
        )
    return []


def _with_month(numbers: list[str], month: int) -> list[str]:
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return _valid([f"{numbers[0]}-{month:02d}"])
    if len(numbers) == 2:
        day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
        return _valid([f"{full}-{month:02d}-{int(day):02d}" for full in _years(year)])
    return []


def _run_of_digits(digits: str) -> list[str]:
    if len(digits) == 4:
        return _valid([digits])
    if len(digits) == 8:
        return _valid(
            [
                f"{digits[4:]}-{digits[2:4]}-{digits[:2]}",
                f"{digits[:4]}-{digits[4:6]}-{digits[6:]}",
                f"{digits[4:]}-{digits[:2]}-{digits[2:4]}",
            ]
        )
    if len(digits) == 6:
        return _valid(
            [f"{year}-{digits[2:4]}-{digits[:2]}" for year in _years(digits[4:])]
            + [f"{year}-{digits[2:4]}-{digits[4:]}" for year in _years(digits[:2])]
        )
    return []


def _year_month(one: str, two: str) -> list[str]:
    if len(one) == 4:
        return [f"{one}-{int(two):02d}"]
    return [f"{two}-{int(one):02d}"] if len(two) == 4 else []


def _years(digits: str) -> list[str]:
    """A two-digit year is of this century or the last; a person may be a hundred years old."""
    return [digits] if len(digits) == 4 else [f"19{digits}", f"20{digits}"]


def _valid(texts: list[str]) -> list[str]:
    kept: dict[str, None] = {}
    for text in texts:
        try:
            low, _high = PartialDate(text).exact_range
        except ValueError:
            continue
        if OLDEST <= low.year <= 2100:
            kept[text] = None
    return list(kept)


def slips(day: dt.date) -> set[str]:
    """Dates that a slip of the pen makes of this one, within its century: day and month exchanged, one digit
    off, two neighbouring digits swapped."""
    texts: set[str] = set()
    digits = _digits(day)
    if day.day <= 12:
        texts.add(f"{day.year:04d}-{day.day:02d}-{day.month:02d}")
    for place in range(2, 7):
        if digits[place] != digits[place + 1]:
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            texts.add(f"{swapped[:4]}-{swapped[4:6]}-{swapped[6:]}")
    for place in range(2, 8):
        for digit in "0123456789":
            changed = digits[:place] + digit + digits[place + 1 :]
            texts.add(f"{changed[:4]}-{changed[4:6]}-{changed[6:]}")
    return set(_valid(sorted(texts))) - {day.isoformat()}


def is_slip(one: dt.date, other: dt.date) -> bool:
    """Whether two dates differ by one slip: the same as `other` being among the `slips` of `one`."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    a, b = _digits(one), _digits(other)
    differing = [place for place in range(8) if a[place] != b[place]]
    if len(differing) == 2:
        first, second = differing
        return second == first + 1 and first >= 2 and a[first] == b[second] and a[second] == b[first]
    return len(differing) == 1 and differing[0] >= 2


def _digits(day: dt.date) -> str:
    """Eight of them. NB: strftime's %Y has fewer than four before the year 1000."""
    return day.isoformat().replace("-", "")
