"""`make lock`: resolves requirements/*.in anew and writes the hashed locks. Names of versions and hashes, no address.

`make lock` keeps the versions that the locks have wherever they still fit; `make lock UPGRADE=1` takes the newest.
"""

from __future__ import annotations

import os

from tools.setup import OLDEST_PYTHON, REQUIREMENTS, find_uv
from tools.shell import ROOT, Failure, main_of, run, say

# In this order: data and dev are held to what core has settled.
LOCKS = ("core", "data", "dev", "planning", "node", "uv")


def main() -> int:
    uv = find_uv()
    if not uv:
        raise Failure("uv writes the locks, and it can't be had at the moment.")
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    for name in LOCKS:
        run(
            [
                uv, "pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-emit-index-url",
                "--no-emit-find-links", "--python-version", ".".join(map(str, OLDEST_PYTHON)), *upgrade,
                f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt",
            ],
            quiet=True,
        )  # fmt: skip
        say(f"Locked {(REQUIREMENTS / f'{name}.txt').relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    main_of(main)
