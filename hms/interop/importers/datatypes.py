"""FHIR's data types as small values: codings, moments, periods, quantities. Pure: an element in, a value out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hms.core.money import Money
from hms.interop.importers.elements import Choices, Element, Number, codes_of, not_one_of
from hms.patients.rules.partial_dates import PartialDate
from hms.terminology.codes import UCUM


# --- Codes ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Coding:
    system: str = ""
    code: str = ""
    version: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept: the coding that is kept, all that came, and the words."""

    coding: Coding = Coding()
    codings: tuple[Coding, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.coding.code)

    def of(self, system: str) -> Coding | None:
        """Its coding in a system, or None."""
        return next((one for one in self.codings if one.system == system), None)

    def columns(self, prefix: str = "", *, text: int = 200, version: bool = False) -> dict[str, str]:
        """`system`, `code` and `text` under the names a table gives them."""
        head = f"{prefix}_" if prefix else ""
        found = {
            f"{head}system": self.coding.system,
            f"{head}code": self.coding.code,
            f"{head}text": cut(self.text, text),
        }
        if version:
            found[f"{head}version" if prefix else "code_version"] = self.coding.version
        return found


NOTHING = Concept()


def coding(element: Element) -> Coding:
    return Coding(
        element.token("system"), element.token("code"), element.string("version", 64), element.string("display")
    )


def concept(element: Element, prefer: Sequence[str] = (), longest: int = 64) -> Concept:
    """A CodeableConcept. Kept is the coding of a preferred system, else one chosen by a user, else the first.

    A code longer than its column (a post-coordinated expression) stays in the original; its words are kept.
    """
    if not element:
        return NOTHING
    found = [(coding(one), bool(one.boolean("userSelected"))) for one in element.elements("coding")]
    usable = [pair for pair in found if 0 < len(pair[0].code) <= longest and len(pair[0].system) <= 200]

    def rank(pair: tuple[Coding, bool]) -> tuple[int, bool]:
        one, chosen = pair
        return (prefer.index(one.system) if one.system in prefer else len(prefer), not chosen)

    kept = min(usable, key=rank, default=(Coding(), False))[0]
    words = (element.string("text"), kept.display, *(one.display for one, _chosen in found), kept.code)
    return Concept(kept, tuple(one for one, _chosen in usable), next((text for text in words if text), ""))


def coded(element: Element, choices: Choices, *, strict: bool = False, default: str = "") -> str:
    """The code of a CodeableConcept that our table has a word for.

    `strict` (a required binding): refused where it has another one, kept as original where it has none at all.
    """
    allowed = codes_of(choices)
    codes = [one.token("code") for one in element.elements("coding")]
    for code in codes:
        if code in allowed:
            return code
    if strict and element and any(codes):
        element.refuse("coding", not_one_of(next(code for code in codes if code), allowed), "code-invalid")
    elif strict and element:
        element.keep("coding", _("It has no code."))
    return default


def notes(resource: Element, name: str = "note") -> str:
    """The texts of Annotations, one below the other."""
    return "\n".join(text for one in resource.elements(name) if (text := one.string("text")))


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


