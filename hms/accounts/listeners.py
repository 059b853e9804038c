"""The only signals of HMS: what Django and allauth tell of sign-ins and second factors, written to the trail.

Both libraries say these things by signal and in no other way. Nothing else of HMS sends or hears any.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from hms.accounts import devices, sessions
from hms.accounts.codes import SessionEnd
from hms.accounts.models import User
from hms.accounts.rules.login_names import normalise
from hms.core import toasts, trail
from hms.core.actor import ANONYMOUS, Actor
from hms.core.models import AuditEvent


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    """A session begins: it can be seen and ended, and the browser is known if everything was proved here.

    What was said to whoever was here before is not for this person.
    """
    toasts.forget(request)
    method = sessions.method_of(request, user)
    session = sessions.open_session(request, user, method)
    if method != "pin":
        devices.remember(request, user)
    trail.observe(_person(user, request), "session.opened", session, detail={"method": method})


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_rest: Any) -> None:
    """A session ends by its owner's wish. The id is still in the session at this moment."""
    session_id = sessions.current_id(request)
    if user is None or session_id is None or not sessions.end(session_id, SessionEnd.SIGNED_OUT):
        return
    trail.observe(_person(user, request), "session.closed", user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_rest: Any) -> None:
    """A password was wrong. The line names the account if there is one, never what was typed."""
    user = User.objects.filter(login_name=normalise(str(credentials.get("username", "")))).first()
    client = devices.coarse(devices.address_of(request)) if request is not None else ""
    trail.observe(
        replace(ANONYMOUS, client=client),
        "session.refused",
        user,
        detail={"method": "password"},
        outcome=AuditEvent.Outcome.REFUSED,
    )


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    trail.observe(_person(user, request), "second_factor.added", user, detail={"type": authenticator.type})


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    trail.observe(_person(user, request), "second_factor.removed", user, detail={"type": authenticator.type})


@receiver(mfa.authenticator_reset)
def factor_reset(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    trail.observe(_person(user, request), "second_factor.reset", user, detail={"type": authenticator.type})


@receiver(mfa.authentication_failed)
def factor_failed(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    trail.observe(
        _person(user, request),
        "session.refused",
        user,
        detail={"method": authenticator.type},
        outcome=AuditEvent.Outcome.REFUSED,
    )


def _person(user: User, request: HttpRequest) -> Actor:
    """The one it is about; at this moment nobody has looked up their duties."""
    return Actor(id=user.pk, label=user.label, client=devices.coarse(devices.address_of(request)))
