"""On which days a facility is closed: public holidays of its country and its own closed days."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import DateField, UUIDField

from hms.core.prepared import Given, Prepared
from hms.organization.models import ClosedDay, Facility

_CLOSED = Prepared(
    lambda: ClosedDay.objects.filter(
        facility=Given("facility", UUIDField()),
        day__range=(Given("first", DateField()), Given("last", DateField())),
    )
)


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


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, year: int, language: str = "en") -> dict[date, str]:
    """A country's public holidays in a year; none for a country or province the calendar does not know."""
    # Imported here: the package is heavy and most requests ask for no calendar.
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        return {}
    spoken = holidays.list_localized_countries().get(country, [])
    said = next((code for code in spoken if code == language or code.startswith(f"{language}_")), None)
    days = holidays.country_holidays(
        country, subdiv=subdivision if subdivision in known[country] else None, years=year, language=said
    )
    return dict(days.items())


def subdivisions(country: str) -> list[str]:
    """Codes of the provinces whose holidays differ, for the form of a facility."""
    import holidays

    return list(holidays.list_supported_countries().get(country, []))
