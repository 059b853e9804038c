"""`make bench`: runs what is in bench/, one file a question, each printing its table.

    make bench                     all of them
    make bench ONLY="pages search" these alone

Every bench makes what it measures in a temporary folder; your own data in var/ is left alone.
"""

from __future__ import annotations

import os
import subprocess

from tools.assets import make_assets
from tools.messages import compile_messages
from tools.setup import TESTING, make_environment
from tools.shell import PYTHON, ROOT, Failure, environment, main_of, say


def main() -> int:
    make_environment(TESTING)
    make_assets()
    compile_messages()
    # What can't be started is what the others share: names, slips, questions.
    names = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text("utf-8"))
    wanted = os.environ.get("ONLY", "").split() or names
    if unknown := sorted({*wanted} - {*names}):
        raise Failure(f"There is no bench called {', '.join(unknown)}. There are: {', '.join(names)}")
    failed = []
    for name in wanted:
        say(f"Bench: {name}.")
        if subprocess.run([str(PYTHON), "-m", f"bench.{name}"], cwd=ROOT, env=environment()).returncode:
            failed.append(name)
    if failed:
        raise Failure(f"These benches failed: {', '.join(failed)}")
    return 0


if __name__ == "__main__":
    main_of(main)
