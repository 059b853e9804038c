"""What the booking page offers: departments, types of visit, practitioners, days and times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from hms.core import clock
from hms.core.actor import Actor
from hms.organization.models import Department, Practitioner
from hms.organization.wordings import word_all, worded
from hms.patients.models import Patient
from hms.scheduling import codes, facts, presenting, queries, timetables
from hms.scheduling.models import HealthcareService, Schedule
from hms.scheduling.presenting import Choice, DayChip, Group
from hms.scheduling.rules import slots
from hms.scheduling.rules.availability import FreeStart, by_day
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_time
from hms.scheduling.timetables import Timetable

# A fortnight fits a phone's strip; further on is one tap away.
STRIP = 14
CHOICES = ("department", "service", "practitioner", "day", "type")
# With whom the patient was last, as long as nothing is chosen yet.
AGAIN = "again"
# Practitioners listed with their first times, and times of each.
LISTED, TIMES = 8, 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the first step: a department, or a practitioner one knows."""

    label: str
    detail: str
    url: str
    id: Any = None


@dataclass(slots=True)
class Offer:
    """Everything the page shows. Without a service it is the first step."""

    departments: list[Entry] = field(default_factory=list)
    usual: list[Entry] = field(default_factory=list)
    service: HealthcareService | None = None
    services: list[Entry] = field(default_factory=list)
    name: str = ""
    preparation: str = ""
    appointment_type: str = ""
    minutes: int = 0
    practitioner: Practitioner | None = None
    anybody: str = ""
    days: list[DayChip] = field(default_factory=list)
    day: date | None = None
    earlier: str = ""
    later: str = ""
    groups: list[Group] = field(default_factory=list)

    @property
    def type_label(self) -> str:
        return str(codes.AppointmentType(self.appointment_type).label) if self.appointment_type else ""

    @property
    def chosen(self) -> bool:
        """Whether one of the times is chosen already."""
        return any(choice.checked for group in self.groups for choice in group.choices)

    @property
    def is_empty(self) -> bool:
        return not any(group.choices for group in self.groups)


@dataclass(frozen=True, slots=True)
class Strip:
    """A fortnight of a practitioner: their timetables there, and what is free."""

    first: date
    timetables: list[Timetable]
    pairs: list[tuple[Timetable, FreeStart]]


def of(by: Actor, patient: Patient, asked: Mapping[str, str], chosen: str = "", *, but: UUID | None = None) -> Offer:
    """The offer for a patient, as far as the choices made narrow it: department, service, practitioner, day.

    `chosen` is the slot that was sent; `but` a visit that is being moved and stands in nobody's way.
    """
    chosen = chosen or asked.get("slot", "")
    services = list(queries.bookable_services(by).select_related("department__facility", "facility"))
    departments = {one.department_id for one in services}
    if asked.get(AGAIN) and "department" not in asked:
        asked = {**asked, **_again(patient, departments)}
    department = _one_of(asked.get("department"), departments)
    if department is None:
        return _first_step(patient, services)
    here = [one for one in services if one.department_id == department]
    service = next((one for one in here if str(one.pk) == asked.get("service")), here[0])
    now = clock.now()
    kind = asked.get("type", "") if but is not None or not facts.acts_as_patient(by) else ""
    if kind not in codes.AppointmentType.values:
        kind = facts.kind_of_visit(patient.pk, department, now)
    names = word_all(here, "name")
    offer = Offer(
        service=service,
        name=names[service.pk],
        preparation=worded(service, "preparation") if service.preparation else "",
        appointment_type=kind,
        minutes=service.minutes(kind),
        services=[Entry(names[one.pk], "", _url(asked, service=one.pk, day=None), one.pk) for one in here],
    )
    practitioner = asked.get("practitioner", "")
    if practitioner:
        _of_practitioner(offer, by, patient, practitioner, asked, chosen, but)
    if not offer.practitioner:
        _of_department(offer, by, patient, asked, chosen, but)
    return offer


def asked_of(query: Mapping[str, str]) -> dict[str, str]:
    """The choices in an address. A slot says all of them at once."""
    asked = {name: query[name] for name in (*CHOICES, AGAIN) if query.get(name)}
    if (slot := slots.parse(query.get("slot", ""))) is not None:
        schedule = Schedule.objects.filter(pk=slot.schedule, practitioner_role__isnull=False)
        for one in schedule.select_related("practitioner_role", "facility"):
            asked = {
                "department": str(one.practitioner_role.department_id),
                "service": str(slot.service),
                "practitioner": str(one.practitioner_role.practitioner_id),
                "type": slot.appointment_type,
                "day": wall_time(slot.start, one.facility.zone).date().isoformat(),
                "slot": str(slot),
            }
    return asked


def nearest(alternatives: Iterable[Slot], zone: ZoneInfo) -> list[Choice]:
    """The alternatives of a refusal, to be chosen from: the first of them is."""
    return [
        Choice(slot, slot.start, presenting.time_label(slot.start, zone), checked=number == 0)
        for number, slot in enumerate(alternatives)
    ]


def _first_step(patient: Patient, services: list[HealthcareService]) -> Offer:
    departments: dict[UUID, Department] = {one.department_id: one.department for one in services}
    names = word_all(departments.values(), "name")
    return Offer(
        departments=sorted(
            (Entry(names[one.pk], one.facility.name, f"?department={one.pk}", one.pk) for one in departments.values()),
            key=lambda entry: (entry.detail, entry.label),
        ),
        usual=[
            Entry(
                practitioner.full_name,
                names[department.pk],
                f"?department={department.pk}&practitioner={practitioner.pk}",
                practitioner.pk,
            )
            for practitioner, department in queries.usual_doctors(patient)
            if department.pk in departments
        ],
    )


