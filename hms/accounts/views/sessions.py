"""Where I am signed in, and which programs act for me."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hms.accounts import sessions
from hms.accounts.actions import end_other_sessions, revoke_session, revoke_token
from hms.accounts.models import ApiToken, UserSession
from hms.core import clock
from hms.core.access import SIGNED_IN, access
from hms.core.records import missing
from hms.core.toasts import toast

# How many that ended are shown below the live ones.
_ENDED_SHOWN = 10


@access(SIGNED_IN)
def own_sessions(request: HttpRequest) -> HttpResponse:
    """My sessions, live ones first, and my access tokens."""
    mine = UserSession.objects.filter(user=request.user)
    now = clock.now()
    context = {
        "live": [session for session in mine.live().order_by("-last_seen_at") if _goes_on(session, now)],
        "ended": mine.exclude(ended_at=None).order_by("-ended_at")[:_ENDED_SHOWN],
        "here": sessions.current_id(request),
        "tokens": ApiToken.objects.filter(
            user=request.user, revoked_at=None, expires_at__gt=now, epoch=request.user.session_epoch
        ).order_by("-issued_at"),
    }
    return render(request, "accounts/sessions.html", context)


@access(SIGNED_IN)
@require_POST
def end_session(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """End one of my sessions; ending the one at hand signs me out."""
    session = UserSession.objects.filter(pk=session_id, user=request.user).first()
    if session is None:
        raise missing()
    revoke_session(by=request.actor, session=session)
    toast(request, _("That session was ended."))
    return redirect("accounts:sessions")


@access(SIGNED_IN)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all my sessions but this one."""
    ended = end_other_sessions(by=request.actor, keep=sessions.current_id(request))
    toast(request, ngettext("%(n)d other session was ended.", "%(n)d other sessions were ended.", ended) % {"n": ended})
    return redirect("accounts:sessions")


@access(SIGNED_IN)
@require_POST
def end_token(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Revoke one of my access tokens."""
    token = ApiToken.objects.filter(pk=token_id, user=request.user).first()
    if token is None:
        raise missing()
    revoke_token(by=request.actor, token=token)
    toast(request, _("The access token was revoked. The program that used it can't act for you any more."))
    return redirect("accounts:sessions")


def _goes_on(session: UserSession, now) -> bool:  # type: ignore[no-untyped-def]
    """Nobody came back to end it, but its longest time is over all the same."""
    return (now - session.started_at).total_seconds() < sessions.limits().absolute
