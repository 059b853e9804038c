"""Step-up: a fresh proof of who somebody is, for deeds that a borrowed session must not do."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from hms.accounts import sessions


def require_fresh(request: HttpRequest, minutes: int = 5, *, back: str = "") -> HttpResponse | None:
    """None if the person proved themselves so recently, else the answer that sends them to do so and back.

    With a second factor only that counts, not the password; a PIN never does. `back` is where to return
    to, the page at hand unless said otherwise. What was posted is not carried along: keep a draft.
    """
    if sessions.proved_within(request, request.user, dt.timedelta(minutes=minutes)):  # type: ignore[arg-type]
        return None
    return to_proof(request, back=back)


def to_proof(request: HttpRequest, *, back: str = "") -> HttpResponse:
    """Send somebody to the page where they prove who they are, and back afterwards."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    address = methods[0]["url"] if methods else resolve_url(settings.LOGIN_URL)
    address = f"{address}?{urlencode({'next': back or request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return HttpResponse(status=302, headers={"Location": address})
