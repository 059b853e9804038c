"""Giving out and revoking the address of one's own calendar."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.records import missing
from hms.scheduling.models import CalendarFeed
from hms.scheduling.models.feed import digest


class IssuedFeed(NamedTuple):
    """A feed with its secret, which nobody can read again."""

    feed: CalendarFeed
    secret: str


@action("scheduling.issue_feed")
def issue_feed(*, by: Actor) -> IssuedFeed:
    """A new secret address for the actor's own visits. The one before stops working. Refused: not a person."""
    if by.id is None:
        raise missing()
    _revoke_all(by)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user_id=by.id, secret_digest=digest(secret), created_at=clock.now())
    trail.record("calendar_feed.issued", subject=feed)
    return IssuedFeed(feed, secret)


@action("scheduling.issue_feed")
def revoke_feed(*, by: Actor) -> int:
    """The actor's calendar address stops working."""
    count = _revoke_all(by)
    trail.record("calendar_feed.revoked", detail={"count": count})
    return count


def _revoke_all(by: Actor) -> int:
    return CalendarFeed.objects.filter(user=by.id, revoked_at__isnull=True).update(revoked_at=clock.now())
