"""How long does a report on scheduling take, when a hospital has 100,000 visits behind it?

    python -m bench.reports                           on SQLite and PostgreSQL
    python -m bench.reports --engine sqlite --profile "waiting, 52 weeks"

200 doctors in ten departments with 100,000 visits in the last 104 weeks, so that a report of 52 weeks and of the 52
before reads all of them; each doctor has leave, and is booked out for some weeks ahead. Pages of the administrator,
through all middleware, each opened 40 times; "cold": the process knows no timetable yet, as after a start. Aims: p95
under 300 ms but for the cold ones, and as many queries as with 10,000 visits.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from bench import house

DEPARTMENTS, DOCTORS, PATIENTS = 10, 20, 600
VISITS, WEEKS, AHEAD = 100_000, 104, 15
TIMES, SLOWEST, MOST_QUERIES = 40, 300, 25
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REPORTS = ("utilisation", "no-shows", "lead-time", "waiting", "in-the-room", "third-next")


def main(arguments: Sequence[str] | None = None) -> int:
    return house.full_house("reports", __doc__, inside, show, {"visits": VISITS}, arguments)


def show(engine: str, found: dict[str, Any]) -> bool:
    rows = [
        [page, *(f"{one[name]:.0f}" for name in ("p50", "p95", "cpu")), f"{one['few']} / {one['many']}"]
        for page, one in found["pages"].items()
    ]
    heads = ["", "p50 ms", "p95 ms", "CPU ms", f"queries, {found['few']:,} / {found['visits']:,}"]
    house.table(f"Reports on {engine}", heads, rows)
    return all(
        (one["p95"] < SLOWEST or page.endswith("cold")) and one["few"] >= one["many"] <= MOST_QUERIES
        for page, one in found["pages"].items()
    )


def inside(visits: int, profile: str | None) -> dict[str, Any]:
    house.set_up()
    from django.db import transaction

    with transaction.atomic():
        world = World()
    past = world.past(visits)
    world.write(world.ahead())
    few = world.write(islice(past, visits // 10))
    pages = world.pages()
    before = {page: house.queries_of(deed) for page, deed in pages.items()}
    world.write(past)
    world.settle()
    if profile:
        return {"profile": house.profiled(pages[profile])}
    found = {
        page: {**asdict(house.timed(deed, TIMES)), "few": before[page], "many": house.queries_of(deed)}
        for page, deed in pages.items()
    }
    return {"pages": found, "visits": visits, "few": few}


class World:
    """The hospital, its past and what is asked of it."""

    def __init__(self) -> None:
        from hms.core import clock
        from tests import make

        self.facility = make.facility()
        self.today = clock.today(self.facility.time_zone)
        self.departments = [make.department(self.facility) for _ in range(DEPARTMENTS)]
        self.services = [make.healthcare_service(one) for one in self.departments]
        self.roles = [[self.doctor(one) for _ in range(DOCTORS)] for one in self.departments]
        self.patients = [make.patient() for _ in range(PATIENTS)]
        self.admin = make.user("administrator")
        self.chance = random.Random(1)

    def doctor(self, department: Any) -> Any:
        from hms.scheduling.models import ScheduleException
        from tests import make

        role = make.practitioner_role(department=department)
        schedule = make.session(make.session(make.schedule(role), "08:00", "12:00"), "13:00", "16:00")
        for week in range(10, WEEKS, 26):
            start = self.at(self.today - week * 7 * DAY, time.min)
            ScheduleException.objects.create(
                schedule=schedule, kind="leave", start_at=start, end_at=start + 7 * DAY, wall_start="", wall_end=""
            )
        return role

    def at(self, day: date, clock: time) -> datetime:
        from hms.scheduling.rules.wall_clock import first_instant

        return first_instant(datetime.combine(day, clock), self.facility.zone)

    def past(self, count: int) -> Iterator[tuple[int, int, datetime, bool]]:
        """Department, doctor, time: so many, the nearest days first, as many a day as fill the weeks."""
        days = [self.today - number * DAY for number in range(1, WEEKS * 7 + 1)]
        days = [day for day in days if day.weekday() < 5]
        each = -(-count // (len(days) * DEPARTMENTS * DOCTORS))
        every = (
            (department, doctor, self.at(day, time(8)) + number * 20 * MINUTE, True)
            for number in range(each)
            for day in days
            for department in range(DEPARTMENTS)
            for doctor in range(DOCTORS)
        )
        return islice(every, count)

    def ahead(self) -> Iterator[tuple[int, int, datetime, bool]]:
        """Everybody is booked out for three weeks and some days."""
        for number in range(AHEAD + 7):
            day = self.today + number * DAY
            for department in range(DEPARTMENTS if day.weekday() < 5 else 0):
                for doctor in range(DOCTORS):
                    for start in [self.at(day, time(8)), self.at(day, time(13))]:
                        for slot in range(12 if start.astimezone(self.facility.zone).hour < 12 else 9):
                            yield department, doctor, start + slot * 20 * MINUTE, False

    def write(self, visits: Iterator[tuple[int, int, datetime, bool]]) -> int:
        from django.db import transaction

        from hms.core import bulk

        written = 0
        while some := list(islice(visits, 2000)):
            made = [self.rows(*visit) for visit in some]
            with transaction.atomic():
                bulk.insert([appointment for appointment, _parts in made])
                bulk.insert([part for _appointment, parts in made for part in parts])
            written += len(some)
        return written

    def rows(self, department: int, doctor: int, start: datetime, over: bool) -> tuple[Any, list[Any]]:
        from hms.scheduling.codes import BLOCKING
        from hms.scheduling.models import Appointment, AppointmentParticipant
        from hms.scheduling.rules.wall_clock import promise

        end, role, chance = start + 20 * MINUTE, self.roles[department][doctor], self.chance
        status = chance.choices(["fulfilled", "noshow", "cancelled", "booked"], [80, 8, 10, 2])[0] if over else "booked"
        seen = status == "fulfilled"
        begun = start + chance.randrange(-5, 40) * MINUTE if seen else None
        visit = Appointment(
            facility=self.facility,
            department=self.departments[department],
            service=self.services[department],
            status=status,
            start_at=start,
            end_at=end,
            zone=self.facility.time_zone,
            wall_start=promise(start, self.facility.zone),
            channel="phone",
            booked_at=start - timedelta(days=chance.randrange(60), hours=chance.randrange(24)),
            reason="Cough and fever",
            cancellation_reason="pat" if status == "cancelled" else "",
            cancelled_late=status == "cancelled" and chance.random() < 0.3,
            checked_in_at=begun - chance.randrange(1, 45) * MINUTE if begun else None,
            started_at=begun,
            fulfilled_at=begun + chance.randrange(8, 40) * MINUTE if begun else None,
        )
        common = {"appointment": visit, "blocking": status in BLOCKING, "start_at": start, "end_at": end}
        patient = self.patients[(start.toordinal() * 7 + start.hour * 3 + department * DOCTORS + doctor) % PATIENTS]
        return visit, [
            AppointmentParticipant(practitioner_id=role.practitioner_id, **common),
            # A patient of the load may be in two places at once; nobody asks these reports about patients.
            AppointmentParticipant(patient=patient, **{**common, "blocking": False}),
        ]

    def settle(self) -> None:
        """What a database learns of its tables overnight."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def pages(self) -> dict[str, Callable[[], None]]:
        from django.test import Client
        from django.urls import reverse

        client = Client()
        client.force_login(self.admin)
        department = self.departments[0].pk

        def page(name: str, query: str, *, cold: bool = False) -> Callable[[], None]:
            address = f"{reverse('reports:report', args=[name])}?{query}"

            def deed() -> None:
                if cold:
                    house.forget()
                answer = client.get(address)
                assert answer.status_code == 200, answer.status_code

            return deed

        found = {}
        for name in REPORTS:
            if name == "third-next":
                found[name] = page(name, "")
                found[f"{name}, cold"] = page(name, "", cold=True)
                continue
            found[f"{name}, 4 weeks"] = page(name, "")
            found[f"{name}, 52 weeks"] = page(name, "period=52")
            found[f"{name}, 52 weeks of a department"] = page(name, f"period=52&department={department}")
        found["utilisation, 52 weeks, cold"] = page("utilisation", "period=52", cold=True)
        return found


if __name__ == "__main__":
    sys.exit(main())
