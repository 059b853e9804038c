"""A PostgreSQL cluster of our own: made in a temporary folder, gone afterwards.

    python -m tools.postgres -- COMMAND …      runs the command with HMS_DATABASE_URL set
    python -m tools.postgres                   keeps it up until Ctrl-C, and prints the URL

It uses the system's binaries (or Debian's package, fetched as root), a free port on the loopback address, and a
password. Nothing is written to disk before it must be, unless `fsync` says so: faults are tested with it on.
PostgreSQL refuses to run as root, so as root it runs under the account `postgres`, or `nobody`.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tools import children, debian
from tools.ports import LOOPBACK, free_port
from tools.shell import PYTHON, ROOT, Failure, environment, main_of, say

NAME = "hms"
MAX_CONNECTIONS = 300
PATIENCE = 60
# NB: an acknowledged commit may be lost in a crash; fine for a cluster that lives as long as one test run.
WITHOUT_FSYNC = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Cluster:
    """One throw-away cluster; a context manager that gives itself."""

    def __init__(self, *, fsync: bool = False) -> None:
        self.fsync = fsync
        self.port = 0
        self._password = secrets.token_urlsafe(16)
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For HMS_DATABASE_URL; the database is there and empty."""
        return self.url_of(NAME)

    def url_of(self, database: str) -> str:
        return f"postgres://{NAME}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> Cluster:
        binaries = find_binaries()
        account = _account()
        self._folder = _folder_for(account)
        try:
            self._initialise(binaries, account)
            self._serve(binaries, account)
            self._create_database(binaries)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)  # fast: sessions are ended, nobody is waited for
            try:
                self._server.wait(15)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()
        self._server = None
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    def kill(self) -> None:
        """What a power cut does to the server; the folder stays, `resume` starts it again."""
        assert self._server
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def resume(self) -> None:
        """Start the server again on the same folder and port; it recovers from its log."""
        self._serve(find_binaries(), _account())

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _initialise(self, binaries: Path, account: pwd.struct_passwd | None) -> None:
        assert self._folder
        # A real file that the server's account may read: initdb can't take the password from a pipe.
        password_file = self._folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        password_file.chmod(0o600)
        if account:
            os.chown(password_file, account.pw_uid, account.pw_gid)
        self._call(
            [
                *(binaries / "initdb", "--pgdata", self._folder / "data", "--username", NAME),
                *("--auth", "scram-sha-256", "--pwfile", password_file),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            account,
        )
        password_file.unlink()

    def _serve(self, binaries: Path, account: pwd.struct_passwd | None) -> None:
        assert self._folder
        settings = [
            f"listen_addresses={LOOPBACK}",
            "unix_socket_directories=",  # its path is limited to 107 letters, and a folder's name may be longer
            f"max_connections={MAX_CONNECTIONS}",
            "shared_buffers=128MB",
            "timezone=UTC",
            "log_timezone=UTC",
            *(() if self.fsync else WITHOUT_FSYNC),
        ]
        for attempt in range(5):
            # A port is free until it isn't: somebody may take it before the server does. Only a first start may move.
            if not self.port or attempt:
                self.port = free_port()
            if self._start_server(binaries, account, [*settings, f"port={self.port}"]):
                return
        raise Failure(f"PostgreSQL did not start:\n{self._last_words()}")

    def _start_server(self, binaries: Path, account: pwd.struct_passwd | None, settings: list[str]) -> bool:
        assert self._folder
        with (self._folder / "log").open("ab") as log:
            self._server = children.start(
                [
                    *(binaries / "postgres", "-D", self._folder / "data"),
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                cwd=self._folder,
                env=_plain_environment(),
                output=log,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                if_orphaned=signal.SIGQUIT,
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._server.poll() is not None:
                return False
            if self._is_ready():
                return True
            time.sleep(0.05)
        raise Failure(f"PostgreSQL was not ready after {PATIENCE} s:\n{self._last_words()}")

    def _is_ready(self) -> bool:
        """The eighth line of postmaster.pid says so (the server's own word for pg_ctl), the first whose file it is."""
        assert self._folder
        assert self._server
        try:
            lines = (self._folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready"

    def _create_database(self, binaries: Path) -> None:
        done = subprocess.run(
            [str(binaries / "createdb"), "-h", LOOPBACK, "-p", str(self.port), "-U", NAME, NAME],
            env=_plain_environment() | {"PGPASSWORD": self._password},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
        )
        if done.returncode:
            raise Failure(f"The database could not be made:\n{done.stderr}")

    def _call(self, command: Sequence[str | Path], account: pwd.struct_passwd | None) -> None:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self._folder,
            env=_plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode:
            raise Failure(f"{Path(command[0]).name} failed:\n{done.stdout}")

    def _last_words(self) -> str:
        try:
            return (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:] if self._folder else ""
        except OSError:
            return ""


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL on this machine; Debian's package is fetched where it's missing."""
    for _ in range(2):
        folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
        if folders:
            return max(folders, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)
        # Elsewhere than on Debian all of it lies on the PATH.
        if (initdb := shutil.which("initdb")) and (Path(initdb).resolve().parent / "postgres").exists():
            return Path(initdb).resolve().parent
        debian.install(["postgresql"], what_for="PostgreSQL, which the tests also run on,")
    raise Failure("PostgreSQL was installed and its programs still can't be found.")


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: this account, or an unprivileged one when this is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure("PostgreSQL refuses to run as root, and there is neither an account 'postgres' nor 'nobody'.")


def _folder_for(account: pwd.struct_passwd | None) -> Path:
    """A temporary folder that the server's account can reach: root's own TMPDIR is often closed to others."""
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):
        if account and not _open_to_all(Path(parent)):
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix="hms-postgres-", dir=parent))
        except OSError:
            continue
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        return folder
    raise Failure("There is no temporary folder that PostgreSQL's account can reach. Set TMPDIR to one.")


def _open_to_all(folder: Path) -> bool:
    folder = folder.resolve()
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _plain_environment() -> dict[str, str]:
    """Without a PGDATA, PGHOST or PGPORT of somebody's other cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.postgres", description="A throw-away PostgreSQL.")
    parser.add_argument("--fsync", action="store_true", help="write to disk as a real installation does")
    parser.add_argument("command", nargs="*", help="run this with HMS_DATABASE_URL set, then stop")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Cluster(fsync=wanted.fsync) as cluster:
        if wanted.command:
            words = [str(PYTHON) if word == "python" else word for word in wanted.command]
            return subprocess.run(words, cwd=ROOT, env=environment(HMS_DATABASE_URL=cluster.url)).returncode
        say(f"PostgreSQL is up: {cluster.url}")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


if __name__ == "__main__":
    main_of(main)
