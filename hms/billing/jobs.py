"""What follows in money from what happened elsewhere, and telling people of their invoices."""

from __future__ import annotations

import logging
from typing import Final

from django.urls import reverse

from hms.billing.actions import charge_visit
from hms.billing.models import Invoice, Payment
from hms.clinical.models import Encounter
from hms.core import values
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.messaging.actions import notify
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import with_proxies

log = logging.getLogger("hms.billing")
_BY: Final = system("billing", "billing.charge_visit", "messaging.notify")


def on_encounter_finished(message: OutboxMessage) -> None:
    """Topic encounter.finished: charge the visit. Without a price it stays on the list of uncharged visits."""
    encounter = Encounter.objects.select_related("facility", "patient").get(pk=message.subject_id)
    if encounter.source or encounter.status != "finished":
        return
    try:
        charge_visit(by=_BY, encounter=encounter)
    except Refused as refusal:
        log.info("visit not charged", extra={"encounter": str(encounter.pk), "codes": refusal.codes})


def on_invoice_issued(message: OutboxMessage) -> None:
    """Topic invoice.issued: tell the patient and whoever pays for them."""
    invoice = Invoice.objects.select_related("facility", "patient__user").get(pk=message.subject_id)
    for recipient in with_proxies(invoice.patient, "pay"):
        notify(
            by=_BY,
            to=recipient,
            kind=NoticeKind.BILLING,
            template="billing/mail/issued.txt",
            context={
                "number": invoice.number_text,
                "total": str(invoice.total),
                "due_on": values.day_text(invoice.due_on),
            },
            key=str(invoice.pk),
            facility=invoice.facility,
            link=reverse("billing:invoice", args=[invoice.pk]),
        )


def on_payment_taken(message: OutboxMessage) -> None:
    """Topic payment.taken: say thank you, with the receipt's number."""
    payment = Payment.objects.select_related("facility", "patient__user").get(pk=message.subject_id)
    for recipient in with_proxies(payment.patient, "pay"):
        notify(
            by=_BY,
            to=recipient,
            kind=NoticeKind.BILLING,
            template="billing/mail/paid.txt",
            context={"number": payment.number_text, "amount": str(payment.amount)},
            key=str(payment.pk),
            facility=payment.facility,
            link=reverse("billing:receipt", args=[payment.pk]),
        )
