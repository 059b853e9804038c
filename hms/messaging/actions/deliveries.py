"""What became of a message on its way, and what the staff do about one that did not arrive."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.messaging import rules
from hms.messaging.codes import AttemptOutcome, DeliveryState, Reason, Resolution
from hms.messaging.models import Delivery, DeliveryAttempt


@action("messaging.record_attempt")
def record_attempt(
    *,
    by: Actor,
    delivery: Delivery,
    carrier: str,
    outcome: str,
    receipt: str = "",
    error: str = "",
    reason: str = "",
) -> Delivery:
    """Note what became of a try to send: done, again later, or a task for the staff."""
    delivery = take(Delivery.objects.all(), delivery.pk)
    now = clock.now()
    delivery.attempts += 1
    wait = rules.wait_after(delivery.attempts) if outcome == AttemptOutcome.TRY_LATER else None
    if outcome == AttemptOutcome.SENT:
        delivery.state, delivery.sent_at, delivery.receipt, delivery.reason = DeliveryState.SENT, now, receipt[:200], ""
    elif wait is not None:
        delivery.due_at = now + wait
        outbox.say(
            "mail.send",
            subject=delivery,
            key=f"mail.send:{delivery.pk}:{delivery.attempts + 1}",
            due_at=delivery.due_at,
        )
    else:
        delivery.state, delivery.reason = DeliveryState.FAILED, reason or Reason.CARRIER_DOWN
    delivery.save()
    DeliveryAttempt.objects.create(
        delivery=delivery,
        number=delivery.attempts,
        at=now,
        carrier=carrier[:20],
        outcome=outcome,
        receipt=receipt[:200],
        error=error[:100],
    )
    trail.record(
        f"delivery.{delivery.state}",
        subject=delivery,
        patient=delivery.patient_id,
        facility=delivery.facility_id,
        detail={"attempt": delivery.attempts, "carrier": carrier, "reason": delivery.reason},
    )
    return delivery


@action("messaging.record_attempt")
def withhold_for_death(*, by: Actor, delivery: Delivery) -> Delivery:
    """Keep back what waited to be sent about a visit of somebody who has died since."""
    delivery = take(Delivery.objects.all(), delivery.pk)
    delivery.state, delivery.reason = DeliveryState.WITHHELD, Reason.DECEASED
    delivery.save()
    trail.record(
        "delivery.withheld",
        subject=delivery,
        patient=delivery.patient_id,
        facility=delivery.facility_id,
        detail={"reason": delivery.reason},
    )
    return delivery


@action("messaging.handle_undelivered")
def retry_delivery(*, by: Actor, delivery: Delivery, version: int | None = None) -> Delivery:
    """Send an undelivered message once more. Refused: it is not undelivered any more."""
    delivery = _take_undelivered(by, delivery, version)
    delivery.state, delivery.reason, delivery.due_at = DeliveryState.QUEUED, "", clock.now()
    delivery.save()
    outbox.say("mail.send", subject=delivery, key=f"mail.send:{delivery.pk}:{delivery.attempts + 1}:again")
    trail.record("delivery.retried", subject=delivery, patient=delivery.patient_id, facility=delivery.facility_id)
    return delivery


@action("messaging.handle_undelivered")
def resolve_delivery(*, by: Actor, delivery: Delivery, resolution: str, version: int | None = None) -> Delivery:
    """Say what was done about an undelivered message. Refused: somebody has seen to it already."""
    delivery = _take_undelivered(by, delivery, version)
    if resolution not in Resolution.values:
        raise Refused(Problem(code="required", field="resolution", text=_("Say what was done.")))
    delivery.resolved_at, delivery.resolved_by, delivery.resolution = clock.now(), by.label[:200], resolution
    delivery.save()
    trail.record(
        "delivery.resolved",
        subject=delivery,
        patient=delivery.patient_id,
        facility=delivery.facility_id,
        detail={"resolution": resolution},
    )
    return delivery


def _take_undelivered(by: Actor, delivery: Delivery, version: int | None) -> Delivery:
    row = take(Delivery.objects.visible_to(by), delivery.pk, version)
    if row.state != DeliveryState.FAILED or row.resolved_at is not None:
        raise Refused(Problem(code="business-rule", text=_("Somebody has seen to this message already.")))
    return row
