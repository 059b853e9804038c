"""Procedures and immunisations: what was done to the patient."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical import codes
from hms.clinical.models.chart import ChartRecord
from hms.clinical.models.condition import Condition
from hms.clinical.models.encounter import Encounter
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen


class Procedure(ChartRecord):
    """FHIR Procedure."""

    guards = [Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"])]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="procedures")
    encounter = models.ForeignKey(Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="procedures")
    status = models.CharField(_("status"), max_length=16, choices=codes.EventStatus)
    status_reason = models.CharField(_("why not"), max_length=200, blank=True)
    category_system = models.CharField(max_length=200, blank=True)
    category_code = models.CharField(max_length=64, blank=True)
    category_text = models.CharField(max_length=200, blank=True)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("procedure"), max_length=400)
    performed_start_at = models.DateTimeField(_("from"), null=True, blank=True)
    performed_end_at = models.DateTimeField(_("until"), null=True, blank=True)
    performer = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="procedures"
    )
    recorder = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    reason_condition = models.ForeignKey(
        Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="procedures"
    )
    reason_system = models.CharField(max_length=200, blank=True)
    reason_code = models.CharField(max_length=64, blank=True)
    reason_text = models.CharField(max_length=300, blank=True)
    laterality = models.CharField(_("side"), max_length=10, choices=codes.Laterality, blank=True)
    body_site_text = models.CharField(_("part of the body"), max_length=200, blank=True)
    outcome_text = models.CharField(_("outcome"), max_length=200, blank=True)
    note = EncryptedTextField(_("remark"), label="clinical.procedure.note", blank=True)
    error_reason = EncryptedTextField(label="clinical.procedure.error_reason", blank=True)

    class Meta(ChartRecord.Meta):
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        indexes = [models.Index(fields=["patient", "-performed_start_at"], name="clinical_procedure_chart")]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(performed_end_at__isnull=True)
                | Q(performed_start_at__isnull=True)
                | Q(performed_end_at__gte=F("performed_start_at")),
                name="clinical_procedure_period",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Immunization(ChartRecord):
    """FHIR Immunization. `occurrence_text` stands in where nobody knows the day ("as a child")."""

    # Parents keep the vaccination record of their children.
    confidential: ClassVar[bool] = False
    guards = [
        Frozen(columns=["system", "code", "code_version", "lot_number"], when="status <> 'not-done'"),
        Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"]),
    ]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="immunizations")
    encounter = models.ForeignKey(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="immunizations"
    )
    status = models.CharField(_("status"), max_length=16, choices=codes.ImmunizationStatus)
    status_reason = models.CharField(_("why not"), max_length=200, blank=True)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("vaccine"), max_length=300)
    occurred_at = models.DateTimeField(_("given"), null=True, blank=True)
    occurrence_text = models.CharField(_("about when"), max_length=100, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    # False: told by the patient or read in a booklet.
    primary_source = models.BooleanField(_("we gave it or saw it given"), default=True)
    performer = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="immunizations"
    )
    manufacturer = models.CharField(_("maker"), max_length=200, blank=True)
    lot_number = models.CharField(_("lot"), max_length=64, blank=True)
    expires_on = models.DateField(_("use by"), null=True, blank=True)
    site_code = models.CharField(max_length=16, blank=True)
    site_text = models.CharField(_("where"), max_length=100, blank=True)
    route_code = models.CharField(max_length=16, blank=True)
    route_text = models.CharField(_("route"), max_length=100, blank=True)
    dose_value = models.DecimalField(_("dose"), max_digits=9, decimal_places=4, null=True, blank=True)
    dose_unit = models.CharField(max_length=20, blank=True)
    dose_number = models.PositiveSmallIntegerField(_("dose number"), null=True, blank=True)
    note = EncryptedTextField(_("remark"), label="clinical.immunization.note", blank=True)
    error_reason = EncryptedTextField(label="clinical.immunization.error_reason", blank=True)

    class Meta(ChartRecord.Meta):
        verbose_name = _("immunisation")
        verbose_name_plural = _("immunisations")
        indexes = [models.Index(fields=["patient", "-occurred_at"], name="clinical_immunization_chart")]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(occurred_at__isnull=False) | ~Q(occurrence_text=""),
                name="clinical_immunization_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.text
