"""A clinic on three server processes whose programs and database may be killed, and the judgement of its history."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

from tests.faults import traffic
from tests.faults.history import Time, standing, violations
from tests.hospital import Hospital
from tools.postgres import Cluster

SERVER_PROCESSES = 3
# Seconds for which a dead program may still be felt: requests under way, and those that waited behind them.
ECHO = 15
# Bookings that take anybody's time twice.
OVERLAPS = """
    SELECT count(*) FROM scheduling_appointmentparticipant a JOIN scheduling_appointmentparticipant b
    ON a.actor = b.actor AND a.seat = b.seat AND a.id < b.id AND a.start_at < b.end_at AND b.start_at < a.end_at
    WHERE a.blocking AND b.blocking
"""
Blow = Callable[[traffic.Log], None]


@contextmanager
def opened(engine: str, folder: Path) -> Iterator[tuple[Hospital, dict[str, Any], list[Blow]]]:
    """An open hospital, its clinic, and what will befall it: a server process dies, then the database."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(fsync=True).start() if engine == "postgresql" else None
    hospital = Hospital(folder, cluster.url if cluster else f"sqlite:///{folder / 'hms.sqlite3'}")
    try:
        with mock.patch.dict(os.environ, HMS_WEB_WORKERS=str(SERVER_PROCESSES)):
            hospital.manage("migrate", "--no-input", "--verbosity", "0")
            clinic = hospital.program("tests.faults.traffic")
            hospital.start(background=False)
        blows: list[Blow] = [partial(kill_process, hospital), partial(kill_database, hospital, cluster)]
        yield hospital, clinic, blows
    finally:
        hospital.stop()
        if cluster:
            cluster.stop()


def kill_process(hospital: Hospital, log: traffic.Log) -> None:
    """One of the server's processes dies; the server starts another."""
    assert hospital.server
    before = hospital.server.processes("web")
    with log.trouble():
        os.kill(max(before), signal.SIGKILL)
        wait_for(lambda: len(set(hospital.server.processes("web")) - set(before)) > 0)  # type: ignore[union-attr]


def kill_database(hospital: Hospital, cluster: Cluster | None, log: traffic.Log) -> None:
    """The database server dies and is started again. Where it is a file, whoever has it open dies: all of the web."""
    assert hospital.server
    with log.trouble():
        if cluster:
            cluster.kill()
            time.sleep(1)
            cluster.resume()
        else:
            hospital.server.kill("web")
            hospital.server.start_again("web")
        hospital.server.wait_until_ready()


def wait_for(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)


def judge(hospital: Hospital, log: traffic.Log) -> list[str]:
    """Every promise that is broken, by what callers saw and by what stands in the database at the end."""
    found = violations(log.deeds)
    if hospital.rows(OVERLAPS) != [(0,)]:
        found.append(f"{hospital.rows(OVERLAPS)[0][0]} overlaps stand in the database")
    found += [f"{status} while nothing was killed, at {at:.1f}: {said}" for at, status, said in log.unexplained(ECHO)]
    # Otherwise nothing was tried.
    if log.answers[302] < len(log.deeds) // 3 or log.answers[409] < len(log.deeds) // 50:
        found.append(f"too quiet a morning: {dict(log.answers)}")
    expected, doubtful = standing(log.deeds)
    there = in_the_database(hospital)
    for name, when in expected.items():
        if (stands := there.pop(log.ids[name], None)) != when:
            found.append(f"{name} was told {when}, and {stands} stands in the database")
    # Nor is anything there that nobody was told of; only what was never answered may be.
    return found + ([f"nobody was told of {there}"] if len(there) > len(doubtful) else [])


def in_the_database(hospital: Hospital) -> dict[str, Time]:
    """The visits that take time: id, practitioner, start. A hold that ran out takes none."""
    query = """
        SELECT a.id, p.practitioner_id, a.start_at FROM scheduling_appointment a
        JOIN scheduling_appointmentparticipant p ON p.appointment_id = a.id
        WHERE p.practitioner_id IS NOT NULL AND p.blocking
          AND (a.hold_expires_at IS NULL OR a.hold_expires_at > a.booked_at)
    """
    return {
        str(UUID(str(visit))): Time(UUID(str(practitioner)).hex, _moment(start))
        for visit, practitioner, start in hospital.rows(query)
    }


def _moment(value: Any) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return traffic.moment(at if at.tzinfo else at.replace(tzinfo=UTC))


def any_seed() -> int:
    return random.SystemRandom().randrange(10**6)
