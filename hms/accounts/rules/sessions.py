"""When a session is over.

HIPAA 45 CFR 164.312(a)(2)(iii), automatic logoff: idle 15 minutes in clinical work, 10 for administrators,
30 in the portal, and 12 hours however busy. Counted on the server; polling is not use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hms.accounts.codes import Duty, Role, SessionEnd

# A clock put back must not lengthen a session: one last used in the future, beyond this, is over.
_SKEW = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without use by kind ("clinical", "administrator", "patient"), and the longest in all."""

    idle: Mapping[str, int]
    absolute: int


def kind_of(duties: Iterable[str], role: str) -> str:
    """Which idle limit holds: the strictest of the duties somebody is acting with."""
    if role == Role.PATIENT:
        return "patient"
    return "administrator" if Duty.ADMINISTRATOR in set(duties) else "clinical"


def why_over(
    now: dt.datetime, *, started_at: dt.datetime, last_seen_at: dt.datetime, kind: str, limits: Limits
) -> SessionEnd | None:
    """Why the session is over, or None while it goes on."""
    if now - started_at >= dt.timedelta(seconds=limits.absolute) or started_at - now > _SKEW:
        return SessionEnd.ABSOLUTE
    if now - last_seen_at >= dt.timedelta(seconds=limits.idle[kind]) or last_seen_at - now > _SKEW:
        return SessionEnd.IDLE
    return None


def seconds_left(
    now: dt.datetime, *, started_at: dt.datetime, last_seen_at: dt.datetime, kind: str, limits: Limits
) -> int:
    """How long the session goes on if nothing more is done."""
    idle = dt.timedelta(seconds=limits.idle[kind]) - (now - last_seen_at)
    absolute = dt.timedelta(seconds=limits.absolute) - (now - started_at)
    return max(int(min(idle, absolute).total_seconds()), 0)
