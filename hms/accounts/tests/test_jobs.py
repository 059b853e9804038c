"""Mails and housekeeping."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.accounts import actions, jobs
from hms.accounts.models import KnownDevice, SignInTries, UserSession
from hms.core import clock
from hms.core.models import OutboxMessage
from tests import cast, make

pytestmark = pytest.mark.django_db


def test_somebody_is_told_that_their_password_changed_in_their_language(mailoutbox):
    user = make.user("nurse", language="de")
    actions.change_password(by=cast.actor("nurse", user=user), user=user, password_hash="!")
    jobs.on_password_changed(OutboxMessage.objects.get(topic="password.changed"))
    assert mailoutbox[0].to == [user.email]
    assert user.login_name in mailoutbox[0].body


def test_nobody_is_mailed_who_has_no_address_or_is_gone(mailoutbox):
    user = make.user("nurse", email="")
    actions.change_password(by=cast.actor("nurse", user=user), user=user, password_hash="!")
    jobs.on_password_changed(OutboxMessage.objects.get(topic="password.changed"))
    jobs.on_password_reset_asked(OutboxMessage(topic="password_reset.asked", subject_id=user.pk))
    jobs.on_password_reset_asked(OutboxMessage(topic="password_reset.asked", subject_id=None))
    assert mailoutbox == []


def test_a_withdrawn_invitation_is_not_mailed(mailoutbox):
    by = cast.actor("administrator", user=make.user("administrator"))
    invitation = actions.invite_user(by=by, email="new@example.org", duty="nurse")
    actions.withdraw_invitation(by=by, invitation=invitation)
    jobs.on_invitation_sent(OutboxMessage.objects.get(topic="invitation.sent"))
    assert mailoutbox == []


def test_housekeeping_drops_what_nobody_asks_for():
    user, now = make.user("nurse"), clock.now()
    for age in (10, 400):
        at = now - dt.timedelta(days=age)
        UserSession.objects.create(user=user, epoch=1, started_at=at, last_seen_at=at, method="password")
        digest = bytes([age % 256]) * 32
        KnownDevice.objects.create(
            user=user, secret_digest=digest, epoch=1, first_seen_at=at, last_seen_at=at, switch_until=at
        )
    SignInTries.objects.create(key=b"old", lane="account", last_at=now - dt.timedelta(days=2), blocked_until=now)
    jobs.tidy(OutboxMessage(topic="accounts.tidy"))
    counts = [model.objects.count() for model in (UserSession, KnownDevice, SignInTries)]
    assert counts == [1, 1, 0]
