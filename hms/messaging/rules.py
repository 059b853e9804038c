"""When and whether somebody is told. Pure: no database, no clock.

A reminder is one per occurrence, channel, template and lead time, however often the job runs; the dead are
never written to; and what may wait waits for the morning.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hms.messaging.codes import ALWAYS, CAN_WAIT, Channel

# After so many tries a person takes over: 1, 2, 4 … minutes, all told about two hours.
ATTEMPTS: Final = 8
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(minutes=60)


def wanted(channel: str, kind: str, opted_out: Iterable[tuple[str, str]]) -> bool:
    """Whether to tell somebody who opted out of these (channel, kind) pairs. Security notices always go."""
    return kind in ALWAYS or (channel, kind) not in set(opted_out)


def in_quiet_hours(moment: time, start: time, end: time) -> bool:
    """Whether a time of day lies in `[start, end)`, which may run past midnight."""
    return start <= moment < end if start < end else moment >= start or moment < end


def send_at(due: datetime, kind: str, start: time, end: time, zone: ZoneInfo) -> datetime:
    """The moment to send something due: now, or when quiet hours end on the wall clock of `zone`.

    Only what may wait waits: a confirmation or a sign-in code goes at once. Returns UTC.
    """
    local = due.astimezone(zone)
    if kind not in CAN_WAIT or not in_quiet_hours(local.time(), start, end):
        return due
    # Past midnight already, or the night is still to come.
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(due.tzinfo)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when a person should take over."""
    if attempts >= ATTEMPTS:
        return None
    return min(_FIRST_WAIT * 2 ** (attempts - 1), _LONGEST_WAIT)


def delivery_key(occurrence: str, channel: str, template: str, recipient: str, lead: str = "") -> str:
    """What makes a message one message: occurrence, channel, template, lead time, and who is told."""
    return ":".join(part for part in (occurrence, channel, template, recipient, lead) if part)


def masked(channel: str, recipient: str) -> str:
    """Enough of an address to recognise it on a worklist: i…@example.org, …0100."""
    if channel == Channel.EMAIL:
        name, at, domain = recipient.partition("@")
        return f"{name[:1]}…{at}{domain}"
    return f"…{recipient[-4:]}"
