"""What is started beside us ends with us: asked, then killed, and with its own children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import children
from tools.shell import ROOT

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def start(code: str, output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as log:
        return children.start([sys.executable, "-c", code], cwd=ROOT, env=os.environ, output=log)


def test_a_child_that_listens_is_asked(tmp_path: Path) -> None:
    child = start("import time; time.sleep(60)", tmp_path / "log")
    children.stop([child])
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    child = start(DEAF, tmp_path / "log")
    wait_until(lambda: "up" in (tmp_path / "log").read_text())
    children.stop([child], patience=0.2)
    assert child.returncode == -signal.SIGKILL


def test_killing_takes_grandchildren_along(tmp_path: Path) -> None:
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    child = start(code, tmp_path / "log")
    wait_until(lambda: (tmp_path / "log").read_text().endswith("\n"))
    grandchild = int((tmp_path / "log").read_text())
    children.kill(child)
    wait_until(lambda: not is_running(grandchild))


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from tools import children;"
        "c = children.start(['sleep', '60'], cwd='/', env=os.environ, output=1);"
        "print(c.pid, flush=True); time.sleep(60)"
    )
    parent = start(code, tmp_path / "log")
    wait_until(lambda: (tmp_path / "log").read_text().endswith("\n"))
    grandchild = int((tmp_path / "log").read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(grandchild))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
