"""Telling people what happened: in the app, and by letters that are queued for their carriers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.messaging import rules
from hms.messaging.channels import Attachment
from hms.messaging.codes import Channel, DeliveryState, NoticeKind, Reason
from hms.messaging.compose import Composed, compose
from hms.messaging.models import Delivery, DeliveryAttachment, Notification, Preference, QuietHours
from hms.messaging.recipients import Recipient
from hms.organization.policies import policies

if TYPE_CHECKING:
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
