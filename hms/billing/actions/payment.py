"""Taking payments."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from hms.billing import rules
from hms.billing.codes import MONEY_ACCOUNT, Account, PaymentMethod
from hms.billing.ledger import book, outstanding_of, settle
from hms.billing.models import Invoice, Payment, PaymentAllocation
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.money import Money
from hms.core.numbering import next_number
from hms.core.problems import Conflict, Problem, Refused
from hms.core.records import missing, stale


@action("billing.take_payment")
def take_payment(
    *,
    by: Actor,
    invoice: Invoice,
    amount_minor: int,
    method: str,
    reference: str = "",
    also: Sequence[Invoice] = (),
    version: int | None = None,
) -> Payment:
    """Receive money for an invoice, in whole or in part, and number its receipt.

    `also`: other open invoices of the patient at the same facility; the money goes to the oldest first.
    Refused: nothing or more than is owed, a draft, paid already (409). Of many at once exactly one pays.
    """
    if method not in PaymentMethod.values:
        raise Refused(Problem(code="required", field="method", text=_("Say how it was paid.")))
    rows = _take_in_order(by, invoice, also, version)
    owed = [rules.Owed(row, rest.minor, row.issued_on or row.created_at.date()) for row, rest in rows]
    problems = [
        problem
        for one in owed
        for problem in rules.payment_problems(
            amount=amount_minor, outstanding=sum(each.minor for each in owed), status=one.what.status
        )
    ]
    if any(problem.code == "conflict" for problem in problems):
        raise Conflict(*problems)
    if problems:
        raise Refused(problems[0])
    facility, now = owed[0].what.facility, clock.now()
    today = clock.local(now, facility.time_zone).date()
    payment = Payment.objects.create(
        facility=facility,
        patient=owed[0].what.patient,
        series=f"{facility.code.upper()}-R-{today.year}",
        receipt_number=next_number(f"receipt:{facility.pk}:{today.year}"),
        method=method,
        amount_minor=amount_minor,
        currency=owed[0].what.currency,
        reference=reference,
        received_at=now,
        received_by_id=by.id,
        received_by=by.label[:200],
    )
    shares, _rest = rules.allocate(amount_minor, owed)
    for row, share in shares:
        PaymentAllocation.objects.create(payment=payment, invoice=row, amount_minor=share, currency=row.currency)
        money = MONEY_ACCOUNT[PaymentMethod(method)]
        book(money, Account.RECEIVABLE, share, invoice=row, payment=payment, on=today)
        settle(row)
    trail.record(
        "payment.taken",
        subject=payment,
        patient=payment.patient_id,
        facility=facility,
        detail={
            "invoices": [str(row.pk) for row, _share in shares],
            "receipt": payment.number_text,
            "minor": amount_minor,
            "method": method,
        },
    )
    outbox.say("payment.taken", subject=payment, key=f"payment.taken:{payment.pk}")
    return payment


def _take_in_order(
    by: Actor, invoice: Invoice, also: Sequence[Invoice], version: int | None
) -> list[tuple[Invoice, Money]]:
    """The invoices, locked in the order of their ids so that nobody waits in a circle, each with what is open."""
    wanted = {invoice.pk, *(other.pk for other in also)}
    rows = Invoice.objects.visible_to(by).filter(pk__in=wanted).select_related("facility", "patient")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    same = {(row.patient_id, row.facility_id) for row in found}
    if len(found) != len(wanted) or len(same) != 1:
        raise missing()
    first = next(row for row in found if row.pk == invoice.pk)
    if version is not None and version != first.version:
        raise stale(first, version)
    rest = outstanding_of(found)
    return [(row, rest[row.pk]) for row in found]
