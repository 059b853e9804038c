"""Duties given to people, and invitations to take one up."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import Duty, GrantStatus
from hms.accounts.rules.grants import Held
from hms.core.guards import Frozen, Guard
from hms.core.prepared import Given, Prepared
from hms.core.records import Record


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, at: dt.datetime) -> GrantQuerySet:
        """Those that count at a moment: active, and inside `[start_at, end_at)`."""
        return self.filter(Q(end_at=None) | Q(end_at__gt=at), status=GrantStatus.ACTIVE, start_at__lte=at)

    def open(self) -> GrantQuerySet:
        """Those in force or waiting, whenever their period is."""
        return self.filter(status__in=[GrantStatus.ACTIVE, GrantStatus.PENDING])


class Grant(Record):
    """A duty for somebody, at one facility or all (`facility_id` null), from `start_at` until before `end_at`.

    `facility_id` is a plain id: facilities live in the room above. What was granted to whom by whom never
    changes; only the decision and the end do.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="grants")
    duty = models.CharField(_("duty"), max_length=24, choices=Duty)
    facility_id = models.UUIDField(_("facility"), null=True, blank=True)
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("until"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=GrantStatus)
    # Null: given by the installation itself (set-up page, command line).
    granted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    guards: ClassVar[list[Guard]] = [
        Frozen(
            columns=["user", "duty", "facility_id", "start_at", "granted_by", "granted_at", "status"],
            moves={
                "status": [
                    (GrantStatus.PENDING, GrantStatus.ACTIVE),
                    (GrantStatus.PENDING, GrantStatus.REFUSED),
                    (GrantStatus.PENDING, GrantStatus.WITHDRAWN),
                    (GrantStatus.ACTIVE, GrantStatus.WITHDRAWN),
                ]
            },
        )
    ]

    class Meta:
        verbose_name = _("duty")
        indexes = [
            models.Index(fields=["user", "status"], name="grant_user"),
            models.Index(fields=["status"], condition=Q(status="pending"), name="grant_pending"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at=None) | Q(end_at__gte=F("start_at")), name="grant_ends_after_start"
            ),
            # 21 CFR 1311.125: power over people or medicines takes two. The database refuses it from one.
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(granted_by=None) | ~Q(decided_by=F("granted_by")),
                name="grant_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("user")), name="grant_not_by_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | ~Q(duty__in=["administrator", "doctor"])
                | Q(granted_by=None)
                | Q(decided_by__isnull=False),
                name="grant_of_power_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.status}"

    def as_held(self) -> Held:
        return Held(self.duty, self.facility_id, self.start_at, self.end_at, self.status)

    def holds_at(self, at: dt.datetime) -> bool:
        return self.status == GrantStatus.ACTIVE and self.start_at <= at and (self.end_at is None or at < self.end_at)


_HELD = Prepared(
    lambda: Grant.objects.filter(user=Given("user", models.UUIDField()), status=GrantStatus.ACTIVE).values_list(
        "duty", "facility_id", "start_at", "end_at"
    )
)


def holdings_of(user_id: uuid.UUID, at: dt.datetime) -> frozenset[tuple[str, uuid.UUID | None]]:
    """(duty, facility or None for all) of each in force. Asked on every request: the period is compared here."""
    return frozenset(
        (duty, facility)
        for duty, facility, start, end in _HELD(user=user_id)
        if start <= at and (end is None or at < end)
    )


class Invitation(Record):
    """An open door for one person, once, for seven days.

    The secret in the mailed link is derived from the id with the installation's key (invitations.py), so it
    is stored nowhere and can be mailed by a job that knows only the id.
    """

    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    duty = models.CharField(_("duty"), max_length=24, choices=Duty)
    facility_id = models.UUIDField(_("facility"), null=True, blank=True)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    user = models.OneToOneField("accounts.User", null=True, on_delete=models.PROTECT, related_name="invitation")

    guards: ClassVar[list[Guard]] = [
        Frozen(when="used_at IS NOT NULL OR withdrawn_at IS NOT NULL"),
        Frozen(columns=["email", "duty", "facility_id", "invited_by", "expires_at"]),
    ]

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, user=None) | Q(used_at__isnull=False, user__isnull=False),
                name="invitation_used_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"invitation as {self.duty}"

    def is_open(self, at: dt.datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and at < self.expires_at
