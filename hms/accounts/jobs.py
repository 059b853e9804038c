"""Mails and housekeeping of this room. A message of the outbox carries ids; words and links are made here."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from hms.accounts import devices, throttle
from hms.accounts.invitation_links import secret_of
from hms.accounts.models import Invitation, KnownDevice, User, UserSession
from hms.accounts.reset_links import ResetLinks
from hms.core import clock
from hms.core.models import OutboxMessage

_SESSIONS_KEPT: Final = dt.timedelta(days=365)


def on_invitation_sent(message: OutboxMessage) -> None:
    """Mail the link of an invitation, unless it was withdrawn meanwhile."""
    invitation = Invitation.objects.select_related("invited_by").get(pk=message.subject_id)
    if not invitation.is_open(clock.now()):
        return
    path = reverse("accounts:accept_invitation", args=[invitation.pk, secret_of(invitation.pk)])
    with translation.override(invitation.language or settings.LANGUAGE_CODE):
        subject = _("You are invited to HMS")
        _send(invitation.email, subject, "invitation", invitation=invitation, link=settings.BASE_URL + path)


def on_password_reset_asked(message: OutboxMessage) -> None:
    """Mail the link to a new password. Nobody has asked for an account that is not there, and nothing is sent."""
    user = User.objects.filter(pk=message.subject_id, is_active=True).exclude(email="").first()
    if user is None:
        return
    key = ResetLinks().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    with translation.override(user.language or settings.LANGUAGE_CODE):
        _send(user.email, _("A new password for HMS"), "password_reset", user=user, link=settings.BASE_URL + path)


def on_password_changed(message: OutboxMessage) -> None:
    """Tell somebody that their password was changed, in case it was not them."""
    user = User.objects.filter(pk=message.subject_id, is_active=True).exclude(email="").first()
    if user is None:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        _send(user.email, _("Your password for HMS was changed"), "password_changed", user=user)


def tidy(message: OutboxMessage) -> None:
    """Drop what nobody asks for again: ended sessions after a year, browsers not seen for long, old tries."""
    now = clock.now()
    UserSession.objects.filter(started_at__lt=now - _SESSIONS_KEPT).delete()
    KnownDevice.objects.filter(last_seen_at__lt=now - devices.KEPT_FOR).delete()
    throttle.tidy()


def _send(address: str, subject: str, template: str, **values: Any) -> None:
    body = render_to_string(f"accounts/mail/{template}.txt", values | {"installation": settings.MFA_TOTP_ISSUER})
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
