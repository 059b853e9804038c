"""Handlers of what the scheduler says: housekeeping of the mechanisms."""

from __future__ import annotations

import datetime as dt

from django.core.management import call_command
from django.db import connection

from hms.core import clock, outbox, partitions, sealing
from hms.core.models import Draft, IdempotentReply, OutboxMessage

# A draft nobody came back to, and answers nobody will ask for again.
_DRAFTS_KEPT = dt.timedelta(days=30)
_REPLIES_KEPT = dt.timedelta(hours=24)


def seal_audit(message: OutboxMessage) -> None:
    """Seal the audit events that are ready."""
    sealing.seal_pending()


def tidy(message: OutboxMessage) -> None:
    """Drop ended sessions, old drafts, idempotency answers and messages that were done long ago."""
    now = clock.now()
    outbox.tidy()
    Draft.objects.filter(saved_at__lt=now - _DRAFTS_KEPT).delete()
    IdempotentReply.objects.filter(created_at__lt=now - _REPLIES_KEPT).delete()
    call_command("clearsessions", verbosity=0)


def make_partitions(message: OutboxMessage) -> None:
    """Make the partitions the coming year needs."""
    partitions.make_partitions(connection)
