"""Policies: a field for each type of value."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import Card, ClockField, DayField, HouseForm, MeasureField, RadioCards
from hms.organization import codes
from hms.organization.policies import PolicyKind


class PolicyForm(HouseForm):
    """One decision; the field for its value depends on the policy's type."""

    in_force_from = DayField(label=_("In force from"))
    field_order = ["value", "in_force_from"]

    def __init__(self, *args: Any, kind: PolicyKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"] = _value_field(kind)
        self.order_fields(self.field_order)


class MinutesField(forms.IntegerField):
    """A length of time in minutes."""

    def prepare_value(self, value: Any) -> Any:
        return int(value.total_seconds() // 60) if isinstance(value, timedelta) else value

    def clean(self, value: Any) -> Any:
        minutes = super().clean(value)
        return None if minutes is None else timedelta(minutes=minutes)


def _value_field(kind: PolicyKind) -> forms.Field:
    match kind.type:
        case codes.PolicyType.BOOLEAN:
            return forms.TypedChoiceField(
                label=kind.label,
                choices=[("yes", Card(_("Yes"))), ("no", Card(_("No")))],
                coerce=lambda value: value == "yes",
                widget=RadioCards,
            )
        case codes.PolicyType.INTEGER:
            return forms.IntegerField(label=kind.label, min_value=kind.least, max_value=kind.most)
        case codes.PolicyType.DECIMAL:
            return MeasureField(label=kind.label, min_value=kind.least, max_value=kind.most)
        case codes.PolicyType.DURATION:
            return MinutesField(label=kind.label, help_text=_("In minutes. A day is 1440."), min_value=0)
        case codes.PolicyType.TIME:
            return ClockField(label=kind.label)
    if kind.choices:
        return forms.ChoiceField(label=kind.label, choices=[(choice, choice) for choice in kind.choices])
    return forms.CharField(label=kind.label)


def shown(kind: PolicyKind, value: Any) -> Any:
    """A value as the form's field takes it."""
    if kind.type == codes.PolicyType.BOOLEAN:
        return "yes" if value else "no"
    return Decimal(value).normalize() if kind.type == codes.PolicyType.DECIMAL else value
