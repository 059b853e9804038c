"""Practitioners and their roles: words from administrators → clean values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import DayField, HouseForm, SearchInput
from hms.organization import codes
from hms.organization.forms.department import DepartmentChoiceField
from hms.organization.models import Facility


class PractitionerSearchForm(HouseForm):
    marks = ""

    q = forms.CharField(label=_("Name or licence number"), required=False, widget=SearchInput)
    facility = forms.ModelChoiceField(
        Facility.objects.active(), label=_("Facility"), required=False, empty_label=_("All")
    )
    specialty = forms.ChoiceField(
        label=_("Specialty"), required=False, choices=[("", _("All")), *codes.Specialty.choices]
    )
    licence = forms.BooleanField(label=_("Licence ended, or ending in 60 days"), required=False)
    out = forms.BooleanField(label=_("Also those no longer in practice"), required=False)


class PractitionerForm(HouseForm):
    marks = "optional"

    prefix = forms.CharField(label=_("Title"), max_length=40, required=False, help_text=_("For example Dr."))
    given = forms.CharField(label=_("Given names"), max_length=100, required=False)
    family = forms.CharField(
        label=_("Family name"),
        max_length=100,
        required=False,
        help_text=_("Who has one name only has it in one of the two."),
    )
    suffix = forms.CharField(label=_("Letters after the name"), max_length=40, required=False)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=codes.Gender.choices,
        initial=codes.Gender.UNKNOWN,
        help_text=_("Patients may choose by it."),
    )
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=120,
        help_text=_("Codes with commas between, for example en, de, fa."),
    )
    licence_number = forms.CharField(label=_("Licence number"), max_length=64, required=False)
    licence_issuer = forms.CharField(label=_("Licence issued by"), max_length=150, required=False)
    licence_start = DayField(label=_("Licence valid from"), required=False)
    licence_end = DayField(
        label=_("Licence valid until"), required=False, help_text=_("The first day on which it is no longer valid.")
    )
    qualifications = forms.CharField(
        label=_("Qualifications"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, for example: Specialist in cardiology, Medical Chamber of Hessen"),
    )
    active = forms.BooleanField(label=_("In practice"), required=False, initial=True)

    def clean_languages(self) -> list[str]:
        return sorted({code.strip().lower() for code in self.cleaned_data["languages"].split(",") if code.strip()})

    def clean_qualifications(self) -> list[dict[str, str]]:
        """Lines of 'what, issued by'."""
        lines = [line.strip() for line in self.cleaned_data["qualifications"].splitlines() if line.strip()]
        parts = [line.partition(",") for line in lines]
        return [
            {"kind": codes.QualificationKind.DEGREE, "code": what.strip()[:100], "issuer": issuer.strip()[:150]}
            for what, _comma, issuer in parts
        ]


class RoleForm(HouseForm):
    code = forms.ChoiceField(label=_("Works as"), choices=codes.RoleCode.choices)
    department = DepartmentChoiceField(label=_("Department"), required=False, empty_label=_("The whole facility"))
    specialty = forms.ChoiceField(
        label=_("Specialty"), required=False, choices=[("", _("None")), *codes.Specialty.choices]
    )
    start = DayField(label=_("From"))
    end = DayField(
        label=_("Until"), required=False, help_text=_("The first day without it. Leave empty if it has no end.")
    )

    def __init__(self, *args: Any, facility: Facility, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].of(facility)  # type: ignore[attr-defined]


class EndRoleForm(HouseForm):
    end = DayField(label=_("First day without this role"))
