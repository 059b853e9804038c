"""The throw-away cluster comes up, survives a crash when told to write to disk, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tools.postgres import MAX_CONNECTIONS, Cluster
from tools.shell import ROOT


def test_it_serves_and_is_gone_afterwards() -> None:
    with Cluster() as cluster:
        folder = cluster._folder
        assert folder
        assert folder.is_dir()
        with psycopg.connect(cluster.url) as connection:
            assert connection.execute("SHOW max_connections").fetchone() == (str(MAX_CONNECTIONS),)
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
            connection.execute("CREATE EXTENSION btree_gist")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cluster.url.replace("postgres://hms:", "postgres://hms:x"))
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url, connect_timeout=2)


def test_what_was_committed_survives_a_crash_with_fsync() -> None:
    with Cluster(fsync=True) as cluster:
        with psycopg.connect(cluster.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        cluster.kill()
        cluster.resume()
        with psycopg.connect(cluster.url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_it_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = (
        "import sys, time, pathlib; from tools.postgres import Cluster; c = Cluster().start();"
        "pathlib.Path(sys.argv[1]).write_text(f'{c._server.pid} {c._folder}'); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(note)], cwd=ROOT)
    try:
        _wait(note.exists)
        _wait(lambda: bool(note.read_text()))
        pid, folder = note.read_text().split(" ", 1)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _wait(lambda: not _is_running(int(pid)))
    subprocess.run(["rm", "-rf", folder], check=True)


def _wait(condition) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
    except PermissionError:
        os.kill(pid, 0)
        return True
