"""How long somebody waits for a visit who asks today: the third free time of each department and practitioner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from hms.core import clock
from hms.core.values import day_text, natural
from hms.reports import report
from hms.reports.asking import Asked
from hms.reports.report import Cell, Figure, Report, Table
from hms.reports.rules.third_next import THIRD, days_until, first_apart, starts_needed, third
from hms.scheduling import codes, timetables
from hms.scheduling.models import HealthcareService, Schedule

NAME, TITLE = gettext_lazy("Third free time"), gettext_lazy("How soon somebody is seen who asks today")
# Whom the department knows: most visits are.
KIND = codes.AppointmentType.FOLLOWUP


@dataclass(slots=True)
class Free:
    """The first free times of a row, none of which excludes another."""

    name: str
    id: UUID
    times: list[datetime]


def make(asked: Asked) -> Report:
    """As many queries as one search for a free time, however many practitioners there are."""
    now, zone = clock.now(), asked.facility.zone
    today = clock.today(asked.facility.time_zone)
    found = _rows(asked, now)
    thirds = [third(row.times) for row in found]
    days = [None if at is None else days_until(at, today, zone) for at in thirds]
    known = sorted(number for number in days if number is not None)
    none = len(days) - len(known)
    finding = _finding(known, none)
    table = Table(
        report.by_words(asked),
        [report.first_head(asked), _("First free time"), _("Third free time"), _("Days until the third")],
        [
            report.row(
                asked, row.name, row.id, _day(min(row.times, default=None), asked), _day(at, asked), _days(number)
            )
            for row, at, number in zip(found, thirds, days, strict=True)
        ],
    )
    return Report(
        finding=finding,
        figures=[
            Figure(_("Soonest"), *_figure(known[0] if known else None)),
            Figure(_("Latest"), *_figure(known[-1] if known else None)),
            Figure(_("Nothing free"), report.count(none).text, note=_("fewer than three times left to book")),
        ],
        bars=report.bars(
            _("Days until the third free time"),
            pgettext("days", "d"),
            [(row.name, number) for row, number in zip(found, days, strict=True)],
            finding,
        ),
        table=table,
        definition=[
            _("Days from today to the third free time for a follow-up, weekends and holidays counted; today is 0."),
            _("Of each department the type of visit that comes first in its list; of times that overlap, one counts."),
            _(
                "The third, because the first two are often there by chance. "
                "Source: Institute for Healthcare Improvement."
            ),
        ],
        left_out=[
            _("Times held for somebody else, and those kept for the day itself before that morning."),
            _("Earlier days: what was free then is not known any more, so there is no comparison."),
        ],
    )


def _finding(known: list[int], none: int) -> str:
    if not known:
        return _("No three times are free anywhere") if none else _("Nobody has a timetable in which to look")
    if known[0] == known[-1]:
        return _("The third free time: %(when)s") % {"when": _when(known[0])}
    return _("The third free time: %(soonest)s at the earliest, %(latest)s at the latest") % {
        "soonest": _when(known[0]),
        "latest": _when(known[-1]),
    }


def _when(days: int) -> str:
    if days == 0:
        return _("today")
    return ngettext("in %(number)d day", "in %(number)d days", days) % {"number": days}


def _figure(days: int | None) -> tuple[str, str]:
    return (str(days), _("days")) if days is not None else (_("none free"), "")


def _day(moment: datetime | None, asked: Asked) -> Cell:
    if moment is None:
        return Cell(None, _("none free"))
    local = clock.local(moment, asked.facility.time_zone)
    return Cell(local.date().isoformat(), day_text(local.date()))


def _days(days: int | None) -> Cell:
    return Cell(days, _("none free")) if days is None else Cell(days, str(days))


def _rows(asked: Asked, now: datetime) -> list[Free]:
    """Departments or practitioners with timetables, in the order of names.

    Looks on only while a row has fewer than three times: what is later does not change its third.
    """
    services = _services(asked)
    if not services:
        return []
    kinds = {id: service.visit(KIND) for id, service in services.items()}
    bookable = max((visit.bookable(now) for visit in kinds.values()), key=lambda span: span.end)
    rows: dict[UUID, Free] = {}
    # Of each timetable, because only times of one practitioner exclude one another.
    times: dict[UUID, list[datetime]] = defaultdict(list)
    for window, found in timetables.looks(_schedules(asked, services), bookable, now=now, services=services.values()):
        known = {id for id, row in rows.items() if len(row.times) >= THIRD}
        for one in found:
            role, mine = one.schedule.practitioner_role, times[one.schedule.pk]
            who: Any = one.practitioner if asked.by_practitioner else role.department
            row = rows.setdefault(who.pk, Free(str(who), who.pk, []))
            if who.pk in known or len(mine) >= THIRD:
                continue
            visit = kinds[role.department_id]
            starts = one.free_starts(visit, now=now, window=window, limit=starts_needed(visit))
            # A time of this look may overlap the last of the look before: then it does not count beside it.
            after = [start for start in starts if not mine or start.at >= mine[-1] + visit.occupied(now).length]
            more = first_apart(after, visit, THIRD - len(mine))
            mine += more
            row.times += more
        if all(len(row.times) >= THIRD for row in rows.values()):
            break
    return sorted(rows.values(), key=lambda row: natural(row.name))


def _schedules(asked: Asked, services: Mapping[UUID, HealthcareService]) -> QuerySet[Schedule]:
    schedules = Schedule.objects.filter(
        facility=asked.facility,
        practitioner_role__department__in=list(services),
        practitioner_role__practitioner__active=True,
    )
    return schedules if asked.own is None else schedules.filter(practitioner_role__practitioner=asked.own)


def _services(asked: Asked) -> Mapping[UUID, HealthcareService]:
    """What each department is booked for when nobody says more."""
    services = HealthcareService.objects.offered().filter(facility=asked.facility, department__active=True, capacity=1)
    if asked.department is not None:
        services = services.filter(department=asked.department)
    found: dict[UUID, HealthcareService] = {}
    for service in services:
        found.setdefault(service.department_id, service)
    return found
