"""Taking payments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hms.billing import rules
from hms.billing.codes import MONEY_ACCOUNT, Account, PaymentMethod
from hms.billing.ledger import book, outstanding, settle
from hms.billing.models import Invoice, Payment, PaymentAllocation
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.numbering import next_number
from hms.core.problems import Conflict, Problem, Refused
from hms.core.records import take


@action("billing.take_payment")
def take_payment(
    *, by: Actor, invoice: Invoice, amount_minor: int, method: str, reference: str = "", version: int | None = None
) -> Payment:
    """Receive money for an invoice, in whole or in part, and number its receipt.

    Refused: nothing or more than is owed, a draft, paid already (409). Of many at once exactly one pays.
    """
    invoice = take(Invoice.objects.visible_to(by).select_related("facility", "patient"), invoice.pk, version)
    if method not in PaymentMethod.values:
        raise Refused(Problem(code="required", field="method", text=_("Say how it was paid.")))
    problems = rules.payment_problems(
        amount=amount_minor, outstanding=outstanding(invoice).minor, status=invoice.status
    )
    if any(problem.code == "conflict" for problem in problems):
        raise Conflict(*problems)
    if problems:
        raise Refused(*problems)
    facility, now = invoice.facility, clock.now()
    today = clock.local(now, facility.time_zone).date()
    payment = Payment.objects.create(
        facility=facility,
        patient=invoice.patient,
        series=f"{facility.code.upper()}-R-{today.year}",
        receipt_number=next_number(f"receipt:{facility.pk}:{today.year}"),
        method=method,
        amount_minor=amount_minor,
        currency=invoice.currency,
        reference=reference,
        received_at=now,
        received_by_id=by.id,
        received_by=by.label[:200],
    )
    PaymentAllocation.objects.create(
        payment=payment, invoice=invoice, amount_minor=amount_minor, currency=invoice.currency
    )
    book(
        MONEY_ACCOUNT[PaymentMethod(method)],
        Account.RECEIVABLE,
        amount_minor,
        invoice=invoice,
        payment=payment,
        on=today,
    )
    settle(invoice)
    trail.record(
        "payment.taken",
        subject=payment,
        patient=invoice.patient_id,
        facility=facility,
        detail={"invoice": str(invoice.pk), "receipt": payment.number_text, "minor": amount_minor, "method": method},
    )
    outbox.say("payment.taken", subject=payment, key=f"payment.taken:{payment.pk}")
    return payment
