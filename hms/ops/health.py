"""Is it running, is it ready, and how is it doing."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hms.core import clock, crypto, outbox
from hms.core.models import AuditEvent, AuditSeal, OutboxMessage

_OUTBOX_LATE = dt.timedelta(minutes=2)
_SEAL_LATE = dt.timedelta(minutes=5)
_DISK_LOW = 200 * 1024 * 1024
# Migrations don't change while a process lives; reading the loader's graph takes a tenth of a second.
_migrated = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether it is well, and in words what is not. `hard`: not ready to serve."""

    name: str
    well: bool
    words: str = ""
    hard: bool = True


def check_all() -> list[Finding]:
    """Every check, in order. A broken database ends the list: the others would only repeat it."""
    found: list[Finding] = []
    checks: list[Callable[[], Finding]] = [_database, _migrations, _keys, _disk, _outbox, _seals, _time_zones]
    for check in checks:
        try:
            found.append(check())
        except DatabaseError as error:
            found.append(Finding("database", False, f"can't be reached ({type(error).__name__})"))
            break
    return found


def _database() -> Finding:
    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("database", True, f"answers in {(time.monotonic() - start) * 1000:.1f} ms")


def _migrations() -> Finding:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return Finding("migrations", False, f"{len(waiting)} not applied: run python manage.py migrate")
        _migrated = True
    return Finding("migrations", True, "all applied")


def _keys() -> Finding:
    crypto.ring.current(crypto.FIELD)
    return Finding("keys", True, "readable")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else "/").free
    return Finding("disk", free > _DISK_LOW, f"{free // 2**20} MiB free")


def _outbox() -> Finding:
    age = outbox.age_of_oldest()
    dead = OutboxMessage.objects.filter(state=OutboxMessage.State.DEAD).count()
    words = f"oldest waits {int(age.total_seconds())} s, {dead} given up"
    return Finding("outbox", age < _OUTBOX_LATE and not dead, words, hard=False)


def _seals() -> Finding:
    last = AuditSeal.objects.order_by("-number").values_list("sealed_at", flat=True).first()
    oldest = AuditEvent.objects.filter(at__gt=last).order_by("at") if last else AuditEvent.objects.order_by("at")
    first = oldest.values_list("at", flat=True).first()
    late = clock.now() - first if first else dt.timedelta(0)
    return Finding(
        "audit seals", late < _SEAL_LATE, f"oldest unsealed event is {int(late.total_seconds())} s old", hard=False
    )


def _time_zones() -> Finding:
    return Finding("time zones", True, f"tzdata {version('tzdata')}")
