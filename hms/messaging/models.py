"""Notices in the app, what is sent outside it, and what people want to be told."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core import clock
from hms.core.actor import Actor
from hms.core.crypto import EncryptedBinaryField, EncryptedTextField
from hms.core.guards import AppendOnly, Frozen
from hms.core.prepared import Given, Prepared
from hms.core.records import Owned, Record
from hms.messaging import codes


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, by: Actor) -> NotificationQuerySet:
        """One's own, and nobody else's."""
        return self.filter(user_id=by.id) if by.id is not None else self.none()

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)


@cache
def _unread() -> Prepared[int]:
    somebody = Actor(id=Given("by", models.UUIDField()), label="")  # type: ignore[arg-type]
    mine = Notification.objects.visible_to(somebody).unread().order_by()
    # One group of all: Django has no other way to count without asking at once.
    return Prepared(lambda: mine.values(all=models.Value(1)).annotate(n=models.Count("*")).values_list("n", flat=True))


def unread_count(by: Actor) -> int:
    """How many notifications of their own somebody has not read: the bell of every page."""
    return (_unread().first(by=by.id) or 0) if by.id is not None else 0


class Notification(Record):
    """One thing told to one person in the app. It names no diagnosis; the page behind `link` may, to who may see it."""

    on_merge = "move"
    on_export = "export"
    retention = "operational"
    guards = [Frozen(except_columns=["read_at", "patient"])]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="notifications"
    )
    kind = models.CharField(max_length=16, choices=codes.NoticeKind)
    text = EncryptedTextField(label="messaging.notification.text")
    # A path of ours, or empty.
    link = models.CharField(max_length=300, blank=True)
    # Whatever makes it one notice: the same occurrence told twice is told once.
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="messaging_notification_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="messaging_bell"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="messaging_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"


class Preference(Record):
    """Whether a person wants one kind of notice by one channel. Without a row: yes."""

    may_delete = True
    on_merge = "unite"
    on_export = "export"
    retention = "operational"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="notice_preferences"
    )
    # For patients without a login, who told the front desk.
    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="notice_preferences"
    )
    channel = models.CharField(max_length=8, choices=codes.Channel)
    kind = models.CharField(max_length=16, choices=codes.NoticeKind)
    wanted = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "kind"], name="messaging_preference_of_user_once"),
            models.UniqueConstraint(fields=["patient", "channel", "kind"], name="messaging_preference_of_patient_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, patient__isnull=True) | Q(user__isnull=True, patient__isnull=False),
                name="messaging_preference_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind}"


class QuietHours(Record):
    """When a person does not want to be reached from outside, on the clock of their own zone."""

    may_delete = True

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quiet_hours")
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"))
    time_zone = models.CharField(_("time zone"), max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(start=models.F("end")), name="messaging_quiet_hours_not_all_day"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, by: Actor) -> DeliveryQuerySet:
        """Those of the facilities the actor works in; staff who handle undelivered messages see no others."""
        from hms.organization.models import Facility

        if by.kind == "system":
            return self.all()
        facilities = Facility.objects.worked_in_by(by, "messaging.handle_undelivered")
        return self.filter(Q(facility__in=facilities) | Q(facility__isnull=True))

    def undelivered(self) -> DeliveryQuerySet:
        """Failed, and nobody has seen to it yet."""
        return self.filter(state=codes.DeliveryState.FAILED, resolved_at__isnull=True)


class Delivery(Record):
    """One message on its way to one address by one channel: FHIR Communication.

    `key` is occurrence, channel, template and lead time together: the same reminder is never sent twice.
    """

    on_merge = "move"
    on_export = "export"
    retention = "operational"
    guards = [
        Frozen(
            except_columns=[
                "state", "reason", "attempts", "due_at", "sent_at", "receipt",
                "resolved_at", "resolved_by", "resolution", "patient",
            ]
        )
    ]  # fmt: skip

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=8, choices=codes.Channel)
    kind = models.CharField(max_length=16, choices=codes.NoticeKind)
    template = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=16)
    facility = models.ForeignKey(
        "organization.Facility", null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    recipient = EncryptedTextField(label="messaging.delivery.recipient")
    subject = EncryptedTextField(label="messaging.delivery.subject", blank=True)
    body = EncryptedTextField(label="messaging.delivery.body")
    state = models.CharField(max_length=8, choices=codes.DeliveryState, default=codes.DeliveryState.QUEUED)
    reason = models.CharField(max_length=16, choices=codes.Reason, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    # What the carrier called it.
    receipt = models.CharField(max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    resolution = models.CharField(_("what was done"), max_length=12, choices=codes.Resolution, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["-created_at"],
                condition=Q(state=codes.DeliveryState.FAILED, resolved_at__isnull=True),
                name="messaging_undelivered",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=codes.DeliveryState.SENT) | Q(sent_at__isnull=False),
                name="messaging_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution="")
                | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
                name="messaging_resolved_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class DeliveryAttachment(Owned):
    """A file that goes with a message, such as the visit for the calendar."""

    root = "delivery"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "operational"
    guards = [AppendOnly()]

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    content = EncryptedBinaryField(label="messaging.attachment.content")

    def __str__(self) -> str:
        return self.name


class DeliveryAttempt(Owned):
    """One try to hand a message to its carrier: the delivery log."""

    root = "delivery"
    may_delete = False
    keeps_history = False
    on_merge = "move"
    on_export = "leave out: technical log of the delivery, which is exported itself"
    retention = "operational"
    guards = [AppendOnly()]

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="log")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)
    carrier = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=codes.AttemptOutcome)
    receipt = models.CharField(max_length=200, blank=True)
    # A code or the name of an error; what carriers say may quote the address.
    error = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="messaging_attempt_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
