"""Who is related to a chart: the one table that `visible_to` reads, and emergency access."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Record
from hms.patients import codes
from hms.patients.models.patient import Patient


class CareRelationship(Record):
    """A practitioner or a department treats this patient in `[start_at, end_at)`, and why.

    Rows are opened and closed by the actions of upper rooms in their own transactions, through relations.py.
    `source_type` and `source_id` name what it rests on, so that the table can be recomputed.
    """

    on_merge = "move"
    on_export = "leave out: internal to access control"
    retention = "audit"
    # The period, the source and its trail lines say it all, and there are more of these than of anything else.
    keeps_history = False

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_relationships")
    practitioner = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="care_relationships"
    )
    department = models.ForeignKey(
        "organization.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="care_relationships"
    )
    kind = models.CharField(max_length=12, choices=codes.CareKind)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True, blank=True)
    source_type = models.CharField(max_length=80)
    source_id = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(practitioner__isnull=False, department__isnull=True)
                | Q(practitioner__isnull=True, department__isnull=False),
                name="patients_care_one_party",
            ),
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(start_at__lte=F("end_at")), name="patients_care_period"
            ),
            models.UniqueConstraint(
                fields=["source_id", "kind", "practitioner", "patient"],
                condition=Q(practitioner__isnull=False),
                name="patients_care_practitioner_once",
            ),
            models.UniqueConstraint(
                fields=["source_id", "kind", "department", "patient"],
                condition=Q(department__isnull=False),
                name="patients_care_department_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "patient", "start_at", "end_at"], name="patients_care_practitioner"),
            models.Index(fields=["department", "patient", "start_at", "end_at"], name="patients_care_department"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class GlassBreakQuerySet(models.QuerySet["GlassBreak"]):
    def open_at(self, at: dt.datetime) -> GlassBreakQuerySet:
        return self.filter(opened_at__lte=at, ends_at__gt=at)

    def unreviewed(self) -> GlassBreakQuerySet:
        return self.filter(reviewed_at__isnull=True).order_by("opened_at", "id")

    def open_cases(self) -> GlassBreakQuerySet:
        """Those nobody has looked at, and those with a question to the person, oldest first."""
        return self.filter(outcome__in=["", codes.GlassOutcome.QUESTIONED]).order_by("opened_at", "id")


class GlassBreak(Record):
    """Emergency access to a chart without a treating relationship: a reason, a time limit, a review."""

    on_merge = "move"
    on_export = "export"
    retention = "audit"
    guards = [
        Frozen(columns="*", except_columns=["patient", "reviewed_at", "reviewed_by", "outcome", "review_note"]),
        # A question to the person may be settled later; a verdict stands.
        Frozen(columns="*", when="outcome IN ('justified', 'breach')", except_columns=["patient"]),
    ]

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="glass_breaks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="glass_breaks")
    user_label = models.CharField(max_length=200)
    facility = models.ForeignKey(
        "organization.Facility", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=16, choices=codes.GlassReason)
    explanation = EncryptedTextField(_("explanation"), label="patients.glass.explanation")
    opened_at = models.DateTimeField(_("opened"))
    ends_at = models.DateTimeField(_("ends"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=codes.GlassOutcome, blank=True)
    review_note = EncryptedTextField(_("note of the review"), label="patients.glass.review_note", blank=True)

    objects = GlassBreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        indexes = [
            models.Index(fields=["user", "patient", "ends_at"], name="patients_glass_open"),
            models.Index(fields=["opened_at"], condition=Q(reviewed_at__isnull=True), name="patients_glass_unreviewed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(opened_at__lt=F("ends_at")), name="patients_glass_period"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, outcome="") | (Q(reviewed_at__isnull=False) & ~Q(outcome="")),
                name="patients_glass_review_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
