"""The queue of the day: who is here, in which order they are called, and by which token."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.guards import Frozen
from hms.core.records import Record
from hms.scheduling import codes
from hms.scheduling.guards import QUEUE_STATUS, StatusMoves
from hms.scheduling.models.appointment import Appointment
from hms.scheduling.rules import queue as rules
from hms.scheduling.rules import transitions

Status = codes.QueueStatus


class QueueQuerySet(models.QuerySet["QueueEntry"]):
    def visible_to(self, by: Actor, permission: str = "") -> QueueQuerySet:
        """Whose visit this actor may see: one gate for both. `permission`: only where they have it."""
        seen = self if by.kind == "system" else self.filter(appointment__in=Appointment.objects.visible_to(by))
        reach = by.reach.get(permission, ALL_FACILITIES)
        return seen if reach is ALL_FACILITIES else seen.filter(facility__in=reach)

    def of_day(self, department: UUID, day: date) -> QueueQuerySet:
        return self.filter(department=department, day=day)

    def waiting(self) -> QueueQuerySet:
        return self.filter(status=Status.ARRIVED)

    def with_people(self) -> QueueQuerySet:
        """Everything a list says of those who wait, in three queries however many they are."""
        return self.select_related("department", "practitioner", "location", "called_by").prefetch_related(
            models.Prefetch("appointment", Appointment.objects.with_people())
        )


class QueueEntry(Record):
    """Somebody's place in the queue of a department on a day, from check-in until they are seen.

    The visit's own status stays with the visit; this one says what happens between the door and the room. It is kept
    when a check-in is taken back, so that who is checked in again has the token on their slip.
    """

    guards = [
        StatusMoves(QUEUE_STATUS, transitions.QUEUE_MOVES),
        # A token that was given out is that patient's for the day.
        Frozen(columns=["appointment", "facility", "department", "day", "letter", "number"]),
    ]
    on_merge = "move"
    on_export = "export"
    retention = "operational"

    appointment = models.OneToOneField("scheduling.Appointment", on_delete=models.PROTECT, related_name="queue_entry")
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("organization.Department", on_delete=models.PROTECT, related_name="queue")
    # For whom they wait; empty: for anybody of the department.
    practitioner = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="queue"
    )
    # The facility's day. Tokens begin anew with it.
    day = models.DateField()
    letter = models.CharField(max_length=3)
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=11, choices=Status, default=Status.ARRIVED)
    priority = models.CharField(max_length=6, choices=codes.QueuePriority, default=codes.QueuePriority.NORMAL)
    walk_in = models.BooleanField(default=False)
    arrived_at = models.DateTimeField()
    # What the place in the order goes by: rules/queue.py.
    place_at = models.DateTimeField()
    place_by = models.CharField(max_length=11, choices=codes.PlaceBy)
    # How long they had waited when they were last called.
    waited = models.DurationField(default=timedelta(0))
    # The room they are, or were last, called to.
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    calls = models.PositiveSmallIntegerField(default=0)
    skips = models.PositiveSmallIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in the queue")
        verbose_name_plural = _("queue")
        constraints = [
            models.UniqueConstraint(fields=["department", "day", "number"], name="scheduling_token_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="scheduling_token_number"),
            models.CheckConstraint(
                condition=~Q(status="called") | Q(called_at__isnull=False, calls__gte=1),
                name="scheduling_called_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="onleave") | Q(left_at__isnull=False), name="scheduling_away_since_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "day"],
                condition=Q(status__in=["arrived", "called", "in-progress", "onleave"]),
                name="scheduling_queue_of_day",
            ),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def token(self) -> str:
        return rules.token(self.letter, self.number)

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.ARRIVED

    @property
    def is_called(self) -> bool:
        return self.status == Status.CALLED

    @property
    def is_away(self) -> bool:
        return self.status == Status.ONLEAVE

    @property
    def waiter(self) -> rules.Waiter:
        """What the order needs to know."""
        return rules.Waiter(self.pk, self.priority, self.place_at, self.arrived_at, self.number, self.walk_in)

    def may_become(self, status: str) -> bool:
        return transitions.queue_may_become(self.status, status)
