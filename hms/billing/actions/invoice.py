"""Issuing invoices, and crediting what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hms.billing import codes, rules
from hms.billing.actions.charge import price_of
from hms.billing.codes import Account, ChargeItemStatus, CreditReason, InvoiceKind, InvoiceStatus
from hms.billing.ledger import book, credited, outstanding, settle
from hms.billing.models import ChargeItem, Invoice, InvoiceLine
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.numbering import next_number
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.organization.models import Facility
from hms.organization.policies import policy
from hms.patients.models import Patient

# What becomes of the services when their invoice is credited in whole.
_AFTER_CREDIT = {
    CreditReason.WRONG_SERVICE: ChargeItemStatus.ENTERED_IN_ERROR,
    CreditReason.WRONG_PERSON: ChargeItemStatus.ENTERED_IN_ERROR,
    CreditReason.WRONG_PRICE: ChargeItemStatus.BILLABLE,
    CreditReason.GOODWILL: ChargeItemStatus.NOT_BILLABLE,
}


@action("billing.issue_invoice")
def issue_invoice(*, by: Actor, patient: Patient, charge_items: Sequence[ChargeItem]) -> Invoice:
    """Bill a patient's charges on one invoice, with the next number of the facility's series.

    Refused: nothing to bill, charges of somebody else or of two facilities, charges billed in the meantime.
    """
    items = _take_billable(by, patient, charge_items)
    facility = items[0].facility
    invoice = Invoice.objects.create(
        facility=facility,
        patient=patient,
        currency=items[0].currency,
        recipient_name=patient.label,
        recipient_address=_address_of(patient),
    )
    lines = [_line(invoice, number, item) for number, item in enumerate(items, start=1)]
    today = _issue(by, invoice, facility, lines)
    for item in items:
        item.status = ChargeItemStatus.BILLED
        item.save()
    book(Account.RECEIVABLE, Account.REVENUE, invoice.net_minor, invoice=invoice, on=today)
    book(Account.RECEIVABLE, Account.TAX, invoice.tax_minor, invoice=invoice, on=today)
    if invoice.total_minor == 0:
        settle(invoice)
    trail.record(
        "invoice.issued",
        subject=invoice,
        patient=patient,
        facility=facility,
        detail={"number": invoice.number_text, "lines": len(lines), "minor": invoice.total_minor},
    )
    outbox.say("invoice.issued", subject=invoice, key=f"invoice.issued:{invoice.pk}")
    return invoice


@action("billing.credit_invoice")
def credit_invoice(*, by: Actor, invoice: Invoice, reason: str, version: int | None = None) -> Invoice:
    """Credit an invoice in whole, paid or not; its services are billed anew, or not, as the reason says.

    What was paid becomes the hospital's debt to the patient. Refused: a draft, a credit note, credited already.
    """
    invoice = take(Invoice.objects.visible_to(by), invoice.pk, version)
    if problems := rules.credit_problems(
        status=invoice.status, kind=invoice.kind, credited=credited(invoice), total=invoice.total_minor
    ):
        raise Refused(*problems)
    if reason not in CreditReason.values:
        raise Refused(Problem(code="required", field="reason", text=_("Choose a reason.")))
    note = Invoice.objects.create(
        kind=InvoiceKind.CREDIT_NOTE,
        credits=invoice,
        credit_reason=reason,
        facility=invoice.facility,
        patient=invoice.patient,
        currency=invoice.currency,
        recipient_name=invoice.recipient_name,
        recipient_address=invoice.recipient_address,
    )
    lines = list(invoice.lines.select_related("charge_item"))
    today = _issue(by, note, invoice.facility, [_credit_line(note, line) for line in lines])
    open_before = outstanding(invoice).minor
    book(Account.RECEIVABLE, Account.REVENUE, note.net_minor, invoice=invoice, credit_note=note, on=today)
    book(Account.RECEIVABLE, Account.TAX, note.tax_minor, invoice=invoice, credit_note=note, on=today)
    # Paid before: the receivable would go below zero, so the rest is owed to the patient.
    paid = invoice.total_minor - open_before
    book(Account.RECEIVABLE, Account.CREDIT, paid, invoice=invoice, credit_note=note, on=today)
    note.status = InvoiceStatus.BALANCED
    note.save()
    if invoice.total_minor:
        settle(invoice)
    else:
        # No money moves, so the ledger can't say it.
        invoice.status = InvoiceStatus.CANCELLED
        invoice.save()
    _free([line.charge_item for line in lines], reason)
    trail.record(
        "invoice.credited",
        subject=invoice,
        patient=invoice.patient_id,
        facility=invoice.facility_id,
        detail={"credit_note": str(note.pk), "number": note.number_text, "reason": reason},
    )
    return note


def _take_billable(by: Actor, patient: Patient, wanted: Sequence[ChargeItem]) -> list[ChargeItem]:
    """The charges, locked in the order of their ids, so that two who bill at once don't wait in a circle."""
    ids = {item.pk for item in wanted}
    rows = ChargeItem.objects.visible_to(by).filter(pk__in=ids, patient=patient)
    items = list(rows.select_related("facility").select_for_update(of=("self",)).order_by("pk"))
    if not items:
        raise Refused(Problem(code="required", text=_("Choose at least one charge to bill.")))
    if len(items) != len(ids):
        raise Refused(
            Problem(code="not-found", text=_("Some of these charges are not this patient's. Load the page again."))
        )
    if any(item.status != ChargeItemStatus.BILLABLE for item in items):
        raise Refused(
            Problem(code="conflict", text=_("Some of these charges are billed already. Load the page again.")),
            status=409,
        )
    if len({(item.facility_id, item.currency) for item in items}) > 1:
        raise Refused(
            Problem(code="business-rule", text=_("One invoice is for one facility. Bill the others by themselves."))
        )
    chosen = {item.pk: place for place, item in enumerate(wanted)}
    return sorted(items, key=lambda item: (item.occurred_on, chosen[item.pk]))


