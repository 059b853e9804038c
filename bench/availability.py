"""How long does it take to find a free time in a hospital whose next two months are full?

    python -m bench.availability                      on SQLite and PostgreSQL
    python -m bench.availability --engine sqlite --profile "a department"

200 doctors in ten departments, each with two sessions a working day; every doctor but those of one department has no
free time for 60 days and few after that: 100,000 bookings within 90 days. Eight rooms and eight scanners are full for
60 days as well. Nothing is kept between two searches: what the process knows of timetables is forgotten before each
("cold"). Aims: p95 under 20 ms for a search, under 30 ms for the page of a doctor's week, and as many queries with
100,000 bookings as when only the department that is searched has its 11,000.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from bench import house

DEPARTMENTS, DOCTORS = 10, 20
PATIENTS, THINGS = 240, 8
FULL, AHEAD = 60, 90
BOOKINGS = 100_000
TIMES = 40
AIMS = {"a department": 20, "with room and device": 20, "people free, devices full": 20, "a doctor's week, page": 30}


def main(arguments: Sequence[str] | None = None) -> int:
    return house.full_house("availability", __doc__, inside, show, {"bookings": BOOKINGS}, arguments)


def show(engine: str, found: dict[str, Any]) -> bool:
    rows = [
        [
            way,
            *(f"{one[name]:.1f}" for name in ("p50", "p95", "cpu")),
            f"{one['few']} / {one['many']}",
            f"{AIMS[way]}" if way in AIMS else "",
        ]
        for way, one in found["ways"].items()
    ]
    heads = ["", "p50 ms", "p95 ms", "CPU ms", f"queries, {found['few']:,} / {found['bookings']:,}", "aim"]
    house.table(f"First free time on {engine}", heads, rows)
    return all(one["few"] >= one["many"] for one in found["ways"].values()) and all(
        found["ways"][way]["p95"] < aim for way, aim in AIMS.items()
    )


def inside(bookings: int, profile: str | None) -> dict[str, Any]:
    house.set_up()
    world = World()
    visits = world.visits(bookings)
    world.write(islice(visits, bookings // (DEPARTMENTS - 1)))
    few_bookings = world.written
    ways = world.ways()
    few = {way: house.queries_of(deed) for way, deed in ways.items()}
    world.write(visits)
    world.settle()
    if profile:
        return {"profile": house.profiled(ways[profile])}
    found = {
        way: {**asdict(house.timed(deed, TIMES)), "few": few[way], "many": house.queries_of(deed)}
        for way, deed in ways.items()
    }
    return {"ways": found, "few": few_bookings, "bookings": world.written}


class World:
    """The hospital, and what is asked of it."""

    def __init__(self) -> None:
        from hms.core import clock
        from hms.scheduling.rules.wall_clock import first_instant
        from tests import make

        self.facility = make.facility()
        self.zone = self.facility.zone
        today = clock.today(self.facility.time_zone)
        self.mornings = [
            [
                first_instant(datetime.combine(today + timedelta(days=day), at), self.zone)
                for at in (time(8), time(10, 20))
            ]
            for day in range(AHEAD)
            if (today + timedelta(days=day)).weekday() < 5
        ]
        self.full = sum(1 for day in range(FULL) if (today + timedelta(days=day)).weekday() < 5)
        self.departments = [make.department(self.facility) for _ in range(DEPARTMENTS)]
        self.plain = [make.healthcare_service(one) for one in self.departments]
        needs = {"room_kind": "ultrasound", "device_kind": "ultrasound"}
        self.echo = make.healthcare_service(self.departments[0], **needs)
        self.echo_of_the_free = make.healthcare_service(self.departments[-1], **needs)
        self.roles = [[self.doctor(one) for _ in range(DOCTORS)] for one in self.departments]
        self.rooms = [make.location(self.facility, use="ultrasound") for _ in range(THINGS)]
        self.devices = [make.device(self.facility, kind="ultrasound") for _ in range(THINGS)]
        self.patients = [make.patient() for _ in range(PATIENTS)]
        self.desk = make.user("front-desk", facility=self.facility)
        self.written = 0

    def doctor(self, department: Any) -> Any:
        from tests import make

        role = make.practitioner_role(department=department)
        schedule = make.schedule(role)
        make.session(schedule, "08:00", "10:00")
        make.session(schedule, "10:20", "12:20")
        return role

    def visits(self, count: int) -> Iterator[tuple[int, int, datetime]]:
        """Department, doctor and time, one department after the other: 60 days full, then some of the days after."""
        busy = range(DEPARTMENTS - 1)
        every = [
            (department, doctor, start + number * timedelta(minutes=20))
            for department in busy
            for day, mornings in enumerate(self.mornings)
            for start in mornings
            for number in range(6 if day < self.full else 1)
            for doctor in range(DOCTORS)
        ]
        return islice(iter(every), count)

    def write(self, visits: Iterator[tuple[int, int, datetime]]) -> None:
        from django.db import transaction

        from hms.core import bulk

        while some := list(islice(visits, 2000)):
            made = [self.rows(*visit) for visit in some]
            with transaction.atomic():
                bulk.insert([appointment for appointment, _parts in made])
                bulk.insert([part for _appointment, parts in made for part in parts])
            self.written += len(some)

    def rows(self, department: int, doctor: int, start: datetime) -> tuple[Any, list[Any]]:
        from hms.scheduling.models import Appointment, AppointmentParticipant
        from hms.scheduling.rules.wall_clock import promise

        end, role = start + timedelta(minutes=20), self.roles[department][doctor]
        patient = self.patients[(start.toordinal() * 7 + department * DOCTORS + doctor) % PATIENTS]
        with_things = department == 0 and doctor < THINGS
        visit = Appointment(
            facility=self.facility,
            department=self.departments[department],
            service=self.echo if with_things else self.plain[department],
            status="booked",
            start_at=start,
            end_at=end,
            zone=self.facility.time_zone,
            wall_start=promise(start, self.zone),
            booked_at=start - timedelta(days=100),
        )
        actors = [{"practitioner": role.practitioner}, {"patient": patient, "place": 1}]
        if with_things:
            actors += [{"location": self.rooms[doctor]}, {"device": self.devices[doctor]}]
        return visit, [AppointmentParticipant(appointment=visit, start_at=start, end_at=end, **one) for one in actors]

    def settle(self) -> None:
        """What a database does by itself in the night."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def ways(self) -> dict[str, Callable[[], None]]:
        from django.test import Client

        desk = Client()
        desk.force_login(self.desk)
        patient, practitioner = self.patients[0], self.roles[0][0].practitioner
        week = f"/scheduling/calendar/?view=week&practitioner={practitioner.pk}&facility={self.facility.pk}"
        book = f"/scheduling/book/{patient.pk}/?department={self.departments[0].pk}"
        return {
            "a department": self.search(self.plain[0]),
            "with room and device": self.search(self.echo),
            "people free, devices full": self.search(self.echo_of_the_free),
            "all 200 doctors": self.search(self.plain[0], everybody=True),
            "the booking page": self.page(desk, book),
            "a doctor's week, page": self.page(desk, week),
        }

    def search(self, service: Any, everybody: bool = False) -> Callable[[], None]:
        from hms.core import clock
        from hms.scheduling import queries, timetables
        from hms.scheduling.models import Schedule

        schedules = Schedule.objects.filter(active=True) if everybody else queries.schedules_for(service)
        visit = service.visit("FOLLOWUP")

        def deed() -> None:
            house.forget()
            assert timetables.first_free(schedules, visit, service, now=clock.now(), patient=self.patients[0].pk)

        return deed

    def page(self, client: Any, address: str) -> Callable[[], None]:
        def deed() -> None:
            house.forget()
            answer = client.get(address)
            assert answer.status_code == 200, answer.status_code

        return deed


if __name__ == "__main__":
    sys.exit(main())
