"""Does what callers see fit one timetable, whatever is killed under them? The long form of tests/faults's.

    python -m bench.history                            5,000 deeds with each of 5 seeds, on SQLite and PostgreSQL
    python -m bench.history --engine sqlite --seeds 7  one seed

Fifty callers book, hold, confirm, move, cancel and let holds run out, over three server processes; in between a
process and the database are killed, twice each. Aim: no promise broken (see tests/faults/history.py), and no answer of
the 5xx kind but while something is dead.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import house
from tests.faults import mornings, traffic


def main(arguments: Sequence[str] | None = None) -> int:
    parser = house.arguments("history", __doc__)
    parser.add_argument("--deeds", type=int, default=5000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    asked = parser.parse_args(arguments)
    good = True
    for engine in house.engines(asked):
        rows = []
        for seed in asked.seeds:
            cells, broken = one_morning(engine, asked.deeds, seed)
            rows.append([f"seed {seed}", *cells])
            for sentence in broken[:20]:
                print(f"  seed {seed}: {sentence}")
            good &= not broken
        heads = ["", "deeds", "done", "refused", "answered 503", "no answer", "seconds", "broken promises"]
        house.table(f"Fifty callers on {house.NAMES[engine]}", heads, rows)
    return 0 if good else 1


def one_morning(engine: str, deeds: int, seed: int) -> tuple[list[str], list[str]]:
    """The cells of its row, and the sentences of what was broken."""
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        Path(folder, "static").mkdir()
        with mornings.opened(engine, Path(folder)) as (hospital, clinic, blows):
            began = time.perf_counter()
            log = traffic.run(hospital, clinic, deeds=deeds, seed=seed, blows=blows * 2)
            seconds = time.perf_counter() - began
            broken = mornings.judge(hospital, log)
    done = sum(deed.outcome == "done" for deed in log.deeds)
    refused = sum(deed.outcome == "refused" for deed in log.deeds)
    figures = [len(log.deeds), done, refused, log.answers[503], log.answers[0], round(seconds), len(broken)]
    return [f"{figure:,}" for figure in figures], broken


if __name__ == "__main__":
    sys.exit(main())
