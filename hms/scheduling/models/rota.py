"""Rotas: a plan of sessions for a department and a month, what practitioners wish, and what publishing did."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.guards import Frozen
from hms.core.records import Owned, Record
from hms.scheduling import codes
from hms.scheduling.models.schedule import ScheduleSession

PLAN = "scheduling.plan_rota"
DRAFT, PUBLISHED = codes.RotaStatus.DRAFT, codes.RotaStatus.PUBLISHED


class RotaPlanQuerySet(models.QuerySet["RotaPlan"]):
    def visible_to(self, by: Actor) -> RotaPlanQuerySet:
        """Plans of the facilities for which this actor plans."""
        if by.kind == "system":
            return self.all()
        if not by.may(PLAN):
            return self.none()
        reach = by.reach.get(PLAN, by.facilities)
        return self.all() if reach is ALL_FACILITIES else self.filter(facility__in=reach)

    def published(self) -> RotaPlanQuerySet:
        return self.filter(status=PUBLISHED)


class RotaPlan(Record):
    """Who holds which session of a month, in which room. A draft binds nobody; published, it is the timetable's own.

    Half-days have the department's hours. `asked_at` and what follows are about the last proposal asked for: `cost` in
    points, `bound` the least any plan could cost.
    """

    guards = [
        Frozen(columns="*", when="status = 'withdrawn'"),
        Frozen(columns=["facility", "department", "first_on", "until_on"]),
    ]

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="rota_plans")
    department = models.ForeignKey("organization.Department", on_delete=models.PROTECT, related_name="rota_plans")
    first_on = models.DateField(_("month"))
    # The first day after it.
    until_on = models.DateField()
    morning_start = models.TimeField(_("mornings from"))
    morning_end = models.TimeField(_("mornings until"))
    afternoon_start = models.TimeField(_("afternoons from"))
    afternoon_end = models.TimeField(_("afternoons until"))
    keep_bookings = models.BooleanField(_("every booked visit keeps its session"), default=True)
    status = models.CharField(_("status"), max_length=9, choices=codes.RotaStatus, default=DRAFT)
    # Its first day as published: a month that has begun is planned from the next day on.
    effective_from = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=13, choices=codes.RotaOutcome, blank=True)
    cost = models.PositiveIntegerField(null=True, blank=True)
    bound = models.PositiveIntegerField(null=True, blank=True)

    objects = RotaPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-first_on"]
        verbose_name = _("rota")
        verbose_name_plural = _("rotas")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "first_on"], condition=Q(status="draft"), name="scheduling_rota_one_draft"
            ),
            models.UniqueConstraint(
                fields=["department", "first_on"], condition=Q(status="published"), name="scheduling_rota_one_published"
            ),
            models.CheckConstraint(condition=Q(until_on__gt=F("first_on")), name="scheduling_rota_period"),
            models.CheckConstraint(
                condition=Q(
                    morning_end__gt=F("morning_start"),
                    afternoon_start__gte=F("morning_end"),
                    afternoon_end__gt=F("afternoon_start"),
                ),
                name="scheduling_rota_half_days",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(effective_from__isnull=False),
                name="scheduling_rota_published_from",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m}"

    @property
    def is_draft(self) -> bool:
        return self.status == DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == PUBLISHED

    @property
    def is_being_proposed(self) -> bool:
        """Whether a proposal is being looked for."""
        return self.asked_at is not None and not self.outcome

    def starts_on(self, today: date) -> date:
        """The first day that can still be planned: nothing changes on a day that has begun."""
        return max(self.first_on, date.fromordinal(today.toordinal() + 1))


class RotaMember(Owned):
    """A practitioner in the role that is planned, with the most sessions they hold."""

    root = "plan"

    plan = models.ForeignKey(RotaPlan, on_delete=models.PROTECT, related_name="members")
    practitioner_role = models.ForeignKey(
        "organization.PractitionerRole", on_delete=models.PROTECT, related_name="rota_members"
    )
    most_a_day = models.PositiveSmallIntegerField(_("most sessions a day"), default=2)
    most_a_week = models.PositiveSmallIntegerField(_("most sessions a week"), default=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "practitioner_role"], name="scheduling_rota_member_once"),
            models.CheckConstraint(
                condition=Q(most_a_day__lte=2, most_a_week__lte=14), name="scheduling_rota_member_limits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_role_id}"


class RotaDemand(Owned):
    """How many sessions are wanted on a weekday. Without `service`: of all types of visit that need no special room."""

    root = "plan"

    plan = models.ForeignKey(RotaPlan, on_delete=models.PROTECT, related_name="demands")
    service = models.ForeignKey(
        "scheduling.HealthcareService", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    weekday = models.PositiveSmallIntegerField(choices=ScheduleSession.Weekday)
    sessions = models.PositiveSmallIntegerField(
        _("sessions"), default=0, validators=[MinValueValidator(0), MaxValueValidator(200)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "service", "weekday"],
                condition=Q(service__isnull=False),
                name="scheduling_rota_demand_once",
            ),
            models.UniqueConstraint(
                fields=["plan", "weekday"], condition=Q(service__isnull=True), name="scheduling_rota_demand_general"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="scheduling_rota_demand_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.sessions}"


class RotaEntry(Owned):
    """One session of a plan. What somebody set by hand, a proposal leaves as it is.

    NB: two doctors in one room can be written down while a draft is being changed; such a plan is not published.
    """

    root = "plan"

    plan = models.ForeignKey(RotaPlan, on_delete=models.PROTECT, related_name="entries")
    member = models.ForeignKey(RotaMember, on_delete=models.PROTECT, related_name="entries")
    on = models.DateField()
    part = models.CharField(max_length=9, choices=codes.RotaPart)
    service = models.ForeignKey(
        "scheduling.HealthcareService", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["on", "part"]
        constraints = [
            models.UniqueConstraint(fields=["member", "on", "part"], name="scheduling_rota_entry_one_place"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.part}"


class RotaConflict(Owned):
    """One of the rules that can't be kept together, as the solver said: `rule` as in rules/rota/checking."""

    root = "plan"

    plan = models.ForeignKey(RotaPlan, on_delete=models.PROTECT, related_name="conflicts")
    rule = models.CharField(max_length=12)
    member = models.ForeignKey(RotaMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(null=True, blank=True)
    part = models.CharField(max_length=9, choices=codes.RotaPart, blank=True)
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    service = models.ForeignKey(
        "scheduling.HealthcareService", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    count = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.rule


class RotaChange(Owned):
    """What publishing did to one weekly session, so that it can be undone: `was_from` and `was_until` as they stood.

    `session_version`: the session's after that. A session that was changed since is no longer the plan's to undo.
    """

    root = "plan"

    plan = models.ForeignKey(RotaPlan, on_delete=models.PROTECT, related_name="changes")
    session = models.ForeignKey("scheduling.ScheduleSession", on_delete=models.PROTECT, related_name="rota_changes")
    kind = models.CharField(max_length=9, choices=codes.RotaChangeKind)
    was_from = models.DateField(null=True, blank=True)
    was_until = models.DateField(null=True, blank=True)
    session_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "session"], name="scheduling_rota_change_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class RotaWishesQuerySet(models.QuerySet["RotaWishes"]):
    def visible_to(self, by: Actor) -> RotaWishesQuerySet:
        """One's own; who plans sees those of the practitioners of their facilities."""
        if by.kind == "system":
            return self.all()
        own = Q(practitioner__user=by.id) if by.id is not None else Q(pk__in=[])
        if not by.may(PLAN):
            return self.filter(own)
        reach = by.reach.get(PLAN, by.facilities)
        if reach is ALL_FACILITIES:
            return self.all()
        return self.filter(own | Q(practitioner__roles__facility__in=reach)).distinct()


class RotaWishes(Record):
    """What a practitioner wishes of a month, in every department they work in."""

    practitioner = models.ForeignKey("organization.Practitioner", on_delete=models.PROTECT, related_name="rota_wishes")
    first_on = models.DateField(_("month"))

    objects = RotaWishesQuerySet.as_manager()

    class Meta:
        ordering = ["first_on"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "first_on"], name="scheduling_rota_wishes_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m}"


class RotaWish(Owned):
    """A wish about half a day. Days without one are all the same to whoever wrote the others."""

    root = "wishes"

    wishes = models.ForeignKey(RotaWishes, on_delete=models.PROTECT, related_name="of_days")
    on = models.DateField()
    part = models.CharField(max_length=9, choices=codes.RotaPart)
    kind = models.CharField(max_length=10, choices=codes.RotaWishKind)

    class Meta:
        ordering = ["on", "part"]
        constraints = [
            models.UniqueConstraint(fields=["wishes", "on", "part"], name="scheduling_rota_wish_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.part} {self.kind}"
