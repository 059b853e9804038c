"""The basket of a visit: a fragment of the visit's page, and a page of its own.

Every form here posts with the patient's id; answers to htmx are the fragment "prescribing/basket.html#medicines",
answers to a plain form go back to the basket's page.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hms.clinical import chart
from hms.clinical.models import Encounter
from hms.clinical.people import refuse_other_patient
from hms.core import trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.problems import Busy, Forbidden, Missing, Problem, Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.formulary.catalogue import search_medications
from hms.formulary.models import Medication
from hms.prescribing import refusals
from hms.prescribing.actions import (
    change_draft,
    draft_medication_request,
    override_issue,
    remove_draft,
    renew_medication_request,
    sign_medication_requests,
    take_instead,
)
from hms.prescribing.basket import open_basket
from hms.prescribing.forms import DosageForm, OverrideForm
from hms.prescribing.models import MedicationRequest


@access("prescribing.draft_medication_request")
def basket(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The basket; a posted `medication` puts that product in, with the usual dose of an adult."""
    by = request.actor  # type: ignore[attr-defined]
    visit = chart.encounter(by, id)
    if request.method == "POST" and "medication" in request.POST:
        guard = guard_of(request)
        refuse_other_patient(guard, visit.patient_id)
        medication = Medication.objects.prescribable().filter(code=request.POST["medication"]).first()
        if medication is None:
            raise missing()
        return _do(
            request,
            visit,
            lambda: draft_medication_request(
                by=by,
                patient=visit.patient,
                encounter=visit,
                medication=medication,
                idempotency_key=guard.idempotency_key,
            ),
        )
    return _answer(request, visit)


