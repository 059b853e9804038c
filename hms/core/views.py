"""The few addresses the mechanisms need themselves."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from hms.core import drafts
from hms.core.access import PUBLIC, SIGNED_IN, access
from hms.core.frame import THEME_COOKIE
from hms.core.models import Draft
from hms.core.records import missing
from hms.core.values import clock_text

# PostgreSQL refuses to look for a longer one.
LONGEST_PAGE: Final = Draft._meta.get_field("page").max_length or 0


@access(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, page: str, subject_id: uuid.UUID) -> HttpResponse:
    """What the signed-in person has typed into a form and not yet saved: kept on POST, given back on GET.

    Nobody else can reach it: a draft belongs to its author.
    """
    by = request.actor  # type: ignore[attr-defined]
    if len(page) > LONGEST_PAGE:
        raise missing()
    if request.method == "POST":
        hidden = {"csrfmiddlewaretoken", "idempotency_key"}
        fields = {name: request.POST.getlist(name) for name in request.POST if name not in hidden}
        saved = drafts.save(by, page, subject_id, fields)
        return JsonResponse({"saved_at": clock_text(saved.saved_at, seconds=True)})
    return JsonResponse({"fields": drafts.load(by, page, subject_id)})


@access(PUBLIC)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it: kept in a cookie, since it belongs to the screen and not to the person."""
    back = request.POST.get("next") or request.headers.get("Referer", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    wanted = request.POST.get("theme", "")
    if wanted in {"light", "dark"}:
        response.set_cookie(
            THEME_COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
