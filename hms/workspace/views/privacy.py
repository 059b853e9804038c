"""The privacy officer's home: three questions, and each number opens the list it counts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hms.core import clock
from hms.core.access import access
from hms.organization.models import Facility
from hms.patients.models import GlassBreak
from hms.workspace import signals

_SHOWN = 5


@require_safe
@access("workspace.privacy")
def privacy(request: HttpRequest) -> HttpResponse:
    """Which emergency accesses wait, who read unusually much, which confidential records were opened."""
    zone = zone_of_house()
    open_cases = GlassBreak.objects.open_cases()
    reads = signals.read_by_staff(signals.recent(zone))
    many = signals.many_charts(zone)
    confidential = signals.confidential(reads)
    context = {
        "now": clock.now(),
        "days": signals.LOOKED_BACK.days,
        "glass_count": open_cases.count(),
        "glass": list(open_cases.select_related("patient")[:_SHOWN]),
        "many_count": len(many),
        "many": many[:_SHOWN],
        "confidential_count": confidential.count(),
        "confidential_charts": confidential.values("patient_id").distinct().count(),
        "family_count": signals.same_family_name(reads).count(),
        "emergency_count": signals.emergencies(signals.recent(zone)).count(),
        "refused_count": signals.refused(signals.recent(zone)).count(),
    }
    with timezone.override(clock.zone(zone)):
        return render(request, "workspace/privacy.html", context)


@require_safe
@access("workspace.privacy")
def many_charts(request: HttpRequest) -> HttpResponse:
    """Days on which somebody opened more charts than their duty explains, beside what is usual for them."""
    zone = zone_of_house()
    rows = signals.with_usual(signals.many_charts(zone), zone)
    return render(request, "workspace/privacy_many.html", {"rows": rows, "days": signals.LOOKED_BACK.days})


def zone_of_house() -> str:
    """The clock of the privacy officer's pages: the first facility's. They look at all facilities at once."""
    return Facility.objects.active().order_by("id").values_list("time_zone", flat=True).first() or settings.TIME_ZONE
