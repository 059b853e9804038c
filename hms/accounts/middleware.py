"""Who is asking: the session's limits, the actor, and the pages open to somebody who is not ready yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from hms.accounts import devices, sessions
from hms.accounts.actors import actor_for
from hms.accounts.codes import SessionEnd
from hms.accounts.step_up import to_proof
from hms.core import clock, trail
from hms.core.actor import ANONYMOUS, Actor
from hms.core.frame import POLL_HEADER

GetResponse = Callable[[HttpRequest], HttpResponse]

# Why the last session of this browser ended, for the login page to say. Gone after two minutes.
ENDED_COOKIE: Final = "hms_ended"
# What remains, in seconds; the page warns 60 s before.
LEFT_HEADER: Final = "X-HMS-Session-Seconds"

_ALWAYS: Final = frozenset(
    {"account_logout", "account_reauthenticate", "accounts:keepalive", "set_language", "set_theme"}
)
# All that is open to staff who have no second factor yet.
SECOND_FACTOR_PAGES: Final = _ALWAYS | {
    "accounts:secure", "account_change_password",
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn",
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
# All that is open to somebody who has to choose a password first.
PASSWORD_PAGES: Final = _ALWAYS | {"account_change_password"}


class SessionLimitsMiddleware:
    """Ends a session on the server: unused, too long, revoked, or of somebody who may no longer be here.

    Polls don't count as use, whatever else they carry; nothing but use lengthens a session.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.presence = None  # type: ignore[attr-defined]
        ended = self._settle(request) if sessions.claims_somebody(request) else None
        response = self.get_response(request)
        devices.give_cookie(request, response)
        presence: sessions.Presence | None = request.presence  # type: ignore[attr-defined]
        if ended is not None:
            response.set_cookie(
                ENDED_COOKIE, ended, max_age=120, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        elif presence is not None:
            response.headers[LEFT_HEADER] = str(presence.seconds_left(clock.now()))
        return response

    def _settle(self, request: HttpRequest) -> SessionEnd | None:
        """Put the person at the keyboard on the request, or end the session and say why."""
        presence, now = sessions.presence_of(request), clock.now()
        if presence is None:
            ended = SessionEnd.SECURITY
        elif (over := presence.why_over(now)) is not None:
            ended = over
            trail.observe(
                actor_for(presence.user, presence.holdings, role=presence.role),
                "session.ended",
                presence.user,
                detail={"why": ended.value},
            )
        else:
            request.presence, request.user = presence, presence.user  # type: ignore[attr-defined]
            if POLL_HEADER not in request.headers:
                sessions.touch(presence, now)
            return None
        sessions.end_claimed(request, ended)
        request.user = AnonymousUser()
        return ended


class ActorMiddleware:
    """Puts `request.actor` on every request. Somebody who is not ready acts with no permission at all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Send somebody who must first choose a password or set up a second factor to just that."""
        presence: sessions.Presence | None = request.presence  # type: ignore[attr-defined]
        if presence is None:
            return None
        page = request.resolver_match.view_name if request.resolver_match else ""
        if presence.user.must_change_password:
            return None if page in PASSWORD_PAGES else _send(request, "account_change_password")
        if presence.needs_second_factor:
            return None if page in SECOND_FACTOR_PAGES else _send(request, "accounts:secure")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page of allauth wants a fresh proof first.

        NB: allauth's own answer keeps the whole request, cookies and all, in the session; ours keeps nothing.
        """
        return to_proof(request) if isinstance(exception, ReauthenticationRequired) else None

    @staticmethod
    def _actor(request: HttpRequest) -> Actor:
        presence: sessions.Presence | None = request.presence  # type: ignore[attr-defined]
        if presence is None:
            return ANONYMOUS
        actor = actor_for(presence.user, presence.holdings, role=presence.role)
        if presence.user.must_change_password or presence.needs_second_factor:
            # A second bolt on the door of process_view.
            return replace(actor, permissions=frozenset(), duties=frozenset())
        return actor


def _send(request: HttpRequest, page: str) -> HttpResponse:
    address = resolve_url(page)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return HttpResponse(status=302, headers={"Location": address})
