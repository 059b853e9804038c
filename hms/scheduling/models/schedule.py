"""Who or what is there when: weekly sessions, and the days on which it is otherwise."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField
from hms.core.records import Owned, Record
from hms.organization.models import Device, Location, PractitionerRole
from hms.scheduling import codes
from hms.scheduling.rules.wall_clock import Span


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def in_force(self, first: date, until: date) -> ScheduleQuerySet:
        """Schedules with a day in `[first, until)`."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=first), valid_from__lt=until, active=True)


class Schedule(Record):
    """The timetable of a practitioner in a role, of a room, or of a device: FHIR Schedule."""

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="schedules")
    practitioner_role = models.ForeignKey(
        "organization.PractitionerRole", null=True, blank=True, on_delete=models.PROTECT, related_name="schedules"
    )
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="schedules"
    )
    device = models.ForeignKey(
        "organization.Device", null=True, blank=True, on_delete=models.PROTECT, related_name="schedules"
    )
    valid_from = models.DateField(_("from"))
    # The first day without it.
    valid_until = models.DateField(_("until"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.CheckConstraint(
                condition=Q(practitioner_role__isnull=False, location__isnull=True, device__isnull=True)
                | Q(practitioner_role__isnull=True, location__isnull=False, device__isnull=True)
                | Q(practitioner_role__isnull=True, location__isnull=True, device__isnull=False),
                name="scheduling_schedule_of_one",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="scheduling_schedule_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"

    @property
    def owner(self) -> PractitionerRole | Location | Device:
        """Whose timetable it is. Lists fetch them with `kept.with_owners`."""
        found = self.practitioner_role or self.location or self.device
        assert found is not None, "the database refuses a schedule of nobody"
        return found

    @property
    def label(self) -> str:
        """Whose timetable it is, in words."""
        role = self.practitioner_role
        return role.practitioner.label if role is not None else str(self.owner)


class ScheduleSession(Owned):
    """A weekly sitting by the wall clock: an `end` not after `start` is on the next day."""

    root = "schedule"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="sessions")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"))
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Empty: the facility's policy.
    overbooking_cap = models.PositiveSmallIntegerField(_("patients beyond plan"), null=True, blank=True)
    # Its last part, which nobody books before the morning of the day.
    same_day_reserve = models.PositiveSmallIntegerField(_("kept for the day itself, minutes"), default=0)
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("first day without"), null=True, blank=True)

    class Meta:
        ordering = ["weekday", "start"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="scheduling_session_weekday"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="scheduling_session_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start:%H:%M}–{self.end:%H:%M}"


class ScheduleSessionService(Owned):
    """A type of visit a session is for. A session with none is for all of its department's."""

    root = "session"

    session = models.ForeignKey(ScheduleSession, on_delete=models.PROTECT, related_name="services")
    service = models.ForeignKey("scheduling.HealthcareService", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "service"], name="scheduling_session_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id}"


class ScheduleException(Owned):
    """A stretch of time in which a schedule differs: away, closed, or an extra session.

    `wall_start` and `wall_end` are what the clock on the wall showed when it was entered: if the zone's rules change,
    they stay and the instants are computed anew.
    """

    root = "schedule"
    may_delete = False

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="exceptions")
    kind = models.CharField(_("kind"), max_length=10, choices=codes.ExceptionKind)
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("until"))
    wall_start = models.CharField(max_length=40, blank=True)
    wall_end = models.CharField(max_length=40, blank=True)
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Why somebody is away is their own affair.
    note = EncryptedTextField(_("note"), label="scheduling.schedule_exception.note", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start_at"]
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="scheduling_exception_period"),
        ]
        indexes = [models.Index(fields=["schedule", "end_at"], name="scheduling_exception_end")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"

    @property
    def span(self) -> Span:
        return Span(self.start_at, self.end_at)

    @property
    def opens(self) -> bool:
        return self.kind == codes.ExceptionKind.EXTRA
