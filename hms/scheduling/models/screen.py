"""Screens in the house: displays for waiting rooms, and kiosks for checking in. Each has a secret address."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.records import Record
from hms.scheduling import codes
from hms.scheduling.models.feed import digest

MANAGE = "scheduling.manage_screens"


class ScreenQuerySet(models.QuerySet["Screen"]):
    def visible_to(self, by: Actor) -> ScreenQuerySet:
        """Screens of the facilities where this actor sees to them."""
        if by.kind == "system":
            return self.all()
        if not by.may(MANAGE):
            return self.none()
        reach = by.reach.get(MANAGE, by.facilities)
        return self.all() if reach is ALL_FACILITIES else self.filter(facility__in=reach)

    def live(self) -> ScreenQuerySet:
        return self.filter(revoked_at__isnull=True)

    def by_secret(self, secret: str, kind: str) -> ScreenQuerySet:
        return self.live().filter(secret_digest=digest(secret), kind=kind)


class Screen(Record):
    """A television or a tablet that nobody signs in at. Only a digest of its secret is kept: it is shown once.

    What it may show or do hangs on its kind alone, and ends with `revoked_at`.
    """

    kind = models.CharField(max_length=7, choices=codes.ScreenKind)
    name = models.CharField(max_length=60)
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="screens")
    # A display of one department or room; a kiosk of one department. Empty: of the whole facility.
    department = models.ForeignKey(
        "organization.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="screens"
    )
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="screens"
    )
    secret_digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("screen")
        verbose_name_plural = _("screens")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="display") | Q(location__isnull=True), name="scheduling_kiosk_has_no_room"
            ),
        ]

    def __str__(self) -> str:
        return self.name
