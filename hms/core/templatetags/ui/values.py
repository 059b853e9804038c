"""Filters that write a value so that the direction of the text around it can't reorder it.

Every date, time, number with a unit, record number and telephone number passes through here: on a right-to-left page a
bare 14-Mar-1962 reads Mar-1962-14. What the text is, `hms.core.values` decides.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.template import Library
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from hms.core import values
from hms.core.money import Money

register = Library()


def isolated(text: str) -> SafeString | str:
    """Text that keeps its own order, left to right; nothing stays nothing."""
    return format_html('<span class="hms-v">{}</span>', text) if text else ""


def _time(machine: str, text: str) -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', machine, text) if text else ""


def _date_of(value: dt.date | dt.datetime, zone: str = "") -> str:
    return (values.wall(value, zone).date() if isinstance(value, dt.datetime) else value).isoformat()


@register.filter
def day(value: Any, zone: str = "") -> SafeString | str:
    """23-Nov-2026; of an instant, the day it is in `zone` or in the active zone."""
    return _time(_date_of(value, zone), values.day_text(value, zone)) if isinstance(value, dt.date) else ""


@register.filter
def long_day(value: Any, zone: str = "") -> SafeString | str:
    """Monday, 23-Nov-2026, the weekday in the reader's language."""
    if not isinstance(value, dt.date):
        return ""
    text = values.long_day_text(value, zone)
    short = values.day_text(value, zone)
    before, _, after = text.partition(short)
    return format_html("{}{}{}", before, _time(_date_of(value, zone), short), after)


@register.filter
def short_day(value: Any, zone: str = "") -> SafeString | str:
    """23-Nov, where the year stands nearby."""
    return _time(_date_of(value, zone), values.short_day_text(value, zone)) if isinstance(value, dt.date) else ""


@register.filter
def clock(value: Any, zone: str = "") -> SafeString | str:
    """10:00; with a zone, 10:00 CET on that zone's wall clock."""
    return _moment(value, values.clock_text(value, zone))


@register.filter
def clock_seconds(value: Any) -> SafeString | str:
    """10:11:32."""
    return _moment(value, values.clock_text(value, seconds=True))


@register.filter
def moment(value: Any, zone: str = "") -> SafeString | str:
    """23-Nov-2026, 10:00; with a zone, on its wall clock and named."""
    return _moment(value, values.moment_text(value, zone))


@register.filter
def zoned(value: Any) -> SafeString | str:
    """23-Nov-2026, 10:00 CET in the active zone."""
    if not isinstance(value, dt.datetime):
        return ""
    return _moment(value, f"{values.moment_text(value)} {values.zone_text(values.wall(value))}".rstrip())


def _moment(value: Any, text: str) -> SafeString | str:
    if isinstance(value, dt.datetime):
        return _time(value.isoformat(timespec="seconds"), text)
    return isolated(text)


@register.filter
def partial_date(value: Any) -> SafeString | str:
    """1956, Mar-1956 or 14-Mar-1956: as exact as it is known."""
    if isinstance(value, dt.date):
        return day(value)
    text = values.partial_date_text(value)
    return isolated(text) if text == value and len(text) != 4 else _time(str(value), text)


@register.filter
def age(born: Any, on: dt.date | dt.datetime | None = None) -> SafeString | str:
    """64 y, ~70 y, 4 y 3 mo, 26 wk, 9 d; on a day, or today. In its own language's direction."""
    text = values.age_text(born, on)
    return format_html("<bdi>{}</bdi>", text) if text else ""


@register.filter
def mrn(value: Any) -> SafeString | str:
    """4071 8226 5."""
    return isolated(values.mrn_text(value))


@register.filter
def number(value: Any, digits: int | None = None) -> SafeString | str:
    """1,522, grouped as the language groups; `digits` after the point."""
    return isolated(values.number_text(value, digits))


@register.filter
def money(value: Money | None) -> SafeString | str:
    """EUR 1,234.50."""
    return isolated(values.money_text(value))


@register.filter
def v(value: Any) -> SafeString | str:
    """Any other text that must keep its order: telephone, postcode, code."""
    return isolated("" if value is None else str(value))


@register.filter
def breaking(name: Any) -> SafeString | str:
    """A name that may be broken behind its slashes: paracetamol/dextromethorphan/doxylamine."""
    parts = conditional_escape(name).split("/")
    return format_html_join(SafeString("/<wbr>"), "{}", ((SafeString(part),) for part in parts))


@register.filter
def dose(quantity: Decimal | int | str | None, unit: str = "") -> SafeString | str:
    """5 mg, 0.5 mg, 1,000 mg; 50 mcg, 10 units."""
    return isolated(values.dose_text(quantity, unit))


@register.simple_tag
def value(measured: Any, unit: str = "") -> SafeString | str:
    """A measured value as it was recorded, heavy, and its unit on the same line."""
    text = values.measured_text(measured)
    if not text:
        return ""
    unit = values.unit_text(unit).replace(" ", "\N{NO-BREAK SPACE}")
    gap = "\N{NO-BREAK SPACE}" if unit else ""
    return format_html('<span class="hms-v"><strong>{}</strong>{}{}</span>', text, gap, unit)
