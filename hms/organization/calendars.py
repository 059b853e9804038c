"""On which days a facility is closed: public holidays of its country and its own closed days."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db.models import DateField, UUIDField

from hms.core.prepared import Given, Prepared
from hms.organization.models import ClosedDay, Facility

_CLOSED = Prepared(
    lambda: ClosedDay.objects.filter(
        facility=Given("facility", UUIDField()),
        day__range=(Given("first", DateField()), Given("last", DateField())),
    )
)

# Years that are asked for at once.
SPAN = 5


def closed_days(facility: Facility, first: date, last: date) -> dict[date, str]:
    """Closed days from `first` to `last`, both included, with their names. One query."""
    days: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        days.update(public_holidays(facility.country, facility.subdivision, year, facility.language))
    for row in _CLOSED(facility=facility.pk, first=first, last=last):
        if row.closed:
            days[row.day] = row.name
        else:
            days.pop(row.day, None)
    return {day: name for day, name in sorted(days.items()) if first <= day <= last}


def public_holidays(country: str, subdivision: str, year: int, language: str = "en") -> dict[date, str]:
    """A country's public holidays in a year; none for a country or province the calendar does not know."""
    return _asked(country, subdivision, language, year - year % SPAN).get(year, {})


@lru_cache(maxsize=64)
def _asked(country: str, subdivision: str, language: str, first: int) -> dict[int, dict[date, str]]:
    """The holidays of `SPAN` years, asked of a program that ends: what it has to load stays out of our memory."""
    program = Path(__file__).with_name("public_holidays.py")
    words = [country, subdivision, language, str(first), str(first + SPAN - 1)]
    done = subprocess.run([sys.executable, "-I", str(program), *words], stdout=subprocess.PIPE, check=True, timeout=60)
    years: dict[int, dict[date, str]] = defaultdict(dict)
    for day, name in json.loads(done.stdout).items():
        years[(found := date.fromisoformat(day)).year][found] = name
    return dict(years)
