"""What the benches share: a hospital on each engine, a program inside it, and tables that say how busy the machine was.

A bench starts itself again inside each hospital (`inside`), so that every figure comes from a fresh process with the
settings of a running HMS. Figures are medians; beside each stands what it is measured against.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.postgres import Cluster
from tools.shell import PYTHON, ROOT, environment, run

SQLITE, POSTGRESQL = "sqlite", "postgresql"
NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


@dataclass(frozen=True)
class House:
    """A migrated database of its own, in a folder that goes with it."""

    engine: str
    env: dict[str, str]

    @property
    def name(self) -> str:
        return NAMES[self.engine]

    def manage(self, *arguments: str) -> float:
        """Run a command of manage.py; the seconds it took."""
        started = time.perf_counter()
        run([PYTHON, "manage.py", *arguments], quiet=True, env=self.env)
        return time.perf_counter() - started

    def inside(self, bench: str, *arguments: str) -> Any:
        """What `bench.<bench>` measures when it is started inside this house."""
        command = [str(PYTHON), "-m", f"bench.{bench}", "--inside", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def house(engine: str, *, migrated: bool = True, **more: str) -> Iterator[House]:
    """An empty house on one engine. PostgreSQL writes to disk as a real installation does."""
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        env = environment(HMS_DEMO="1", HMS_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="hms.settings", **more)
        env.pop("HMS_DATABASE_URL", None)
        Path(folder, "static").mkdir()
        cluster = Cluster(fsync=True).start() if engine == POSTGRESQL else None
        try:
            made = House(engine, env | ({"HMS_DATABASE_URL": cluster.url} if cluster else {}))
            if migrated:
                made.manage("migrate", "--no-input", "--verbosity", "0")
            yield made
        finally:
            if cluster:
                cluster.stop()


def engines(asked: argparse.Namespace) -> list[str]:
    return [asked.engine] if asked.engine else [SQLITE, POSTGRESQL]


def arguments(name: str, description: str | None) -> argparse.ArgumentParser:
    """What every bench can be asked: one engine alone; `--inside` is its own word."""
    parser = argparse.ArgumentParser(prog=f"bench.{name}", description=description)
    parser.add_argument("--engine", choices=[SQLITE, POSTGRESQL], help="only this one")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


def full_house(
    bench: str,
    description: str | None,
    inside: Callable[[int, str | None], Any],
    show: Callable[[str, Any], bool],
    size: Mapping[str, int],
    asked_for: Sequence[str] | None,
) -> int:
    """The program of a bench that fills a hospital on each engine and measures its deeds, or profiles one of them.

    `size`: what the hospital is filled with, and how many of it. `inside` takes how many, and the name of a deed to
    profile; `show` prints what was measured on an engine and says whether all of it is as it should be.
    """
    ((what, number),) = size.items()
    parser = arguments(bench, description)
    parser.add_argument("--profile", metavar="DEED", help="print where the time of this one goes")
    parser.add_argument(f"--{what}", dest="number", type=int, default=number)
    asked = parser.parse_args(asked_for)
    if asked.inside:
        answer(inside(asked.number, asked.profile))
        return 0
    good = True
    for engine in engines(asked):
        with house(engine) as made:
            more = ["--profile", asked.profile] if asked.profile else []
            found = made.inside(bench, f"--{what}", str(asked.number), *more)
            if asked.profile:
                print(found["profile"])
            else:
                good &= show(made.name, found)
    return 0 if good else 1


def set_up() -> None:
    """Django, inside a house, and memory as the web server's processes have it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms.settings")
    django.setup()
    from hms.ops.warming import settle, warm_up

    warm_up()
    settle()


def answer(result: Any) -> None:
    """Hand the measurements to the program outside."""
    print(json.dumps(result))


# --- Figures ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one deed done often: by the clock, and of this process's CPU."""

    p50: float
    p95: float
    cpu: float


def timed(deed: Callable[[], Any], times: int, warm_up: int = 3) -> Times:
    """Do it some times unseen, then as often as asked."""
    for _number in range(warm_up):
        deed()
    clocks, cpus = [], []
    for _number in range(times):
        began, worked = time.perf_counter(), time.process_time()
        deed()
        cpus.append((time.process_time() - worked) * 1000)
        clocks.append((time.perf_counter() - began) * 1000)
    return Times(statistics.median(clocks), statistics.quantiles(clocks, n=20)[-1], statistics.median(cpus))


def queries_of(deed: Callable[[], Any]) -> int:
    """How many queries it asks, done the second time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    deed()
    with CaptureQueriesContext(connection) as queries:
        deed()
    return len(queries)


def profiled(deed: Callable[[], Any], lines: int = 45) -> str:
    """The functions that take most, with what they call and without."""
    import cProfile
    import io
    import pstats

    profiler, text = cProfile.Profile(), io.StringIO()
    deed()
    profiler.enable()
    for _number in range(20):
        deed()
    profiler.disable()
    figures = pstats.Stats(profiler, stream=text)
    figures.sort_stats("cumulative").print_stats(r"hms/|django/", lines)
    figures.sort_stats("tottime").print_stats(lines)
    return text.getvalue()


def forget() -> None:
    """What the process keeps of timetables, as if it had just begun."""
    from hms.scheduling import kept

    kept._HOURS.clear()
    kept._SCHEDULES.clear()


def memory_of(process: int) -> dict[str, float]:
    """MB of a process: resident, its share of what it shares, and its own alone."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.endswith("kB")}
    return {"rss": found["Rss"], "pss": found["Pss"], "private": found["Private_Clean"] + found["Private_Dirty"]}


# --- Tables -------------------------------------------------------------------------------------------------------
def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print one: the first column is words, the others figures."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}  ({machine()})")
    for row in cells:
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "   ".join([first, *others]))
    sys.stdout.flush()


def machine() -> str:
    """The day, the machine, and how busy it was with other things: 1.0 for a core means that all of it was taken."""
    load = os.getloadavg()[0]
    cores = os.cpu_count() or 1
    return f"{dt.date.today()}, {cores} cores {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"
