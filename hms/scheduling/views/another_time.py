"""A visit at a time that is not on offer: a walk-in, an urgent case, a second patient in a taken time.

By right and with a reason, which stays with the visit; see the rules in rules/booking.py.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hms.core import clock, trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.records import missing
from hms.core.toasts import toast
from hms.scheduling import facts, kept, offers, queries
from hms.scheduling.actions import book_appointment
from hms.scheduling.actions.placing import Alternatives
from hms.scheduling.forms import AnotherTimeForm
from hms.scheduling.models import Schedule
from hms.scheduling.rules import slots


@access(facts.OVERRIDE, facts.OVERBOOK)
def another_time(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """`?department=`, and perhaps `practitioner=`. POST books."""
    patient = facts.patient_for_booking(request.actor, patient_id)
    asked = offers.asked_of(request.GET)
    services = queries.bookable_services(request.actor).select_related("facility", "department")
    services = services.filter(department=_id(asked.get("department")))
    service = services.first()
    if service is None:
        raise missing()
    schedules = kept.with_people(queries.schedules_for(service))
    with timezone.override(service.facility.zone):
        form = AnotherTimeForm(
            _posted(request) or None,
            schedules=schedules,
            services=services,
            may_overbook=request.actor.may(facts.OVERBOOK),
            initial={
                "start_at": clock.now().replace(second=0, microsecond=0),
                "service": service,
                "schedule": _of_practitioner(schedules, asked.get("practitioner")),
            },
        )
        if request.method == "POST" and form.is_valid():
            with form.attempt():
                visit = book_appointment(
                    by=request.actor,
                    patient=patient,
                    idempotency_key=guard_of(request).idempotency_key,
                    **form.cleaned_data,
                )
            if form.is_valid():
                toast(request, _("The visit is booked."))
                return redirect("scheduling:appointment", visit.pk)
        if request.method == "GET":
            trail.read(request, patient=patient, page="scheduling:another_time")
        found = form.alternatives
        context = {
            "patient": patient,
            "form": form,
            "department": service.department,
            "query": request.GET.urlencode(),
            "nearest": offers.nearest(found, found.zone) if isinstance(found, Alternatives) else [],
        }
        return render(request, "scheduling/another_time.html", context, status=form.status)


def _posted(request: HttpRequest) -> QueryDict:
    """What was sent. Where one of the nearest free times was pressed, it stands in place of the taken one."""
    posted = request.POST.copy()
    if (slot := slots.parse(posted.get("slot", ""))) is not None:
        wall = timezone.localtime(slot.start)
        posted["schedule"] = str(slot.schedule)
        posted["start_at_day"], posted["start_at_clock"] = wall.date().isoformat(), f"{wall:%H:%M}"
        posted.pop("overbook", None)
    return posted


def _of_practitioner(schedules: object, practitioner: str | None) -> Schedule | None:
    return schedules.filter(practitioner_role__practitioner=_id(practitioner)).first()  # type: ignore[attr-defined]


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
