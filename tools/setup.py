"""`make setup`: makes .venv exactly as the hashed locks in requirements/ say.

uv does it in seconds and comes from PyPI by its own lock, requirements/uv.txt, into .tool. Where uv can't be had,
plain pip reads the same locks, only slower. A stamp in the environment makes the second time instant.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.shell import PYTHON, ROOT, TOOL, VENV, Failure, main_of, run, say

OLDEST_PYTHON = (3, 11)
REQUIREMENTS = ROOT / "requirements"
# What a running HMS needs; tests add "dev", and the solver of rotas, which hospitals add by `make planning`.
RUNNING = ("core", "data")
PLANNING = (*RUNNING, "planning")
TESTING = (*RUNNING, "dev", "planning")


def make_environment(locks: Sequence[str] = RUNNING) -> None:
    """Make .venv hold `locks`. What it already holds beyond them stays."""
    if VENV.is_symlink():
        raise Failure(f"{VENV} is a link to another folder. Remove the link; `make setup` makes the environment anew.")
    install_locked(VENV, locks)


def install_locked(folder: Path, locks: Sequence[str]) -> None:
    """A virtual environment in `folder` that holds what the locks name, each file by its hash."""
    if sys.version_info < OLDEST_PYTHON:
        raise Failure(
            f"HMS needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this one is {sys.version.split()[0]}. "
            "Name another one: make run PYTHON=python3.12"
        )
    if _holds(folder, locks):
        return
    TOOL.mkdir(exist_ok=True)
    with _one_at_a_time():
        held = _held(folder)
        if _holds(folder, locks):
            return
        wanted = sorted({*locks, *held}, key=_lock_order)
        say(f"Installing Python packages ({', '.join(wanted)}) into {folder.relative_to(ROOT)}.")
        if uv := find_uv():
            _install_with_uv(uv, folder, wanted, anew=not held)
        else:
            _install_with_pip(folder, wanted, anew=not held)
        _stamp(folder).write_text(json.dumps(_facts(folder, wanted), indent=1), encoding="utf-8")
        say("Python packages are ready.")


def _install_with_uv(uv: Path, folder: Path, locks: Sequence[str], *, anew: bool) -> None:
    if anew:
        run([uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, folder], quiet=True)
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    run([*sync, "--python", folder / "bin" / "python", *map(_lock, locks)], quiet=True)


def _install_with_pip(folder: Path, locks: Sequence[str], *, anew: bool) -> None:
    say("uv can't be had; plain pip reads the same locks. This takes a few minutes.")
    if anew:
        _make_venv(folder)
    files = [word for name in locks for word in ("--requirement", str(_lock(name)))]
    run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", *files], quiet=True)


def find_uv() -> Path | None:
    """uv from its lock, in .tool; None where it can't be installed."""
    if os.environ.get("HMS_WITHOUT_UV"):
        return None
    uv = TOOL / "bin" / "uv"
    facts = _facts(TOOL, ["uv"])
    if uv.is_file() and _read(_stamp(TOOL)) == facts:
        return uv
    say("Fetching uv, which installs packages quickly.")
    try:
        _make_venv(TOOL, keep=True)
        python = TOOL / "bin" / "python"
        run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", _lock("uv")], quiet=True)
        run([uv, "--version"], quiet=True)
    except (Failure, OSError):
        return None
    _stamp(TOOL).write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return uv


def compile_ours() -> None:
    """Bytecode of HMS itself: services that may not write here would compile it anew at each start."""
    run([PYTHON, "-m", "compileall", "-q", "hms", "gunicorn.conf.py", "manage.py"], quiet=True)


def _make_venv(folder: Path, *, keep: bool = False) -> None:
    if folder.exists() and not keep:
        shutil.rmtree(folder)
    try:
        run([sys.executable, "-m", "venv", folder], quiet=True)
    except Failure as failure:
        raise Failure(
            f"{failure}\nThis Python can't make environments. On Debian: sudo apt-get install python3-venv"
        ) from None


# --- What an environment holds ------------------------------------------------------------------------------


def _facts(folder: Path, locks: Sequence[str]) -> dict[str, object]:
    """What the stamp says. The folder is in it since an environment doesn't survive being moved."""
    return {
        "folder": str(folder),
        "python": sys.version.split()[0],
        "locks": {name: hashlib.sha256(_lock(name).read_bytes()).hexdigest() for name in locks},
    }


def _held(folder: Path) -> dict[str, str]:
    """The locks an environment was made from; empty when it has to be made anew."""
    facts = _read(_stamp(folder))
    now = _facts(folder, [])
    if facts.get("folder") != now["folder"] or facts.get("python") != now["python"]:
        return {}
    locks = facts.get("locks")
    return {name: digest for name, digest in locks.items() if _lock(name).is_file()} if isinstance(locks, dict) else {}


def _holds(folder: Path, locks: Sequence[str]) -> bool:
    if not (folder / "bin" / "python").exists():
        return False
    held = _held(folder)
    wanted = _facts(folder, [*{*locks, *held}])["locks"]
    return all(name in held for name in locks) and held == wanted


def _read(stamp: Path) -> dict[str, object]:
    try:
        facts = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _stamp(folder: Path) -> Path:
    return folder / ".made-from.json"


def _lock(name: str) -> Path:
    return REQUIREMENTS / f"{name}.txt"


def _lock_order(name: str) -> int:
    return TESTING.index(name) if name in TESTING else len(TESTING)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands at once must not install into one folder."""
    with (TOOL / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main() -> int:
    asked = sys.argv[1:]
    make_environment(TESTING if "--dev" in asked else PLANNING if "--planning" in asked else RUNNING)
    compile_ours()
    say(f"The environment is ready: {PYTHON.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    main_of(main)