def _line(invoice: Invoice, number: int, item: ChargeItem) -> InvoiceLine:
    amounts = rules.line_amounts(item.unit_minor, item.quantity, item.tax_percent)
    return InvoiceLine(
        invoice=invoice,
        number=number,
        charge_item=item,
        text=item.text,
        occurred_on=item.occurred_on,
        quantity=item.quantity,
        unit_minor=item.unit_minor,
        tax_percent=item.tax_percent,
        net_minor=amounts.net,
        tax_minor=amounts.tax,
        total_minor=amounts.total,
        currency=item.currency,
    )


def _credit_line(note: Invoice, line: InvoiceLine) -> InvoiceLine:
    return InvoiceLine(
        invoice=note,
        number=line.number,
        charge_item=line.charge_item,
        text=line.text,
        occurred_on=line.occurred_on,
        quantity=-line.quantity,
        unit_minor=line.unit_minor,
        tax_percent=line.tax_percent,
        net_minor=-line.net_minor,
        tax_minor=-line.tax_minor,
        total_minor=-line.total_minor,
        currency=line.currency,
    )


def _issue(by: Actor, invoice: Invoice, facility: Facility, lines: Sequence[InvoiceLine]) -> date:
    """Write the lines, then the head with its totals and the next number: from here the database freezes it."""
    InvoiceLine.objects.bulk_create(lines)
    whole = rules.totals(rules.Amounts(line.net_minor, line.tax_minor) for line in lines)
    now = clock.now()
    today = clock.local(now, facility.time_zone).date()
    invoice.net_minor, invoice.tax_minor, invoice.total_minor = whole.net, whole.tax, whole.total
    invoice.series = f"{facility.code.upper()}-{today.year}"
    invoice.number = next_number(f"invoice:{facility.pk}:{today.year}")
    invoice.issued_at, invoice.issued_on, invoice.issued_by = now, today, by.label[:200]
    if invoice.kind == InvoiceKind.INVOICE:
        invoice.due_on = today + timedelta(days=policy("billing.payment_days", facility, today))
    invoice.status = InvoiceStatus.ISSUED
    invoice.save()
    return today


def _free(items: Sequence[ChargeItem], reason: str) -> None:
    rows = ChargeItem.objects.filter(pk__in=[item.pk for item in items]).select_related("facility")
    for item in rows.select_for_update(of=("self",)).order_by("pk"):
        item.status = _AFTER_CREDIT[CreditReason(reason)]
        if item.status == ChargeItemStatus.NOT_BILLABLE:
            item.not_billable_reason = codes.NotBillableReason.WAIVED
        item.save()
        if item.status == ChargeItemStatus.BILLABLE:
            _price_anew(item)


def _price_anew(item: ChargeItem) -> None:
    """What was billed at a wrong price is billed at the right one, once the list has it for that day."""
    price = price_of(item.facility, [item.code], item.occurred_on)
    if price is not None and (price.unit_minor, price.tax_percent) != (item.unit_minor, item.tax_percent):
        item.price, item.unit_minor, item.tax_percent = price, price.unit_minor, price.tax_percent
        item.save()


def _address_of(patient: Patient) -> str:
    """Where bills go: the address given for them, else the home, as it is printed on an envelope."""
    today = clock.today("UTC")
    wanted = {"billing": 0, "home": 1, "temp": 2, "work": 3}
    usable = [
        address
        for address in patient.addresses.all()
        if address.use in wanted and (address.end is None or address.end > today)
    ]
    usable.sort(key=lambda address: (not address.confidential, wanted[address.use]))
    return "\n".join(usable[0].printed) if usable else ""
