"""Whether somebody may check in by themselves, at the kiosk or by phone, and why not yet, or not here.

Each reason says what to do instead. The desk is never bound by this: it sees who stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hms.core.problems import Problem
from hms.scheduling import refusals


@dataclass(frozen=True, slots=True)
class Coming:
    """A visit that somebody says they came for. `elsewhere`: the name of its house, where they stand in another."""

    start_at: datetime
    zone: ZoneInfo
    in_person: bool = True
    elsewhere: str = ""


def self_check_in_problems(coming: Coming, *, now: datetime, opens: timedelta, grace: timedelta) -> list[Problem]:
    """Why not by themselves; the first reason alone, because the others follow from it.

    From `opens` before the start until `grace` after it, both moments included.
    """
    if not coming.in_person:
        return [refusals.NOT_IN_PERSON]
    if coming.start_at.astimezone(coming.zone).date() != now.astimezone(coming.zone).date():
        return [refusals.another_day(coming.start_at, coming.zone)]
    if coming.elsewhere:
        return [refusals.another_house(coming.elsewhere)]
    if now < coming.start_at - opens:
        return [refusals.too_early(coming.start_at - opens, coming.zone)]
    if now > coming.start_at + grace:
        return [refusals.TOO_LATE_BY_YOURSELF]
    return []
