"""How long does a page take?

    python -m bench.pages                             400 and 100,000 patients, on SQLite and PostgreSQL
    python -m bench.pages --patients 400 --engine sqlite

The ten pages of the visit, each opened 40 times in one process, through all middleware: by the clock, of it this
process's CPU, and how many queries. Aims: p95 under 300 ms, at most 25 queries, none that grow with the hospital.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench import house, visit

TIMES, SLOWEST, MOST_QUERIES = 40, 300, 25


def main(arguments: Sequence[str] | None = None) -> int:
    parser = house.arguments("pages", __doc__)
    parser.add_argument("--patients", type=int, nargs="+", default=[400, 100_000])
    asked = parser.parse_args(arguments)
    if asked.inside:
        house.answer(inside())
        return 0
    good = True
    for engine in house.engines(asked):
        found = {}
        for patients in asked.patients:
            with house.house(engine) as made:
                seconds = made.manage("demo", "--patients", str(patients))
                print(f"  {patients:,} patients on {made.name}: made in {seconds:.0f} s", flush=True)
                found[patients] = made.inside("pages")
        good &= show(house.NAMES[engine], found)
    return 0 if good else 1


def show(engine: str, found: dict[int, dict[str, dict[str, float]]]) -> bool:
    heads = ["page"]
    for patients in found:
        heads += [f"{patients:,}: p50", "p95 ms", "CPU ms", "queries"]
    rows: list[list[str]] = []
    for name in next(iter(found.values())):
        row = [name]
        for pages in found.values():
            one = pages[name]
            row += [f"{one['p50']:.1f}", f"{one['p95']:.1f}", f"{one['cpu']:.1f}", f"{one['queries']:.0f}"]
        rows.append(row)
    house.table(f"Pages of the visit on {engine}", heads, rows)
    every = [one for pages in found.values() for one in pages.values()]
    return all(one["p95"] < SLOWEST and one["queries"] <= MOST_QUERIES for one in every)


def inside() -> dict[str, dict[str, Any]]:
    house.set_up()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {}
    for page in visit.pages():
        client = visit.client_of(page.account)
        times = house.timed(lambda page=page, client=client: visit.ask(client, page), TIMES)
        with CaptureQueriesContext(connection) as queries:
            visit.ask(client, page)
        # What opens and ends a transaction asks nothing.
        asked = [one for one in queries if not one["sql"].startswith(("BEGIN", "COMMIT", "PRAGMA", "SET "))]
        found[page.name] = {**asdict(times), "queries": len(asked)}
    return found


if __name__ == "__main__":
    sys.exit(main())
