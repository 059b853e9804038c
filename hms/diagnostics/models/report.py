"""Reports that gather results, and imaging studies."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical.models import ChartQuerySet, ChartRecord, Encounter
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned
from hms.diagnostics import codes
from hms.diagnostics.models.observation import CHANGEABLE, Observation

_FINISHED = "status IN ('final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error')"
_MOVES = [(status, "entered-in-error") for status in ("final", "amended", "corrected", "appended", "cancelled")]


class ImagingStudy(ChartRecord):
    """FHIR ImagingStudy: what was taken. The pictures themselves live in the archive."""

    read_permission: ClassVar[str] = "diagnostics.read_results"
    guards = [Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"])]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="imaging_studies")
    encounter = models.ForeignKey(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="imaging_studies"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="imaging_studies")
    status = models.CharField(_("status"), max_length=16, choices=codes.ImagingStatus)
    # DICOM Study Instance UID, as urn:oid:…
    study_uid = models.CharField(max_length=80, blank=True)
    accession_number = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(_("taken"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    procedure_system = models.CharField(max_length=200, blank=True)
    procedure_code = models.CharField(max_length=64, blank=True)
    procedure_text = models.CharField(_("examination"), max_length=300, blank=True)
    modality_code = models.CharField(max_length=16, blank=True)
    modality_text = models.CharField(_("kind"), max_length=100, blank=True)
    series_count = models.PositiveIntegerField(default=0)
    instance_count = models.PositiveIntegerField(default=0)
    description = EncryptedTextField(_("description"), label="diagnostics.imaging.description", blank=True)
    referrer = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    interpreter = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    error_reason = EncryptedTextField(label="diagnostics.imaging.error_reason", blank=True)

    class Meta(ChartRecord.Meta):
        verbose_name = _("imaging study")
        verbose_name_plural = _("imaging studies")
        indexes = [models.Index(fields=["patient", "-started_at"], name="diagnostics_imaging_chart")]

    def __str__(self) -> str:
        return self.procedure_text or self.modality_text or str(self._meta.verbose_name)


class ImagingSeries(Owned):
    """FHIR ImagingStudy.series."""

    root = "study"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    study = models.ForeignKey(ImagingStudy, on_delete=models.PROTECT, related_name="series")
    uid = models.CharField(max_length=80)
    number = models.PositiveIntegerField(null=True, blank=True)
    modality_system = models.CharField(max_length=200, blank=True)
    modality_code = models.CharField(max_length=16)
    modality_text = models.CharField(max_length=100, blank=True)
    description = EncryptedTextField(label="diagnostics.imaging_series.description", blank=True)
    body_site_system = models.CharField(max_length=200, blank=True)
    body_site_code = models.CharField(max_length=64, blank=True)
    body_site_text = models.CharField(_("part of the body"), max_length=200, blank=True)
    laterality_code = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    instance_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["number", "id"]
        constraints = [models.UniqueConstraint(fields=["study", "uid"], name="diagnostics_series_once")]

    def __str__(self) -> str:
        return self.modality_text or self.modality_code


class DiagnosticReportQuerySet(ChartQuerySet):
    def current(self) -> Self:
        """Without those that a newer version replaced, and without what was never true."""
        return self.standing().filter(replaced_by__isnull=True)


class DiagnosticReport(ChartRecord):
    """FHIR DiagnosticReport: a panel or finding with its results and conclusion."""

    read_permission: ClassVar[str] = "diagnostics.read_results"
    guards = [Frozen(columns="*", when=_FINISHED, moves={"status": _MOVES}, except_columns=CHANGEABLE)]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="diagnostic_reports")
    encounter = models.ForeignKey(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="diagnostic_reports"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="diagnostic_reports")
    status = models.CharField(_("status"), max_length=16, choices=codes.ReportStatus)
    # http://terminology.hl7.org/CodeSystem/v2-0074: LAB, RAD, …
    category_system = models.CharField(max_length=200, blank=True)
    category_code = models.CharField(max_length=64, blank=True)
    category_text = models.CharField(max_length=200, blank=True)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("report"), max_length=300)
    effective_at = models.DateTimeField(_("taken"), null=True, blank=True)
    effective_end_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(_("verified"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    performer = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="diagnostic_reports"
    )
    performer_text = models.CharField(max_length=200, blank=True)
    interpreter = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    results = models.ManyToManyField(Observation, through="DiagnosticReportResult", related_name="reports")
    imaging_study = models.ForeignKey(
        ImagingStudy, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    conclusion = EncryptedTextField(_("conclusion"), label="diagnostics.report.conclusion", blank=True)
    conclusion_system = models.CharField(max_length=200, blank=True)
    conclusion_code = models.CharField(max_length=64, blank=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    error_reason = EncryptedTextField(label="diagnostics.report.error_reason", blank=True)

    objects = DiagnosticReportQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [models.Index(fields=["patient", "-effective_at"], name="diagnostics_report_chart")]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="diagnostics_report_not_its_own_version"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class DiagnosticReportResult(Owned):
    """FHIR DiagnosticReport.result, in its order."""

    root = "report"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    report = models.ForeignKey(DiagnosticReport, on_delete=models.PROTECT, related_name="result_rows")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="report_rows")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["report", "observation"], name="diagnostics_report_result_once")]

    def __str__(self) -> str:
        return f"{self.position}"
