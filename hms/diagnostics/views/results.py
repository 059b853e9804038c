"""Results of a patient: by test with trend, and one test with all its values."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hms.clinical.people import chart_of
from hms.core import trail
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.frame import Choice
from hms.core.records import missing
from hms.core.toasts import toast
from hms.diagnostics import codes, results
from hms.diagnostics.actions import correct_observation
from hms.diagnostics.forms import CorrectionForm
from hms.diagnostics.models import Observation

# Four fit on a phone; the rest is under "All".
_SHOWN_CATEGORIES = ("laboratory", "vital-signs", "imaging")


@access("diagnostics.read_results")
def patient_results(request: HttpRequest, patient: uuid.UUID) -> HttpResponse:
    """Every test once, with its latest value, flag and trend; `category` narrows the list."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    category = request.GET.get("category", "")
    if category not in codes.ObservationCategory.values:
        category = ""
    trail.read(request, patient=person, page="diagnostics:results")
    groups = results.grouped(by, person, category)
    context = {
        "patient": person,
        "groups": groups,
        "reports": results.reports(by, person, 20) if not category else [],
        "studies": results.imaging(by, person, 20) if category in ("", "imaging") else [],
        "categories": _categories(request.path, category),
    }
    # Days are those of the hospital that measured last.
    with timezone.override(groups[0].latest.facility.zone if groups else None):
        return render(request, "diagnostics/results.html", context)


@access("diagnostics.read_results")
def test(request: HttpRequest, patient: uuid.UUID, code: str) -> HttpResponse:
    """One test: its chart, its values as a table, and what was corrected."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    group = results.of_test(by, person, code)
    if group is None:
        raise missing()
    trail.read(request, patient=person, page="diagnostics:test")
    context = {
        "patient": person,
        "group": group,
        "values": list(reversed(group.history)),
        "chart": results.chart(group),
        "replaced": results.versions(by, group.latest),
    }
    with timezone.override(group.latest.facility.zone):
        return render(request, "diagnostics/test.html", context)


@access("diagnostics.correct_observation")
def correct(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Replace a final value by a corrected one."""
    by = request.actor  # type: ignore[attr-defined]
    observation = Observation.objects.visible_to(by).select_related("patient").filter(pk=id).first()
    if observation is None:
        raise missing()
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            new = correct_observation(
                by=by,
                observation=observation,
                version=guard.version,
                idempotency_key=guard.idempotency_key,
                **form.cleaned_data,
            )
            toast(request, _("The corrected value is kept. The old one stays readable."))
            return HttpResponseRedirect(reverse("diagnostics:test", args=[new.patient_id, new.code]))
    context = {"patient": observation.patient, "observation": observation, "form": form}
    return render(request, "diagnostics/correct.html", context, status=form.status)


def _categories(path: str, current: str) -> list[Choice]:
    chosen = [Choice(label=_("All"), url=path, current=not current)]
    for category in _SHOWN_CATEGORIES:
        label = codes.ObservationCategory(category).label
        chosen.append(Choice(label=label, url=f"{path}?category={category}", current=category == current))
    return chosen
