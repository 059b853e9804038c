"""Telling people, and what becomes of it. Nothing here writes to any other room's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take
from hms.messaging import rules
from hms.messaging.channels import Attachment
from hms.messaging.codes import AttemptOutcome, Channel, DeliveryState, NoticeKind, Reason, Resolution
from hms.messaging.compose import Composed, compose
from hms.messaging.models import (
    Delivery,
    DeliveryAttachment,
    DeliveryAttempt,
    Notification,
    Preference,
    QuietHours,
)
from hms.messaging.recipients import Recipient
from hms.organization.policies import policies

if TYPE_CHECKING:
    from hms.accounts.models import User
    from hms.organization.models import Facility


@action("messaging.notify")
def notify(
    *,
    by: Actor,
    to: Recipient,
    kind: str,
    template: str,
    context: Mapping[str, Any],
    key: str,
    facility: Facility | None = None,
    channels: Sequence[str] = (Channel.IN_APP, Channel.EMAIL),
    attachments: Sequence[Attachment] = (),
    link: str = "",
    lead: str = "",
    due_at: datetime | None = None,
) -> list[Notification | Delivery]:
    """Tell somebody about one occurrence, by each channel once, in their language.

    `key` names the occurrence: the same key, template and lead time again tells nobody twice. Who opted out
    or has died, or has no address, is not written to; the delivery log says why.
    """
    language = to.language or (facility.language if facility is not None else settings.LANGUAGE_CODE)
    composed = compose(template, {**context, "recipient": to.name, "link": link}, language=language, facility=facility)
    opted_out = _opted_out(to)
    told: list[Notification | Delivery] = []
    if Channel.IN_APP in channels and to.user is not None and rules.wanted(Channel.IN_APP, kind, opted_out):
        told += _put_in_app(to, kind, composed, ":".join(filter(None, (key, template, lead))), link)
    for channel in channels:
        if channel == Channel.IN_APP:
            continue
        occurrence = rules.delivery_key(key, channel, template, str(to.id or ""), lead)
        if Delivery.objects.filter(key=occurrence).exists():
            continue
        delivery = Delivery(
            key=occurrence,
            channel=channel,
            kind=kind,
            template=template,
            language=language,
            facility=facility,
            user=to.user,
            patient=to.patient,
            recipient=to.address(channel),
            subject=composed.subject,
            body=composed.body,
            due_at=_send_at(due_at or clock.now(), kind, to, facility),
        )
        _withhold_if_needed(delivery, to, opted_out)
        told.append(_post(delivery, attachments))
    trail.record(
        "person.notified",
        patient=to.patient,
        facility=facility,
        detail={"kind": kind, "template": template, "told": len(told), "user": str(to.user.pk) if to.user else None},
    )
    return told


@action("messaging.queue_mail")
def queue_mail(
    *,
    by: Actor,
    recipient: str,
    subject: str,
    body: str,
    key: str,
    kind: str = NoticeKind.ACCOUNT,
    attachments: Sequence[Attachment] = (),
) -> Delivery:
    """Queue a mail that a library wrote, such as a link to a new password."""
    delivery = Delivery(
        key=key,
        channel=Channel.EMAIL,
        kind=kind,
        language=settings.LANGUAGE_CODE,
        recipient=recipient,
        subject=" ".join(subject.split()),
        body=body,
    )
    _post(delivery, attachments)
    trail.record("mail.queued", subject=delivery, detail={"kind": kind})
    return delivery


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


@action("messaging.read_notifications")
def mark_read(*, by: Actor, notifications: Iterable[Notification] | None = None) -> int:
    """Mark one's own notifications as read: those given, or (None) all. Returns how many were unread."""
    rows = Notification.objects.visible_to(by).unread()
    if notifications is not None:
        rows = rows.filter(pk__in=[one.pk for one in notifications])
    count = rows.update(read_at=clock.now())
    trail.record("notifications.read", detail={"count": count})
    return count


@action("messaging.set_preferences")
def set_preference(*, by: Actor, user: User, channel: str, kind: str, wanted: bool) -> Preference | None:
    """Say whether one wants a kind of notice by a channel. Refused: security notices can't be switched off."""
    _refuse_always(kind)
    if user.pk != by.id:
        raise missing()
    return _prefer({"user": user}, None, channel, kind, wanted)


@action("messaging.set_preference_of_patient")
def set_preference_of_patient(*, by: Actor, patient: Any, channel: str, kind: str, wanted: bool) -> Preference | None:
    """Write down what a patient without a login told the front desk. Refused: security notices."""
    _refuse_always(kind)
    return _prefer({"patient": patient}, patient, channel, kind, wanted)


