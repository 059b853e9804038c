"""Programs that come from the system: looked for first, fetched with apt-get where that is possible."""

from __future__ import annotations

import os
import shutil

from tools.shell import Failure, environment, run, say

_INDEX_READ = False


def install(packages: list[str], *, what_for: str) -> None:
    """Install Debian packages; refuses in words where this account or this system can't."""
    global _INDEX_READ
    wanted = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Failure(f"{what_for} is missing. Install it with your system's package manager (on Debian: {wanted}).")
    if os.geteuid() != 0:
        raise Failure(f"{what_for} is missing. Install it once with: sudo apt-get install {wanted}")
    say(f"{what_for} is missing; installing {wanted} with apt-get. This takes a minute.")
    env = environment(DEBIAN_FRONTEND="noninteractive")
    if not _INDEX_READ:
        run(["apt-get", "-q", "update"], quiet=True, env=env)
        _INDEX_READ = True
    run(["apt-get", "-q", "-y", "--no-install-recommends", "install", *packages], quiet=True, env=env)


def chromium() -> str:
    """The browser that journeys and screenshots are made with."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    install(["chromium", "fonts-noto-core"], what_for="The Chromium browser, which the browser tests drive,")
    if path := shutil.which("chromium"):
        return path
    raise Failure("Chromium was installed and still can't be found on the PATH.")
