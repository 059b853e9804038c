"""What the booking page offers: departments, types of visit, practitioners, days and times."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import QueryDict

from hms.core import clock
from hms.core.actor import Actor
from hms.organization.models import Department
from hms.organization.wordings import word_all, worded
from hms.patients.models import Patient
from hms.scheduling import codes, facts, presenting, queries, search, timetables, wishing
from hms.scheduling.models import HealthcareService, Schedule
from hms.scheduling.offered import CHOICES, WISHES, Entry, Instead, Offer, address
from hms.scheduling.presenting import Choice, Group
from hms.scheduling.rules import slots
from hms.scheduling.rules.availability import FreeStart, Visit, by_day
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, wall_time
from hms.scheduling.rules.wishes import Wishes, stretches
from hms.scheduling.search import Found, Sought
from hms.scheduling.timetables import Timetable

# A fortnight fits a phone's strip; further on is one tap away.
STRIP = 14
# With whom the patient was last, as long as nothing is chosen yet.
AGAIN = "again"
# Practitioners listed with their first times, and times of each.
LISTED, TIMES = 8, 4


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
    without = () if but is None else (but,)
    wishes = wishing.wishes_of(asked) if but is None else wishing.wishes_of(asked).without("remote", "elsewhere")
    offer = Offer(
        wishes=wishes,
        wished=wishing.in_words(wishes),
        plain=address(asked, **dict.fromkeys(WISHES)),
        kept={name: asked[name] for name in CHOICES if asked.get(name) and name not in WISHES},
        service=service,
        name=names[service.pk],
        preparation=worded(service, "preparation") if service.preparation else "",
        appointment_type=kind,
        minutes=service.minutes(kind),
        services=[Entry(names[one.pk], "", address(asked, service=one.pk, day=None), one.pk) for one in here],
    )
    practitioner = asked.get("practitioner", "")
    if practitioner:
        _of_practitioner(offer, by, patient, practitioner, asked, chosen, without)
    if not offer.practitioner:
        _of_department(offer, by, patient, asked, chosen, without, services)
    return offer


def asked_of(query: QueryDict) -> dict[str, str]:
    """The choices in an address. A slot says all of them at once."""
    asked = {name: query[name] for name in (*CHOICES, AGAIN) if query.get(name)}
    asked |= {name: ",".join(query.getlist(name)) for name in WISHES if name in asked}
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
    offer: Offer,
    by: Actor,
    patient: Patient,
    asked: Mapping[str, str],
    chosen: str,
    but: Collection[UUID],
    services: list[HealthcareService],
) -> None:
    """The first times of every practitioner; the very first is chosen already."""
    service, now = _needed(offer), clock.now()
    alike = [service] if but else wishing.alike(service, services)
    everywhere = {one.department_id for one in alike}
    schedules = queries.schedules_of(everywhere if offer.wishes.elsewhere else {service.department_id})
    languages = search.languages(schedules)
    _what_can_be_wished(offer, service, alike, languages, asked)
    kinds = facts.kinds_of_visit(patient.pk, everywhere, now)
    kinds[service.department_id] = offer.appointment_type

    def sought(wishes: Wishes) -> list[Sought]:
        return [
            Sought(
                one,
                timetables.visit_for(one, kinds[one.department_id], by_patient=facts.acts_as_patient(by)),
                kinds[one.department_id],
            )
            for one in wishing.that_would_do(service, alike, wishes)
        ]

    answer = search.first_free(
        schedules,
        sought,
        offer.wishes,
        now=now,
        patient=patient.pk,
        each=TIMES,
        but=but,
        languages=languages,
    )
    if answer.found and not chosen:
        chosen = str(_slot(answer.found[0]))
    for found in answer.found[:LISTED]:
        for day, some in by_day(found.starts, found.timetable.zone).items():
            offer.groups.append(_group(found, day, some, service, asked, chosen))
    for name, found in answer.instead.items():
        zone = found.timetable.zone
        at = found.starts[0].at
        choice = Choice(_slot(found), at, presenting.time_label(at, zone))
        words = wishing.in_words(offer.wishes, only=name)
        offer.instead.append(Instead(words, choice, found.practitioner, address(asked, day=None, **{name: None})))


def _what_can_be_wished(
    offer: Offer,
    service: HealthcareService,
    alike: list[HealthcareService],
    languages: Mapping[UUID, set[str]],
    asked: Mapping[str, str],
) -> None:
    """Languages spoken here, whether anything goes by video or telephone, and whether there are other clinics."""
    spoken = {code.partition("-")[0] for some in languages.values() for code in some}
    offer.languages = sorted(((code, wishing.language_name(code)) for code in spoken), key=lambda pair: pair[1])
    offer.has_remote = any(one.delivery != codes.Delivery.IN_PERSON for one in alike if one.capacity == 1)
    if any(one.department_id != service.department_id for one in alike) and not offer.wishes.elsewhere:
        offer.elsewhere = address(asked, elsewhere=1, day=None)


def _group(
    found: Found, day: date, some: list[FreeStart], service: HealthcareService, asked: Mapping[str, str], chosen: str
) -> Group:
    """A practitioner's times of a day. Of another clinic, or another type of visit, it says which."""
    one, who = found.sought, found.practitioner
    elsewhere = one.service.department_id != service.department_id
    place = [one.service.department.name, one.service.facility.name] if elsewhere else []
    detail = [worded(one.service, "name")] if one.service.name != service.name else []
    return Group(
        title=who.full_name,
        day=day,
        practitioner=who,
        detail=" · ".join([*place, *detail]),
        choices=presenting.choices(found.timetable, some, one.service.pk, one.appointment_type, chosen),
        more=address(
            asked,
            department=one.service.department_id,
            service=one.service.pk,
            practitioner=who.pk,
            day=None,
            **dict.fromkeys(("language", "gender", "remote", "elsewhere")),
        ),
    )


