"""The waiting list: who waits for an earlier time or for any, and what they were offered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned, Record
from hms.patients.models import Patient
from hms.scheduling import codes
from hms.scheduling.models.proposing import Answerable
from hms.scheduling.rules.waiting import ANY_DAY, ORDER, Fit

VIEW_LIST = "scheduling.view_waiting_list"
# Bits of `weekdays` and `parts`: Monday is the lowest, mornings are.
ALL_WEEKDAYS, ALL_PARTS = 0b1111111, 0b111


class WaitingListQuerySet(models.QuerySet["WaitingListEntry"]):
    def visible_to(self, by: Actor) -> WaitingListQuerySet:
        """Entries this actor may see: in the portal their own and those they act for, else the facility's."""
        if by.kind == "system":
            return self.all()
        if by.role == "patient":
            return self.filter(patient__in=Patient.objects.acted_for_by(by))
        if not by.may(VIEW_LIST):
            return self.none()
        reach = by.reach.get(VIEW_LIST, by.facilities)
        return self.all() if reach is ALL_FACILITIES else self.filter(facility__in=reach)

    def changeable_by(self, by: Actor) -> WaitingListQuerySet:
        """Entries this actor may answer for or take off the list: in the portal only with the right to book."""
        if by.kind != "system" and by.role == "patient":
            return self.filter(patient__in=Patient.objects.acted_for_by(by, scope="book"))
        return self.visible_to(by)

    def waiting(self) -> WaitingListQuerySet:
        return self.filter(status=codes.WaitingStatus.WAITING)

    def in_order(self) -> WaitingListQuerySet:
        """The most urgent first, then who waits longest. Fit is of one freed time, and counts there."""
        whens = [When(urgency=urgency, then=Value(number)) for number, urgency in enumerate(ORDER)]
        return self.annotate(urgency_rank=Case(*whens, output_field=models.SmallIntegerField())).order_by(
            "urgency_rank", "added_at", "id"
        )


class WaitingListEntry(Record):
    """Somebody who waits for a visit. FHIR has it as Appointment.status `waitlist`, without a time that we could keep.

    `current` is the visit they have already; it stays theirs until they accept an earlier one.
    """

    # What ended stays as it was; a merge still moves it.
    guards = [Frozen(columns="*", when="status <> 'waiting'", except_columns=["patient"])]
    # Where both records wait for the same the database refuses the move, and the merge asks a person.
    on_merge = "move"
    on_export = "export"
    retention = "operational"

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="waiting")
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("organization.Department", on_delete=models.PROTECT, related_name="waiting")
    service = models.ForeignKey("scheduling.HealthcareService", on_delete=models.PROTECT, related_name="waiting")
    appointment_type = models.CharField(max_length=10, choices=codes.AppointmentType)
    # Only with this one; empty: anybody of the department.
    practitioner = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="waited_for"
    )
    urgency = models.CharField(max_length=8, choices=codes.Urgency, default=codes.Urgency.ROUTINE)
    earliest_on = models.DateField(null=True, blank=True)
    # The last day that suits, included: people say "until Friday" and mean Friday too.
    latest_on = models.DateField(null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField(default=ALL_WEEKDAYS)
    parts = models.PositiveSmallIntegerField(default=ALL_PARTS)
    current = models.ForeignKey(
        "scheduling.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="waiting"
    )
    note = EncryptedTextField(label="scheduling.waiting_list_entry.note", blank=True)
    urgency_reason = EncryptedTextField(label="scheduling.waiting_list_entry.urgency_reason", blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=9, choices=codes.WaitingStatus, default=codes.WaitingStatus.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WaitingListQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting list entry")
        verbose_name_plural = _("waiting list")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "service"], condition=Q(status="waiting"), name="scheduling_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", ended_at__isnull=True)
                | (~Q(status="waiting") & Q(ended_at__isnull=False)),
                name="scheduling_wait_ends_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(earliest_on__isnull=True) | Q(latest_on__isnull=True) | Q(latest_on__gte=F("earliest_on")),
                name="scheduling_wait_period",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=ALL_WEEKDAYS, parts__gte=1, parts__lte=ALL_PARTS),
                name="scheduling_waits_for_some_day",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "added_at"], condition=Q(status="waiting"), name="scheduling_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.urgency} {self.added_at:%Y-%m-%d}"

    @property
    def is_waiting(self) -> bool:
        return self.status == codes.WaitingStatus.WAITING

    @property
    def days(self) -> frozenset[int]:
        """The weekdays that suit; 0 is Monday."""
        return frozenset(day for day in ANY_DAY if self.weekdays >> day & 1)

    @days.setter
    def days(self, days: frozenset[int]) -> None:
        self.weekdays = sum(1 << day for day in days)

    @property
    def parts_of_day(self) -> frozenset[str]:
        return frozenset(part for number, part in enumerate(codes.PartOfDay.values) if self.parts >> number & 1)

    @parts_of_day.setter
    def parts_of_day(self, parts: frozenset[str]) -> None:
        self.parts = sum(1 << number for number, part in enumerate(codes.PartOfDay.values) if part in parts)

    # NB: reads `offers`; lists prefetch them.
    @property
    def open_offer(self) -> WaitingOffer | None:
        """The offer that stands, whether its time has run out or not."""
        return next((offer for offer in self.offers.all() if not offer.outcome), None)