def _again(patient: Patient, departments: set[UUID]) -> dict[str, str]:
    """The practitioner whom the patient saw last where that can be booked; nothing for a patient who is new."""
    for practitioner, department in queries.usual_doctors(patient):
        if department.pk in departments:
            return {"department": str(department.pk), "practitioner": str(practitioner.pk)}
    return {}


def _of_department(
    offer: Offer, by: Actor, patient: Patient, asked: Mapping[str, str], chosen: str, but: UUID | None
) -> None:
    """The first times of every practitioner; the very first is chosen already."""
    service = _needed(offer)
    visit = timetables.visit_for(service, offer.appointment_type, by_patient=facts.acts_as_patient(by))
    found = timetables.first_free(
        queries.schedules_for(service), visit, service, now=clock.now(), patient=patient.pk, each=TIMES, but=but
    )
    if found and not chosen:
        first, starts = found[0]
        chosen = str(Slot(first.schedule.pk, service.pk, starts[0].at, offer.appointment_type))
    for timetable, starts in found[:LISTED]:
        for day, some in by_day(starts, timetable.zone).items():
            offer.groups.append(
                Group(
                    title=timetable.practitioner.full_name,
                    day=day,
                    practitioner=timetable.practitioner,
                    choices=presenting.choices(timetable, some, service.pk, offer.appointment_type, chosen),
                    more=_url(asked, practitioner=timetable.practitioner.pk, day=None),
                )
            )


def _of_practitioner(
    offer: Offer,
    by: Actor,
    patient: Patient,
    practitioner: str,
    asked: Mapping[str, str],
    chosen: str,
    but: UUID | None,
) -> None:
    """A strip of days and the times of one of them: the day asked for, or the first with a free time."""
    service, now = _needed(offer), clock.now()
    zone, today = service.facility.zone, clock.today(service.facility.time_zone)
    schedules = queries.schedules_for(service).filter(practitioner_role__practitioner__in=_ids(practitioner))
    visit = timetables.visit_for(service, offer.appointment_type, by_patient=facts.acts_as_patient(by))

    def strip(day: date) -> Strip:
        first = today + (day - today) // (STRIP * DAY) * (STRIP * DAY)
        window = Span(day_span(first, zone).start, day_span(first + (STRIP - 1) * DAY, zone).end)
        found = timetables.load(schedules, window, now=now, services=[service], patient=patient.pk, but=but)
        pairs = [(one, start) for one in found for start in one.free_starts(visit, now=now, window=window)]
        return Strip(first, found, sorted(pairs, key=lambda pair: pair[1]))

    wanted = _day(asked.get("day"), today)
    shown = strip(wanted or today)
    if wanted is None and not shown.pairs:
        # Nothing in the first strip: go to the one with the first free time.
        free = timetables.first_free(schedules, visit, service, now=now, patient=patient.pk, each=1, but=but)
        shown = strip(wall_time(free[0][1][0].at, zone).date()) if free else shown
    if not shown.timetables:
        return
    if wanted is None:
        wanted = wall_time(shown.pairs[0][1].at, zone).date() if shown.pairs else today
    on_day = [pair for pair in shown.pairs if wall_time(pair[1].at, zone).date() == wanted]
    offer.practitioner, offer.day = shown.timetables[0].practitioner, wanted
    offer.anybody = _url(asked, practitioner=None, day=None)
    offer.days = presenting.day_chips(
        [start for _one, start in shown.pairs],
        {wall_time(sitting.span.start, zone).date() for one in shown.timetables for sitting in one.sittings},
        zone,
        [shown.first + number * DAY for number in range(STRIP)],
        wanted,
        lambda day: _url(asked, day=day),
    )
    offer.groups = presenting.parts_of_day(_choices(on_day, service, offer.appointment_type, chosen), zone)
    offer.earlier = _url(asked, day=shown.first - DAY) if shown.first > today else ""
    after, latest = shown.first + STRIP * DAY, wall_time(visit.bookable(now).end, zone).date()
    offer.later = _url(asked, day=after) if after <= latest else ""


def _choices(pairs: list[tuple[Timetable, Any]], service: HealthcareService, kind: str, chosen: str) -> list[Choice]:
    if pairs and not chosen:
        timetable, start = pairs[0]
        chosen = str(Slot(timetable.schedule.pk, service.pk, start.at, kind))
    return [
        choice
        for timetable, start in pairs
        for choice in presenting.choices(timetable, [start], service.pk, kind, chosen)
    ]


def _needed(offer: Offer) -> HealthcareService:
    assert offer.service is not None
    return offer.service


def _day(text: str | None, today: date) -> date | None:
    """A day of the address, not before today; None for none, or for something else."""
    try:
        return max(date.fromisoformat(text), today) if text else None
    except ValueError:
        return None


def _one_of(text: str | None, ids: Iterable[UUID]) -> UUID | None:
    return next((one for one in ids if str(one) == text), None)


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []


def _url(asked: Mapping[str, str], **changes: Any) -> str:
    """The page's address with some of its choices changed, or dropped where None."""
    kept = {name: asked[name] for name in CHOICES if asked.get(name)}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return f"?{urlencode(kept)}"
