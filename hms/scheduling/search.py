"""The first free times of many practitioners, departments and facilities, as somebody wishes them.

Where nothing is free as it is wished, the answer says which one wish to give up, and what there is then: from the same
rows, without another question to the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from hms.organization.models import Practitioner, PractitionerLanguage
from hms.scheduling import timetables
from hms.scheduling.models import HealthcareService, Schedule
from hms.scheduling.rules import wishes as rules
from hms.scheduling.rules.availability import FreeStart, Visit
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.rules.wishes import Wishes
from hms.scheduling.timetables import Timetable


@dataclass(frozen=True, slots=True)
class Sought:
    """A type of visit that would do, as it would be for the patient."""

    service: HealthcareService
    visit: Visit
    appointment_type: str


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody's first free times for a type of visit."""

    timetable: Timetable
    sought: Sought
    starts: list[FreeStart]

    @property
    def practitioner(self) -> Practitioner:
        return self.timetable.practitioner


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, the earliest first; or else the first time without each wish that stands in the way by itself."""

    found: list[Found] = field(default_factory=list)
    instead: dict[str, Found] = field(default_factory=dict)


def first_free(
    schedules: QuerySet[Schedule],
    sought: Callable[[Wishes], Iterable[Sought]],
    wishes: Wishes,
    *,
    now: datetime,
    patient: UUID,
    each: int,
    but: Collection[UUID] = (),
    languages: Mapping[UUID, set[str]] | None = None,
) -> Answer:
    """The next `each` free times of every schedule. `sought` names the types of visit that would do with such wishes.

    `languages`: what each practitioner speaks, where somebody might wish for that.

    Looks as far as `timetables.looks` does, in a fixed number of queries, whatever is wished.
    """
    fewer = {name: wishes.without(name) for name in wishes.said}
    every = [one for some in (wishes, *fewer.values()) for one in sought(some)]
    if not every:
        return Answer()
    ranges = [one.visit.bookable(now) for one in every]
    bookable = Span(min(one.start for one in ranges), max(one.end for one in ranges))
    services = {one.service.pk: one.service for one in every}
    instead: dict[str, Found] = {}
    for window, there in timetables.looks(
        schedules, bookable, now=now, services=list(services.values()), patient=patient, but=but
    ):

        def look(with_these: Wishes, limit: int, there: list[Timetable] = there, window: Span = window) -> list[Found]:
            found = _of(
                there, list(sought(with_these)), with_these, languages or {}, now=now, window=window, limit=limit
            )
            return sorted(found, key=lambda one: (one.starts[0], one.timetable.turn))

        if found := look(wishes, each):
            return Answer(found)
        for name, others in fewer.items():
            if name not in instead and (some := look(others, 1)):
                instead[name] = some[0]
    return Answer(instead=instead)


def languages(schedules: QuerySet[Schedule]) -> dict[UUID, set[str]]:
    """What is spoken by each practitioner who has one of these timetables."""
    rows = PractitionerLanguage.objects.filter(
        practitioner__in=schedules.values("practitioner_role__practitioner")
    ).values_list("practitioner", "code")
    found: dict[UUID, set[str]] = {}
    for practitioner, code in rows:
        found.setdefault(practitioner, set()).add(code)
    return found


def _of(
    there: Iterable[Timetable],
    sought: list[Sought],
    wishes: Wishes,
    languages: Mapping[UUID, set[str]],
    *,
    now: datetime,
    window: Span,
    limit: int,
) -> Iterator[Found]:
    for timetable in there:
        who = timetable.practitioner
        if wishes.gender and who.gender != wishes.gender:
            continue
        if wishes.language and not rules.speaks(wishes.language, languages.get(who.pk, ())):
            continue
        within = rules.stretches(wishes, window, timetable.zone)
        for one in sought:
            if one.service.department_id == timetable.schedule.practitioner_role.department_id:
                starts = timetable.free_starts(one.visit, now=now, window=window, within=within, limit=limit)
                if starts:
                    yield Found(timetable, one, starts)