class WaitingOfferQuerySet(models.QuerySet["WaitingOffer"]):
    def visible_to(self, by: Actor) -> WaitingOfferQuerySet:
        return self.filter(entry__in=WaitingListEntry.objects.visible_to(by))

    def changeable_by(self, by: Actor) -> WaitingOfferQuerySet:
        return self.filter(entry__in=WaitingListEntry.objects.changeable_by(by))

    def open(self) -> WaitingOfferQuerySet:
        return self.filter(outcome="")

    def ran_out(self, now: datetime) -> WaitingOfferQuerySet:
        return self.open().filter(expires_at__lte=now)

    def asked_about(self, practitioner: UUID, start: datetime, end: datetime) -> WaitingOfferQuerySet:
        """Offers of a practitioner's time, answered or not."""
        return self.filter(
            appointment__start_at__gte=start,
            appointment__start_at__lt=end,
            appointment__participants__practitioner=practitioner,
        )


class WaitingOffer(Answerable, Owned):
    """One holder, one time, until a moment. The appointment is a hold for this patient, so nobody else can have it.

    Of a group visit, `appointment` is the visit and `participation` the place in it that is kept for this patient.

    `urgency`, `fit` and `waited_days` are the factors that ranked this holder, as they were; `among` is how many the
    time suited (0: chosen by the desk). `replaces` is the visit that is given up by accepting.
    """

    root = "entry"
    may_delete = False
    guards = [Frozen(columns="*", when="outcome <> ''")]
    on_merge = "move"
    on_export = "export"
    retention = "operational"

    entry = models.ForeignKey(WaitingListEntry, on_delete=models.PROTECT, related_name="offers")
    appointment = models.ForeignKey("scheduling.Appointment", on_delete=models.PROTECT, related_name="offers")
    participation = models.ForeignKey(
        "scheduling.AppointmentParticipant", null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    replaces = models.ForeignKey(
        "scheduling.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    urgency = models.CharField(max_length=8, choices=codes.Urgency)
    fit = models.PositiveSmallIntegerField(default=0)
    waited_days = models.PositiveIntegerField(default=0)
    among = models.PositiveSmallIntegerField(default=0)

    objects = WaitingOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(outcome=""), name="scheduling_one_open_offer"),
            # The held appointment, or place, is the time: that nobody else has it, its own constraint sees to.
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(participation__isnull=True), name="scheduling_one_offer_a_hold"
            ),
            models.UniqueConstraint(fields=["participation"], name="scheduling_one_offer_a_place"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("heard_at")), name="scheduling_offer_takes_time"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="scheduling_offer_ends_at_a_time",
            ),
            models.CheckConstraint(condition=Q(fit__lte=int(~Fit(0))), name="scheduling_offer_fit"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(outcome=""), name="scheduling_open_offers"),
        ]

    def __str__(self) -> str:
        return f"{self.offered_at:%Y-%m-%d} {self.outcome}"
