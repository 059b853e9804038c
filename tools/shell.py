"""Where things lie, how to start a program, and how to tell people what is going on."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOL = ROOT / ".tool"
PYTHON = VENV / "bin" / "python"

_STARTED = time.monotonic()


class Failure(Exception):
    """Something that a person has to put right; its text says what and how."""


def say(text: str) -> None:
    """One line of progress, with the seconds since the start."""
    print(f"[{time.monotonic() - _STARTED:6.1f} s] {text}", flush=True)


def environment(**more: str) -> dict[str, str]:
    """The environment for a child, with a home folder to keep caches in even where there is none."""
    env = dict(os.environ)
    if not _can_write(env.get("HOME", "")):
        home = _home_for_caches()
        env["HOME"] = str(home)
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            env.pop(name, None)
    env["PYTHONUNBUFFERED"] = "1"
    # Programs are started by the hundred here: where nothing compiled may be kept, each of them compiles all it loads.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env | more


def run(command: Sequence[str | Path], *, quiet: bool = False, env: Mapping[str, str] | None = None) -> None:
    """Run `command` in the root folder; a failure shows what it printed and stops."""
    words = [str(word) for word in command]
    if not quiet:
        code = subprocess.run(words, cwd=ROOT, env=dict(env or environment())).returncode
        if code:
            raise Failure(f"This command ended with {code}: {shlex.join(words)}")
        return
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=dict(env or environment()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise Failure(f"{done.stdout.rstrip()}\nThis command ended with {done.returncode}: {shlex.join(words)}")


def main_of(entry) -> None:  # type: ignore[no-untyped-def]
    """Run a program's entry; a `Failure` becomes a calm sentence and exit code 1."""
    try:
        code = entry()
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr, flush=True)
        code = 1
    except KeyboardInterrupt:
        code = 130
    raise SystemExit(code)


def _can_write(folder: str) -> bool:
    return bool(folder) and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _home_for_caches() -> Path:
    for home in (TOOL / "home", Path(tempfile.gettempdir()) / f"hms-home-{os.getuid()}"):
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if _can_write(str(home)):
            return home
    raise Failure("There is no folder to keep caches in: set HOME to a folder that you may write to.")
