"""The trail, searched by patient, person, day and outcome, and saved as a table. Reading it is in the trail too.

A patient's name is posted and never stands in an address; the address carries ids. Confidential records keep their
number and lose their name, as in every list. The table holds codes, ids and times, and no word about anybody's health.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.accounts.models import User
from hms.core import clock
from hms.core import trail as core_trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import DayField, HouseForm
from hms.core.models import AuditEvent
from hms.core.values import day_text
from hms.patients.models import Patient
from hms.patients.search import kinds_asked, search_patients
from hms.patients.shown import Shown, shown_to
from hms.workspace import deeds, signals
from hms.workspace.trail_csv import MOST, table
from hms.workspace.views.privacy import zone_of_house

PER_PAGE: Final = 50
_FOUND: Final = 10
# HL7 v3 PurposeOfUse: looking after compliance, not treating.
_PURPOSE: Final = "HCOMPL"

_SIGNALS: Final = {
    "confidential": signals.confidential,
    "family": signals.same_family_name,
}


class TrailForm(HouseForm):
    """What to look for. `patient` and `actor` are ids that a choice or another list puts in."""

    marks = ""

    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    actor = forms.UUIDField(required=False, widget=forms.HiddenInput)
    person = forms.CharField(label=_("Who"), required=False, max_length=100)
    start = DayField(label=_("From"), required=False)
    end = DayField(label=_("To"), required=False)
    what = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("reads", _("Charts read by staff")),
            ("confidential", _("Confidential records read")),
            ("family", _("Same family name as the reader")),
            ("emergency", _("Opened in an emergency")),
        ],
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All")), *AuditEvent.Outcome.choices]
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail, in words."""

    event: AuditEvent
    patient: Shown | None
    acting_for: Shown | None

    @property
    def deed(self) -> str:
        return deeds.deed_words(self.event.verb, str(self.event.detail.get("page", "")), self.event.outcome)

    @property
    def role(self) -> str:
        return deeds.role_words(self.event.actor_role)

    @property
    def purpose(self) -> str:
        return deeds.purpose_words(self.event.purpose)


@require_http_methods(["GET", "HEAD", "POST"])
@access("workspace.privacy")
def trail(request: HttpRequest) -> HttpResponse:
    """POST finds a patient by name or number; the lines are a GET with everything chosen in the address."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    zone = zone_of_house()
    if request.method == "POST":
        words = request.POST.get("q", "")
        found = _found(by, words)
        if len(found) == 1:
            return redirect(f"{reverse('workspace:trail')}?patient={found[0].id}")
        return render(request, "workspace/privacy_trail.html", {"q": words, "asked": True, "found": found})
    form = TrailForm(_with_days(request, zone))
    lines = chosen(form, zone)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    # NB: read before this look is recorded, or it would stand on top and push another line out.
    shown = in_words(by, list(page.object_list))
    patient = _patient_of(form)
    _record(by, form, patient)
    context = {
        "form": form,
        "page": page,
        "lines": shown,
        "patient": shown_to(by, [patient])[0] if patient is not None else None,
        "is_cut": page.paginator.count > MOST,
        "most": MOST,
        "export": f"{reverse('workspace:trail_export')}?{request.GET.urlencode()}",
    }
    with timezone.override(clock.zone(zone)):
        return render(request, "workspace/privacy_trail.html", context, status=form.status)


@require_safe
@access("workspace.privacy")
def export(request: HttpRequest) -> HttpResponse:
    """The chosen lines as CSV, newest first."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    zone = zone_of_house()
    form = TrailForm(_with_days(request, zone))
    lines = list(chosen(form, zone)[:MOST])
    patient = _patient_of(form)
    detail = {"lines": len(lines), "by": _chosen_fields(form)}
    core_trail.observe(by.for_purpose(_PURPOSE), "trail.exported", patient=patient, detail=detail)
    name = f"trail-{clock.today(zone).isoformat()}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(table(lines, zone), content_type="text/csv; charset=utf-8", headers=headers)


