"""Booking begins with a time, and the patient is still to be found: one box, then on to the booking page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hms.core import trail
from hms.core.access import access
from hms.patients.search import kinds_asked, search_patients
from hms.patients.shown import shown_to
from hms.scheduling.offers import AGAIN
from hms.scheduling.rules import slots


@require_http_methods(["GET", "POST"])
@access("patients.search")
def whom(request: HttpRequest) -> HttpResponse:
    """What is typed is posted, so that no name stands in an address; `?slot=` is carried on. Fragment `#found`."""
    text, slot = request.POST.get("q", ""), request.GET.get("slot", "")
    found = search_patients(request.actor, text) if text.strip() else []
    if text.strip():
        trail.observe(request.actor, "patients.searched", detail={"by": kinds_asked(text), "found": len(found)})
    context = {
        "q": text,
        "asked": bool(text.strip()),
        "found": shown_to(request.actor, [one.patient for one in found]),
        # A time was chosen already, or the patient comes again to whom they saw last.
        "then": f"slot={slot}" if slots.parse(slot) else f"{AGAIN}=1",
    }
    template = "scheduling/whom.html#found" if request.headers.get("HX-Request") else "scheduling/whom.html"
    return render(request, template, context)
