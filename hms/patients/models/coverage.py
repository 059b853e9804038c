"""Who pays: FHIR Coverage."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField
from hms.core.records import Record
from hms.patients import codes
from hms.patients.models.patient import Patient


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def in_force(self, on: dt.date) -> CoverageQuerySet:
        """Coverages that count on a day, in the order in which they pay."""
        return self.filter(
            Q(start__isnull=True) | Q(start__lte=on),
            Q(end__isnull=True) | Q(end__gt=on),
            status=codes.CoverageStatus.ACTIVE,
        ).order_by("order", "id")


class Coverage(Record):
    """An insurance policy or other way of paying. A wrong one is entered in error, an old one has an end."""

    on_merge = "move"
    on_export = "export"
    retention = "billing"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="coverages")
    status = models.CharField(
        _("status"), max_length=16, choices=codes.CoverageStatus, default=codes.CoverageStatus.ACTIVE
    )
    kind = models.CharField(_("kind"), max_length=8, choices=codes.CoverageKind, default=codes.CoverageKind.PUBLIC)
    order = models.PositiveSmallIntegerField(_("pays as number"), default=1)
    payor = models.CharField(_("insurer"), max_length=200, blank=True)
    payor_organization = models.ForeignKey(
        "organization.ExternalOrganization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("insurer"),
    )
    plan = models.CharField(_("plan"), max_length=150, blank=True)
    group_number = models.CharField(_("group"), max_length=64, blank=True)
    network = models.CharField(_("network"), max_length=150, blank=True)
    relationship = models.CharField(
        _("insured through"),
        max_length=8,
        choices=codes.SubscriberRelationship,
        default=codes.SubscriberRelationship.SELF,
    )
    subscriber_name = models.CharField(_("name of the insured"), max_length=200, blank=True)
    subscriber_id = EncryptedTextField(_("member number"), label="patients.coverage.subscriber_id", blank=True)
    subscriber_index = models.BinaryField(max_length=32, blank=True, db_index=True, editable=False)
    dependent = models.CharField(_("number of the dependant"), max_length=16, blank=True)
    start = models.DateField(_("valid from"), null=True, blank=True)
    end = models.DateField(_("valid until"), null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance")
        verbose_name_plural = _("insurances")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__isnull=True) | Q(start__lte=F("end")),
                name="patients_coverage_period",
            ),
            models.CheckConstraint(
                condition=Q(kind=codes.CoverageKind.SELF_PAY) | ~Q(payor="") | Q(payor_organization__isnull=False),
                name="patients_coverage_has_payor",
            ),
        ]

    def __str__(self) -> str:
        return self.payor_label

    @property
    def payor_label(self) -> str:
        if self.payor_organization_id:
            return str(self.payor_organization)
        return self.payor or self.get_kind_display()
