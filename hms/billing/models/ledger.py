"""The ledger: every movement of money from one account to another, for ever.

An entry names both accounts, so debit and credit are equal by the shape of the row and no bookkeeping can
fail to balance. Every balance HMS shows is one sum over this table.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from hms.billing import codes
from hms.billing.models.invoice import Invoice
from hms.billing.models.payment import Payment
from hms.core import clock
from hms.core.guards import Frozen
from hms.core.records import Record


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def balance(self, account: str) -> int:
        """Debits less credits of an account, in minor units, over the rows of this queryset."""
        sums = self.aggregate(
            debit=Sum("amount_minor", filter=Q(debit=account)), credit=Sum("amount_minor", filter=Q(credit=account))
        )
        return (sums["debit"] or 0) - (sums["credit"] or 0)


class LedgerEntry(Record):
    """`amount_minor` from the account `credit` to the account `debit`, because of an invoice or a payment."""

    keeps_history = False
    on_merge = "move"
    on_export = "leave out: the invoices and payments it was booked from are exported"
    retention = "billing"
    guards = [Frozen(except_columns=["patient"])]

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="ledger_entries")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="ledger_entries")
    # The bill it belongs to, and the document it was booked from.
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="ledger_entries")
    credit_note = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="booked_entries"
    )
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_entries")
    debit = models.CharField(_("debit"), max_length=12, choices=codes.Account)
    credit = models.CharField(_("credit"), max_length=12, choices=codes.Account)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    booked_at = models.DateTimeField(default=clock.now)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        ordering = ["booked_at", "id"]
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["facility", "booked_on"], name="billing_ledger_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="billing_entry_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="billing_entry_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} / {self.credit}"
