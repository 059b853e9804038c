"""`make run`: from a fresh clone to a hospital that can be logged in to.

Makes the environment, the browser's files and the database, fills a new one with the demo hospital, and serves it
until Ctrl-C. Everything it started ends with it.

    PORT=8000                  the next free one is taken, and said, when somebody has it
    HOST=127.0.0.1             0.0.0.0 serves the whole network: for a demo, on a network you trust
    HMS_DATABASE_URL           postgres://user:password@host:port/name; else SQLite in HMS_DATA_DIR
    HMS_DATA_DIR=var           database, uploaded files, logs
    HMS_DEMO=1                 0 is a real installation, which wants its keys: docs/operations.md
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tools import ports
from tools.assets import make_assets
from tools.messages import compile_messages
from tools.server import Server
from tools.setup import make_environment
from tools.shell import PYTHON, ROOT, Failure, environment, main_of, run, say

PASSWORD = "hms-demo-2026"  # noqa: S105 (of the demo, printed below and in the README)
ACCOUNTS = {
    "admin": "administrator",
    "doctor": "doctor",
    "nurse": "nurse",
    "desk": "front desk",
    "lab": "laboratory",
    "pharmacy": "pharmacist",
    "billing": "billing",
    "privacy": "privacy officer",
    "patient": "patient",
    "guardian": "parent of two patients",
}


def serve() -> int:
    # NB: Ctrl-C too: a shell starts what runs in its background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    make_environment()
    make_assets()
    compile_messages()
    wanted = _wanted_port()
    env = environment(HMS_DEMO=os.environ.get("HMS_DEMO", "1"))
    env.setdefault("HMS_DATA_DIR", str(ROOT / "var"))
    prepare(env)
    listening = ports.take(wanted, host=os.environ.get("HOST", ports.LOOPBACK), on_taken=_say_taken)
    env["PORT"] = str(listening.getsockname()[1])
    say("Starting web server, worker and scheduler.")
    with Server(listening, env, Path(env["HMS_DATA_DIR"]).expanduser() / "log") as server:
        server.wait_until_ready()
        _say_ready(server, demo=env["HMS_DEMO"] == "1")
        while not (ended := server.ended()):
            time.sleep(0.5)
        raise Failure(f"{ended} ended by itself, so everything is stopped. Its last words:\n{server.last_words(ended)}")


def prepare(env: dict[str, str]) -> None:
    """Bring the database up to date; a new one is filled: tools/fill.py."""
    say("Preparing the database; a new one takes a minute.")
    with _whole_or_not_at_all(env):
        run([PYTHON, "-m", "tools.fill"], env=env)


@contextmanager
def _whole_or_not_at_all(env: dict[str, str]) -> Iterator[None]:
    """A new SQLite database that could not be filled to the end is removed, so that the next start begins anew.

    A mark beside it tells the next start of a demo that was cut short by a power cut or the like. Only of a demo: in
    any other somebody may have gone on by hand.
    """
    file = Path(env["HMS_DATA_DIR"]).expanduser() / "hms.sqlite3"
    mark = file.with_name(f"{file.name}.unfinished")
    demo = env.get("HMS_DEMO") == "1"
    ours = not env.get("HMS_DATABASE_URL") and (not file.exists() or (demo and mark.exists()))
    if not ours:
        yield
        return
    _remove(file)
    if demo:
        file.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    try:
        yield
    except BaseException:
        _remove(file)
        raise
    mark.unlink(missing_ok=True)


def _remove(file: Path) -> None:
    """A SQLite database with its journal and its mark."""
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


def _wanted_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise Failure(f"PORT is {text!r}; it should be a number between 1 and 65535.")
    return int(text)


def _say_taken(port: int) -> None:
    say(f"Port {port} is taken by another program; trying {port + 1}.")


def _say_ready(server: Server, *, demo: bool) -> None:
    say("HMS is ready.")
    print(f"\n  {server.url}/\n")
    if demo:
        print(f"  Log in with one of these, password {PASSWORD}:\n")
        for name, who in ACCOUNTS.items():
            print(f"    {name + '@demo.hms':<20} {who}")
    print(f"\n  Logs: {server.logs}\n  Stop with Ctrl-C.\n", flush=True)


_stopping = False


def _interrupted(number: int, frame: FrameType | None) -> None:
    """The first signal stops everything; a second one must not cut the stopping short."""
    global _stopping
    if not _stopping:
        _stopping = True
        raise KeyboardInterrupt


def main() -> int:
    try:
        return serve()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        return 0


if __name__ == "__main__":
    main_of(main)
