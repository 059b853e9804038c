"""`make test`: the whole suite on both databases, with its browser and its PostgreSQL brought up here.

    make test                      everything
    make test ONLY="hms/patients"  these tests alone, on both databases
    make test ENGINE=sqlite        one database alone

Lint comes first, being quick. Unit tests run on two processes; so do the browser's journeys, in two hospitals, with the
tests that take long for company. Those that kill programs or count seconds have the machine to themselves. The last
line sums up.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import debian
from tools.assets import make_assets
from tools.check import LINT, run_checks
from tools.messages import compile_messages
from tools.postgres import Cluster
from tools.setup import TESTING, make_environment
from tools.shell import PYTHON, ROOT, environment, main_of, say

ENGINES = ("sqlite", "postgresql")
NO_TESTS_COLLECTED = 5


@dataclass
class Tally:
    """How many tests ended how, over all runs of pytest."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, report: Path) -> None:
        """Count what a run has written; a run that wrote nothing readable has failed as a whole."""
        try:
            suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314 (our own file)
        except (OSError, ElementTree.ParseError):
            self.failed += 1
            return
        for suite in suites:
            total, bad, skipped = (
                int(suite.get("tests", 0)),
                int(suite.get("failures", 0)) + int(suite.get("errors", 0)),
                int(suite.get("skipped", 0)),
            )
            self.failed += bad
            self.skipped += skipped
            self.passed += max(0, total - bad - skipped)

    def __str__(self) -> str:
        words = f"{self.passed} passed, {self.failed} failed"
        return f"{words}, {self.skipped} skipped" if self.skipped else words


def main() -> int:
    make_environment(TESTING)
    make_assets()
    compile_messages()
    debian.chromium()
    only = shlex.split(os.environ.get("ONLY", ""))
    engines = [name for name in ENGINES if os.environ.get("ENGINE", name) == name]
    tally = Tally()
    failures = [] if only else run_checks(LINT)
    tally.failed += len(failures)
    for engine in engines:
        with _database(engine) as env:
            for title, arguments in _runs(only):
                if not _pytest(f"{title} on {engine}", arguments, env, tally):
                    failures.append(f"{title} on {engine}")
    for failure in failures:
        say(f"Failed: {failure}")
    say("All of it." if not only and engines == list(ENGINES) else "A part of it.")
    print(tally, flush=True)
    return 1 if failures or tally.failed or not tally.passed else 0


def _runs(only: list[str]) -> Iterator[tuple[str, list[str]]]:
    if only:
        yield "Chosen tests", only
        return
    two = ["-n", "2"]
    yield "Unit tests and laws", [*two, "-m", "not slow and not journey and not alone"]
    # By file: journeys of one file may build on each other's patients.
    by_file = ["--dist", "loadfile", "--no-loadscope-reorder"]
    yield "Journeys and what takes long", [*two, *by_file, "-m", "(slow or journey) and not alone"]
    yield "What must be alone", ["-m", "alone"]


@contextmanager
def _database(engine: str) -> Iterator[dict[str, str]]:
    """The environment of a run: a place for the hospitals that all are copied from, and for PostgreSQL a cluster."""
    with tempfile.TemporaryDirectory(prefix="hms-hospitals-") as hospitals:
        env = environment(HMS_TEST_ENGINE=engine, HMS_TEST_HOSPITALS=hospitals)
        env.pop("HMS_TEST_POSTGRES_URL", None)
        if engine == "sqlite":
            yield env
            return
        with Cluster() as cluster:
            yield env | {"HMS_TEST_POSTGRES_URL": cluster.url}


def _pytest(title: str, arguments: list[str], env: dict[str, str], tally: Tally) -> bool:
    """One run; True when nothing failed. A run that finds no test at all is no failure."""
    say(f"{title}.")
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="hms-report-"))
    try:
        report = folder / "report.xml"
        command = [str(PYTHON), "-m", "pytest", "-q", f"--junit-xml={report}", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=env).returncode
        say(f"{title} took {time.monotonic() - started:.0f} s.")
        if code == NO_TESTS_COLLECTED:
            return True
        before = tally.failed
        tally.add(report)
        if code and tally.failed == before:
            tally.failed += 1  # stopped before or after the tests themselves
        return code == 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    main_of(main)
