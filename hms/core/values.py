"""How a value is written, in plain text: the same on each page, label, letter and mail.

Dates are 23-Nov-2026 and times 10:00 in every language: month names stay Latin, because a date that the reader's
language spells or orders differently is read wrongly (NHS Common User Interface, "Date and time display", 2010).
Doses never end in a zero and never begin with a point (ISMP, list of error-prone abbreviations, 2021). Refuses to
guess: a value that is none is an empty string. The templates' filters wrap these in HTML that holds their direction.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any, Final

from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from hms.core import clock
from hms.core.money import Money, exponent

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# FHIR's date: a year, a month, or a day.
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_DIGITS: Final = re.compile(r"(\d+)")
# Both code points that look like the micro sign.
_MICRO: Final = re.compile("[\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}]")
# Nobody types more decimals, and no instrument measures them: what follows is left from a program's arithmetic.
_MANY_DECIMALS: Final = re.compile(r"-?\d+\.\d{5,}")
_DOSE_UNITS: Final = {"ug": "mcg", "U": "units", "IU": "units", "iu": "units", "[iU]": "units", "[IU]": "units"}


def natural(text: str) -> list[tuple[int, str]]:
    """A key to sort names by as people count: Room 2 comes before Room 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _DIGITS.split(text) if part]


def wall(value: dt.datetime, zone: str = "") -> dt.datetime:
    """An instant on the wall clock of `zone`, or of the active zone."""
    if timezone.is_naive(value):
        return value
    return clock.local(value, zone) if zone else timezone.localtime(value)


def day_text(value: dt.date | dt.datetime | None, zone: str = "") -> str:
    """23-Nov-2026."""
    if not isinstance(value, dt.date):
        return ""
    if isinstance(value, dt.datetime):
        value = wall(value, zone)
    return f"{value.day:02d}-{MONTHS[value.month - 1]}-{value.year:04d}"


def long_day_text(value: dt.date | dt.datetime | None, zone: str = "") -> str:
    """Monday, 23-Nov-2026."""
    if not isinstance(value, dt.date):
        return ""
    if isinstance(value, dt.datetime):
        value = wall(value, zone)
    return gettext("%(weekday)s, %(day)s") % {"weekday": formats.date_format(value, "l"), "day": day_text(value)}


def short_day_text(value: dt.date | dt.datetime | None, zone: str = "") -> str:
    """23-Nov: where the year is plain from what stands around it."""
    return day_text(value, zone)[:6]


def clock_text(value: dt.datetime | dt.time | None, zone: str = "", *, seconds: bool = False) -> str:
    """10:00, or 10:00 CET when a zone is named."""
    if not isinstance(value, dt.datetime | dt.time):
        return ""
    if isinstance(value, dt.datetime):
        value = wall(value, zone)
    text = value.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{text} {zone_text(value)}" if zone and isinstance(value, dt.datetime) else text


def moment_text(value: dt.datetime | None, zone: str = "") -> str:
    """23-Nov-2026, 10:00, with the zone when one is named."""
    if not isinstance(value, dt.datetime):
        return ""
    return f"{day_text(value, zone)}, {clock_text(value, zone)}"


def zone_text(value: dt.datetime) -> str:
    """CET; a zone that has only a number for a name is written UTC+03:30."""
    name = value.tzname() or ""
    if name[:1] not in "+-":
        return name
    offset = value.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def partial_date_text(text: str | dt.date | None) -> str:
    """As exact as it is known: 1956, Mar-1956, 14-Mar-1956. Takes FHIR's date, "1956", "1956-03", "1956-03-14"."""
    if isinstance(text, dt.date):
        return day_text(text)
    found = _PARTIAL.fullmatch(text or "")
    if not found:
        return text or ""
    year, month, day = found.groups()
    parts = [day, MONTHS[int(month) - 1] if month and 1 <= int(month) <= 12 else month, year]
    return "-".join(part for part in parts if part)


def age_text(born: str | dt.date | None, on: dt.date | dt.datetime | None = None) -> str:
    """The age on a day, in the unit people use for it; "~" when the birth date is not known to the day.

    Days up to 4 weeks, weeks up to a year, months up to 2 years, years and months up to 18, then years
    (NHS Common User Interface, "Patient banner", 2010). Empty before the birth and for no date.
    """
    on = _as_date(on)
    if isinstance(born, dt.date):
        return _age(born, on) if on >= born else ""
    found = _PARTIAL.fullmatch(born or "")
    if not found:
        return ""
    year, month, day = found.groups()
    if month is None:
        years = on.year - int(year)
        return "~" + _years(years) if years >= 0 else ""
    try:
        # Of a month the middle: wrong by two weeks at most, and the "~" says so.
        date = dt.date(int(year), int(month), int(day or 15))
    except ValueError:
        return ""
    if on < date:
        return ""
    return _age(date, on) if day else "~" + _age(date, on)


