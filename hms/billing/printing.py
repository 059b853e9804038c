"""Invoices, credit notes and receipts on paper."""

from __future__ import annotations

from django.conf import settings

from hms.billing.ledger import outstanding
from hms.billing.models import Invoice, Payment
from hms.documents import pdf


def invoice_pdf(invoice: Invoice) -> bytes:
    """An issued invoice or credit note, in the patient's language where it is one of ours."""
    context = {
        "invoice": invoice,
        "patient": invoice.patient,
        "lines": list(invoice.lines.all()),
        "open": outstanding(invoice),
        "address": [invoice.recipient_name, *invoice.recipient_address.splitlines()],
    }
    return pdf.render("billing/print/invoice.html", context, facility=invoice.facility, language=_language(invoice))


def receipt_pdf(payment: Payment) -> bytes:
    """The receipt of a payment, with what it paid and what is still open."""
    allocations = list(payment.allocations.select_related("invoice__facility"))
    context = {
        "payment": payment,
        "patient": payment.patient,
        "rows": [(allocation, outstanding(allocation.invoice)) for allocation in allocations],
        "address": _address(allocations[0].invoice) if allocations else [payment.patient.label],
    }
    return pdf.render("billing/print/receipt.html", context, facility=payment.facility, language=_language(payment))


def _address(invoice: Invoice) -> list[str]:
    return [invoice.recipient_name, *invoice.recipient_address.splitlines()]


def _language(record: Invoice | Payment) -> str:
    """The patient's language if we speak it, else the facility's."""
    wanted = record.patient.language.partition("-")[0]
    return wanted if wanted in dict(settings.LANGUAGES) else record.facility.language