# --- Time ------------------------------------------------------------------------------------------------------------
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or dateTime as exact as it was written: `start` and `end` are the instants between which it lies."""

    text: str
    start: dt.datetime
    end: dt.datetime

    @property
    def date_text(self) -> str:
        """As FHIR date: 2019, 2019-03 or 2019-03-14. The day is the one that was written, whatever the zone."""
        return self.text[:10]

    @property
    def is_partial(self) -> bool:
        return "T" not in self.text

    @property
    def day(self) -> dt.date | None:
        """The day, where it is known."""
        return dt.date.fromisoformat(self.date_text) if len(self.date_text) == 10 else None


def moment(element: Element, name: str, zone: ZoneInfo) -> Moment | None:
    """A date, dateTime or instant. A date lies between the midnights of `zone`. Refused: what is none."""
    text = element.token(name)
    if not text:
        return None
    try:
        if _INSTANT.fullmatch(text):
            # A leap second (23:59:60) is legal FHIR and unknown to Python.
            at = dt.datetime.fromisoformat(text.replace(":60", ":59", 1) if ":60" in text[16:19] else text)
            at = at.astimezone(dt.UTC)
            return Moment(text, at, at)
        if _DAY.fullmatch(text):
            low, high = PartialDate(text).exact_range
            start = dt.datetime.combine(low, dt.time.min, zone).astimezone(dt.UTC)
            end = dt.datetime.combine(high, dt.time(23, 59, 59), zone).astimezone(dt.UTC)
            return Moment(text, start, end)
    except OverflowError:
        # The first or the last day there is, in a zone where the calendar has ended: legal, and used for "for ever".
        element.keep(name, _("This moment lies outside the calendar that can be kept."))
        return None
    except ValueError:
        pass
    known = "2019, 2019-03, 2019-03-14, 2019-03-14T09:30:00+01:00"
    element.refuse(name, _("This is no date. Dates read %(known)s.") % {"known": known}, "value")
    return None


def day(element: Element, name: str) -> dt.date | None:
    """A date that is kept to the day; a less exact one stays in the original."""
    found = moment(element, name, ZoneInfo("UTC"))
    return found.day if found else None


@dataclass(frozen=True, slots=True)
class Period:
    start: dt.datetime | None = None
    end: dt.datetime | None = None


def period(element: Element, zone: ZoneInfo) -> Period:
    """A Period. Refused: an end before the beginning (FHIR per-1)."""
    start, end = moment(element, "start", zone), moment(element, "end", zone)
    first, last = start.start if start else None, end.end if end else None
    if per_1(first, last):
        element.refuse("end", _("The end is before the beginning."))
        return Period(first)
    return Period(first, last)


def per_1(start: dt.datetime | None, end: dt.datetime | None) -> bool:
    """Whether a period ends before it begins."""
    return bool(start and end and end < start)


def span(resource: Element, name: str, zone: ZoneInfo) -> Period:
    """A time of the kinds dateTime, instant and Period: `span(observation, "effective", zone)`."""
    found = resource.one_of(f"{name}DateTime", f"{name}Period", f"{name}Instant")
    if found.endswith("Period"):
        return period(resource.element(found), zone)
    at = moment(resource, found, zone) if found else None
    return Period(at.start) if at else Period()


# --- Numbers ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: `unit` is UCUM, `unit_text` what people read. `text` is the number as it was written."""

    value: Decimal | None = None
    text: str = ""
    comparator: str = ""
    unit: str = ""
    unit_text: str = ""

    def __bool__(self) -> bool:
        return self.value is not None


def quantity(element: Element, comparators: Choices = (), *, digits: int = 24, places: int = 8) -> Quantity:
    """A Quantity, of so many `digits` as `fitted` says. Refused: a comparator outside `comparators`: 5 is not < 5."""
    number = element.decimal("value")
    comparator = element.code("comparator", comparators)
    system, code, words = element.token("system"), element.token("code"), element.string("unit", 40)
    ucum = code if system in (UCUM, "") and len(code) <= 40 else ""
    if number is None:
        return Quantity(unit=ucum, unit_text=words)
    value = fitted(element, "value", number, digits, places)
    return Quantity(value, cut(number.text, 40), comparator, ucum, words or cut(code, 40))


def fitted(
    element: Element, name: str, number: Decimal | None, digits: int, places: int, *, needed: bool = True
) -> Decimal | None:
    """The number as its column keeps it, rounded to its places.

    One too large for it leaves the resource as original alone; unless `needed`, only the number stays there.
    """
    if number is None:
        return None
    if number.adjusted() >= digits - places:
        if needed:
            element.keep(name, _("This number is too large for its column."))
        return None
    if number.as_tuple().exponent < -places:  # type: ignore[operator]
        return number.quantize(Decimal(1).scaleb(-places))
    return Decimal(number)


def money(element: Element, default: str) -> Money | None:
    """Money, rounded to the currency's own digits: exporters write 516.6500000000001."""
    number = element.decimal("value")
    currency = element.token("currency") or default
    if number is None:
        return None
    if not re.fullmatch("[A-Z]{3}", currency):
        element.refuse("currency", _("A currency has three capital letters (ISO 4217)."), "code-invalid")
        return None
    if number.adjusted() >= 15:
        element.keep("value", _("This number is too large for its column."))
        return None
    return Money.rounded(number, currency)


def words(number: Number | None, unit: str = "") -> str:
    """A number as it was written, with its unit."""
    return f"{number.text} {unit}".strip() if number is not None else ""
