"""Facilities of the group, their letterhead and closed days; organisations outside the group."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.core import clock
from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.records import Record
from hms.organization import codes


class FacilityQuerySet(models.QuerySet["Facility"]):
    def active(self) -> FacilityQuerySet:
        return self.filter(active=True)

    def worked_in_by(self, by: Actor, permission: str = "") -> FacilityQuerySet:
        """Facilities the actor works in (for this permission). The directory itself is no secret: see `active`."""
        reach = by.reach.get(permission, by.facilities)
        return self.all() if reach is ALL_FACILITIES else self.filter(pk__in=reach)


class Facility(Record):
    """A hospital or clinic of the group: FHIR Organization with a time zone, a currency and a letterhead."""

    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(_("short code"), max_length=16, unique=True)
    identifier_system = models.CharField(_("registry"), max_length=200, blank=True)
    identifier_value = models.CharField(_("registry number"), max_length=64, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64)
    currency = models.CharField(_("currency"), max_length=3)
    country = models.CharField(_("country"), max_length=2)
    # ISO 3166-2 without the country, as the holiday calendar wants it: "BY" of DE-BY.
    subdivision = models.CharField(_("state or province"), max_length=8, blank=True)
    language = models.CharField(_("language"), max_length=16, default="en")
    name_order = models.CharField(
        _("order of names"), max_length=16, choices=codes.NameOrder, default=codes.NameOrder.GIVEN_FAMILY
    )
    paper = models.CharField(_("paper"), max_length=8, choices=codes.Paper, default=codes.Paper.A4)
    address_line1 = models.CharField(_("address"), max_length=200, blank=True)
    address_line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    city = models.CharField(_("town or city"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    emergency_text = models.TextField(_("advice out of hours"), blank=True)
    active = models.BooleanField(_("in use"), default=True)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return clock.zone(self.time_zone)

    @property
    def address_lines(self) -> list[str]:
        """The postal address as it is printed: empty parts leave no empty line."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return [line for line in (self.address_line1, self.address_line2, town) if line]


class Letterhead(Record):
    """What stands at the head and foot of a facility's printed sheets.

    Apart from the facility, so that a change of telephone number does not copy the logo into history.
    """

    facility = models.OneToOneField(Facility, on_delete=models.PROTECT, related_name="letterhead")
    heading = models.TextField(_("heading"), blank=True)
    footer = models.TextField(_("footer"), blank=True)
    # Always PNG: `letterhead.prepare_logo` decodes what was uploaded and writes it anew.
    logo = models.BinaryField(_("logo"), null=True, blank=True, max_length=300_000)

    def __str__(self) -> str:
        return f"{self.facility_id}"


class ClosedDay(Record):
    """A day on which a facility differs from the public holidays of its country."""

    may_delete = True

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField(_("day"))
    name = models.CharField(_("reason"), max_length=100)
    # False: it is open although the calendar calls the day a holiday.
    closed = models.BooleanField(_("closed"), default=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="organization_closed_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ExternalOrganization(Record):
    """An organisation outside the group that a record from elsewhere names: FHIR Organization.

    It has no staff, no schedule and no bill here.
    """

    identifier_system = models.CharField(max_length=200)
    identifier_value = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier_system", "identifier_value"], name="organization_external_identifier_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
