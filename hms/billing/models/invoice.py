"""Invoices and their credit notes. Issued means frozen, by the database."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.billing import codes
from hms.billing.models.charge import ChargeItem, plain
from hms.billing.models.scope import scope
from hms.core import clock
from hms.core.actor import Actor
from hms.core.crypto import EncryptedTextField
from hms.core.guards import POSTGRESQL, SQLITE, AppendOnly, Frozen, SqlGuard, refusing_trigger
from hms.core.money import Money
from hms.core.records import Owned, Record


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, by: Actor) -> InvoiceQuerySet:
        """Staff: those of their facilities. Patients and payers: their own, once issued."""
        mine = self.filter(scope(by))
        return mine.exclude(status=codes.InvoiceStatus.DRAFT) if by.role == "patient" else mine

    def open(self) -> InvoiceQuerySet:
        """Issued and not paid in whole."""
        return self.filter(kind=codes.InvoiceKind.INVOICE, status=codes.InvoiceStatus.ISSUED)


def _refusing(name: str, table: str, event: str, condition: str) -> SqlGuard:
    """A trigger on both engines that refuses where a condition over OLD and NEW holds."""
    made = {vendor: refusing_trigger(vendor, name, table, event, condition) for vendor in (SQLITE, POSTGRESQL)}
    return SqlGuard(
        name=name,
        sqlite=made[SQLITE].make,
        drop_sqlite=made[SQLITE].drop,
        postgresql=made[POSTGRESQL].make,
        drop_postgresql=made[POSTGRESQL].drop,
    )


# When a draft is issued: its totals are those of its lines, and there is a line.
_DOES_NOT_ADD_UP = """
OLD.status = 'draft' AND NEW.status NOT IN ('draft', 'entered-in-error') AND (
  NEW.net_minor <> (SELECT COALESCE(SUM(net_minor), 0) FROM billing_invoiceline WHERE invoice_id = NEW.id)
  OR NEW.tax_minor <> (SELECT COALESCE(SUM(tax_minor), 0) FROM billing_invoiceline WHERE invoice_id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM billing_invoiceline WHERE invoice_id = NEW.id)
)"""


class Invoice(Record):
    """A bill, or (negative amounts, `credits` set) the credit note for one: FHIR Invoice.

    Once issued nothing of it changes but its status; what was wrong is credited and billed anew.
    """

    on_merge = "move"
    on_export = "export"
    retention = "billing"
    guards = [
        Frozen(
            except_columns=["patient"],
            when="status <> 'draft'",
            moves={
                "status": [
                    ("issued", "balanced"),
                    ("balanced", "issued"),
                    ("issued", "cancelled"),
                    ("balanced", "cancelled"),
                ]
            },
        ),
        # The lines add up to the bill at the moment it is issued; after that neither can change.
        _refusing("billing_invoice_adds_up", "billing_invoice", "UPDATE", _DOES_NOT_ADD_UP),
        _refusing("billing_invoice_begins_as_draft", "billing_invoice", "INSERT", "NEW.status <> 'draft'"),
    ]

    kind = models.CharField(max_length=12, choices=codes.InvoiceKind, default=codes.InvoiceKind.INVOICE)
    status = models.CharField(
        _("status"), max_length=16, choices=codes.InvoiceStatus, default=codes.InvoiceStatus.DRAFT
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="invoices")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="invoices")
    # Given when it is issued, without gaps in each series.
    series = models.CharField(max_length=40, blank=True)
    number = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    issued_by = models.CharField(max_length=200, blank=True)
    # Whom it is addressed to, as on the day it was issued.
    recipient_name = models.CharField(max_length=300, blank=True)
    recipient_address = EncryptedTextField(label="billing.invoice.recipient_address", blank=True)
    credits = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes")
    credit_reason = models.CharField(_("reason"), max_length=16, choices=codes.CreditReason, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-created_at"]
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        indexes = [
            models.Index(fields=["patient", "-issued_at"], name="billing_invoice_of_patient"),
            models.Index(fields=["facility", "status", "due_on"], name="billing_invoice_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="billing_invoice_number_once"),
            models.CheckConstraint(
                condition=Q(total_minor=F("net_minor") + F("tax_minor")), name="billing_invoice_total"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "entered-in-error"], number__isnull=True)
                | (
                    ~Q(status="draft")
                    & Q(number__isnull=False, issued_at__isnull=False, issued_on__isnull=False)
                    & ~Q(series="")
                ),
                name="billing_invoice_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits__isnull=True, total_minor__gte=0, credit_reason="")
                | (Q(kind="credit-note", credits__isnull=False, total_minor__lte=0) & ~Q(credit_reason="")),
                name="billing_credit_note_is_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.number_text or str(_("Draft"))

    @property
    def number_text(self) -> str:
        """The number as it is printed: AV-2026-000123."""
        return f"{self.series}-{self.number:06d}" if self.number is not None else ""

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class InvoiceLine(Owned):
    """One line of a bill. Written while the bill is a draft, never changed."""

    root = "invoice"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "billing"
    guards = [
        AppendOnly(),
        _refusing(
            "billing_line_of_a_draft",
            "billing_invoiceline",
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM billing_invoice WHERE id = NEW.invoice_id AND status = 'draft')",
        ),
    ]

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    charge_item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="invoice_lines")
    text = models.CharField(max_length=200)
    occurred_on = models.DateField()
    quantity = models.DecimalField(max_digits=9, decimal_places=3)
    unit_minor = models.BigIntegerField()
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="billing_line_number_once"),
            models.CheckConstraint(condition=Q(total_minor=F("net_minor") + F("tax_minor")), name="billing_line_total"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)

    @property
    def quantity_text(self) -> str:
        return plain(self.quantity)

    @property
    def tax_text(self) -> str:
        return f"{plain(self.tax_percent)} %"

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)
