"""Words from people → clean values."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hms.billing import codes
from hms.billing.models import ChargeItem
from hms.core.forms import DayField, HouseForm, MeasureField, RadioCards, SearchInput
from hms.core.money import Money, exponent
from hms.organization.models import Facility


class MoneyField(forms.CharField):
    """An amount in one currency: 1234.50, 1234,50, 1 234.50. Clean value: minor units.

    "1,234" is refused where it could be either: it is one in Berlin and a thousand in Boston.
    """

    default_error_messages = {
        "invalid": _("Write an amount, for example 18.50."),
        "ambiguous": _("Write one thousand as 1000, and one as 1."),
        "digits": _("This currency has no such small part."),
    }

    def __init__(self, *, currency: str, **options: Any) -> None:
        self.currency = currency
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "hms-short", "autocomplete": "off"})
        )
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return str(Money(value, self.currency).amount) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = re.sub(r"[\s\u00a0\u202f']", "", super().clean(value))
        if not text:
            return None
        # 1,234 and 1.234: a thousand here, one elsewhere. Three digits after the point are money in few currencies.
        if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", text) and exponent(self.currency) != 3:
            raise ValidationError(self.error_messages["ambiguous"], code="ambiguous")
        if not re.fullmatch(r"-?\d{1,12}([.,]\d{1,4})?", text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return Money.of(Decimal(text.replace(",", ".")), self.currency).minor
        except ValueError:
            raise ValidationError(self.error_messages["digits"], code="digits") from None
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class ChargeItemsField(forms.ModelMultipleChoiceField):
    """The charges to put on an invoice, all ticked to begin with."""

    widget = forms.CheckboxSelectMultiple


class IssueForm(HouseForm):
    charges = ChargeItemsField(ChargeItem.objects.none(), label=_("Charges"))

    def __init__(self, *args: Any, items: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["charges"].queryset = items  # type: ignore[attr-defined]


class PaymentForm(HouseForm):
    method = forms.ChoiceField(
        label=_("Paid by"), choices=codes.PaymentMethod.choices, widget=RadioCards, initial=codes.PaymentMethod.CARD
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        required=False,
        help_text=_("The number on the terminal's slip. Never a card number."),
    )
    field_order = ["amount", "also"]

    def __init__(self, *args: Any, open_amount: Money, others: Any = None, **options: Any) -> None:
        """`others`: open invoices of the patient here, each with what is open on it, that may be paid along."""
        super().__init__(*args, **options)
        if others:
            self.fields["also"] = forms.MultipleChoiceField(
                label=_("Pay these along"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(str(row.pk), f"{row.number_text}: {rest}") for row, rest in others],
                help_text=_("Add their sum to the amount. The oldest is paid first."),
            )
        self.fields["amount"] = MoneyField(
            currency=open_amount.currency, label=_("Amount in %(currency)s") % {"currency": open_amount.currency}
        )
        self.initial.setdefault("amount", open_amount.minor)
        self.order_fields(self.field_order)

    def clean_reference(self) -> str:
        """A card number written here by mistake would lie in the books for ten years."""
        text = str(self.cleaned_data["reference"])
        digits = re.sub(r"[\s-]", "", text)
        if re.fullmatch(r"\d{13,19}", digits) and _luhn(digits):
            raise ValidationError(
                _("This looks like a card number. Enter the number of the slip instead."), code="invalid"
            )
        return text


class CreditForm(HouseForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=codes.CreditReason.choices, widget=RadioCards)


class WaiveForm(HouseForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=codes.NotBillableReason.choices, widget=RadioCards)


class InvoiceFilterForm(HouseForm):
    marks = ""

    q = forms.CharField(label=_("Invoice number or name"), required=False, widget=SearchInput)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *codes.InvoiceStatus.choices]
    )
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)


class PriceForm(HouseForm):
    code = forms.SlugField(
        label=_("Code"), max_length=64, help_text=_("That of the visit type, or visit for any other visit.")
    )
    text = forms.CharField(label=_("Service"), max_length=200, help_text=_("As it stands on the invoice."))
    tax_percent = MeasureField(label=_("Tax, per cent"), min_value=0, max_value=100, decimal_places=2, initial=0)
    start = DayField(label=_("From"))
    field_order = ["code", "text", "unit_minor"]

    def __init__(self, *args: Any, facility: Facility, **options: Any) -> None:
        super().__init__(*args, **options)
        label = _("Net price in %(currency)s") % {"currency": facility.currency}
        self.fields["unit_minor"] = MoneyField(currency=facility.currency, label=label)
        self.order_fields(self.field_order)


def _luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1)."""
    doubled = [int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
