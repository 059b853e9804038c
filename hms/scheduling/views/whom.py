"""Booking begins with a time, and the patient is still to be found: one box, then on to the booking page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hms.core.access import access
from hms.patients.search import search_patients
from hms.scheduling.rules import slots


@require_GET
@access("patients.search")
def whom(request: HttpRequest) -> HttpResponse:
    """`?q=` finds patients, `?slot=` is carried on. Fragment `#found` for htmx."""
    text, slot = request.GET.get("q", ""), request.GET.get("slot", "")
    context = {
        "q": text,
        "slot": slot if slots.parse(slot) else "",
        "found": [one.patient for one in search_patients(request.actor, text)] if text.strip() else [],
    }
    template = "scheduling/whom.html#found" if request.headers.get("HX-Request") else "scheduling/whom.html"
    return render(request, template, context)
