"""The front desk: find somebody, see who comes, check in with one tap."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hms.core.access import access
from hms.scheduling.views.arrivals import listing
from hms.scheduling.views.places import facility_of


@require_GET
@access("workspace.front_desk")
def front_desk(request: HttpRequest) -> HttpResponse:
    """Home of the front desk: the search box has the focus, the arrivals are below it."""
    facility = facility_of(request)
    with timezone.override(facility.zone):
        return render(request, "workspace/front_desk.html", listing(request, facility))
