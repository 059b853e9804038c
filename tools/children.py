"""Programs that run beside this one and end with it, whatever ends it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path | str,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    user: int | None = None,
    group: int | None = None,
    pass_fds: Sequence[int] = (),
    if_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C in the terminal reaches us alone.

    If this process is killed outright, the kernel sends `if_orphaned` to the child (Linux).
    """
    return subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
        pass_fds=pass_fds,
        preexec_fn=_tied_to_parent(if_orphaned),
    )


def stop(children: Iterable[subprocess.Popen[bytes]], *, patience: float = 20) -> None:
    """Ask all of them to end, wait, and kill those that did not listen."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    deadline = time.monotonic() + patience
    for child in running:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a child and all that it has started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _tied_to_parent(number: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return tie
