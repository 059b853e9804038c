"""Times that are held for somebody until they answer: what every such offer has, and the proposals of another time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.actor import Actor
from hms.core.guards import Frozen
from hms.core.records import Record
from hms.scheduling import codes
from hms.scheduling.models.appointment import Appointment


class Answerable(models.Model):
    """A held time that somebody is asked about: when, until when, and what they said."""

    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # When the patient is told: not in the night.
    heard_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=codes.OfferOutcome, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def stands(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return not self.outcome and now < self.expires_at


class MoveProposalQuerySet(models.QuerySet["MoveProposal"]):
    def visible_to(self, by: Actor) -> MoveProposalQuerySet:
        return self.filter(replaces__in=Appointment.objects.visible_to(by))

    def changeable_by(self, by: Actor) -> MoveProposalQuerySet:
        return self.filter(replaces__in=Appointment.objects.changeable_by(by))

    def open(self) -> MoveProposalQuerySet:
        return self.filter(outcome="")

    def ran_out(self, now: datetime) -> MoveProposalQuerySet:
        return self.open().filter(expires_at__lte=now)

    def of_patient(self, patient: UUID) -> MoveProposalQuerySet:
        return self.filter(replaces__in=Appointment.objects.of_patient(patient))


class MoveProposal(Answerable, Record):
    """Another time for a visit that can't take place, held for its patient until they answer.

    `replaces` is the visit, which stays booked until then; `appointment` is a hold for this patient, so nobody else can
    have the time. Accepting moves the visit there: it stays the same visit, in every calendar too.
    """

    guards = [Frozen(columns="*", when="outcome <> ''")]
    on_merge = "move"
    on_export = "export"
    retention = "operational"

    replaces = models.ForeignKey("scheduling.Appointment", on_delete=models.PROTECT, related_name="move_proposals")
    appointment = models.ForeignKey("scheduling.Appointment", on_delete=models.PROTECT, related_name="proposals")

    objects = MoveProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at"]
        verbose_name = _("proposal of another time")
        verbose_name_plural = _("proposals of another time")
        constraints = [
            models.UniqueConstraint(fields=["replaces"], condition=Q(outcome=""), name="scheduling_one_open_proposal"),
            # The held appointment is the time: that nobody else has it, its own constraint sees to.
            models.UniqueConstraint(fields=["appointment"], name="scheduling_one_proposal_a_hold"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("heard_at")), name="scheduling_proposal_takes_time"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="scheduling_proposal_ends_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("appointment")), name="scheduling_proposal_of_another_time"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(outcome=""), name="scheduling_open_proposals"),
        ]

    def __str__(self) -> str:
        return f"{self.offered_at:%Y-%m-%d} {self.outcome}"


class ProposalRoundQuerySet(models.QuerySet["ProposalRound"]):
    def going_on(self) -> ProposalRoundQuerySet:
        return self.filter(ended_at__isnull=True)


class ProposalRound(Record):
    """Proposals to everybody of a facility's list, which the worker makes a few at a time.

    `total` is how many were to be asked when it began, `asked` how many have been. The list is gone through in its
    order: `after_at` and `after` are the start and the id of the visit that was looked at last.
    """

    guards = [Frozen(columns="*", when="ended_at IS NOT NULL")]
    retention = "operational"

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    total = models.PositiveIntegerField()
    asked = models.PositiveIntegerField(default=0)
    after_at = models.DateTimeField()
    after = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("round of proposals")
        verbose_name_plural = _("rounds of proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["facility"], condition=Q(ended_at__isnull=True), name="scheduling_one_open_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_going_on(self) -> bool:
        return self.ended_at is None

    @property
    def left(self) -> int:
        """How many could not be asked, once it is over."""
        return max(0, self.total - self.asked)
