"""Conditions: problems and diagnoses."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical import codes
from hms.clinical.models.chart import ChartQuerySet, ChartRecord
from hms.clinical.models.encounter import Encounter
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned


class ConditionQuerySet(ChartQuerySet):
    def open(self) -> Self:
        """What the patient has now, as far as is known."""
        return self.filter(clinical_status__in=codes.OPEN_CONDITION).exclude(verification_status="refuted").standing()

    def problems(self) -> Self:
        return self.filter(category=codes.ConditionCategory.PROBLEM)

    def for_list(self) -> Self:
        """Open ones first, then the latest."""
        closed = models.Case(
            models.When(clinical_status__in=codes.OPEN_CONDITION, then=0), default=1, output_field=models.IntegerField()
        )
        return self.order_by(closed, F("onset_on").desc(nulls_last=True), "-id")


class Condition(ChartRecord):
    """FHIR Condition. The coding it came with, and the ICD-10-CM code for statistics and claims.

    A diagnosis found here has the same code twice; an imported one keeps its SNOMED CT coding and gets the ICD
    code where the map has one. `onset_text` is as exact as is known: 2019, 2019-03 or 2019-03-14.
    """

    error_field: ClassVar[str] = "verification_status"
    guards = [
        # What was recorded stays what it was; a mistake is entered in error and recorded anew.
        Frozen(columns=["system", "code", "code_version", "icd_code", "icd_version", "recorded_at", "recorder"]),
        Frozen(columns="*", when="verification_status = 'entered-in-error'", except_columns=["patient"]),
    ]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="conditions")
    # Where it was first recorded; the visits it was dealt with in are `EncounterDiagnosis` rows.
    encounter = models.ForeignKey(Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="conditions")
    clinical_status = models.CharField(
        _("clinical status"), max_length=10, choices=codes.ConditionClinicalStatus, blank=True
    )
    verification_status = models.CharField(
        _("certainty"),
        max_length=16,
        choices=codes.ConditionVerificationStatus,
        default=codes.ConditionVerificationStatus.CONFIRMED,
    )
    category = models.CharField(
        _("list"),
        max_length=20,
        choices=codes.ConditionCategory,
        default=codes.ConditionCategory.ENCOUNTER_DIAGNOSIS,
    )
    severity = models.CharField(_("severity"), max_length=8, choices=codes.Severity, blank=True)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("diagnosis"), max_length=400)
    icd_code = models.CharField(_("ICD-10-CM"), max_length=10, blank=True)
    icd_version = models.CharField(max_length=64, blank=True)
    icd_text = models.CharField(max_length=400, blank=True)
    # Where the ICD code is only near to the one recorded.
    icd_note = models.CharField(max_length=200, blank=True)
    laterality = models.CharField(_("side"), max_length=10, choices=codes.Laterality, blank=True)
    body_site_system = models.CharField(max_length=200, blank=True)
    body_site_code = models.CharField(max_length=64, blank=True)
    body_site_text = models.CharField(max_length=200, blank=True)

    onset_text = models.CharField(_("since"), max_length=10, blank=True)
    onset_on = models.DateField(null=True, editable=False)
    onset_at = models.DateTimeField(null=True, blank=True)
    abatement_text = models.CharField(_("until"), max_length=10, blank=True)
    abatement_on = models.DateField(null=True, editable=False)
    abatement_at = models.DateTimeField(null=True, blank=True)

    recorded_at = models.DateTimeField(_("recorded"))
    recorder = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="recorded_conditions"
    )
    note = EncryptedTextField(_("remark"), label="clinical.condition.note", blank=True)
    error_reason = EncryptedTextField(label="clinical.condition.error_reason", blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        indexes = [
            models.Index(fields=["patient", "clinical_status"], name="clinical_condition_chart"),
            models.Index(fields=["icd_code"], name="clinical_condition_icd"),
            models.Index(fields=["code"], name="clinical_condition_code"),
        ]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(verification_status="entered-in-error", clinical_status="")
                | (~Q(verification_status="entered-in-error") & ~Q(clinical_status="")),
                name="clinical_condition_con_5",
            ),
            models.CheckConstraint(
                condition=Q(abatement_text="") | Q(clinical_status__in=["inactive", "remission", "resolved", ""]),
                name="clinical_condition_con_4",
            ),
            models.CheckConstraint(
                condition=Q(abatement_on__isnull=True) | Q(onset_on__isnull=True) | Q(abatement_on__gte=F("onset_on")),
                name="clinical_condition_period",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="clinical_condition_says_what"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.clinical_status in codes.OPEN_CONDITION and self.verification_status != "refuted"

    @property
    def billable_code(self) -> str:
        """The code for a claim, or empty."""
        return self.icd_code

    @property
    def since(self) -> str | dt.date:
        """As exact as is known, else the day it was recorded."""
        return self.onset_text or self.recorded_at.date()


class EncounterDiagnosis(Owned):
    """A condition dealt with in a visit, in its rank: FHIR Encounter.diagnosis. A problem may be in many visits."""

    root = "encounter"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="diagnoses")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="in_encounters")
    rank = models.PositiveSmallIntegerField(_("rank"))
    use = models.CharField(_("use"), max_length=8, choices=codes.DiagnosisUse, blank=True)

    class Meta:
        verbose_name = _("diagnosis of a visit")
        verbose_name_plural = _("diagnoses of a visit")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["encounter", "condition"], name="clinical_diagnosis_once"),
            models.UniqueConstraint(fields=["encounter", "rank"], name="clinical_diagnosis_rank_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="clinical_diagnosis_ranked_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}"