def _as_date(on: dt.date | dt.datetime | None) -> dt.date:
    if isinstance(on, dt.datetime):
        return wall(on).date()
    return on or timezone.localdate()


def _age(born: dt.date, on: dt.date) -> str:
    days = (on - born).days
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    years, rest = divmod(months, 12)
    if days < 28:
        return gettext("%(number)s d") % {"number": days}
    if months < 12:
        return gettext("%(number)s wk") % {"number": days // 7}
    if months < 24:
        return gettext("%(number)s mo") % {"number": months}
    if years < 18 and rest:
        return gettext("%(years)s y %(months)s mo") % {"years": years, "months": rest}
    return _years(years)


def _years(years: int) -> str:
    return pgettext("age", "%(number)s y") % {"number": years}


def mrn_text(mrn: str | None) -> str:
    """In groups of four, as people read numbers aloud: 4071 8226 5."""
    mrn = str(mrn or "")
    return " ".join(mrn[start : start + 4] for start in range(0, len(mrn), 4))


def number_text(value: Any, digits: int | None = None) -> str:
    """1,522 or 1.522, as the language writes it."""
    if value is None or value == "":
        return ""
    return formats.number_format(value, decimal_pos=digits, use_l10n=True, force_grouping=True)


def money_text(value: Money | None) -> str:
    """EUR 1,234.50."""
    if value is None:
        return ""
    return f"{value.currency} {number_text(value.amount, exponent(value.currency))}"


def unit_text(unit: str | None) -> str:
    """A unit without the sign that is misread as an m: mcg/L, micromol/L."""
    unit = _MICRO.sub("u", unit or "")
    if unit == "ug" or unit.startswith("ug/"):
        return "mcg" + unit[2:]
    for short in ("umol", "ukat", "uL", "um"):
        if unit == short or unit.startswith(short + "/"):
            return "micro" + unit[1:]
    return unit.replace("mm[Hg]", "mm Hg")


def measured_text(value: Any, decimals: int | None = None) -> str:
    """A measured value as people read it: as it was recorded, or four digits of what only a program could write.

    72.50 stays 72.50, and 158.7513833185737 reads 158.8: the record keeps every digit. So do the zeros a column adds
    to a Decimal fall away. `decimals` is how exactly this is measured, where that is known. Never localised: a decimal
    comma is misread.
    """
    if value is None:
        return ""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if not _MANY_DECIMALS.fullmatch(text):
        return text
    number = Decimal(text)
    if decimals is None:
        decimals = max(0, 3 - number.adjusted()) if number else 0
    text = f"{round(number, decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def point_text(number: Decimal | float, digits: int | None = None) -> str:
    """A clinical number: a decimal point in every language, thousands apart by a comma where it can't be misread.

    In German or Arabic 1,000 is one; there the thousands stand apart by a narrow space.
    """
    text = format(number, ",f" if digits is None else f",.{digits}f")
    return text if formats.get_format("DECIMAL_SEPARATOR") == "." else text.replace(",", "\N{NARROW NO-BREAK SPACE}")


def dose_text(quantity: Decimal | int | str | None, unit: str = "") -> str:
    """5 mg, 0.5 mg, 1,000 mg. No trailing zero, a leading one, no µg, U or IU; a comma only from 1,000."""
    if quantity is None or quantity == "":
        return ""
    text = point_text(Decimal(str(quantity)))
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    unit = _MICRO.sub("u", unit)
    return f"{text} {_DOSE_UNITS.get(unit) or unit_text(unit)}".rstrip()


def initials(label: str | None) -> str:
    """IH for "HALVORSEN, Ingrid (Mrs)" and for "Dr Ingrid Halvorsen"; one letter for a mononym."""
    words = re.sub(r"\(.*?\)", "", label or "").strip()
    if "," in words:
        family, _, given = words.partition(",")
        parts = [given.strip()[:1], family.strip()[:1]]
    else:
        names = [word for word in words.split() if not word.endswith(".") and word not in _TITLES] or words.split()
        parts = [names[0][:1], names[-1][:1]] if len(names) > 1 else [word[:1] for word in names]
    return "".join(parts).upper() or "?"


_TITLES: Final = frozenset({"Dr", "Prof", "Mr", "Mrs", "Ms", "Mx", "Herr", "Frau", "Nurse", "Sister"})


def hue(id: Any) -> int:
    """Which of the eight colours a disc has: from the id alone, so it is the same everywhere."""
    if id is None or id == "":
        return 0
    number = getattr(id, "int", id)
    return number % 8 if isinstance(number, int) else sum(str(id).encode()) % 8
