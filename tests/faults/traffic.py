"""A clinic's callers on a busy morning, while its programs are killed: books what they asked for and were answered.

Run as a program inside a hospital it makes the clinic: python -m tests.faults.traffic
"""

from __future__ import annotations

import json
import random
import re
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults import crowd
from tests.faults.history import Deed, Kind, Outcome, Time
from tests.hospital import Hospital

PRACTITIONERS, STARTS, DESKS, PORTALS, PATIENTS_EACH = 4, 40, 35, 15, 3
VISIT = re.compile(r"/scheduling/appointments/([\w-]{36})/")
# Somebody whose answer was lost asks again with the same key, as a browser's page would, but not for ever.
TRIES, PAUSE = 80, 0.25


@dataclass
class Visit:
    """One visit of one caller: its name in the history, and its id once the server has said it."""

    name: str
    patient: str
    time: Time
    id: str = ""
    held: bool = False


@dataclass
class Log:
    """What all callers saw, and when programs were away."""

    deeds: list[Deed] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    troubles: list[tuple[float, int, str]] = field(default_factory=list)
    away: list[tuple[float, float]] = field(default_factory=list)

    @contextmanager
    def trouble(self) -> Iterator[None]:
        """While this lasts, requests may be answered 503 or not at all."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.away.append((began, time.monotonic()))

    def unexplained(self, patience: float) -> list[tuple[float, int, str]]:
        """Answers of the 5xx kind, and none, at a time at which nothing was killed. `patience` for the echo of it."""
        return [
            one for one in self.troubles if not any(began <= one[0] <= ended + patience for began, ended in self.away)
        ]


class Caller(threading.Thread):
    """One person at a desk, or one patient on the telephone's screen, who does one thing after the other."""

    def __init__(self, number: int, hospital: Hospital, clinic: dict[str, Any], log: Log, deeds: int, seed: int):
        super().__init__(daemon=True)
        self.number, self.hospital, self.clinic, self.log, self.deeds = number, hospital, clinic, log, deeds
        self.rng = random.Random(f"{seed} {number}")
        self.by_patient = number >= DESKS
        if self.by_patient:
            portal = clinic["portals"][number - DESKS]
            self.cookies, self.patients = portal["cookies"], [portal["patient"]]
        else:
            self.cookies = clinic["desks"][number % len(clinic["desks"])]
            self.patients = clinic["patients"][number * PATIENTS_EACH :][:PATIENTS_EACH]
        self.visits: list[Visit] = []
        self.count = 0
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            for _number in range(self.deeds):
                self.one_deed()
        except BaseException as fault:
            self.fault = fault

    def one_deed(self) -> None:
        booked = [one for one in self.visits if not one.held]
        held = [one for one in self.visits if one.held]
        if held:
            self.rng.choices([self.confirm, self.release, self.expire], [6, 2, 2])[0](held[0])
        elif booked and (len(self.visits) >= 8 or self.rng.random() < 0.55):
            self.rng.choice([self.move, self.cancel])(self.rng.choice(booked))
        else:
            self.take()

    # --- Deeds ------------------------------------------------------------------------------------------------------
    def take(self) -> None:
        """Desks book, patients hold."""
        self.count += 1
        time_, slot = self.some_time()
        visit = Visit(f"{self.number}-{self.count}", self.rng.choice(self.patients), time_, held=self.by_patient)
        path = f"/scheduling/book/{visit.patient}/?department={self.clinic['department']}"
        told = {"slot": slot} if self.by_patient else {"slot": slot, "channel": "phone"}
        answer = self.ask("hold" if self.by_patient else "book", visit, path, told, time_)
        if answer:
            found = VISIT.search(answer.location)
            assert found, answer
            visit.id = self.log.ids[visit.name] = found[1]
            self.visits.append(visit)

    def confirm(self, visit: Visit) -> None:
        if self.ask("confirm", visit, f"/scheduling/appointments/{visit.id}/confirm/", {"reason": "Cough"}):
            visit.held = False
        else:
            self.visits.remove(visit)

    def release(self, visit: Visit) -> None:
        self.ask("release", visit, f"/scheduling/appointments/{visit.id}/release/", {})
        self.visits.remove(visit)

    def expire(self, visit: Visit) -> None:
        """Nobody waits ten minutes: the clock of this hold is put forward, past the application."""
        began = time.monotonic()
        update = "UPDATE scheduling_appointment SET hold_expires_at = booked_at WHERE id = %s AND status = 'pending'"
        try:
            with self.hospital.connect() as connection:
                mark = "%s" if self.hospital.on_postgresql else "?"
                connection.execute(update.replace("%s", mark), [self.hospital.key(visit.id)])
        except Exception:  # the database is away; the hold stays
            return
        self.write("expire", visit, "done", began)
        self.visits.remove(visit)

    def move(self, visit: Visit) -> None:
        time_, slot = self.some_time()
        if self.ask("move", visit, f"/scheduling/appointments/{visit.id}/move/", {"slot": slot}, time_):
            visit.time = time_

    def cancel(self, visit: Visit) -> None:
        if self.ask("cancel", visit, f"/scheduling/appointments/{visit.id}/cancel/", {"reason": "pat"}):
            self.visits.remove(visit)

    # --- Asking -----------------------------------------------------------------------------------------------------
    def some_time(self) -> tuple[Time, str]:
        one = self.rng.choice(self.clinic["times"])
        return Time(one["practitioner"], one["start"]), one["slot"]

    def ask(
        self, kind: Kind, visit: Visit, path: str, told: dict[str, str], time_: Time | None = None
    ) -> crowd.Answer | None:
        """Send a form until it is answered, each time with the same key; None: refused, or never answered."""
        told = told | {"idempotency_key": str(uuid.UUID(int=self.rng.getrandbits(128), version=4))}
        began = time.monotonic()
        for _try in range(TRIES):
            answer = crowd.post(self.hospital.url, path, told, self.cookies, timeout=60)
            self.log.answers[answer.status] += 1
            if answer.status in (0, 502, 503) or answer.status >= 500:
                self.log.troubles.append((time.monotonic(), answer.status, f"{kind}: {answer.body[:300]}"))
                time.sleep(PAUSE)
                continue
            assert answer.status in (302, 409, 422), (kind, answer.status, answer.body[:2000])
            done = answer.status == 302
            if kind == "confirm":
                done = "/appointments/" in answer.location
            self.write(kind, visit, "done" if done else "refused", began, time_)
            return answer if done else None
        self.write(kind, visit, "unknown", began, time_)
        return None

    def write(self, kind: Kind, visit: Visit, outcome: Outcome, began: float, time_: Time | None = None) -> None:
        self.log.deeds.append(Deed(kind, visit.name, visit.patient, outcome, began, time.monotonic(), time_))


