"""The last line of `make test` is the sum of all its runs, and a run that broke down counts as failed."""

from __future__ import annotations

from pathlib import Path

from tools.test import Tally


def test_runs_add_up(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="10" failures="1" errors="1" skipped="2"/></testsuites>')
    tally = Tally()
    tally.add(report)
    tally.add(report)
    assert str(tally) == "12 passed, 4 failed, 4 skipped"


def test_a_run_without_a_report_has_failed(tmp_path: Path) -> None:
    tally = Tally(passed=3)
    tally.add(tmp_path / "missing.xml")
    assert str(tally) == "3 passed, 1 failed"
