"""Where somebody is signed in, on which browsers they have been, and tries that failed.

Plain tables without history: they change every minute and say nothing about the hospital. What matters of
them (signed in, out, refused) is in the trail.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import SessionEnd
from hms.core.records import uuid7


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    def live(self) -> UserSessionQuerySet:
        return self.filter(ended_at=None, epoch=models.F("user__session_epoch"))


class UserSession(models.Model):
    """One sign-in on one browser, until it ends. Its id is in the session; the session's key is not here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="sessions")
    epoch = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # How they proved who they are: "password", "password+mfa", "passkey", "pin", "invitation".
    method = models.CharField(max_length=20)
    # Coarse on purpose: enough to know one's own sign-ins, not enough to follow somebody.
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, blank=True, choices=SessionEnd)

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        indexes = [models.Index(fields=["user", "-started_at"], name="session_user")]

    def __str__(self) -> str:
        return f"session of {self.started_at:%Y-%m-%d}"


class KnownDevice(models.Model):
    """A browser on which somebody has signed in fully. The browser holds the secret, this its digest.

    A known device is spared the slow-down that a stranger's wrong tries bring on (security.md T53), and
    within a shift its people may take it over from one another by PIN.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="devices")
    secret_digest = models.BinaryField(max_length=32)
    epoch = models.PositiveIntegerField()
    agent = models.CharField(max_length=80, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # Until when the PIN is enough here; the full sign-in sets it, five wrong PINs take it away.
    switch_until = models.DateTimeField()
    wrong_pins = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("known device")
        constraints = [models.UniqueConstraint(fields=["secret_digest", "user"], name="device_once_per_user")]

    def __str__(self) -> str:
        return f"device seen {self.last_seen_at:%Y-%m-%d}"

    def can_switch(self, at: dt.datetime) -> bool:
        return at < self.switch_until


class SignInTries(models.Model):
    """How often something has been tried in vain lately: a login name, a known device, an address, a code.

    `key` is a keyed digest, so the table names nobody, not even accounts that don't exist. Bounded: see
    throttle.py.
    """

    key = models.BinaryField(max_length=32, unique=True)
    lane = models.CharField(max_length=10)
    tries = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField()

    class Meta:
        verbose_name = _("tries to sign in")
        indexes = [models.Index(fields=["last_at"], name="tries_last")]

    def __str__(self) -> str:
        return f"{self.lane}: {self.tries}"