def _slot(found: Found) -> Slot:
    one = found.sought
    return Slot(found.timetable.schedule.pk, one.service.pk, found.starts[0].at, one.appointment_type)


def _of_practitioner(
    offer: Offer,
    by: Actor,
    patient: Patient,
    practitioner: str,
    asked: Mapping[str, str],
    chosen: str,
    but: Collection[UUID],
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
        within = stretches(offer.wishes, window, zone)
        pairs = [
            (one, start) for one in found for start in one.free_starts(visit, now=now, window=window, within=within)
        ]
        return Strip(first, found, sorted(pairs, key=lambda pair: pair[1]))

    wanted = _day(asked.get("day"), Span(now, visit.bookable(now).end), zone)
    shown = strip(wanted or today)
    if wanted is None and not shown.pairs:
        # Nothing in the first strip: go to the one with the first free time.
        at = _first_time(offer, schedules, visit, patient, but)
        shown = strip(wall_time(at, zone).date()) if at is not None else shown
    if not shown.timetables:
        return
    if wanted is None:
        wanted = wall_time(shown.pairs[0][1].at, zone).date() if shown.pairs else today
    on_day = [pair for pair in shown.pairs if wall_time(pair[1].at, zone).date() == wanted]
    offer.practitioner, offer.day = shown.timetables[0].practitioner, wanted
    offer.anybody = address(asked, practitioner=None, day=None)
    offer.days = presenting.day_chips(
        [start for _one, start in shown.pairs],
        {wall_time(sitting.span.start, zone).date() for one in shown.timetables for sitting in one.sittings},
        zone,
        [shown.first + number * DAY for number in range(STRIP)],
        wanted,
        lambda day: address(asked, day=day),
    )
    offer.groups = presenting.parts_of_day(_choices(on_day, service, offer.appointment_type, chosen), zone)
    offer.earlier = address(asked, day=shown.first - DAY) if shown.first > today else ""
    after, latest = shown.first + STRIP * DAY, wall_time(visit.bookable(now).end, zone).date()
    offer.later = address(asked, day=after) if after <= latest else ""


def _first_time(
    offer: Offer, schedules: QuerySet[Schedule], visit: Visit, patient: Patient, but: UUID | None
) -> datetime | None:
    """The practitioner's first free time that is as wished, however far ahead."""
    service = _needed(offer)
    answer = search.first_free(
        schedules,
        lambda _wishes: [Sought(service, visit, offer.appointment_type)],
        offer.wishes.without("language", "gender", "remote"),
        now=clock.now(),
        patient=patient.pk,
        each=1,
        but=but,
    )
    return answer.found[0].starts[0].at if answer.found else None


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


def _day(text: str | None, bookable: Span, zone: ZoneInfo) -> date | None:
    """A day of the address, or the nearest one that can be booked; None for none, or for something else."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    first, last = (wall_time(moment, zone).date() for moment in bookable)
    return min(max(day, first), last)


def _one_of(text: str | None, ids: Iterable[UUID]) -> UUID | None:
    return next((one for one in ids if str(one) == text), None)


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
