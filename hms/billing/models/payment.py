"""Payments, and which invoices they pay."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.billing import codes
from hms.billing.models.invoice import Invoice
from hms.billing.models.scope import scope
from hms.core import clock
from hms.core.actor import Actor
from hms.core.guards import AppendOnly, Frozen
from hms.core.money import Money
from hms.core.records import Owned, Record


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, by: Actor) -> PaymentQuerySet:
        """Staff: those of their facilities. Patients and payers: their own."""
        return self.filter(scope(by))


class Payment(Record):
    """Money received from or for a patient: FHIR PaymentReconciliation. Has its own gapless receipt number."""

    on_merge = "move"
    on_export = "export"
    retention = "billing"
    guards = [
        Frozen(
            except_columns=["patient"],
            moves={"status": [("active", "cancelled"), ("active", "entered-in-error")]},
        )
    ]

    status = models.CharField(max_length=16, choices=codes.PaymentStatus, default=codes.PaymentStatus.ACTIVE)
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="payments")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="payments")
    series = models.CharField(max_length=40)
    receipt_number = models.PositiveBigIntegerField()
    method = models.CharField(_("how"), max_length=12, choices=codes.PaymentMethod)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # The terminal's or the bank's number for it. No card number belongs here.
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    received_by_id: uuid.UUID | None = models.UUIDField(null=True, blank=True)  # type: ignore[assignment]
    received_by = models.CharField(max_length=200)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [models.Index(fields=["patient", "-received_at"], name="billing_payment_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["series", "receipt_number"], name="billing_receipt_number_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="billing_payment_positive"),
        ]

    def __str__(self) -> str:
        return self.number_text

    @property
    def number_text(self) -> str:
        return f"{self.series}-{self.receipt_number:06d}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PaymentAllocation(Owned):
    """The part of a payment that pays one invoice."""

    root = "payment"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "billing"
    guards = [AppendOnly()]

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="billing_allocation_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="billing_allocation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.invoice_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
