"""What does the trail cost those who write?

    python -m bench.audit                   32 clients, on SQLite and PostgreSQL
    python -m bench.audit --engine sqlite --rounds 2

The desk books by the page, over two server processes: HMS as it is, and HMS from which the writing of the trail was
taken out by hand (`bench.silent`). They take turns on one database, and the medians of their rounds are compared.
Aim: with the trail at least 80 % of the rate without.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from functools import partial

from bench import bookings, house
from tests.hospital import Hospital
from tools import children
from tools.postgres import Cluster

CLIENTS, BOOKINGS, AIM = 32, 200, 0.8


def main(arguments: Sequence[str] | None = None) -> int:
    parser = house.arguments("audit", __doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each, in turns")
    asked = parser.parse_args(arguments)
    good = True
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        for engine in house.engines(asked):
            data = bookings.made(folder, engine)
            if engine == house.SQLITE:
                good &= measure(engine, Hospital(data, f"sqlite:///{data}/hms.sqlite3"), asked.rounds)
            else:
                with Cluster(fsync=True) as cluster:
                    good &= measure(engine, Hospital(data, cluster.url), asked.rounds)
    return 0 if good else 1


def measure(engine: str, hospital: Hospital, rounds: int) -> bool:
    """Book in turns with and without the trail; prints the table, returns whether the aim is met."""
    os.environ["HMS_WEB_WORKERS"], os.environ["HMS_WEB_THREADS"] = "2", "8"
    hospital.manage("migrate", "--no-input", "--verbosity", "0")
    clinic = json.loads(bookings.run_inside(hospital, "build"))
    hospital.start(background=False)
    silent_url, silent = bookings.server_beside(hospital, "hms.settings", "bench.silent:application")
    url = hospital.url
    rates: dict[str, list[float]] = {url: [], silent_url: []}
    number = 0
    try:
        for one_round in range(rounds + 1):
            for where in rates if one_round % 2 else reversed(rates):
                deeds = [partial(bookings.hms_booking, where, "", clinic, number, one) for one in range(BOOKINGS)]
                rate = bookings.timed(deeds, CLIENTS).per_second
                number += 1
                # The first of each warms up.
                rates[where] += [rate] if one_round else []
    finally:
        children.stop([silent])
        hospital.stop()
    kept = lines(hospital)
    with_trail, without = (statistics.median(rates[url]) for url in (url, silent_url))
    ratio = with_trail / without
    rows = [
        ["with the trail", f"{with_trail:.1f}", f"{min(rates[url]):.1f}"],
        ["without", f"{without:.1f}", f"{min(rates[silent_url]):.1f}"],
        ["kept of the rate", f"{ratio:.2f}", f"aim {AIM}"],
        ["lines written", f"{kept:,}", ""],
    ]
    house.table(f"Bookings a second by {CLIENTS} clients on {house.NAMES[engine]}", ["", "median", "slowest"], rows)
    return ratio >= AIM


def lines(hospital: Hospital) -> int:
    """How many lines of bookings stand in the trail: those of the servers that write it."""
    return int(hospital.rows("SELECT count(*) FROM core_auditevent WHERE verb = 'appointment.booked'")[0][0])


if __name__ == "__main__":
    sys.exit(main())
