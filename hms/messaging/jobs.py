"""Handing messages over to their carriers."""

from __future__ import annotations

import logging
from typing import Final

from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.messaging.actions import record_attempt, withhold_for_death
from hms.messaging.channels import Attachment, Letter, TryLater, Undeliverable, carrier_for
from hms.messaging.codes import AttemptOutcome, DeliveryState, NoticeKind
from hms.messaging.models import Delivery

log = logging.getLogger("hms.messaging")
# Of these nobody is told when the patient has died: neither they nor whoever acted for them.
ABOUT_VISITS: Final = frozenset({NoticeKind.APPOINTMENT, NoticeKind.REMINDER})
_BY: Final = system("messenger", "messaging.record_attempt")


def on_mail_send(message: OutboxMessage) -> None:
    """Topic mail.send: hand one delivery to its carrier, and note what became of it.

    A worker killed between the two hands it over again; the letter's own id lets the other side see that.
    """
    delivery = Delivery.objects.select_related("patient").filter(pk=message.subject_id).first()
    if delivery is None or delivery.state != DeliveryState.QUEUED or delivery.due_at > clock.now():
        return
    if delivery.kind in ABOUT_VISITS and delivery.patient is not None and delivery.patient.deceased:
        # It waited for the morning, and the patient died in the night.
        withhold_for_death(by=_BY, delivery=delivery)
        return
    carrier = carrier_for(delivery.channel)
    try:
        receipt = carrier.send(_letter(delivery))
    except TryLater as error:
        record_attempt(
            by=_BY, delivery=delivery, carrier=carrier.name, outcome=AttemptOutcome.TRY_LATER, error=str(error)
        )
    except Undeliverable as error:
        record_attempt(
            by=_BY,
            delivery=delivery,
            carrier=carrier.name,
            outcome=AttemptOutcome.FAILED,
            error=error.error,
            reason=error.reason,
        )
    else:
        record_attempt(by=_BY, delivery=delivery, carrier=carrier.name, outcome=AttemptOutcome.SENT, receipt=receipt)


def _letter(delivery: Delivery) -> Letter:
    return Letter(
        id=delivery.pk,
        recipient=delivery.recipient,
        subject=delivery.subject,
        body=delivery.body,
        attachments=tuple(
            Attachment(row.name, row.content_type, bytes(row.content)) for row in delivery.attachments.all()
        ),
    )