def run(
    hospital: Hospital, clinic: dict[str, Any], *, deeds: int, seed: int, blows: list[Callable[[Log], None]]
) -> Log:
    """Let fifty callers do so many deeds in all; each blow falls when another part of them is done."""
    log = Log()
    callers = [
        Caller(number, hospital, clinic, log, deeds // (DESKS + PORTALS), seed) for number in range(DESKS + PORTALS)
    ]
    for caller in callers:
        caller.start()
    for number, blow in enumerate(blows, 1):
        while len(log.deeds) < number * deeds // (len(blows) + 1) and any(one.is_alive() for one in callers):
            time.sleep(0.05)
        blow(log)
    for caller in callers:
        caller.join()
    faults = [one.fault for one in callers if one.fault]
    if faults:
        raise faults[0]
    return log


def moment(at: datetime) -> str:
    """An instant as histories write it."""
    return at.astimezone(UTC).isoformat(timespec="minutes")


# --- The clinic -----------------------------------------------------------------------------------------------------
def build() -> dict[str, Any]:
    """Practitioners with a morning that everybody wants, patients of the desks, and patients with a portal."""
    from django.test import Client

    from hms.core import clock
    from hms.scheduling import timetables
    from hms.scheduling.models import Schedule
    from hms.scheduling.rules.slots import Slot
    from hms.scheduling.rules.wall_clock import Span
    from tests import make

    department = make.department(make.facility(name="Alder Valley Hospital"))
    service = make.healthcare_service(department, duration_new=10, duration_followup=10, step=10)
    now = clock.now()
    ahead = Span(now + timedelta(days=2), now + timedelta(days=9))
    times = []
    for _number in range(PRACTITIONERS):
        role = make.practitioner_role(department=department)
        room = make.location(department.facility)
        schedule = make.session(make.schedule(role), "08:00", "18:00", range(7), location=room)
        (timetable,) = timetables.load(Schedule.objects.filter(pk=schedule.pk), ahead, now=now)
        for start in timetable.free_starts(service.visit("FOLLOWUP"), now=now, window=ahead)[:STARTS]:
            slot = str(Slot(schedule.pk, service.pk, start.at, "FOLLOWUP"))
            times.append({"practitioner": role.practitioner_id.hex, "start": moment(start.at), "slot": slot})

    def session(user: Any) -> dict[str, str]:
        client = Client()
        client.force_login(user)
        return {name: morsel.value for name, morsel in client.cookies.items()}

    portals = []
    for _number in range(PORTALS):
        user = make.user("patient")
        portals.append({"patient": str(make.patient(user=user).pk), "cookies": session(user)})
    return {
        "department": str(department.pk),
        "times": times,
        "patients": [str(make.patient().pk) for _number in range(DESKS * PATIENTS_EACH)],
        "desks": [session(make.user("front-desk", facility=department.facility)) for _number in range(8)],
        "portals": portals,
    }


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(), sys.stdout)
