"""Who opened my record: the patient's own watch over everybody who works here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hms.core import trail
from hms.workspace import readings
from hms.workspace.household import Whom, portal_page
from hms.workspace.views.my.health import confidential


@portal_page()
def readers(request: HttpRequest, whom: Whom) -> HttpResponse:
    """By day, person, role and purpose, newest first. A parent does not learn whom a teenager sees."""
    trail.read(request, patient=whom.patient, page="workspace:my_readers")
    if whom.is_confidential:
        return confidential(request, whom)
    page, days = readings.page_of(whom.patient.pk, whom.zone, you=whom.by.id, number=request.GET.get("page"))
    context = {
        "whom": whom,
        "patient": whom.patient,
        "page": page,
        "days": days,
        "help_from": whom.patient.registered_in,
    }
    return render(request, "workspace/my/readers.html", context)
