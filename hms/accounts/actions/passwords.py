"""Changing secrets. Hashing is slow on purpose and happens before: these take digests, never the words."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from hms.accounts.codes import SessionEnd
from hms.accounts.models import ApiToken, KnownDevice, User, UserSession
from hms.accounts.sessions import end_all
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Forbidden, Problem
from hms.core.records import take


@action("accounts.change_password")
def change_password(*, by: Actor, user: User, password_hash: str, keep_session: uuid.UUID | None = None) -> User:
    """Set a password. Every other session, every token and every remembered device ends with the old one.

    `by` is the person themselves, or the system on the strength of a mailed link.
    """
    if by.kind != "system" and by.id != user.pk:
        raise Forbidden(Problem(code="forbidden", text=_("Only its owner changes a password.")))
    user = take(User.objects.filter(is_active=True), user.pk)
    user.password, user.must_change_password = password_hash, False
    user.end_everything()
    user.save(update_fields=["password", "must_change_password", "session_epoch"])
    ended = end_all(user, SessionEnd.SECURITY, but=keep_session)
    if keep_session is not None:
        UserSession.objects.filter(pk=keep_session, user=user).update(epoch=user.session_epoch)
    tokens = ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
    KnownDevice.objects.filter(user=user).delete()
    trail.record("password.changed", user, detail={"sessions": ended, "tokens": tokens})
    outbox.say("password.changed", user)
    return user


@action("accounts.ask_password_reset")
def ask_password_reset(*, by: Actor, user: User | None) -> None:
    """Ask for a link to a new password. The same work and the same rows whether there is such a user or not."""
    trail.record("password_reset.asked", user)
    outbox.say("password_reset.asked", user)


@action("accounts.set_pin")
def set_pin(*, by: Actor, pin_hash: str) -> User:
    """Set or, with "", remove one's own PIN for shared workstations."""
    user = take(User.objects.filter(pk=by.id), by.id)
    user.pin_hash = pin_hash
    user.save(update_fields=["pin_hash"])
    KnownDevice.objects.filter(user=user).update(wrong_pins=0)
    trail.record("pin.set" if pin_hash else "pin.removed", user)
    return user
