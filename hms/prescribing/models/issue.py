"""What was detected on the way to a signature, and what the prescriber did with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.clinical.models import ChartQuerySet, ChartRecord, Encounter
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned
from hms.formulary.codes import Evidence, IssueCode, Severity
from hms.prescribing import codes
from hms.prescribing.models.request import MedicationRequest


class DetectedIssue(ChartRecord):
    """FHIR DetectedIssue, stamped with the words that were shown and the version of the knowledge behind them.

    `preliminary`: the prescriber gave a reason while the orders were in the basket; signing makes it `final`.
    `fingerprint` says which danger of which orders was answered; `rule` which row of knowledge spoke, so that
    firing and overriding can be counted and a rule be demoted.
    """

    read_permission: ClassVar[str] = "prescribing.read_medication"
    guards = [
        Frozen(
            columns="*",
            when="status <> 'preliminary'",
            moves={"status": [("final", "entered-in-error")]},
            except_columns=["patient", "released_at", "error_reason"],
        ),
    ]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="detected_issues")
    encounter = models.ForeignKey(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="detected_issues"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="detected_issues")
    status = models.CharField(_("status"), max_length=16, choices=codes.DetectedIssueStatus)
    code = models.CharField(_("kind"), max_length=20, choices=IssueCode)
    severity = models.CharField(_("severity"), max_length=15, choices=Severity)
    evidence = models.CharField(_("how sure"), max_length=12, choices=Evidence, blank=True)
    rule = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    knowledge_version = models.CharField(_("knowledge base"), max_length=40)
    knowledge_source = models.CharField(_("knowledge"), max_length=400, blank=True)
    # As it was shown.
    title = EncryptedTextField(_("issue"), label="prescribing.issue.title")
    detail = EncryptedTextField(_("in words"), label="prescribing.issue.detail", blank=True)

    identified_at = models.DateTimeField(_("detected"))
    author = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_label = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=codes.Outcome)
    override_reason = models.CharField(_("reason"), max_length=20, choices=codes.OverrideReason, blank=True)
    override_text = EncryptedTextField(_("in your words"), label="prescribing.issue.override_text", blank=True)
    # The generic that was taken instead.
    taken_instead = models.CharField(max_length=64, blank=True)
    error_reason = EncryptedTextField(label="prescribing.issue.error_reason", blank=True)

    objects = ChartQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("detected issue")
        verbose_name_plural = _("detected issues")
        indexes = [
            models.Index(fields=["patient", "-identified_at"], name="prescribing_issue_chart"),
            models.Index(fields=["rule", "outcome"], name="prescribing_issue_rule"),
        ]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(outcome="overridden") | ~models.Q(override_reason=""),
                name="prescribing_override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.get_severity_display()}"


class DetectedIssueImplicated(Owned):
    """Which prescriptions an issue is about: FHIR DetectedIssue.implicated."""

    root = "issue"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    issue = models.ForeignKey(DetectedIssue, on_delete=models.PROTECT, related_name="implicated")
    medication_request = models.ForeignKey(MedicationRequest, on_delete=models.PROTECT, related_name="implicated_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "medication_request"], name="prescribing_implicated_once")
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.medication_request_id}"
