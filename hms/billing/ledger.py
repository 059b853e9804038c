"""Booking and balances: every amount on every page comes from `outstanding` and `balance`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Case, F, QuerySet, Sum, When

from hms.billing import rules
from hms.billing.codes import Account
from hms.billing.models import Invoice, LedgerEntry, Payment
from hms.core.money import Money


def book(
    debit: str,
    credit: str,
    amount_minor: int,
    *,
    invoice: Invoice,
    on: date,
    credit_note: Invoice | None = None,
    payment: Payment | None = None,
) -> None:
    """Move money between two accounts. A negative amount moves it the other way; nothing books nothing."""
    if amount_minor < 0:
        debit, credit, amount_minor = credit, debit, -amount_minor
    if amount_minor:
        LedgerEntry.objects.create(
            facility=invoice.facility,
            patient=invoice.patient,
            invoice=invoice,
            credit_note=credit_note,
            payment=payment,
            debit=debit,
            credit=credit,
            amount_minor=amount_minor,
            currency=invoice.currency,
            booked_on=on,
        )


# What an entry adds to what is owed.
_RECEIVABLE: Final = Case(
    When(debit=Account.RECEIVABLE, then=F("amount_minor")),
    When(credit=Account.RECEIVABLE, then=-F("amount_minor")),
    default=0,
)


def outstanding(invoice: Invoice) -> Money:
    """What is still owed on an invoice; below zero the hospital owes it to the patient."""
    return outstanding_of([invoice])[invoice.pk]


def outstanding_of(invoices: Iterable[Invoice]) -> dict[UUID, Money]:
    """What is still owed on each of these, by one query."""
    invoices = list(invoices)
    sums = dict(LedgerEntry.objects.filter(invoice__in=invoices).values_list("invoice").annotate(open=Sum(_RECEIVABLE)))
    return {invoice.pk: Money(sums.get(invoice.pk) or 0, invoice.currency) for invoice in invoices}


def outstanding_in_all(invoices: QuerySet[Invoice]) -> int:
    """What is still owed on all of these together, in minor units of their one currency."""
    return LedgerEntry.objects.filter(invoice__in=invoices).aggregate(open=Sum(_RECEIVABLE))["open"] or 0


def credited(invoice: Invoice) -> int:
    """How much of an invoice has been credited, in minor units, as a positive number."""
    total = (
        Invoice.objects.filter(credits=invoice)
        .exclude(status="entered-in-error")
        .aggregate(total=Sum("total_minor"))["total"]
    )
    return -(total or 0)


def settle(invoice: Invoice) -> None:
    """Let an invoice's status follow the ledger: paid, to be paid, cancelled by its credit note."""
    after = rules.status_after(
        outstanding=outstanding(invoice).minor,
        credited=credited(invoice),
        total=invoice.total_minor,
        now=invoice.status,
    )
    if after != invoice.status:
        invoice.status = after
        invoice.save()
