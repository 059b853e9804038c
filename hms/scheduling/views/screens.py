"""Screens in the house: switched on and off by the staff; the display itself, which nobody signs in at."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock
from hms.core.access import PUBLIC, access
from hms.core.forms import guard_of
from hms.core.qr import qr
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Department, Facility, Location
from hms.scheduling import codes, queues
from hms.scheduling.actions import make_screen, revoke_screen
from hms.scheduling.forms import ScreenForm
from hms.scheduling.models import Screen
from hms.scheduling.models.screen import MANAGE
from hms.scheduling.views.places import facilities_where


@access(MANAGE)
def screens(request: HttpRequest) -> HttpResponse:
    """The screens that work, and a form for one more. A new one's address is shown once, where it was made."""
    facilities = facilities_where(request, MANAGE)
    form = ScreenForm(
        request.POST or None,
        facilities=Facility.objects.filter(pk__in=[one.pk for one in facilities]),
        departments=Department.objects.active().filter(facility__in=facilities),
        locations=Location.objects.in_use().filter(facility__in=facilities),
    )
    address = ""
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            made = make_screen(by=request.actor, **form.cleaned_data)
            address = settings.BASE_URL + reverse(f"scheduling:{made.screen.kind}", args=[made.secret])
    live = Screen.objects.visible_to(request.actor).live().select_related("facility", "department", "location")
    context = {
        "form": form,
        "address": address,
        "qr": qr(address) if address else None,
        "screens": list(live.order_by("facility__name", "kind", "name")),
        "facilities": facilities,
    }
    return render(request, "scheduling/screens.html", context, status=form.status)


@require_POST
@access(MANAGE)
def revoke(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    """Switch a screen off."""
    screen = Screen.objects.visible_to(request.actor).filter(pk=screen_id).first()
    if screen is None:
        raise missing()
    revoke_screen(by=request.actor, screen=screen, idempotency_key=guard_of(request).idempotency_key)
    toast(request, _("%(name)s is switched off.") % {"name": screen.name})
    return redirect("scheduling:screens")


@require_GET
@access(MANAGE)
def poster(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """The sheet for the entrance: a code that patients scan to check in by their own phone."""
    facility = next((one for one in facilities_where(request, MANAGE) if one.pk == facility_id), None)
    if facility is None:
        raise missing()
    address = settings.BASE_URL + reverse("scheduling:here", args=[facility.pk])
    return render(request, "scheduling/poster.html", {"facility": facility, "qr": qr(address), "address": address})


@require_GET
@access(PUBLIC)
@cache_control(no_store=True)
def display(request: HttpRequest, secret: str) -> HttpResponse:
    """Who is called, by token and room. No person is behind this page, so nobody signs in to see it."""
    fragment = bool(request.headers.get("HX-Request"))
    screen = of_secret(secret, codes.ScreenKind.DISPLAY)
    if screen is None:
        if fragment:
            # Switched off: what still stands there goes too.
            return HttpResponse(headers={"HX-Refresh": "true"})
        raise Http404
    now = clock.now()
    called, following = queues.on_display(screen, now)
    context = {"screen": screen, "called": called, "following": following, "now": now}
    with timezone.override(screen.facility.zone):
        return render(request, f"scheduling/display.html{'#board' if fragment else ''}", context)


def of_secret(secret: str, kind: str) -> Screen | None:
    """The screen that works by this secret."""
    return Screen.objects.by_secret(secret, kind).select_related("facility", "department", "location").first()
