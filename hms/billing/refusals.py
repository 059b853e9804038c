"""What the rules of this room say no with: each a whole sentence that says what to do.

Apart from the rules, which know no language.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from hms.core.problems import Problem

NO_QUANTITY: Final = Problem(code="invalid", field="quantity", text=_("The quantity must be more than nothing."))
NEGATIVE_PRICE: Final = Problem(
    code="invalid", field="unit_price", text=_("A price can't be negative. Use a credit note.")
)
DAY_TO_COME: Final = Problem(code="invalid", field="occurred_on", text=_("A service can't be charged before its day."))
PAID_ALREADY: Final = Problem(code="conflict", field="amount", text=_("This invoice is already paid."))
NOT_ISSUED: Final = Problem(code="business-rule", field="amount", text=_("Only an issued invoice can be paid."))
NO_AMOUNT: Final = Problem(code="invalid", field="amount", text=_("Enter an amount above zero."))
MORE_THAN_OWED: Final = Problem(
    code="invalid", field="amount", text=_("This is more than is owed. Enter at most what is still open.")
)
NOT_CREDITABLE: Final = Problem(code="business-rule", text=_("Only an issued invoice can be credited."))
CREDITED_ALREADY: Final = Problem(code="conflict", text=_("This invoice is already credited in whole."))
