"""The doctor's day: who is next and why they come, the day as a line, and what waits to be finished."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from hms.clinical.codes import NoteStatus
from hms.clinical.models import Encounter, Note
from hms.clinical.people import practitioner_of
from hms.core import clock
from hms.core.access import access
from hms.diagnostics import results
from hms.organization.models import PractitionerRole
from hms.patients.banner import banner_of
from hms.patients.models import Patient
from hms.prescribing import chart as prescribing
from hms.scheduling.queries import Counts
from hms.scheduling.views.day import of_day
from hms.scheduling.views.places import facility_of


@require_GET
@access("workspace.doctor")
def doctor(request: HttpRequest) -> HttpResponse:
    """Home of a doctor: who is next, who else comes, what is not finished."""
    by = request.actor  # type: ignore[attr-defined]
    practitioner = practitioner_of(by)
    facility = facility_of(request)
    today = clock.today(facility.time_zone)
    if practitioner is None:
        return render(request, "workspace/doctor_unlinked.html")
    day = of_day(by, practitioner, facility, today)
    mine = (
        Encounter.objects.visible_to(by).live().of_practitioner(practitioner.pk).select_related("patient", "facility")
    )
    unsigned = (
        Note.objects.visible_to(by)
        .filter(author=practitioner, status=NoteStatus.PRELIMINARY)
        .select_related("patient", "encounter")
    )
    context: dict[str, Any] = {
        **day,
        "line_words": _line(day["counts"], day["total"]),
        "live": list(mine[:5]),
        "unsigned": list(unsigned.order_by("occurred_at")[:10]),
        "room": _room(practitioner, facility, today),
        "doctor_line": day["line"],
        **_next(request, day["next"], today),
    }
    with timezone.override(facility.zone):
        return render(request, "workspace/doctor.html", context)


def _next(request: HttpRequest, visit: Any, today: Any) -> dict[str, Any]:
    """What to know of the next patient: allergies, alerts, medicines, latest values out of range."""
    by = request.actor  # type: ignore[attr-defined]
    patient = visit.patient if visit is not None else None
    if patient is None or not Patient.objects.visible_to(by).filter(pk=patient.pk).exists():
        return {"next_patient": patient, "next_open": False}
    vitals = results.latest_vitals(by, patient)
    return {
        "next_patient": patient,
        "next_open": True,
        "next_banner": banner_of(patient),
        "next_medicines": prescribing.current_medicines(by, patient, today)[:6],
        "next_flags": [one for one in vitals if one.worst_interpretation in ("L", "H", "LL", "HH", "A", "AA")],
    }


def _line(counts: Counts, total: int) -> str:
    seen = _("%(seen)d of %(total)d seen") % {"seen": counts.seen, "total": total}
    waiting = ngettext("%(n)d waiting", "%(n)d waiting", counts.waiting) % {"n": counts.waiting}
    return f"{seen} · {waiting}"


def _room(practitioner: Any, facility: Any, today: Any) -> str:
    role = (
        PractitionerRole.objects.in_force(today)
        .filter(practitioner=practitioner, facility=facility)
        .select_related("department")
        .first()
    )
    return role.department.name if role and role.department else facility.name