@access("prescribing.draft_medication_request")
def change(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The form of one draft: how it is taken."""
    by = request.actor  # type: ignore[attr-defined]
    draft = _draft(by, id)
    form = DosageForm.of(draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        refuse_other_patient(guard, draft.patient_id)
        with form.attempt():
            change_draft(by=by, draft=draft, dosage=form.to_dosage(), version=guard.version, **form.rest)
            return _answer(request, draft.encounter, done=True)
    if request.method != "POST" and not request.headers.get("HX-Request"):
        trail.read(request, patient=draft.patient, page="prescribing:change")
    context = {"patient": draft.patient, "encounter": draft.encounter, "draft": draft, "form": form}
    if not request.headers.get("HX-Request"):
        return render(request, "prescribing/change.html", context, status=form.status)
    answer = render(request, "prescribing/change.html#form", context, status=form.status)
    if request.method == "POST":
        # The form aims at the whole basket; when it is refused it stays where it is.
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#dose-{draft.pk}", "innerHTML"
    return answer


@access("prescribing.draft_medication_request")
@require_POST
def remove(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    draft = _draft(by, id)
    refuse_other_patient(guard_of(request), draft.patient_id)
    return _do(request, draft.encounter, lambda: remove_draft(by=by, draft=draft))


@access("prescribing.draft_medication_request")
@require_POST
def instead(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take the safer medicine an alert offered."""
    by = request.actor  # type: ignore[attr-defined]
    draft = _draft(by, id)
    guard = guard_of(request)
    refuse_other_patient(guard, draft.patient_id)
    generic, fingerprint = request.POST.get("generic", ""), request.POST.get("fingerprint", "")
    return _do(
        request,
        draft.encounter,
        lambda: take_instead(
            by=by, draft=draft, generic=generic, fingerprint=fingerprint, idempotency_key=guard.idempotency_key
        ),
    )


@access("prescribing.override_issue")
@require_POST
def override(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Go on in spite of an alert, with a reason and words."""
    by = request.actor  # type: ignore[attr-defined]
    visit = chart.encounter(by, id)
    guard = guard_of(request)
    refuse_other_patient(guard, visit.patient_id)
    fingerprint = request.POST.get("fingerprint", "")
    form = OverrideForm(request.POST)
    if form.is_valid():
        with form.attempt():
            override_issue(by=by, patient=visit.patient, encounter=visit, fingerprint=fingerprint, **form.cleaned_data)
            return _answer(request, visit, done=True)
    return _answer(request, visit, status=form.status, override_form=form, override_of=fingerprint)


@access("prescribing.sign_medication_request")
@require_POST
def sign(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Sign the whole basket, and nothing else of the visit."""
    by = request.actor  # type: ignore[attr-defined]
    visit = chart.encounter(by, id)
    guard = guard_of(request)
    refuse_other_patient(guard, visit.patient_id)

    def deed() -> None:
        sign_medication_requests(by=by, patient=visit.patient, encounter=visit, idempotency_key=guard.idempotency_key)
        toast(request, _("The medicines are signed."))

    return _do(request, visit, deed)


@access("prescribing.draft_medication_request")
@require_POST
def renew(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Put an earlier prescription into the basket of a visit, as it was."""
    by = request.actor  # type: ignore[attr-defined]
    guard = guard_of(request)
    old = MedicationRequest.objects.visible_to(by).prescribed().filter(pk=id).first()
    if old is None:
        raise missing()
    refuse_other_patient(guard, old.patient_id)
    visit = chart.encounter(by, _uuid(request.POST.get("encounter", "")))
    return _do(
        request,
        visit,
        lambda: renew_medication_request(by=by, request=old, encounter=visit, idempotency_key=guard.idempotency_key),
    )


@access("formulary.search")
def medicines(request: HttpRequest) -> HttpResponse:
    """Options for what was typed in `q`. Shows no patient, so it writes no line in the trail."""
    typed = request.GET.get("q", "")[:100]
    context = {"found": search_medications(typed), "typed": typed.strip()}
    return render(request, "prescribing/medicine_search.html#options", context)


# --- Answers -----------------------------------------------------------------------------------------------------
def basket_context(by: Actor, encounter: Encounter) -> dict[str, Any]:
    """What `prescribing/basket.html` needs: for the pages of other rooms that hold the basket."""
    return {
        "encounter": encounter,
        "patient": encounter.patient,
        "basket": open_basket(by, encounter.patient, encounter),
        "override_form": OverrideForm(),
    }


def _do(request: HttpRequest, visit: Encounter, deed: Any) -> HttpResponse:
    """Do it, and show the basket as it is now; a refusal is said on top of it."""
    try:
        deed()
    except (Forbidden, Missing, Busy):
        raise
    except Refused as refused:
        return _answer(request, visit, status=refused.status, problems=refused.problems)
    return _answer(request, visit, done=True)


def _answer(
    request: HttpRequest,
    visit: Encounter,
    *,
    done: bool = False,
    status: int = 200,
    problems: Iterable[Problem] = (),
    **more: Any,
) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    htmx = bool(request.headers.get("HX-Request"))
    if done and not htmx:
        return HttpResponseRedirect(reverse("prescribing:basket", args=[visit.pk]))
    typed = request.GET.get("q", "")[:100]
    context = basket_context(by, visit) | {"problems": _of_the_basket(problems), "typed": typed} | more
    if htmx:
        return render(request, "prescribing/basket.html#medicines", context, status=status)
    context["found"] = search_medications(typed)
    trail.read(request, patient=visit.patient, page="prescribing:basket")
    return render(request, "prescribing/basket_page.html", context, status=status)


def _of_the_basket(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stand at no order: what holds an order is said at the order itself."""
    return [problem for problem in problems if not problem.field or len(problem.field) != 36]


def _draft(by: Actor, id: uuid.UUID) -> MedicationRequest:
    rows = MedicationRequest.objects.visible_to(by).drafts_of(by)
    rows = rows.select_related("patient", "encounter__facility", "encounter__patient", "medication__generic")
    found = rows.filter(pk=id).first()
    if found is None:
        raise missing()
    return found


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(refusals.NO_VISIT, status=400) from None
