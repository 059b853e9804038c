"""A whole demo hospital for tests that need one: its own database, its own server, its own files.

Migrating and filling takes a while, so it's done once for a test run; each hospital is a copy of that (a copied file
on SQLite, a cloned template on PostgreSQL), which takes a moment. Runs and processes that are told of one folder by
HMS_TEST_HOSPITALS make it once for all of them.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

from tools import ports
from tools.server import Server
from tools.shell import PYTHON, ROOT, environment

PATIENTS = 60
PASSWORD = "hms-demo-2026"
# Of the test run itself; a hospital under test is a demo like any other.
NOT_INHERITED = ("HMS_TESTING", "HMS_TEST_ENGINE", "HMS_EXTRA_APPS", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")

_copies = count(1)


class Hospital:
    """One hospital: a database, a folder of files and, between `start` and `stop`, a server."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.server: Server | None = None

    @property
    def url(self) -> str:
        assert self.server, "This hospital is not open: call start()."
        return self.server.url

    @property
    def env(self) -> dict[str, str]:
        env = environment(HMS_DEMO="1", HMS_DATABASE_URL=self.database_url, HMS_DATA_DIR=str(self.folder))
        for name in NOT_INHERITED:
            env.pop(name, None)
        return env

    def start(self, *, background: bool = True) -> Self:
        """Open the doors. Without `background` the test plays worker itself: `manage("worker", "--drain")`."""
        listening = ports.take(ports.free_port())
        env = self.env | {"PORT": str(listening.getsockname()[1])}
        self.server = Server(listening, env, self.folder / "log", background=background).start()
        try:
            self.server.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        if self.server:
            self.server.stop()
            self.server = None

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on this hospital; gives back what it printed."""
        done = subprocess.run(
            [str(PYTHON), "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def program(self, module: str, *arguments: str) -> Any:
        """Run a module of the tests inside this hospital; gives back the JSON it printed."""
        done = subprocess.run(
            [str(PYTHON), "-m", module, *arguments],
            cwd=ROOT,
            env=self.env | {"DJANGO_SETTINGS_MODULE": "hms.settings"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @property
    def on_postgresql(self) -> bool:
        return not self.database_url.startswith("sqlite")

    def key(self, id: str | uuid.UUID) -> Any:
        """An id as this database holds it."""
        return uuid.UUID(str(id)) if self.on_postgresql else uuid.UUID(str(id)).hex

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query finds, past the application. Parameters are written `%s` for both engines."""
        with self.connect() as connection:
            mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
            return list(connection.execute(query.replace("%s", mark), parameters).fetchall())  # type: ignore[arg-type]

    @contextmanager
    def connect(self) -> Iterator[Any]:
        """A connection of its own; committed at the end."""
        if not self.on_postgresql:
            connection = sqlite3.connect(self.folder / "hms.sqlite3", timeout=20)
        else:
            connection = psycopg.connect(self.database_url)
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()


class Template:
    """The hospital that all others are copied from."""

    name = "furnished"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres = os.environ.get("HMS_TEST_POSTGRES_URL") if _on_postgresql() else None
        shared = os.environ.get("HMS_TEST_HOSPITALS")
        self._place = Path(shared) if shared else folder
        self._original_name = f"hospital_{self.name}" if shared else self._own_name(self.name)
        self._original = self._hospital(self._place / self.name, self._original_name)
        with self._alone():
            made = self._place / f"{self.name}.made"
            if not made.exists():
                self._make()
                made.touch()

    def _make(self) -> None:
        self._original.folder.mkdir(parents=True)
        if self._postgres:
            self._create_database(self._original_name)
        self._original.manage("migrate", "--no-input", "--verbosity", "0")
        self.fill()

    def fill(self) -> None:
        """Make the demo hospital in the empty database."""
        self._original.manage("demo", "--patients", str(PATIENTS), "--zone", morning_zone())

    def copy(self) -> Hospital:
        """Another hospital, as the first was on its first day; not open yet."""
        name = self._own_name(f"copy{next(_copies)}")
        hospital = self._hospital(self._folder / name, name)
        shutil.copytree(self._original.folder, hospital.folder)
        if self._postgres:
            with self._alone():
                self._create_database(name, template=self._original_name)
        return hospital

    def remove(self, hospital: Hospital) -> None:
        hospital.stop()
        shutil.rmtree(hospital.folder, ignore_errors=True)
        if self._postgres:
            name = sql.Identifier(hospital.database_url.rpartition("/")[2])
            self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _hospital(self, folder: Path, database: str) -> Hospital:
        if not self._postgres:
            return Hospital(folder, f"sqlite:///{folder / 'hms.sqlite3'}")
        return Hospital(folder, f"{self._postgres.rpartition('/')[0]}/{database}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process makes or copies this template meanwhile."""
        with (self._place / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create_database(self, name: str, *, template: str = "") -> None:
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._administer(command)

    def _administer(self, command: sql.Composed) -> None:
        assert self._postgres
        with psycopg.connect(self._postgres, autocommit=True) as connection:
            connection.execute(command)

    @staticmethod
    def _own_name(name: str) -> str:
        # The process is in it: two runs may share a cluster.
        return f"hospital_{os.getpid()}_{name}"


def morning_zone() -> str:
    """A zone on whose clock it is between nine and ten: whenever tests run, the hospital has just opened."""
    east = (9 - dt.datetime.now(dt.UTC).hour + 12) % 24 - 12
    # NB: the sign of these names is the wrong way round, by POSIX.
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def _on_postgresql() -> bool:
    return os.environ.get("HMS_TEST_ENGINE") == "postgresql"
