"""What does one booking cost the server, and what does one refused because somebody was quicker?

    python -m bench.booking_cost                      on SQLite and PostgreSQL
    python -m bench.booking_cost --engine sqlite --profile refused

Both through all middleware in one process: milliseconds by the clock, of them this process's CPU, and how many
queries. In a race nearly everybody is refused, so a refusal's CPU is what decides how long the last one waits.
`--profile` prints where the time of one of the two goes.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bench import house

TIMES = 60
WAYS = ("booked", "refused")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = house.arguments("booking_cost", __doc__)
    parser.add_argument("--profile", choices=WAYS, help="print where the time of this one goes")
    asked = parser.parse_args(arguments)
    if asked.inside:
        house.answer(inside(asked.profile))
        return 0
    for engine in house.engines(asked):
        with house.house(engine) as made:
            show(made.name, made.inside("booking_cost", *(["--profile", asked.profile] if asked.profile else [])))
    return 0


def show(engine: str, found: dict[str, dict[str, Any]]) -> None:
    if "profile" in found:
        print(found["profile"])
        return
    rows = [
        [way, *(f"{one[name]:.1f}" for name in ("p50", "p95", "cpu")), f"{one['queries']:.0f}"]
        for way, one in found.items()
    ]
    house.table(f"A booking on {engine}", ["", "p50 ms", "p95 ms", "CPU ms", "queries"], rows)


def inside(profile: str | None) -> dict[str, Any]:
    house.set_up()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.faults import booking_clinic

    # Each refusal is a line of the log; here they would bury the table.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    clinic = booking_clinic.build(TIMES + 10)
    deeds = {"booked": bookings(clinic), "refused": refusals(clinic)}
    # Once each unseen; the first booking is also what the refused ones find in their way.
    for way in WAYS:
        next(deeds[way])()
    if profile:
        return {"profile": profiled(deeds[profile])}
    found = {}
    # Refused first, as in a race: the days around are still free.
    for way in reversed(WAYS):
        times = house.timed(lambda way=way: next(deeds[way])(), TIMES)
        with CaptureQueriesContext(connection) as queries:
            next(deeds[way])()
        found[way] = {**asdict(times), "queries": len(queries)}
    return found


def bookings(clinic: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Every patient gets a time of their own, each deed another one."""
    client = desk(clinic)
    for patient, slot in zip(clinic["patients"], clinic["slots"], strict=True):
        yield lambda patient=patient, slot=slot: ask(client, clinic, patient, slot, 302)


def refusals(clinic: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Every other patient wants the time of the first."""
    client = desk(clinic)
    for patient in clinic["patients"][1:]:
        yield lambda patient=patient: ask(client, clinic, patient, clinic["slots"][0], 409)


def desk(clinic: dict[str, Any]) -> Any:
    """A browser in this process, in which a front desk is signed in."""
    from django.test import Client

    client = Client()
    client.cookies.load(clinic["desks"][0])
    return client


def ask(client: Any, clinic: dict[str, Any], patient: str, slot: str, expected: int) -> None:
    path = f"/scheduling/book/{patient}/?department={clinic['department']}"
    answer = client.post(path, {"slot": slot, "channel": "phone"})
    assert answer.status_code == expected, f"{answer.status_code}: {answer.content[:500]!r}"


def profiled(deeds: Iterator[Callable[[], None]], lines: int = 60) -> str:
    """The functions that take most, with what they call and without."""
    import cProfile
    import io
    import pstats

    profiler, text = cProfile.Profile(), io.StringIO()
    for _number in range(3):
        next(deeds)()
    for _number in range(TIMES // 2):
        deed = next(deeds)
        profiler.enable()
        deed()
        profiler.disable()
    figures = pstats.Stats(profiler, stream=text)
    figures.sort_stats("cumulative").print_stats(r"hms/|django/", lines)
    figures.sort_stats("tottime").print_stats(lines)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
