"""The first gate: every view says who may open it, and HMS does not start while one is silent.

The second gate is the action's own permission, the third the queryset's `visible_to(actor)`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from hms.core.problems import Forbidden, Problem

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"

View = Callable[..., HttpResponse]


def access(*wanted: str) -> Callable[[View], View]:
    """Declare who may open a view: PUBLIC, SIGNED_IN, or any of some permissions."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if wanted != (PUBLIC,):
                actor = request.actor  # type: ignore[attr-defined]
                if not actor.is_authenticated:
                    return to_login(request)
                if wanted != (SIGNED_IN,) and not actor.may_any(wanted):
                    raise Forbidden(Problem(code="forbidden", text=_("Your role does not include this page.")))
            return view(request, *args, **kwargs)

        gate.access = wanted  # type: ignore[attr-defined]
        return gate

    return decorate


def to_login(request: HttpRequest) -> HttpResponse:
    """Send somebody without a session to the login page, and back here afterwards.

    htmx swaps answers into the page, so it gets 401 and is told where to go; what was typed stays in the draft.
    """
    here = request.headers.get("HX-Current-URL-Path") or (
        request.META.get("HTTP_REFERER") if request.headers.get("HX-Request") else None
    )
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': _path(here) or request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponse(status=302, headers={"Location": address})


def _path(address: str | None) -> str:
    """The path of an address of ours: a referer may be anything."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "") if parts.path.startswith("/") else ""


# --- Every address and who may open it ---------------------------------------------------------------------
def routes(
    resolver: URLResolver | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """(route, full url name, callback) of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield route, f"{namespace}{entry.name or ''}", entry.callback


def declared(name: str, callback: Any) -> tuple[str, ...] | None:
    """What a view declares, or the list of third-party views says of it."""
    if (own := getattr(callback, "access", None)) is not None:
        return own
    listed = import_string(settings.THIRD_PARTY_ACCESS).get(name)
    return (listed,) if isinstance(listed, str) else listed


def check_access(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """System check: every address declares its access."""
    return [
        Error(
            f"/{route} ({name or 'unnamed'}) does not declare who may open it.",
            hint="Decorate the view with @access(…), or name a third-party view in settings.THIRD_PARTY_ACCESS.",
            id="hms.E001",
        )
        for route, name, callback in routes()
        if declared(name, callback) is None
    ]