# --- What is chosen ------------------------------------------------------------------------------------------
def _with_days(request: HttpRequest, zone: str) -> Any:
    """The address, with the last seven days where neither a day, a patient nor a person is named."""
    chosen_ones = request.GET.copy()
    if not any(chosen_ones.get(name) for name in ("start", "end", "patient", "actor", "person")):
        chosen_ones["start"] = day_text(clock.today(zone) - signals.LOOKED_BACK)
    return chosen_ones


def chosen(form: TrailForm, zone: str) -> QuerySet[AuditEvent]:
    """The lines the form asks for, newest first; none for a form that says nothing sensible."""
    if not form.is_valid():
        return AuditEvent.objects.none()
    said = form.cleaned_data
    lines = AuditEvent.objects.all()
    if said["patient"]:
        lines = lines.filter(patient_id=said["patient"])
    if said["actor"]:
        lines = lines.filter(actor_id=said["actor"])
    if said["person"]:
        lines = lines.filter(_by_person(said["person"]))
    if said["start"]:
        lines = lines.filter(at__gte=clock.day_bounds(said["start"], zone)[0])
    if said["end"]:
        lines = lines.filter(at__lt=clock.day_bounds(said["end"], zone)[1])
    if said["outcome"]:
        lines = lines.filter(outcome=said["outcome"])
    return _signalled(lines, said["what"]).order_by("-at", "-id")


def _by_person(words: str) -> Q:
    """Whose name or login this is, now or under a former name: labels stay as they were written."""
    users = User.objects.filter(Q(full_name__icontains=words) | Q(login_name__iexact=words)).values("pk")
    return Q(actor_id__in=users) | Q(actor_id__isnull=True, actor_label__icontains=words)


def _signalled(lines: QuerySet[AuditEvent], what: str) -> QuerySet[AuditEvent]:
    if what == "emergency":
        return signals.emergencies(lines)
    if what:
        lines = signals.read_by_staff(lines)
    return _SIGNALS[what](lines) if what in _SIGNALS else lines


def _found(by: Actor, text: str) -> list[Shown]:
    """Patients by name, date or number. The trail learns by what kind of words, never the words."""
    if not text.strip():
        return []
    found = search_patients(by, text, _FOUND)
    detail = {"by": kinds_asked(text), "found": len(found)}
    core_trail.observe(by.for_purpose(_PURPOSE), "patients.searched", detail=detail)
    return shown_to(by, [one.patient for one in found])


def _patient_of(form: TrailForm) -> Patient | None:
    wanted = form.cleaned_data.get("patient") if form.is_valid() else None
    return Patient.objects.filter(pk=wanted).first() if wanted else None


def _record(by: Actor, form: TrailForm, patient: Patient | None) -> None:
    """A look at one patient's lines is a look at the patient; any other is a search."""
    by = by.for_purpose(_PURPOSE)
    if patient is not None:
        core_trail.observe(by, deeds.READ, patient=patient, detail={"page": "workspace:trail"})
    else:
        core_trail.observe(by, "trail.searched", detail={"by": _chosen_fields(form)})


def _chosen_fields(form: TrailForm) -> list[str]:
    return sorted(name for name, value in form.cleaned_data.items() if value) if form.is_valid() else []


# --- In words ---------------------------------------------------------------------------------------------------
def in_words(by: Actor, events: Sequence[AuditEvent]) -> list[Line]:
    """The lines with their patients as this person's lists show them. Four queries at most."""
    people = _shown(by, [id for event in events for id in (event.patient_id, event.on_behalf_of) if id])
    return [Line(event, people.get(event.patient_id), people.get(event.on_behalf_of)) for event in events]


def _shown(by: Actor, ids: Iterable[Any]) -> dict[Any, Shown]:
    patients = list(Patient.objects.filter(pk__in=set(ids)))
    return {one.id: one for one in shown_to(by, patients)} if patients else {}
