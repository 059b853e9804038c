"""How many bookings a second, beside what the same machine does without us?

    python -m bench.bookings                      1, 8 and 32 clients, on SQLite and PostgreSQL
    python -m bench.bookings --engine sqlite --bookings 200 --clients 8

Three ways, in turns on one database, each over two server processes but the last: HMS through its whole stack (the
desk books by the page); a plain Django view with the same login that inserts the same rows through the ORM and checks
nothing; the same rows as raw SQL in a transaction, without a server. Aim: HMS at 0.6 of the plain view or more.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.faults import crowd
from tests.hospital import Hospital
from tools import children, ports
from tools.postgres import Cluster
from tools.shell import PYTHON, ROOT

DOCTORS, PATIENTS = 20, 400
AIM = 0.6
_rounds = count()


@dataclass(frozen=True, slots=True)
class Result:
    """One way at one number of clients."""

    per_second: float
    median: float
    slowest: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.bookings", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--bookings", type=int, default=400, help="for each way and number of clients (400 at most)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--inside", choices=["build", "raw"], help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        inside(asked.inside)
        return 0
    good = True
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        if asked.engine != "postgresql":
            good &= measure("SQLite", Hospital(made(folder, "sqlite"), f"sqlite:///{folder}/sqlite/hms.sqlite3"), asked)
        if asked.engine != "sqlite":
            with Cluster(fsync=True) as cluster:
                good &= measure("PostgreSQL", Hospital(made(folder, "postgresql"), cluster.url), asked)
    return 0 if good else 1


def made(folder: str, name: str) -> Path:
    path = Path(folder) / name
    (path / "static").mkdir(parents=True)
    return path


# --- Measuring -------------------------------------------------------------------------------------------------
def measure(engine: str, hospital: Hospital, asked: argparse.Namespace) -> bool:
    """All three ways on one database; prints the table, returns whether the aim is met."""
    os.environ["HMS_WEB_WORKERS"], os.environ["HMS_WEB_THREADS"] = "2", "8"
    hospital.manage("migrate", "--no-input", "--verbosity", "0")
    clinic = json.loads(run_inside(hospital, "build"))
    hospital.start(background=False)
    plain_url, plain = server_beside(hospital, "bench.plain.settings", "django.core.wsgi:get_wsgi_application()")
    try:
        for warm in (hms_booking, plain_booking):
            number = next(_rounds)
            timed([partial(warm, hospital.url, plain_url, clinic, number, one) for one in range(20)], 4)
        print(f"\n{engine}, {asked.bookings} bookings each\n")
        print(f"{'clients':>8} {'HMS/s':>8} {'plain/s':>8} {'raw/s':>8} {'ratio':>6}   HMS median, slowest")
        ratios = []
        for clients in asked.clients:
            found = {}
            for name, way in (("plain", plain_booking), ("hms", hms_booking)):
                number = next(_rounds)
                deeds = [partial(way, hospital.url, plain_url, clinic, number, one) for one in range(asked.bookings)]
                found[name] = timed(deeds, clients)
            raw = float(run_inside(hospital, "raw", str(next(_rounds)), str(asked.bookings), str(clients)))
            hms, beside = found["hms"], found["plain"]
            ratios.append(hms.per_second / beside.per_second)
            print(
                f"{clients:>8} {hms.per_second:>8.1f} {beside.per_second:>8.1f} {raw:>8.1f} {ratios[-1]:>6.2f}"
                f"   {hms.median * 1000:.0f} ms, {hms.slowest * 1000:.0f} ms"
            )
        return min(ratios) >= AIM
    finally:
        children.stop([plain])
        hospital.stop()


def timed(deeds: Sequence[Callable[[], crowd.Answer]], clients: int) -> Result:
    """Do them with so many clients; every one must be a booking."""
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(lambda deed: deed(), deeds))
    elapsed = time.perf_counter() - started
    wrong = [answer for answer in answers if answer.status != 302]
    if wrong:
        raise SystemExit(f"{len(wrong)} of {len(answers)} were not booked: {wrong[0].status} {wrong[0].body[:300]}")
    seconds = [answer.seconds for answer in answers]
    return Result(len(answers) / elapsed, statistics.median(seconds), max(seconds))


def told(clinic: dict[str, Any], round_number: int, one: int) -> dict[str, str]:
    """Booking `one` of a round: no two of all rounds share a doctor's or a patient's time."""
    doctor = clinic["doctors"][one % DOCTORS]
    start = datetime.fromisoformat(clinic["starts"][round_number * (PATIENTS // DOCTORS) + one // DOCTORS])
    return doctor | {"patient": clinic["patients"][one], "start": start.isoformat()}


def hms_booking(url: str, _plain: str, clinic: dict[str, Any], round_number: int, one: int) -> crowd.Answer:
    from hms.scheduling.rules.slots import Slot

    asked = told(clinic, round_number, one)
    start = datetime.fromisoformat(asked["start"])
    slot = Slot(UUID(asked["schedule"]), UUID(asked["service"]), start, "FOLLOWUP")
    path = f"/scheduling/book/{asked['patient']}/?department={asked['department']}"
    return crowd.post(url, path, {"slot": str(slot), "channel": "phone"}, clinic["desks"][one % len(clinic["desks"])])


def plain_booking(_url: str, plain: str, clinic: dict[str, Any], round_number: int, one: int) -> crowd.Answer:
    return crowd.post(plain, "/book/", told(clinic, round_number, one), clinic["desks"][one % len(clinic["desks"])])


def server_beside(hospital: Hospital, settings: str, application: str) -> tuple[str, subprocess.Popen[bytes]]:
    """Another program on the same database, by the same server with the same workers and threads."""
    listening = ports.take(ports.free_port())
    env = hospital.env | {"DJANGO_SETTINGS_MODULE": settings}
    command = [PYTHON, "-m", "gunicorn", "--bind", f"fd://{listening.fileno()}", application]
    log = hospital.folder / "beside.log"
    with log.open("ab") as output:
        child = children.start(command, cwd=ROOT, env=env, output=output, pass_fds=[listening.fileno()])
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    for _try in range(100):
        # Any answer will do: it is there.
        if crowd.post(url, "/book/", {}, {}, timeout=5).status:
            return url, child
        if child.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(log.read_text()[-2000:])


# --- Inside the hospital's own process ---------------------------------------------------------------------------
def run_inside(hospital: Hospital, *arguments: str) -> str:
    env = hospital.env | {"DJANGO_SETTINGS_MODULE": "hms.settings", "BENCH_ARGUMENTS": json.dumps(arguments[1:])}
    command = [str(PYTHON), "-m", "bench.bookings", "--inside", arguments[0]]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout.strip()


def inside(what: str) -> None:
    import django

    django.setup()
    arguments = json.loads(os.environ["BENCH_ARGUMENTS"])
    if what == "build":
        clinic = build()
        (Path(os.environ["HMS_DATA_DIR"]) / "clinic.json").write_text(json.dumps(clinic))
        json.dump(clinic, sys.stdout)
    else:
        clinic = json.loads((Path(os.environ["HMS_DATA_DIR"]) / "clinic.json").read_text())
        print(raw(clinic, *map(int, arguments)))


def build() -> dict[str, Any]:
    """Doctors with a day of twelve hours every day, patients, and signed-in front desks."""
    from django.test import Client

    from hms.core import clock
    from tests import make

    department = make.department(make.facility())
    service = make.healthcare_service(department, duration_followup=10, step=10)
    doctors = []
    for _number in range(DOCTORS):
        role, room = make.practitioner_role(department=department), make.location(department.facility)
        schedule = make.session(make.schedule(role), "07:00", "19:00", range(7), location=room)
        doctors.append(
            {
                "schedule": str(schedule.pk),
                "practitioner": str(role.practitioner_id),
                "location": str(room.pk),
                "facility": str(department.facility_id),
                "department": str(department.pk),
                "service": str(service.pk),
            }
        )
    desks = []
    for _number in range(8):
        client = Client()
        client.force_login(make.user("front-desk", facility=department.facility))
        desks.append({name: morsel.value for name, morsel in client.cookies.items()})
    first = (clock.now() + timedelta(days=3)).replace(hour=7, minute=0, second=0, microsecond=0)
    starts = [first + timedelta(days=day, minutes=10 * n) for day in range(20) for n in range(60)]
    return {
        "doctors": doctors,
        "desks": desks,
        "patients": [str(make.patient().pk) for _number in range(PATIENTS)],
        "starts": [start.astimezone(UTC).isoformat() for start in starts],
    }


def raw(clinic: dict[str, Any], round_number: int, bookings: int, clients: int) -> float:
    """The same rows as parametrised SQL, each booking in a transaction, over as many connections as clients."""
    from django.db import connection, transaction

    from bench.plain import rows

    def statements(one: int) -> list[tuple[str, list[Any]]]:
        asked: dict[str, Any] = dict(told(clinic, round_number, one))
        asked["start"] = datetime.fromisoformat(asked["start"])
        return [insert(row) for row in rows.of_booking(asked, None)]

    prepared = [statements(one) for one in range(bookings)]

    def write(booking: list[tuple[str, list[Any]]]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, values in booking:
                cursor.execute(sql, values)

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(write, prepared))
    return bookings / (time.perf_counter() - started)


def insert(row: Any) -> tuple[str, list[Any]]:
    """An INSERT and its values, as the database takes them."""
    from django.db import connection

    fields = [field for field in row._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    return f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({marks})', values


if __name__ == "__main__":
    sys.exit(main())
