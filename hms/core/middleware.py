"""The outermost rail: refusals become pages, and no page is kept where the next person could find it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from hms.core import errors, trail
from hms.core.actions import refusal_of
from hms.core.models import AuditEvent
from hms.core.problems import Refused

log = logging.getLogger("hms.requests")

_PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
)


class GuardrailMiddleware:
    """Turns `Refused` into the right page or fragment, and adds the headers every answer carries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        # Charts must not come back from a cache or with the back button after logout.
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            self._record(request, exception)
            return errors.refused(request, exception)
        if isinstance(exception, OperationalError):
            # No statement in the log: it carries values.
            log.error("database unavailable", extra={"kind": type(exception.__cause__).__name__})
            refusal = refusal_of(exception)
            if isinstance(refusal, Refused):
                return errors.refused(request, refusal)
        return None

    @staticmethod
    def _record(request: HttpRequest, refusal: Refused) -> None:
        """A page without permission, or somebody else's row: the try is in the trail, as an action's refusal is."""
        actor = getattr(request, "actor", None)
        if refusal.recorded or actor is None or not actor.is_authenticated or refusal.status not in (403, 404):
            return
        page = request.resolver_match.view_name if request.resolver_match else ""
        trail.observe(
            actor, "page.refused", detail={"page": page, "status": refusal.status}, outcome=AuditEvent.Outcome.REFUSED
        )
