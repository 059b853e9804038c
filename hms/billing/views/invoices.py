"""Invoices: list, page, payment, credit note, PDF."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hms.billing.actions import credit_invoice, take_payment
from hms.billing.forms import CreditForm, InvoiceFilterForm, PaymentForm
from hms.billing.ledger import outstanding, outstanding_of
from hms.billing.models import ImportedStatement, Invoice, Payment
from hms.billing.printing import invoice_pdf, receipt_pdf
from hms.core import clock, trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.money import Money
from hms.core.records import missing
from hms.core.toasts import toast
from hms.patients.models import Patient

_PDF = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice as lists show it."""

    invoice: Invoice
    open: Money
    overdue: bool


@access("billing.view_invoice")
@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices of the actor's facilities (or the person's own), newest first; filters are in the address."""
    form = InvoiceFilterForm(request.GET)
    clean = form.cleaned_data if form.is_valid() else {}
    rows = Invoice.objects.visible_to(request.actor).select_related("patient", "facility")
    if words := clean.get("q", "").split():
        for word in words:
            rows = rows.filter(_matches(word))
    if clean.get("status"):
        rows = rows.filter(status=clean["status"])
    if clean.get("overdue"):
        rows = rows.open().filter(due_on__lt=clock.today("UTC"))
    page = Paginator(rows.order_by("-issued_at", "-created_at", "pk"), 25).get_page(request.GET.get("page"))
    return render(request, "billing/invoices.html", {"form": form, "page": page, "listed": listed(page.object_list)})


@access("billing.view_invoice")
@require_http_methods(["GET", "POST"])
def invoice(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One invoice with what was paid on it; the front desk takes a payment here."""
    by = request.actor
    row = _invoice(by, id)
    rest = outstanding(row)
    payable = row.kind == "invoice" and row.status == "issued" and by.may("billing.take_payment")
    others = _others(by, row) if payable else []
    form = (
        PaymentForm(request.POST or None, open_amount=rest, others=others)
        if payable or request.method == "POST"
        else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        guard = guard_of(request)
        if guard.patient_id != row.patient_id:
            raise missing()
        with form.attempt():
            payment = take_payment(
                by=by,
                invoice=row,
                amount_minor=form.cleaned_data["amount"],
                method=form.cleaned_data["method"],
                reference=form.cleaned_data["reference"],
                also=[other for other, _rest in others if str(other.pk) in form.cleaned_data.get("also", ())],
                idempotency_key=guard.idempotency_key,
            )
            toast(
                request,
                _("%(amount)s received, receipt %(number)s.")
                % {"amount": payment.amount, "number": payment.number_text},
            )
            return redirect("billing:invoice", row.pk)
        row = _invoice(by, id)
        rest = outstanding(row)
    trail.read(request, patient=row.patient_id, page="billing:invoice")
    context = {
        "invoice": row,
        "patient": row.patient,
        "lines": row.lines.all(),
        "allocations": row.allocations.select_related("payment").order_by("payment__received_at"),
        "credit_notes": row.credit_notes.all(),
        "open": rest,
        "overdue": _overdue(row),
        "form": form,
        "creditable": row.kind == "invoice"
        and row.status in {"issued", "balanced"}
        and by.may("billing.credit_invoice"),
    }
    return render(request, "billing/invoice.html", context, status=form.status if form is not None else 200)


@access("billing.credit_invoice")
@require_http_methods(["GET", "POST"])
def credit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Asks for the reason and says what follows, then credits."""
    row = _invoice(request.actor, id)
    form = CreditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            note = credit_invoice(
                by=request.actor,
                invoice=row,
                reason=form.cleaned_data["reason"],
                version=guard.version,
                idempotency_key=guard.idempotency_key,
            )
            toast(request, _("Credit note %(number)s is issued.") % {"number": note.number_text})
            return redirect("billing:invoice", note.pk)
    trail.read(request, patient=row.patient_id, page="billing:credit")
    context = {"form": form, "invoice": row, "patient": row.patient, "paid": row.total - outstanding(row)}
    return render(request, "billing/credit_form.html", context, status=form.status)


@access("billing.view_invoice")
@require_safe
def invoice_print(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The invoice or credit note on the facility's letterhead."""
    row = _invoice(request.actor, id)
    if row.number is None:
        raise missing()
    trail.read(request, patient=row.patient_id, page="billing:invoice_print", detail={"invoice": str(row.pk)})
    return _pdf(invoice_pdf(row), f"{row.number_text}.pdf")


@access("billing.view_invoice")
@require_safe
def receipt(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The receipt of a payment on the facility's letterhead."""
    payment = get_object_or_404(
        Payment.objects.visible_to(request.actor).select_related("patient", "facility__letterhead"), pk=id
    )
    trail.read(request, patient=payment.patient_id, page="billing:receipt", detail={"payment": str(payment.pk)})
    return _pdf(receipt_pdf(payment), f"{payment.number_text}.pdf")


def listed(rows: object) -> list[Listed]:
    """Invoices with what is open on each: one query more than the invoices themselves."""
    invoices = list(rows)  # type: ignore[call-overload]
    rest = outstanding_of(invoices)
    return [Listed(row, rest[row.pk], _overdue(row)) for row in invoices]


def of_patient(by: Actor, patient: Patient) -> dict[str, object]:
    """What `billing/of_patient.html` shows of one patient, in the portal and on the staff side: four queries."""
    rows = listed(Invoice.objects.visible_to(by).filter(patient=patient).select_related("facility"))
    owed: dict[str, Money] = {}
    for one in rows:
        if one.open.minor > 0:
            owed[one.open.currency] = owed.get(one.open.currency, Money(0, one.open.currency)) + one.open
    return {
        "listed": rows,
        "owed": list(owed.values()),
        "payments": Payment.objects.visible_to(by).filter(patient=patient, status="active"),
        "statements": ImportedStatement.objects.visible_to(by).filter(patient=patient),
    }


def _invoice(by: Actor, id: uuid.UUID) -> Invoice:
    rows = Invoice.objects.visible_to(by).select_related("patient", "facility__letterhead", "credits")
    return get_object_or_404(rows, pk=id)


def _others(by: Actor, row: Invoice) -> list[tuple[Invoice, Money]]:
    """The patient's other open invoices at the same facility, oldest first, each with what is open."""
    open_ones = Invoice.objects.visible_to(by).open().filter(patient=row.patient_id, facility=row.facility_id)
    invoices = list(open_ones.exclude(pk=row.pk).order_by("issued_at"))
    rest = outstanding_of(invoices) if invoices else {}
    return [(other, rest[other.pk]) for other in invoices]


def _overdue(row: Invoice) -> bool:
    return row.status == "issued" and row.due_on is not None and row.due_on < clock.today(row.facility.time_zone)


def _matches(word: str) -> Q:
    """By the printed number (AV-2026-000123), its last part, or the name."""
    head, _dash, tail = word.rpartition("-")
    by_number = (
        Q(number=int(tail)) & (Q(series__iexact=head) if head else Q())
        if tail.isascii() and tail.isdigit() and len(tail) < 16
        else Q(pk__in=[])
    )
    return by_number | Q(recipient_name__icontains=word)


def _pdf(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type="application/pdf", headers={**_PDF, "Content-Disposition": f'inline; filename="{name}"'}
    )
