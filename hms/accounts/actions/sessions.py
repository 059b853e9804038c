"""Ending one's own sessions."""

from __future__ import annotations

import uuid

from hms.accounts.codes import SessionEnd
from hms.accounts.models import User, UserSession
from hms.accounts.sessions import end, end_all
from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.records import missing


@action("accounts.end_own_sessions")
def revoke_session(*, by: Actor, session: UserSession) -> UserSession:
    """End one of one's own sessions, on whatever browser it is. Somebody else's is not found."""
    if session.user_id != by.id:
        raise missing()
    ended = end(session.pk, SessionEnd.REVOKED)
    trail.record("session.revoked", session, detail={"already": not ended})
    return session


@action("accounts.end_own_sessions")
def end_other_sessions(*, by: Actor, keep: uuid.UUID | None) -> int:
    """End all of one's own sessions but the one at hand. Returns how many."""
    user = User.objects.get(pk=by.id)
    ended = end_all(user, SessionEnd.REVOKED, but=keep)
    trail.record("session.revoked", user, detail={"sessions": ended})
    return ended
