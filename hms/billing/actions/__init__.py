"""The verbs of this room, split by noun. The only writers of its tables."""

from hms.billing.actions.charge import charge_visit, record_charge, waive_charge
from hms.billing.actions.invoice import credit_invoice, issue_invoice
from hms.billing.actions.payment import take_payment
from hms.billing.actions.price import set_price
from hms.billing.actions.statement import import_statement, import_statements

__all__ = [
    "charge_visit",
    "credit_invoice",
    "import_statement",
    "import_statements",
    "issue_invoice",
    "record_charge",
    "set_price",
    "take_payment",
    "waive_charge",
]
