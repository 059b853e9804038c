"""Appointments and who or what takes part in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from hms.core import clock
from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.crypto import EncryptedTextField
from hms.core.records import Owned, Record
from hms.organization.models import Location, Practitioner
from hms.patients.models import Patient
from hms.scheduling import codes
from hms.scheduling.guards import NoMoreThanPlaces, OneVisitAtATime, StatusMoves
from hms.scheduling.rules import transitions
from hms.scheduling.rules.wall_clock import Span

VIEW_DAY = "scheduling.view_day"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, by: Actor) -> AppointmentQuerySet:
        """Visits this actor may see: in the portal their own and those they act for, on the staff side the facility's.

        The chart behind a visit is another question (`Patient.visible_to`); the visit says who comes when.
        """
        if by.kind == "system":
            return self.all()
        if by.role == "patient":
            # Who gave up a place may still look at what became of it; who is only asked answers on another page.
            theirs = AppointmentParticipant.objects.filter(patient__in=Patient.objects.acted_for_by(by))
            asked = codes.ParticipationStatus.NEEDS_ACTION
            return self.filter(pk__in=theirs.exclude(status=asked).values("appointment")).exclude(
                status="entered-in-error"
            )
        if not by.may(VIEW_DAY):
            return self.none()
        reach = by.reach.get(VIEW_DAY, by.facilities)
        return self.all() if reach is ALL_FACILITIES else self.filter(facility__in=reach)

    def changeable_by(self, by: Actor, permission: str = "") -> AppointmentQuerySet:
        """Visits this actor may move, cancel or confirm: in the portal only with the right to book.

        `permission`: on the staff side where they have it. Whoever sees a house's day need not be its front desk.
        """
        if by.kind != "system" and by.role == "patient":
            return self._of_patients(Patient.objects.acted_for_by(by, scope="book"))
        reach = by.reach.get(permission, ALL_FACILITIES)
        return self.visible_to(by) if reach is ALL_FACILITIES else self.visible_to(by).filter(facility__in=reach)

    def _of_patients(self, patients: models.QuerySet[Patient] | Collection[UUID]) -> AppointmentQuerySet:
        """Visits in which one of them takes part: who gave up a place in a group does no more."""
        parts = AppointmentParticipant.objects.taking_part().filter(patient__in=patients)
        return self.filter(pk__in=parts.values("appointment"))

    def within(self, span: Span) -> AppointmentQuerySet:
        """Visits that start inside the span."""
        return self.filter(start_at__gte=span.start, start_at__lt=span.end)

    def listed(self) -> AppointmentQuerySet:
        """What was promised to somebody: no holds, nothing cancelled or entered in error."""
        return self.filter(status__in=codes.LISTED)

    def live(self) -> AppointmentQuerySet:
        """To come or going on."""
        return self.filter(status__in=codes.LIVE)

    def chosen_holds(self) -> AppointmentQuerySet:
        """Times held for somebody who is choosing: not those that somebody was asked about."""
        held = self.filter(status=codes.AppointmentStatus.PENDING)
        return held.exclude(offers__outcome="").exclude(proposals__outcome="")

    def with_people(self, of: models.QuerySet[Patient] | Collection[UUID] | None = None) -> AppointmentQuerySet:
        """Everything a list says of a visit, in two queries however long it is.

        `of`: the patients it is read for. Of a group nobody else is there then, so that nobody else is named.
        """
        people = AppointmentParticipant.objects.select_related("patient", "practitioner", "location", "device")
        if of is not None:
            people = people.filter(Q(patient__isnull=True) | Q(patient__in=of))
        return self.select_related("facility", "department", "service").prefetch_related(
            models.Prefetch("participants", queryset=people)
        )

    def with_names(self) -> AppointmentQuerySet:
        """Just what a calendar says of a visit: when, how it stands, its type and whose it is, in two queries

        NB: of the participants only the patients are there.
        """
        people = AppointmentParticipant.objects.filter(patient__isnull=False).select_related("patient")
        return (
            self.select_related("service")
            .only(
                "status",
                "start_at",
                "end_at",
                "checked_in_at",
                "started_at",
                "appointment_type",
                "capacity",
                "service__name",
            )
            .prefetch_related(
                models.Prefetch("participants", queryset=people.only("appointment", "status", "patient__label"))
            )
        )

    def of_patient(self, patient_id: UUID) -> AppointmentQuerySet:
        """Visits they take part in; not those in whose group they gave their place up."""
        return self._of_patients([patient_id])

    def of_practitioner(self, practitioner_id: UUID) -> AppointmentQuerySet:
        return self.filter(
            pk__in=AppointmentParticipant.objects.filter(practitioner=practitioner_id).values("appointment")
        )


class Appointment(Record):
    """A visit that is proposed, held, booked, going on or over: FHIR Appointment.

    `[start_at, end_at)` is the visit itself; buffers are on the participants. `zone` and `wall_start` are what the
    patient was promised: if the zone's rules change, the wall time stays and the instants are computed anew.
    """

    guards = [StatusMoves()]
    on_export = "export"
    retention = "clinical"

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="appointments")
    department = models.ForeignKey(
        "organization.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    service = models.ForeignKey(
        "scheduling.HealthcareService", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    status = models.CharField(max_length=20, choices=codes.AppointmentStatus)
    appointment_type = models.CharField(
        max_length=10, choices=codes.AppointmentType, default=codes.AppointmentType.FOLLOWUP
    )
    delivery = models.CharField(max_length=10, choices=codes.Delivery, default=codes.Delivery.IN_PERSON)
    # iCalendar's PRIORITY, as FHIR asks: 0 undefined, 1 highest, 9 lowest.
    priority = models.PositiveSmallIntegerField(default=0)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    wall_start = models.CharField(max_length=40)
    # The rules of the zone changed, and when the wall shows what was promised somebody else is there.
    wall_time_clashes = models.BooleanField(default=False)
    # Places for patients; more than one makes it a group visit.
    capacity = models.PositiveSmallIntegerField(default=1)

    # Why the patient comes, in their words.
    reason = EncryptedTextField(label="scheduling.appointment.reason", blank=True)
    comment = EncryptedTextField(label="scheduling.appointment.comment", blank=True)

    channel = models.CharField(max_length=10, choices=codes.Channel, default=codes.Channel.DESK)
    booked_at = models.DateTimeField()
    # The user who booked; empty for jobs, imports and other systems.
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who called or stood at the desk, where it was not the patient.
    caller = EncryptedTextField(label="scheduling.appointment.caller", blank=True)
    # Why a rule of the timetable gave way.
    override_reason = EncryptedTextField(label="scheduling.appointment.override_reason", blank=True)

    hold_expires_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    noshow_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(max_length=20, choices=codes.CancellationReason, blank=True)
    cancelled_late = models.BooleanField(default=False)
    # iCalendar's SEQUENCE: grows with every change the calendars of others must learn of.
    sequence = models.PositiveIntegerField(default=0)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["start_at"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="scheduling_appointment_takes_time"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="scheduling_appointment_has_places"),
            models.CheckConstraint(
                condition=Q(hold_expires_at__isnull=True) | Q(status__in=["pending", "cancelled", "entered-in-error"]),
                name="scheduling_hold_is_pending",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancellation_reason=""), name="scheduling_cancelled_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["arrived"]) | Q(checked_in_at__isnull=False),
                name="scheduling_arrived_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "start_at"], name="scheduling_facility_day"),
            models.Index(
                fields=["hold_expires_at"], condition=Q(hold_expires_at__isnull=False), name="scheduling_holds"
            ),
        ]

    def __str__(self) -> str:
        return self.wall_start

    @property
    def span(self) -> Span:
        return Span(self.start_at, self.end_at)

    @property
    def minutes(self) -> int:
        """FHIR minutesDuration."""
        return (self.end_at - self.start_at) // timedelta(minutes=1)

    @property
    def tz(self) -> ZoneInfo:
        return clock.zone(self.zone)

    @property
    def local_start(self) -> datetime:
        """The start on the wall clock of the place."""
        return self.start_at.astimezone(self.tz)

    @property
    def local_end(self) -> datetime:
        return self.end_at.astimezone(self.tz)

    @property
    def is_hold(self) -> bool:
        return self.status == codes.AppointmentStatus.PENDING and self.hold_expires_at is not None

    @property
    def is_offered(self) -> bool:
        """Held for somebody who was asked and has not answered yet: only the offer's own verbs end that."""
        return self.is_hold and (self.offers.filter(outcome="").exists() or self.proposals.filter(outcome="").exists())

    @property
    def is_group(self) -> bool:
        return self.capacity > 1

    # NB: these read `participants`; lists fetch them with `with_people()`.
    @property
    def patients(self) -> list[Patient]:
        """The patients who take part; one, unless it is a group visit."""
        return [
            row.patient
            for row in self.participants.all()
            if row.patient is not None and row.status not in codes.NOT_TAKING_PART
        ]

    @property
    def patient(self) -> Patient | None:
        """The patient of a visit that is no group visit."""
        return next(iter(self.patients), None)

    @property
    def places_taken(self) -> int:
        """Places of a group visit that somebody has or is asked about."""
        return sum(1 for row in self.participants.all() if row.place is not None)

    @property
    def practitioner(self) -> Practitioner | None:
        return next((row.practitioner for row in self.participants.all() if row.practitioner is not None), None)

    @property
    def room(self) -> Location | None:
        return next((row.location for row in self.participants.all() if row.location is not None), None)

    def may_become(self, status: str) -> bool:
        return transitions.may_become(self.status, status)


