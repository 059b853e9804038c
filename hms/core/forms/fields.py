"""Fields that read what people type: a date, a time, a moment, a birth date known in part, a measured number.

They take the spellings that mean one thing only and refuse the others in words: 03-Apr-1962, 3.4.1962 and 03/04/1962
are the third of April; 04/03/62 is refused, because nobody can know its century.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hms.core import values
from hms.core.forms.widgets import ClockInput, DayInput, MomentInput

_MONTHS: Final = {name.lower(): number for number, name in enumerate(values.MONTHS, 1)}
_LONG_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS.update({name: number for number, name in enumerate(_LONG_MONTHS, 1)})
# Abbreviations of the other languages of the pages, as people there type them.
_MONTHS.update({"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "sept": 9})

_BY_WORD: Final = re.compile(r"(\d{1,2})[-. /]*([^\W\d_]{3,9})[-. /]*(\d{4})")
_BY_NUMBER: Final = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_RUN: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")
_MONTH_WORD: Final = re.compile(r"([^\W\d_]{3,9})[-. /]*(\d{4})")
_MONTH_NUMBER: Final = re.compile(r"(\d{1,2})[-./](\d{4})")
_ISO_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})")
# Of a date that somebody types.
YEARS: Final = range(1900, 2200)
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?")


def parse_day(text: str) -> dt.date:
    """The date that was typed: 23-Nov-2026, 23 November 2026, 23.11.2026, 23/11/2026, 2026-11-23, 23112026.

    Raises ValueError for anything else; the day always stands before the month.
    """
    text = text.strip()
    if found := _BY_WORD.fullmatch(text):
        day, word, year = found.groups()
        return dt.date(int(year), _month(word), int(day))
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
        return dt.date(int(year), int(month), int(day))
    if found := _BY_NUMBER.fullmatch(text) or _RUN.fullmatch(text):
        day, month, year = found.groups()
        return dt.date(int(year), int(month), int(day))
    raise ValueError(text)


def parse_partial_date(text: str) -> str:
    """What was typed as FHIR's date: "1956", "1956-03" or "1956-03-14". Raises ValueError."""
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        return text
    if found := _MONTH_WORD.fullmatch(text):
        return f"{found[2]}-{_month(found[1]):02d}"
    if found := _ISO_MONTH.fullmatch(text):
        year, month = found.groups()
    elif found := _MONTH_NUMBER.fullmatch(text):
        month, year = found.groups()
    else:
        return parse_day(text).isoformat()
    return dt.date(int(year), int(month), 1).strftime("%Y-%m")


def parse_clock(text: str) -> dt.time:
    """The time that was typed: 9:05, 09.05, 0905, 9. Raises ValueError."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    return dt.time(int(found[1]), int(found[2] or 0))


def _month(word: str) -> int:
    try:
        return _MONTHS[word.lower()]
    except KeyError:
        raise ValueError(word) from None


class DayField(forms.DateField):
    """A date in the years that people live in: sums with days beyond them end outside the calendar."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("Write the date as day, month, year, for example 23-Nov-2026."),
        "far": _("Choose a day after 1900 and before 2200."),
    }

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return values.wall(value).date() if isinstance(value, dt.datetime) else value
        try:
            day = parse_day(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if day.year not in YEARS:
            raise ValidationError(self.error_messages["far"], code="far")
        return day


class ClockField(forms.TimeField):
    """A time of day."""

    widget = ClockInput
    default_error_messages = {"invalid": _("Write the time in 24 hours, for example 14:30.")}

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.time):
            return value
        try:
            return parse_clock(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentField(forms.MultiValueField):
    """Date and time on the wall clock of the active zone, as an instant."""

    widget = MomentInput
    default_error_messages = {
        "nonexistent": _("On that day the clocks were put forward over this time. Choose another."),
        "incomplete": _("Write both the date and the time."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__((DayField(), ClockField()), require_all_fields=True, **options)
        # NB: without this the message would be "This field is required" when one half is there.
        self.error_messages["required"] = options.get("error_messages", {}).get(
            "required", self.error_messages["incomplete"]
        )

    def compress(self, data_list: list[Any]) -> dt.datetime | None:
        if not data_list:
            return None
        day, clock = data_list
        moment = timezone.make_aware(dt.datetime.combine(day, clock))
        # A wall time that the change to summer time leaves out doesn't survive the way to UTC and back.
        if values.wall(moment.astimezone(dt.UTC)).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise ValidationError(self.error_messages["nonexistent"], code="nonexistent")
        return moment


class PartialDateField(forms.CharField):
    """A date as exact as it is known: a year, a month of a year, a day. Clean value: FHIR's date as text."""

    default_error_messages = {
        "invalid": _("Write a date, for example 14-Mar-1956; if only the month or year is known, Mar-1956 or 1956."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"class": "hms-short", "autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return values.partial_date_text(value) if isinstance(value, str | dt.date) else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return parse_partial_date(text)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class MeasureField(forms.DecimalField):
    """A measured number, with a decimal point or comma: 81.4 and 81,4 are the same.

    "1,000" is refused: it is one in Berlin and a thousand in Boston.
    """

    default_error_messages = {
        "invalid": _("Write a number, for example 81.4."),
        "ambiguous": _("Write one thousand as 1000, and one as 1."),
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = value.strip()
            if re.fullmatch(r"\d{1,3}[,.]\d{3}(?:[,.]\d{3})*", value) and "," in value:
                raise ValidationError(self.error_messages["ambiguous"], code="ambiguous")
            value = value.replace(",", ".", 1)
        return super().to_python(value)
