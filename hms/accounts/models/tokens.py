"""Keys for programs."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.core.guards import Frozen, Guard
from hms.core.records import Record


class ApiToken(Record):
    """A bearer token that acts for a user, within scopes, until it expires, is revoked, or the user is deactivated.

    256 random bits, of which only the SHA-256 is kept. It carries the user's epoch, so that everything that
    ends the user's sessions ends it too.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    # SMART on FHIR v2 scopes, blank-separated: "user/*.rs patient/Observation.rs".
    scopes = models.CharField(_("scopes"), max_length=1000)
    epoch = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    guards: ClassVar[list[Guard]] = [
        Frozen(columns=["user", "name", "digest", "scopes", "epoch", "issued_at", "expires_at"]),
        Frozen(columns=["revoked_at"], when="revoked_at IS NOT NULL"),
    ]

    class Meta:
        verbose_name = _("access token")

    def __str__(self) -> str:
        return self.name

    def is_good(self, at: dt.datetime) -> bool:
        """Whether it opens anything: not for a user who was deactivated or whose password changed since."""
        return (
            self.revoked_at is None
            and at < self.expires_at
            and self.user.is_active
            and self.epoch == self.user.session_epoch
        )