@action("messaging.set_preferences")
def set_quiet_hours(
    *, by: Actor, user: User, start: time | None, end: time | None, time_zone: str
) -> QuietHours | None:
    """Set one's own quiet hours; None for both: none of one's own. Refused: as long as a whole day."""
    if user.pk != by.id:
        raise missing()
    if start is None or end is None:
        QuietHours.objects.filter(user=user).delete()
        trail.record("quiet-hours.removed")
        return None
    if start == end:
        raise Refused(
            Problem(code="invalid", field="end", text=_("Quiet hours must end at another time than they begin."))
        )
    row = QuietHours.objects.filter(user=user).first() or QuietHours(user=user)
    row.start, row.end, row.time_zone = start, end, time_zone
    row.save()
    trail.record("quiet-hours.set", subject=row)
    return row


def _put_in_app(to: Recipient, kind: str, composed: Composed, key: str, link: str) -> list[Notification]:
    if Notification.objects.filter(user=to.user, key=key).exists():
        return []
    return [
        Notification.objects.create(
            user=to.user, patient=to.patient, kind=kind, text=composed.notice, link=link, key=key
        )
    ]


def _post(delivery: Delivery, attachments: Sequence[Attachment]) -> Delivery:
    delivery.save(force_insert=True)
    for attachment in attachments:
        DeliveryAttachment.objects.create(
            delivery=delivery,
            name=attachment.name,
            content_type=attachment.content_type,
            content=attachment.content,
        )
    if delivery.state == DeliveryState.QUEUED:
        outbox.say("mail.send", subject=delivery, key=f"mail.send:{delivery.pk}:1", due_at=delivery.due_at)
    return delivery


def _withhold_if_needed(delivery: Delivery, to: Recipient, opted_out: set[tuple[str, str]]) -> None:
    """Keep back what must not go; what can't go for want of an address is the staff's to tell."""
    if to.patient is not None and to.patient.deceased and to.id in {to.patient.pk, to.patient.user_id}:
        delivery.state, delivery.reason = DeliveryState.WITHHELD, Reason.DECEASED
    elif not rules.wanted(delivery.channel, delivery.kind, opted_out):
        delivery.state, delivery.reason = DeliveryState.WITHHELD, Reason.OPTED_OUT
    elif not delivery.recipient:
        delivery.state, delivery.reason = DeliveryState.WITHHELD, Reason.NO_ADDRESS


def _opted_out(to: Recipient) -> set[tuple[str, str]]:
    whose = Q(user=to.user) if to.user is not None else Q(patient=to.patient) if to.patient is not None else None
    if whose is None:
        return set()
    return set(Preference.objects.filter(whose, wanted=False).values_list("channel", "kind"))


def _send_at(due: datetime, kind: str, to: Recipient, facility: Facility | None) -> datetime:
    """The person's own quiet hours, or else the facility's, on the right clock."""
    own = QuietHours.objects.filter(user=to.user).first() if to.user is not None else None
    if own is not None:
        return rules.send_at(due, kind, own.start, own.end, clock.zone(own.time_zone))
    if facility is None:
        return due
    hours = policies(["messaging.quiet_start", "messaging.quiet_end"], facility)
    return rules.send_at(due, kind, hours["messaging.quiet_start"], hours["messaging.quiet_end"], facility.zone)


def _take_undelivered(by: Actor, delivery: Delivery, version: int | None) -> Delivery:
    row = take(Delivery.objects.visible_to(by), delivery.pk, version)
    if row.state != DeliveryState.FAILED or row.resolved_at is not None:
        raise Refused(Problem(code="business-rule", text=_("Somebody has seen to this message already.")))
    return row


def _refuse_always(kind: str) -> None:
    if not rules.wanted(Channel.EMAIL, kind, {(Channel.EMAIL, kind)}):
        return
    raise Refused(
        Problem(code="business-rule", field="kind", text=_("Notices about sign-in and security can't be switched off."))
    )


def _prefer(whose: dict[str, Any], patient: Any, channel: str, kind: str, wanted: bool) -> Preference | None:
    row = Preference.objects.filter(**whose, channel=channel, kind=kind).first() or Preference(
        **whose, channel=channel, kind=kind
    )
    row.wanted = wanted
    row.save()
    trail.record(
        "preference.set", subject=row, patient=patient, detail={"channel": channel, "kind": kind, "wanted": wanted}
    )
    return row
