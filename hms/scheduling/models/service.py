"""Types of visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core.records import Record
from hms.scheduling import codes
from hms.scheduling.rules.availability import Visit

# Rooms or devices, and which kind of them.
Need = tuple[str, str]


class HealthcareServiceQuerySet(models.QuerySet["HealthcareService"]):
    def offered(self) -> HealthcareServiceQuerySet:
        """Types of visit in use."""
        return self.filter(active=True)

    def for_patients(self) -> HealthcareServiceQuerySet:
        """Those that patients book themselves."""
        return self.offered().filter(who_may_book=codes.WhoMayBook.EVERYONE)


class HealthcareService(Record):
    """A type of visit a department offers: FHIR HealthcareService. Times are in minutes."""

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="healthcare_services")
    department = models.ForeignKey(
        "organization.Department", on_delete=models.PROTECT, related_name="healthcare_services"
    )
    code = models.SlugField(_("short code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    # The one that is meant when somebody books a visit to the department and says no more.
    rank = models.PositiveSmallIntegerField(_("order"), default=100)
    duration_new = models.PositiveSmallIntegerField(_("first visit, minutes"), validators=[MinValueValidator(1)])
    duration_followup = models.PositiveSmallIntegerField(_("follow-up, minutes"), validators=[MinValueValidator(1)])
    step = models.PositiveSmallIntegerField(
        _("times are offered every, minutes"), default=10, validators=[MinValueValidator(1)]
    )
    buffer_before = models.PositiveSmallIntegerField(_("kept free before, minutes"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("kept free after, minutes"), default=0)
    # What patients bring and do beforehand. Shown, printed and mailed; no words about a person.
    preparation = models.TextField(_("how to prepare"), blank=True)
    who_may_book = models.CharField(
        _("who may book"), max_length=10, choices=codes.WhoMayBook, default=codes.WhoMayBook.EVERYONE
    )
    # Empty: the facility's policy.
    lead_min = models.PositiveIntegerField(_("shortest notice for patients, minutes"), null=True, blank=True)
    lead_max = models.PositiveSmallIntegerField(_("how far ahead patients book, days"), null=True, blank=True)
    horizon = models.PositiveSmallIntegerField(_("how far ahead anybody books, days"), default=365)
    capacity = models.PositiveSmallIntegerField(_("places"), default=1, validators=[MinValueValidator(1)])
    # Kinds of rooms (`Location.use`) and devices (`Device.kind`) of which a visit takes any one. Empty: none.
    room_kind = models.CharField(_("room it needs"), max_length=60, blank=True)
    device_kind = models.CharField(_("device it needs"), max_length=60, blank=True)
    delivery = models.CharField(_("where"), max_length=10, choices=codes.Delivery, default=codes.Delivery.IN_PERSON)
    # What billing charges for it, in billing's own price list.
    price_code = models.CharField(_("price code"), max_length=40, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    objects = HealthcareServiceQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "name"]
        verbose_name = _("type of visit")
        verbose_name_plural = _("types of visit")
        constraints = [
            models.UniqueConstraint(fields=["department", "code"], name="scheduling_service_code_once"),
            models.CheckConstraint(
                condition=Q(duration_new__gt=0, duration_followup__gt=0, step__gt=0, capacity__gt=0),
                name="scheduling_service_takes_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def minutes(self, appointment_type: str) -> int:
        """How long such a visit takes: a first visit longer than a follow-up."""
        return self.duration_new if appointment_type == codes.AppointmentType.ROUTINE else self.duration_followup

    @property
    def needs(self) -> tuple[Need, ...]:
        """The pools of the facility of which a visit takes one thing each."""
        kinds = ((codes.ThingKind.ROOM, self.room_kind), (codes.ThingKind.DEVICE, self.device_kind))
        return tuple((thing, kind.casefold()) for thing, kind in kinds if kind)

    def visit(self, appointment_type: str) -> Visit:
        """The rule's view, for staff: no notice, and as far ahead as the timetable is open."""
        minutes = timedelta(minutes=1)
        return Visit(
            service=self.pk,
            duration=self.minutes(appointment_type) * minutes,
            step=self.step * minutes,
            before=self.buffer_before * minutes,
            after=self.buffer_after * minutes,
            horizon=timedelta(days=self.horizon),
            needs=self.needs,
            own_room=not self.room_kind,
        )

    def visit_for_patients(self, appointment_type: str, notice: timedelta, ahead: timedelta) -> Visit:
        """The rule's view, for patients. `notice` and `ahead` are the facility's, where the type has none."""
        return replace(
            self.visit(appointment_type),
            lead_min=notice if self.lead_min is None else timedelta(minutes=self.lead_min),
            lead_max=ahead if self.lead_max is None else timedelta(days=self.lead_max),
        )