class ParticipantQuerySet(models.QuerySet["AppointmentParticipant"]):
    def taking_part(self) -> ParticipantQuerySet:
        """Those who are in the visit: nobody who gave a place up, or is only asked whether they want it."""
        return self.exclude(status__in=codes.NOT_TAKING_PART)


class AppointmentParticipant(Owned):
    """Somebody or something whose time a visit takes, with buffers where they count: FHIR Appointment.participant.

    `seat` is the lane of overbooking: 0 is the plan, others need right and reason. `place` is a patient's place in
    the visit. `blocking` says that the time is taken; a cancelled visit frees it.

    In a group visit a place may be kept for somebody who was asked (`needs-action`), and is given up (`declined`) while
    the visit stays. A place in another group visit is another row; `instead_of` is the one it was exchanged for.
    """

    root = "appointment"
    guards = [OneVisitAtATime(), NoMoreThanPlaces()]
    # Where both records have visits at one time the database refuses the move, and the merge asks a person.
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="participants")
    practitioner = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    device = models.ForeignKey(
        "organization.Device", null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    actor = models.GeneratedField(
        expression=Coalesce("practitioner", "patient", "location", "device"),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    status = models.CharField(
        max_length=12, choices=codes.ParticipationStatus, default=codes.ParticipationStatus.ACCEPTED
    )
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    blocking = models.BooleanField(default=True)
    seat = models.PositiveSmallIntegerField(default=0)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    # Empty where a place was exchanged, or nobody took it.
    declined_reason = models.CharField(max_length=20, choices=codes.CancellationReason, blank=True)
    instead_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    practitioner__isnull=False, patient__isnull=True, location__isnull=True, device__isnull=True
                )
                | Q(practitioner__isnull=True, patient__isnull=False, location__isnull=True, device__isnull=True)
                | Q(practitioner__isnull=True, patient__isnull=True, location__isnull=False, device__isnull=True)
                | Q(practitioner__isnull=True, patient__isnull=True, location__isnull=True, device__isnull=False),
                name="scheduling_participant_is_one",
            ),
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="scheduling_participant_takes_time"),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(place__gte=1, patient__isnull=False),
                name="scheduling_place_of_a_patient",
            ),
            models.UniqueConstraint(fields=["appointment", "place"], name="scheduling_place_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["declined"]) | Q(blocking=False, place__isnull=True),
                name="scheduling_declined_takes_no_place",
            ),
        ]
        indexes = [
            # Taken time of an actor: what availability, bookings and SQLite's trigger ask for. By the end, because what
            # is over is long and what lies ahead is short. NB: an index by the start would be preferred, and is slower.
            # Lane and visit are in it so that a search never has to look at the rows themselves.
            models.Index(
                fields=["actor", "end_at", "start_at", "seat", "appointment"],
                condition=Q(blocking=True),
                name="scheduling_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}"

    @property
    def span(self) -> Span:
        return Span(self.start_at, self.end_at)
