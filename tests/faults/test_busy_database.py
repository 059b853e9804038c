"""While the database can't be written: a page that says so, with Retry-After and the form kept; then work goes on."""

from __future__ import annotations

import resource
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.faults.caller import Caller, Page
from tests.hospital import Hospital, Template
from tools.server import Server

pytestmark = pytest.mark.alone

PHONE = "+49 30 555 0166"


@pytest.fixture(scope="module")
def hospital(hospital_template: Template) -> Iterator[Hospital]:
    """One that waits a second for the writer, not twenty, and has no worker that would get in the way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMS_DATABASE_WAIT", "1")
        made = hospital_template.copy()
        yield made.start(background=False)
        hospital_template.remove(made)


@pytest.fixture
def desk(hospital: Hospital) -> tuple[Caller, Page]:
    """The front desk with the form of a patient open."""
    caller = Caller(hospital.url, "desk")
    (patient,) = hospital.rows("SELECT id FROM patients_patient WHERE active ORDER BY id LIMIT 1")[0]
    return caller, caller.get(f"/patients/{uuid.UUID(str(patient))}/profile/edit/")


def typed() -> dict[str, str]:
    return {"contacts-0-system": "phone", "contacts-0-use": "home", "contacts-0-value": PHONE, "language": "pl"}


def refused_politely(answer: Page) -> None:
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.seconds < 15
    # What was typed stands in a form that sends it again.
    assert answer.form("contacts-0-value", "language").fields["contacts-0-value"] == [PHONE]


def works_again(caller: Caller, answer: Page) -> None:
    saved = caller.fill(answer, {}, having=["contacts-0-value"])
    assert saved.path.endswith("/profile/"), saved.status
    assert PHONE in saved.body


def test_another_writer_holds_the_database(hospital: Hospital, desk: tuple[Caller, Page]) -> None:
    caller, form = desk
    with written_elsewhere(hospital):
        answer = caller.fill(form, typed())
        refused_politely(answer)
        # Pages that need no line in the trail can still be read.
        assert caller.get("/healthz").status == 200
    works_again(caller, answer)


@contextmanager
def written_elsewhere(hospital: Hospital) -> Iterator[None]:
    with hospital.connect() as other:
        if hospital.on_postgresql:
            other.execute("LOCK TABLE patients_patient IN ACCESS EXCLUSIVE MODE")
        else:
            other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


@pytest.mark.postgresql
def test_the_database_is_away(hospital: Hospital, desk: tuple[Caller, Page]) -> None:
    """Its connections are cut and nobody gets a new one: as after a crash of the server, until it's up again."""
    caller, form = desk
    base, _slash, name = hospital.database_url.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        server.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            answer = caller.fill(form, typed())
            refused_politely(answer)
            assert caller.get("/readyz").status == 503
        finally:
            server.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
    assert caller.get("/readyz").status == 200
    works_again(caller, answer)


@pytest.mark.sqlite
def test_the_disk_is_full(hospital: Hospital, desk: tuple[Caller, Page]) -> None:
    """No file may grow any more: writes are refused and nothing is spoilt; then there is room again."""
    caller, form = desk
    assert hospital.server
    with no_room(hospital.server):
        answer = caller.fill(form, typed())
        refused_politely(answer)
        assert caller.get("/healthz").status == 200
    works_again(caller, answer)
    assert hospital.rows("PRAGMA integrity_check") == [("ok",)]


@contextmanager
def no_room(server: Server) -> Iterator[None]:
    """The kernel refuses the server's processes any byte behind a file's first few, as a full disk does."""
    processes = server.processes("web")
    before: dict[int, Any] = {}
    for process in processes:
        before[process] = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, before[process][1]))
    try:
        yield
    finally:
        for process, limits in before.items():
            resource.prlimit(process, resource.RLIMIT_FSIZE, limits)
