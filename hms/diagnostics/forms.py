"""Words from people about measured values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import HouseForm, MomentField
from hms.diagnostics import codes, tables
from hms.diagnostics.actions import Reading
from hms.terminology.tables import unit_label


class VitalsForm(HouseForm):
    """Vital signs measured together. Fields are named by their LOINC code, so a problem finds its field."""

    marks = ""

    effective_at = MomentField(label=_("When"), required=False)
    note = forms.CharField(label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, name in codes.VITAL_NAMES.items():
            unit = unit_label(tables.vitals()[code].limits.unit)
            self.fields[code] = forms.CharField(
                label=name,
                required=False,
                max_length=12,
                help_text=unit,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "hms-short"}),
            )

    @property
    def readings(self) -> list[Reading]:
        """What was filled in."""
        return [Reading(code, text) for code in codes.VITAL_NAMES if (text := self.cleaned_data.get(code, "").strip())]

    @property
    def pressure_fields(self) -> list[Any]:
        return [self[codes.SYSTOLIC], self[codes.DIASTOLIC]]

    @property
    def other_fields(self) -> list[Any]:
        return [self[code] for code in codes.VITAL_NAMES if code not in (codes.SYSTOLIC, codes.DIASTOLIC)]


class CorrectionForm(HouseForm):
    """A corrected value, and why."""

    text = forms.CharField(
        label=_("Right value"), max_length=20, widget=forms.TextInput({"inputmode": "decimal", "class": "hms-short"})
    )
    reason = forms.CharField(label=_("Why it is corrected"), max_length=500, widget=forms.Textarea({"rows": 2}))
