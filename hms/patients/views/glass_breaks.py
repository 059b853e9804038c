"""The privacy officer's list: charts opened in an emergency, to be reviewed."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.core.access import access
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.actions import review_glass_break
from hms.patients.forms import ReviewForm
from hms.patients.models import GlassBreak, Patient
from hms.patients.readers import who_opened
from hms.patients.views.places import guard_for, patient_of, posted

REVIEW = "patients.review_glass"
PER_PAGE = 25


@access(REVIEW)
@require_safe
def glass_breaks(request: HttpRequest) -> HttpResponse:
    """Unreviewed and questioned first, oldest first; `?all=1` shows the settled ones too, newest first."""
    everything = request.GET.get("all") == "1"
    rows = GlassBreak.objects.select_related("patient", "facility", "reviewed_by")
    rows = rows.order_by("-opened_at", "id") if everything else rows.open_cases()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "patients/glass_breaks.html", {"page": page, "everything": everything})


@access(REVIEW)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One emergency access: the reason, what was opened under it, and the verdict."""
    glass = GlassBreak.objects.select_related("patient", "facility", "reviewed_by").filter(pk=id).first()
    if glass is None:
        raise missing()
    patient = patient_of(request, Patient.objects.all(), glass.patient_id, "patients:glass")
    form = ReviewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            version = guard_for(request, patient).version
            review_glass_break(by=request.actor, glass=glass, version=version, **form.cleaned_data)
            toast(request, _("The review is saved."))
            return redirect("patients:glass_breaks")
    zone = glass.facility.time_zone if glass.facility else "UTC"
    # By the person and within the hour: what others did since, or the same person later, is no part of this.
    deeds = who_opened(patient.pk, zone, since=glass.opened_at, until=glass.ends_at, actor=glass.user_id)
    context = {"patient": patient, "glass": glass, "form": form, "deeds": deeds}
    return render(request, "patients/glass_review.html", context, status=form.status)
