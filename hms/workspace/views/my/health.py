"""Health in the portal: allergies, problems, medicines, results with their trend, immunisations, documents."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hms.clinical import chart as clinical
from hms.clinical.models import Immunization, Procedure
from hms.core import clock, trail
from hms.core.frame import Choice
from hms.diagnostics import results as diagnostics
from hms.diagnostics.codes import ObservationCategory
from hms.documents.models import DocumentReference
from hms.patients.banner import allergies_of
from hms.prescribing import chart as prescribing
from hms.workspace.household import Whom, portal_page

_SHOWN_RESULTS = 10
_SHOWN = 50
# What a person looks for among results; the rest is behind "All".
_LOOKED_FOR = (ObservationCategory.LABORATORY, ObservationCategory.VITAL_SIGNS)


@portal_page()
def health(request: HttpRequest, whom: Whom) -> HttpResponse:
    """The record in the patient's own hands: what was released, and nothing that a teenager keeps from parents."""
    trail.read(request, patient=whom.patient, page="workspace:my_health")
    context = {
        "whom": whom,
        "patient": whom.patient,
        "allergies": allergies_of(whom.patient),
        "immunizations": _rows(whom, Immunization, "-occurred_at"),
        **({} if whom.is_confidential else _chart(whom)),
    }
    return render(request, "workspace/my/health.html", context)


def _chart(whom: Whom) -> dict[str, Any]:
    by, patient, today = whom.by, whom.patient, clock.today(whom.zone)
    groups = [one for one in diagnostics.grouped(by, patient) if one.category in _LOOKED_FOR]
    return {
        "problems": clinical.problems(by, patient),
        "medicines": prescribing.current_medicines(by, patient, today),
        "past_medicines": list(prescribing.past_medicines(by, patient, today)[:_SHOWN]),
        "groups": groups[:_SHOWN_RESULTS],
        "more_results": len(groups) > _SHOWN_RESULTS,
        "procedures": _rows(whom, Procedure, "-performed_start_at"),
        "documents": list(
            DocumentReference.objects.visible_to(by).filter(patient=patient).current().select_related("author")[:_SHOWN]
        ),
    }


def _rows(whom: Whom, model: Any, order: str) -> list[Any]:
    rows = model.objects.visible_to(whom.by).filter(patient=whom.patient).standing().exclude(status="not-done")
    return list(rows.order_by(order, "-id")[:_SHOWN])


@portal_page()
def results(request: HttpRequest, whom: Whom) -> HttpResponse:
    """Every result, by test, newest first; `?category=` narrows the list. Reports and images below."""
    trail.read(request, patient=whom.patient, page="workspace:my_results")
    if whom.is_confidential:
        return confidential(request, whom)
    category = request.GET.get("category", "")
    if category not in ObservationCategory.values:
        category = ""
    everything = diagnostics.grouped(whom.by, whom.patient)
    path = reverse("workspace:my_results", args=[whom.patient.pk])
    present = [one for one in ObservationCategory if any(group.category == one for group in everything)]
    context = {
        "whom": whom,
        "patient": whom.patient,
        "groups": [group for group in everything if not category or group.category == category],
        "categories": [
            Choice(_("All"), path, current=not category),
            *(Choice(one.label, f"{path}?category={one}", current=one == category) for one in present),
        ],
        "reports": diagnostics.reports(whom.by, whom.patient) if not category else [],
        "studies": diagnostics.imaging(whom.by, whom.patient) if category in ("", ObservationCategory.IMAGING) else [],
    }
    return render(request, "workspace/my/results.html", context)


def confidential(request: HttpRequest, whom: Whom) -> HttpResponse:
    """Why a parent sees less than they may look for. Says nothing of whether there is anything to see."""
    return render(request, "workspace/my/confidential.html", {"whom": whom, "patient": whom.patient})
