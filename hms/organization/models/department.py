"""Departments as a tree, their rooms and devices."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.records import Record
from hms.organization import codes
from hms.organization.models.facility import ExternalOrganization, Facility


class DepartmentQuerySet(models.QuerySet["Department"]):
    def active(self) -> DepartmentQuerySet:
        return self.filter(active=True)


class Department(Record):
    """A part of a facility, down to the clinic a patient books: FHIR Organization with partOf."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="departments")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=150)
    code = models.SlugField(_("short code"), max_length=32)
    specialty = models.CharField(_("specialty"), max_length=32, choices=codes.Specialty, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="organization_department_code_once"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organization_department_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(active=True, retired_on__isnull=True) | Q(active=False, retired_on__isnull=False),
                name="organization_department_retired_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LocationQuerySet(models.QuerySet["Location"]):
    def in_use(self) -> LocationQuerySet:
        return self.filter(status=codes.LocationStatus.ACTIVE)


class Location(Record):
    """A room or other place, of the group or named by a record from elsewhere: FHIR Location."""

    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="locations", verbose_name=_("facility")
    )
    organization = models.ForeignKey(
        ExternalOrganization, null=True, blank=True, on_delete=models.PROTECT, related_name="locations"
    )
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="locations",
        verbose_name=_("department"),
    )
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=8, choices=codes.LocationKind, default=codes.LocationKind.ROOM)
    # FHIR Location.type, in the house's words: "ultrasound", "plaster room". Visits that need such a room find it so.
    use = models.CharField(_("used for"), max_length=60, blank=True)
    # How people find it: "first floor, left of the lift".
    directions = models.CharField(_("how to find it"), max_length=300, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=codes.LocationStatus, default=codes.LocationStatus.ACTIVE
    )

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="organization_location_name_once"),
            models.CheckConstraint(
                condition=Q(facility__isnull=False, organization__isnull=True)
                | Q(facility__isnull=True, organization__isnull=False),
                name="organization_location_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Device(Record):
    """A machine that is booked like a room, such as an ultrasound scanner: FHIR Device."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="devices")
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="devices",
        verbose_name=_("department"),
    )
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="devices", verbose_name=_("room")
    )
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=codes.DeviceStatus, default=codes.DeviceStatus.ACTIVE)

    class Meta:
        ordering = ["name"]
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="organization_device_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
