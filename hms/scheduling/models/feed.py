"""Calendar feeds: an address with a secret that a calendar program reads."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.core.records import Record


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def live(self) -> CalendarFeedQuerySet:
        """Feeds that still work: not revoked, and their owner may sign in."""
        return self.filter(revoked_at__isnull=True, user__is_active=True)

    def by_secret(self, secret: str) -> CalendarFeedQuerySet:
        return self.live().filter(secret_digest=digest(secret))


class CalendarFeed(Record):
    """A user's own visits as an iCalendar feed. Only a digest of the secret is kept: it is shown once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds")
    secret_digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(revoked_at__isnull=True), name="scheduling_one_live_feed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


def digest(secret: str) -> bytes:
    """What is kept of a secret. It has 256 random bits, so a plain digest can't be guessed back."""
    return hashlib.sha256(secret.encode()).digest()
