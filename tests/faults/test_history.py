"""Fifty callers book, hold, confirm, move and cancel while a server process and the database are killed: nothing that
they saw contradicts one true timetable.

The short form of `python -m bench.history`, which does 5,000 deeds with each of five seeds on each engine.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import mornings, traffic

pytestmark = pytest.mark.alone

DEEDS = 500


def test_what_callers_saw_fits_one_timetable(engine: str, tmp_path: Path) -> None:
    seed = mornings.any_seed()
    print(f"seed {seed}")
    with mornings.opened(engine, tmp_path / "hospital") as (hospital, clinic, blows):
        log = traffic.run(hospital, clinic, deeds=DEEDS, seed=seed, blows=blows)
        assert mornings.judge(hospital, log) == []
