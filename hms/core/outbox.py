"""What must happen after a deed: mails, notices, recomputations.

`say()` writes a row in the deed's own transaction, so it happens if and only if the deed did. A row is the
unit of work, with attempts, back-off and a dead-letter state. Rows carry ids, never content.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import random
import socket
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils.module_loading import import_string

from hms.core import bulk, clock
from hms.core.actions import current_deed
from hms.core.models import OutboxMessage

log = logging.getLogger("hms.outbox")

ATTEMPTS: Final = 8
# A worker that is silent for so long is dead, and its message goes back.
LEASE: Final = dt.timedelta(minutes=5)
Handler = Callable[[OutboxMessage], None]


def say(
    topic: str, subject: models.Model | None = None, *, key: str | None = None, due_at: dt.datetime | None = None
) -> None:
    """Ask for an effect. A `key` said twice is one message."""
    deed = current_deed()
    message = OutboxMessage(
        topic=topic,
        key=key,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        deed=deed.id if deed else None,
        due_at=due_at or clock.now(),
    )
    bulk.insert([message], leave_known=key is not None)


def handlers() -> Mapping[str, str]:
    """Topic → dotted path of what answers it."""
    return import_string(settings.EFFECTS)


# --- Doing it ------------------------------------------------------------------------------------------------
def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident() % 10_000}"[:80]


def claim(limit: int = 10, worker: str = "") -> list[OutboxMessage]:
    """Take due messages that nobody holds, oldest first.

    One that has taken its workers down with it each time is given up: it would take the next one too.
    """
    now = clock.now()
    due = OutboxMessage.objects.filter(state=OutboxMessage.State.DUE, due_at__lte=now)
    lapsed = due.filter(claimed_until__lt=now, attempts__gte=ATTEMPTS)
    if given_up := lapsed.update(
        state=OutboxMessage.State.DEAD, claimed_until=None, last_error="its worker ended each time"
    ):
        log.warning("effects given up: their workers ended", extra={"count": given_up})
    free = due.filter(models.Q(claimed_until=None) | models.Q(claimed_until__lt=now))
    with transaction.atomic():
        wanted = free.order_by("due_at")
        if connection.vendor == "postgresql":
            wanted = wanted.select_for_update(skip_locked=True)
        ids = list(wanted.values_list("pk", flat=True)[:limit])
        OutboxMessage.objects.filter(pk__in=ids).update(
            claimed_until=now + LEASE, claimed_by=worker or worker_name(), attempts=models.F("attempts") + 1
        )
    return sorted(OutboxMessage.objects.filter(pk__in=ids), key=lambda message: message.due_at)


def perform(message: OutboxMessage) -> bool:
    """Run the handler of a claimed message and note what became of it. Returns whether it is done."""
    try:
        handler: Handler = import_string(handlers()[message.topic])
        handler(message)
    except Exception as error:
        _failed(message, error)
        return False
    _still_ours(message).update(state=OutboxMessage.State.DONE, done_at=clock.now(), claimed_until=None, last_error="")
    return True


def _still_ours(message: OutboxMessage) -> models.QuerySet[OutboxMessage]:
    """The row, unless its lease ran out and another worker has taken it since: then what becomes of it is theirs."""
    return OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.DUE, attempts=message.attempts)


def _failed(message: OutboxMessage, error: Exception) -> None:
    dead = message.attempts >= ATTEMPTS
    # 10 s, 20 s, 40 s … 20 min, with jitter so that a provider coming back is not met by all at once.
    wait = min(10 * 2 ** (message.attempts - 1), 1200) * random.uniform(0.8, 1.2)  # noqa: S311
    _still_ours(message).update(
        state=OutboxMessage.State.DEAD if dead else OutboxMessage.State.DUE,
        due_at=clock.now() + dt.timedelta(seconds=wait),
        claimed_until=None,
        last_error=_where(error),
    )
    log.warning(
        "effect failed",
        extra={"topic": message.topic, "id": str(message.pk), "attempt": message.attempts, "error": _where(error)},
    )


def _where(error: Exception) -> str:
    """The kind of an error and the line it arose at. Not its message: that may quote a patient."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{'/'.join(frames[-1].filename.split('/')[-2:])}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__} at {place}"[:300]


def drain(limit: int = 10) -> int:
    """Do what is due now. Returns how many messages were tried."""
    messages = claim(limit)
    for message in messages:
        # Those before it may have taken so long that the lease ran out: somebody else does it, or we ourselves anew.
        if message.claimed_until is None or message.claimed_until > clock.now():
            perform(message)
    return len(messages)


def replay(message: OutboxMessage) -> None:
    """Give a dead message another life."""
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.DEAD).update(
        state=OutboxMessage.State.DUE, attempts=0, due_at=clock.now(), claimed_until=None
    )


def say_recurring(now: dt.datetime) -> int:
    """Say every recurring topic whose time has come. Safe from several machines: the key is topic and time."""
    said = 0
    for topic, every in import_string(settings.RECURRING).items():
        slot = int(now.timestamp() // every.total_seconds())
        try:
            before = OutboxMessage.objects.filter(key=f"{topic}@{slot}").exists()
            if not before:
                say(topic, key=f"{topic}@{slot}", due_at=now)
                said += 1
        except (IntegrityError, OperationalError):
            log.info("another scheduler said it", extra={"topic": topic})
    return said


def tidy(older_than: dt.timedelta = dt.timedelta(days=7)) -> int:
    """Drop messages that were done long ago. Dead ones stay until somebody looks."""
    gone, _details = OutboxMessage.objects.filter(
        state=OutboxMessage.State.DONE, done_at__lt=clock.now() - older_than
    ).delete()
    return gone


def age_of_oldest() -> dt.timedelta:
    """How long the oldest due message has been waiting: zero when all is well."""
    oldest = OutboxMessage.objects.filter(state=OutboxMessage.State.DUE).aggregate(at=models.Min("due_at"))["at"]
    return max(clock.now() - oldest, dt.timedelta(0)) if oldest else dt.timedelta(0)
