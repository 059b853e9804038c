"""What is not billed yet, and the page on which it is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hms.billing import rules
from hms.billing.actions import charge_visit, issue_invoice, waive_charge
from hms.billing.forms import IssueForm, WaiveForm
from hms.billing.models import ChargeItem
from hms.billing.sources.visits import uncharged_visits
from hms.core import trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.money import Money
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Facility
from hms.patients.models import Patient

# As many as a person works through at a sitting; the counts beside them are of all.
_SHOWN = 100


@dataclass(slots=True)
class Bill:
    """The charges of one patient at one facility that wait for an invoice."""

    patient: Patient
    facility: Facility
    items: list[ChargeItem] = field(default_factory=list)

    @property
    def total(self) -> Money:
        whole = rules.totals(amounts_of(item) for item in self.items)
        return Money(whole.total, self.facility.currency)


@access("billing.view_unbilled")
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Charges that wait for an invoice by patient, and visits that have no charge."""
    by = request.actor
    waiting = ChargeItem.objects.visible_to(by).to_be_billed()
    visits = uncharged_visits(by)
    context = {
        "bills": _bills(by),
        "counts": waiting.aggregate(
            charges=Count("pk"), patients=Count("patient", distinct=True), oldest=Min("occurred_on")
        ),
        "visits": visits[:_SHOWN],
        "visit_count": visits.count(),
    }
    return render(request, "billing/worklist.html", context)


@access("billing.charge_visit")
@require_POST
def charge(request: HttpRequest, encounter_id: uuid.UUID) -> HttpResponse:
    """Charge a visit that has no charge yet."""
    encounter = get_object_or_404(uncharged_visits(request.actor), pk=encounter_id)
    try:
        charge_visit(by=request.actor, encounter=encounter)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        toast(request, refusal.problems[0].text, level=40)
    else:
        toast(request, _("The visit is charged."))
    return redirect("billing:worklist")


@access("billing.issue_invoice")
@require_http_methods(["GET", "POST"])
def bill(request: HttpRequest, patient_id: uuid.UUID, facility_id: uuid.UUID) -> HttpResponse:
    """The charges of one patient at one facility: look, leave out, issue."""
    by = request.actor
    items = (
        ChargeItem.objects.visible_to(by)
        .to_be_billed()
        .filter(patient=patient_id, facility=facility_id)
        .select_related("patient", "facility")
        .order_by("occurred_on", "recorded_at")
    )
    rows = list(items)
    if not rows:
        raise missing()
    patient = rows[0].patient
    form = IssueForm(
        request.POST if request.method == "POST" else None, items=items, initial={"charges": [row.pk for row in rows]}
    )
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        if guard.patient_id != patient.pk:
            raise missing()
        with form.attempt():
            invoice = issue_invoice(
                by=by,
                patient=patient,
                charge_items=list(form.cleaned_data["charges"]),
                idempotency_key=guard.idempotency_key,
            )
            toast(request, _("Invoice %(number)s is issued.") % {"number": invoice.number_text})
            return redirect("billing:invoice", invoice.pk)
    trail.read(request, patient=patient, page="billing:bill")
    chosen = {str(pk) for pk in form["charges"].value() or []}
    context = {
        "form": form,
        "bill": Bill(patient, rows[0].facility, rows),
        "patient": patient,
        "lines": [(row, Money(amounts_of(row).total, row.currency), str(row.pk) in chosen) for row in rows],
    }
    return render(request, "billing/bill.html", context, status=form.status)


@access("billing.waive_charge")
@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Asks for the reason, then leaves the charge unbilled."""
    item = get_object_or_404(
        ChargeItem.objects.visible_to(request.actor).to_be_billed().select_related("patient", "facility"), pk=id
    )
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            waive_charge(
                by=request.actor,
                charge_item=item,
                reason=form.cleaned_data["reason"],
                version=guard_of(request).version,
            )
            toast(request, _("The charge is left out."))
            return redirect("billing:worklist")
    trail.read(request, patient=item.patient_id, page="billing:waive")
    context = {"form": form, "item": item, "patient": item.patient}
    return render(request, "billing/waive_form.html", context, status=form.status)


def amounts_of(item: ChargeItem) -> rules.Amounts:
    """What a charge will come to on an invoice."""
    return rules.line_amounts(item.unit_minor, item.quantity, item.tax_percent)


def _bills(by: Actor) -> list[Bill]:
    """The patients who have waited longest, each with their charges: two queries."""
    waiting = ChargeItem.objects.visible_to(by).to_be_billed()
    groups = waiting.values_list("patient", "facility").annotate(since=Min("occurred_on"))
    wanted = [(patient, facility) for patient, facility, _since in groups.order_by("since", "patient")[:_SHOWN]]
    bills: dict[tuple[uuid.UUID, uuid.UUID], Bill] = {}
    patients = {patient for patient, _facility in wanted}
    rows = waiting.filter(patient__in=patients).select_related("patient", "facility")
    for item in rows.order_by("occurred_on"):
        key = (item.patient_id, item.facility_id)
        if key in wanted:
            bills.setdefault(key, Bill(item.patient, item.facility)).items.append(item)
    return [bills[key] for key in wanted if key in bills]
