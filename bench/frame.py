"""What does HMS cost before a page has any content?

    python -m bench.frame                on SQLite and PostgreSQL

Aims: `manage.py check` under 2 s of CPU; an empty page at most 1.5 ms of CPU above a bare view that loads session and
user; a web worker that has shown the ten pages of a visit three times under 120 MB.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import house, visit
from bench.house import House
from tests.faults.caller import Caller
from tests.hospital import Hospital
from tools.shell import PYTHON, ROOT

CHECK, PAGE, MEMORY = 2.0, 1.5, 120
BARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = house.arguments("frame", __doc__).parse_args(arguments)
    if asked.inside:
        house.answer(inside())
        return 0
    good = True
    for engine in house.engines(asked):
        with house.house(engine) as made:
            made.manage("demo", "--patients", "60")
            good &= show(made, check_of(made), made.inside("frame"), memory(made))
    return 0 if good else 1


def show(made: House, check: float, page: dict[str, Any], memories: dict[str, dict[str, float]]) -> bool:
    above = page["empty"] - page["bare"]
    rows = [
        ["manage.py check, s of CPU", f"{check:.2f}", f"< {CHECK}"],
        ["bare view: session and user, ms of CPU", f"{page['bare']:.2f}", ""],
        ["empty page in the frame, ms of CPU", f"{page['empty']:.2f}", ""],
        ["the page above the bare view, ms of CPU", f"{above:.2f}", f"≤ {PAGE}"],
        ["queries: bare view / empty page", f"{page['bare_queries']} / {page['empty_queries']}", ""],
    ]
    for name, one in memories.items():
        rows.append([f"{name}: own share (PSS), MB", f"{one['pss']:.0f}", f"< {MEMORY}" if "worker" in name else ""])
        rows.append([f"{name}: resident (RSS), MB", f"{one['rss']:.0f}", ""])
    house.table(f"The frame on {made.name}", ["", "measured", "aim"], rows)
    return check < CHECK and above <= PAGE and all(one["pss"] < MEMORY for one in memories.values())


def check_of(made: House) -> float:
    """Seconds of CPU, user and system: the median of five."""
    found = []
    for _number in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([str(PYTHON), "manage.py", "check"], cwd=ROOT, env=made.env, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(found)


# --- Memory ----------------------------------------------------------------------------------------------------------
def memory(made: House) -> dict[str, dict[str, float]]:
    """Of one web worker after the pages of the visit, and of the programs behind."""
    os.environ["HMS_WEB_WORKERS"] = "1"
    url = made.env.get("HMS_DATABASE_URL", f"sqlite:///{made.env['HMS_DATA_DIR']}/hms.sqlite3")
    hospital = Hospital(Path(made.env["HMS_DATA_DIR"]), url).start()
    try:
        pages = hospital.program("bench.visit")
        callers = {page["account"]: Caller(hospital.url, page["account"]) for page in pages}
        for _round in range(3):
            for page in pages:
                caller = callers[page["account"]]
                shown = caller.post(page["address"], page["posted"]) if page["posted"] else caller.get(page["address"])
                assert shown.status == 200, page["name"]
        return {name: house.memory_of(process) for name, process in programs(made.env["HMS_DATA_DIR"])}
    finally:
        hospital.stop()


def programs(folder: str) -> list[tuple[str, int]]:
    """The programs that run on this folder, by what they are; of gunicorn's processes the last, which serves."""
    found: dict[str, int] = {}
    for path in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            command = (path / "cmdline").read_text(encoding="utf-8").replace("\0", " ")
            ours = f"HMS_DATA_DIR={folder}" in (path / "environ").read_text(encoding="utf-8").split("\0")
        except OSError:
            continue
        if ours and (words := re.search(r"manage\.py (worker|scheduler)|(gunicorn)", command)):
            found["web worker" if words[2] else f"the {words[1]} process"] = int(path.name)
    return list(found.items())


# --- Inside ----------------------------------------------------------------------------------------------------------
def inside() -> dict[str, Any]:
    """An empty page through our middleware, and a bare view through Django's two, for the same front desk."""
    house.set_up()
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.shortcuts import render
    from django.template import engines
    from django.test.utils import CaptureQueriesContext, override_settings
    from django.urls import path

    import hms.urls
    from hms.core.access import PUBLIC, SIGNED_IN, access

    empty_page = engines["django"].from_string('{% extends "frame.html" %}')

    @access(SIGNED_IN)
    def empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse(empty_page.render({}, request))

    @access(PUBLIC)
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.user.pk))

    del render
    hms.urls.urlpatterns += [path("bench/empty/", empty), path("bench/bare/", bare)]
    client = visit.client_of("desk")

    def ask(address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code

    def measured(address: str) -> tuple[float, int]:
        cpus = [house.timed(lambda: ask(address), 100, warm_up=20).cpu for _round in range(5)]
        with CaptureQueriesContext(connection) as queries:
            ask(address)
        return statistics.median(cpus), len(queries)

    empty_cpu, empty_queries = measured("/bench/empty/")
    with override_settings(MIDDLEWARE=BARE):
        client.handler._middleware_chain = None
        bare_cpu, bare_queries = measured("/bench/bare/")
    return {
        "empty": empty_cpu, "bare": bare_cpu, "empty_queries": empty_queries, "bare_queries": bare_queries,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
