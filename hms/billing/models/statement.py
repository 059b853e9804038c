"""Claims and explanations of benefit that came with an import: read only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.billing import codes
from hms.billing.models.scope import scope
from hms.core.actor import Actor
from hms.core.money import Money
from hms.core.records import Record


class ImportedStatementQuerySet(models.QuerySet["ImportedStatement"]):
    def visible_to(self, by: Actor) -> ImportedStatementQuerySet:
        """Staff: those of their facilities. Patients and payers: their own."""
        return self.filter(scope(by))


class ImportedStatement(Record):
    """What somebody else billed or paid for a patient: FHIR Claim or ExplanationOfBenefit, as a summary.

    It is no claim of ours: nobody here edits, sends or books it. The whole of it is the stored original.
    """

    on_merge = "move"
    on_export = "export"
    retention = "billing"

    kind = models.CharField(max_length=20, choices=codes.StatementKind)
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="imported_statements")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="imported_statements")
    source = models.CharField(max_length=100)
    source_id = models.CharField(max_length=128)
    # http://hl7.org/fhir/fm-status and http://hl7.org/fhir/claim-use
    status = models.CharField(max_length=20)
    use = models.CharField(max_length=20, blank=True)
    type_code = models.CharField(max_length=40, blank=True)
    created_on = models.DateField(_("written on"), null=True, blank=True)
    billable_start = models.DateField(null=True, blank=True)
    billable_end = models.DateField(null=True, blank=True)
    insurer = models.CharField(_("insurer"), max_length=200, blank=True)
    provider = models.CharField(_("provider"), max_length=200, blank=True)
    total_minor = models.BigIntegerField(null=True, blank=True)
    paid_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    item_count = models.PositiveIntegerField(default=0)
    original = models.ForeignKey(
        "documents.StoredOriginal", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ImportedStatementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_on"]
        verbose_name = _("imported statement")
        verbose_name_plural = _("imported statements")
        indexes = [models.Index(fields=["patient", "-created_on"], name="billing_statement_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "source_id"], name="billing_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"

    @property
    def total(self) -> Money | None:
        return None if self.total_minor is None else Money(self.total_minor, self.currency)

    @property
    def paid(self) -> Money | None:
        return None if self.paid_minor is None else Money(self.paid_minor, self.currency)
