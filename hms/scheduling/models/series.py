"""Series of visits: the rule, the time it has from a day on, and what became of each of its dates.

The rule never changes. What was done otherwise stands beside it: a `SeriesTerm` is another time from a day on, a
`SeriesOccurrence` is one date with its visit or the reason why there is none. A date is named by the day the rule gives
it and exists once, so one that was called off does not come back.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.guards import AppendOnly, Frozen
from hms.core.records import Owned, Record
from hms.organization.models import Practitioner
from hms.patients.models import Patient
from hms.scheduling import codes
from hms.scheduling.models.appointment import VIEW_DAY

CHANGE_SERIES = "scheduling.change_series"
# Dates are booked so many days' worth at once: one message a month at most, however often somebody comes.
AT_ONCE = timedelta(days=28)


class AppointmentSeriesQuerySet(models.QuerySet["AppointmentSeries"]):
    def visible_to(self, by: Actor) -> AppointmentSeriesQuerySet:
        """As the visits: in the portal one's own and those one acts for, on the staff side the facility's."""
        if by.kind == "system":
            return self.all()
        if by.role == "patient":
            return self.filter(patient__in=Patient.objects.acted_for_by(by))
        if not by.may(VIEW_DAY):
            return self.none()
        reach = by.reach.get(VIEW_DAY, by.facilities)
        return self.all() if reach is ALL_FACILITIES else self.filter(facility__in=reach)

    def changeable_by(self, by: Actor) -> AppointmentSeriesQuerySet:
        """Series this actor may move and end: in the portal only with the right to book, else where they work."""
        if by.kind == "system":
            return self.all()
        if by.role == "patient":
            return self.filter(patient__in=Patient.objects.acted_for_by(by, scope="book"))
        reach = by.reach.get(CHANGE_SERIES, by.facilities)
        visible = self.visible_to(by)
        return visible if reach is ALL_FACILITIES else visible.filter(facility__in=reach)

    def of_patient(self, patient: UUID) -> AppointmentSeriesQuerySet:
        return self.filter(patient=patient)

    def to_continue(self, today: date) -> AppointmentSeriesQuerySet:
        """Those whose next dates can be booked, a few weeks' worth at once."""
        rows = self.filter(next_on__isnull=False, ended_at__isnull=True, patient__deceased=False)
        # How far ahead a type of visit is booked differs, and no engine adds a column of days to a date like the other.
        within = Q(pk__in=[])
        for days in set(rows.values_list("service__horizon", flat=True)):
            within |= Q(service__horizon=days, next_on__lte=today + timedelta(days=days) - AT_ONCE)
        return rows.filter(within)


class AppointmentSeries(Record):
    """Visits of one patient that come again. `next_on` is the first date that lay too far ahead to be booked.

    `count` counts visits, dates left out by hand included and those on which nobody is there not; `until_on` is the
    last day. `ends_before`: somebody ended the series, and no date from there on is booked.
    """

    guards = [
        Frozen(columns="*", when="ended_at IS NOT NULL", except_columns=["patient"]),
        Frozen(columns=["rule", "starts_on", "count", "until_on", "when_closed", "service", "appointment_type"]),
    ]
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="series")
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("organization.Department", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("scheduling.HealthcareService", on_delete=models.PROTECT, related_name="series")
    appointment_type = models.CharField(max_length=10, choices=codes.AppointmentType)
    # RFC 5545, without COUNT and UNTIL: what they count here, a calendar program would count otherwise.
    rule = models.CharField(max_length=120)
    starts_on = models.DateField()
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    when_closed = models.CharField(max_length=8, choices=codes.WhenClosed)
    made_at = models.DateTimeField()
    # Who is told of dates that could not be booked.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    next_on = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=20, choices=codes.CancellationReason, blank=True)

    objects = AppointmentSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("series of visits")
        verbose_name_plural = _("series of visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(count__isnull=False, until_on__isnull=True) | Q(count__isnull=True, until_on__isnull=False),
                name="scheduling_series_has_one_end",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("starts_on")), name="scheduling_series_period"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(next_on__isnull=True), name="scheduling_ended_series_is_over"
            ),
        ]
        indexes = [
            models.Index(fields=["next_on"], condition=Q(next_on__isnull=False), name="scheduling_series_next"),
        ]

    def __str__(self) -> str:
        return self.rule

    @property
    def is_going_on(self) -> bool:
        return self.ended_at is None

    def term_on(self, day: date) -> SeriesTerm:
        """The time that holds for a date of the rule: the one said last of those that reach it."""
        # NB: reads `terms`, in the order of their numbers; lists prefetch them.
        reaching = [term for term in self.terms.all() if term.from_on <= day]
        return reaching[-1]

    @property
    def term(self) -> SeriesTerm:
        """The time that was said last."""
        return list(self.terms.all())[-1]


