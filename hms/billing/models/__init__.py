"""Prices, charges, invoices, payments and the ledger, split by noun."""

from hms.billing.models.charge import ChargeItem, Price, PriceList
from hms.billing.models.invoice import Invoice, InvoiceLine
from hms.billing.models.ledger import LedgerEntry
from hms.billing.models.payment import Payment, PaymentAllocation
from hms.billing.models.statement import ImportedStatement

__all__ = [
    "ChargeItem",
    "ImportedStatement",
    "Invoice",
    "InvoiceLine",
    "LedgerEntry",
    "Payment",
    "PaymentAllocation",
    "Price",
    "PriceList",
]
