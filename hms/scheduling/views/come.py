"""Checking in by one's own phone: signed in, by the code at the entrance, or by the secret link of the visit."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from hms.core import clock, trail
from hms.core.access import PUBLIC, access
from hms.core.problems import Problem, Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Facility
from hms.scheduling import entries, links, queries, queues
from hms.scheduling.actions import check_in_oneself
from hms.scheduling.views.appointment import visible


@access(PUBLIC)
@cache_control(no_store=True)
def come(request: HttpRequest, secret: str) -> HttpResponse:
    """The link on the confirmation. POST says "I am here". No name, no reason, nobody's doctor. Fragment `#own`."""
    visit = links.visit_of(secret)
    if visit is None:
        raise Http404
    refused: list[Problem] = []
    if request.method == "POST":
        try:
            check_in_oneself(by=links.BEARER, appointment=visit)
            return redirect("scheduling:come", secret)
        except Refused as refusal:
            refused = list(refusal.problems)
    elif not request.headers.get("HX-Request"):
        patient = visit.patient.pk if visit.patient is not None else None
        trail.observe(links.BEARER, "appointment.read", visit, patient=patient, detail={"page": "scheduling:come"})
    context = {**queues.of_oneself(visit), "visit": visit, "refused": refused, "here_url": request.path}
    template = "scheduling/come.html#own" if request.headers.get("HX-Request") else "scheduling/come.html"
    with timezone.override(visit.tz):
        return render(request, template, context, status=422 if refused else 200)


@require_GET
@access(links.ONESELF)
def here(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """The code at the entrance: today's visits of the person who is signed in, and of those they act for."""
    facility = Facility.objects.active().filter(pk=facility_id).first()
    if facility is None:
        raise missing()
    visits = queries.today_of(request.actor, clock.now())
    for visit in visits:
        if visit.patient is not None:
            trail.read(request, patient=visit.patient, page="scheduling:here")
    rows = [(visit, entries.Told(visit), queues.of_oneself(visit, at=facility)) for visit in visits]
    return render(request, "scheduling/here.html", {"facility": facility, "rows": rows})


@require_POST
@access(links.ONESELF)
def do_check_in_oneself(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One tap of somebody who is signed in; `at` is the house whose code they scanned."""
    visit = visible(request, appointment_id)
    at = Facility.objects.active().filter(pk=_id(request.POST.get("at", ""))).first()
    try:
        check_in_oneself(by=request.actor, appointment=visit, at=at)
    except Refused as refusal:
        if refusal.status != Refused.status:
            raise
        toast(request, str(refusal.problems[0].text), level=40)
        return redirect("scheduling:here", at.pk) if at is not None else redirect("scheduling:appointment", visit.pk)
    toast(request, _("You are checked in. Please take a seat."))
    return redirect("scheduling:appointment", visit.pk)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