class SeriesTerm(Owned):
    """With whom and at what time the dates from a day of the rule on are, and how many days after the rule's day."""

    root = "series"
    may_delete = False
    guards = [AppendOnly()]
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    series = models.ForeignKey(AppointmentSeries, on_delete=models.PROTECT, related_name="terms")
    # The first is 1; of several that reach a date, the highest holds.
    number = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    schedule = models.ForeignKey("scheduling.Schedule", on_delete=models.PROTECT, related_name="+")
    # By the wall clock of the place.
    at = models.TimeField()
    shift_days = models.SmallIntegerField(default=0)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        verbose_name = _("time of a series")
        verbose_name_plural = _("times of a series")
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="scheduling_term_number_once"),
            models.CheckConstraint(
                condition=Q(shift_days__gte=-366, shift_days__lte=366), name="scheduling_series_shift"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} {self.at:%H:%M}"

    @property
    def practitioner(self) -> Practitioner:
        role = self.schedule.practitioner_role
        assert role is not None
        return role.practitioner


class SeriesOccurrence(Owned):
    """One date of a series. Only one that is open changes: it gets its visit, or is left out.

    Of group visits, `participation` is the patient's place. It may be exchanged for one in another group visit.
    """

    root = "series"
    may_delete = False
    guards = [
        Frozen(columns="*", when="state <> 'open'", except_columns=["appointment", "participation"]),
        Frozen(columns=["appointment", "participation"], when="state <> 'open' AND participation_id IS NULL"),
    ]
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    series = models.ForeignKey(AppointmentSeries, on_delete=models.PROTECT, related_name="occurrences")
    # The day of the rule: the date's name, wherever its visit was moved to (RFC 5545, RECURRENCE-ID).
    occurs_on = models.DateField()
    # The visit may have been moved or called off since: it is an exception, and stands here all the same.
    appointment = models.ForeignKey(
        "scheduling.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="occurrences"
    )
    participation = models.ForeignKey(
        "scheduling.AppointmentParticipant", null=True, blank=True, on_delete=models.PROTECT, related_name="occurrences"
    )
    state = models.CharField(max_length=8, choices=codes.OccurrenceState)
    obstacle = models.CharField(max_length=8, choices=codes.Obstacle, blank=True)

    class Meta:
        ordering = ["occurs_on"]
        verbose_name = _("date of a series")
        verbose_name_plural = _("dates of a series")
        constraints = [
            # What was called off or left out is not booked anew when the series goes on.
            models.UniqueConstraint(fields=["series", "occurs_on"], name="scheduling_occurs_once"),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(participation__isnull=True), name="scheduling_visit_of_one_series"
            ),
            models.UniqueConstraint(fields=["participation"], name="scheduling_place_of_one_series"),
            models.CheckConstraint(
                condition=Q(participation__isnull=True) | Q(appointment__isnull=False),
                name="scheduling_place_in_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(state="booked", appointment__isnull=False)
                | (~Q(state="booked") & Q(appointment__isnull=True)),
                name="scheduling_booked_has_a_visit",
            ),
        ]
        indexes = [
            models.Index(fields=["series"], condition=Q(state="open"), name="scheduling_open_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.occurs_on}"

    @property
    def is_open(self) -> bool:
        return self.state == codes.OccurrenceState.OPEN

    # NB: reads `appointment` and `participation`; lists fetch them.
    @property
    def is_given_up(self) -> bool:
        """Whether the visit, or the patient's place in it, is no more."""
        row = self.participation
        return (row is not None and row.status == codes.ParticipationStatus.DECLINED) or (
            self.appointment is not None and self.appointment.status in codes.GONE
        )
