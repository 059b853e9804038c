"""Departments, rooms and devices: words from administrators → clean values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import HouseForm
from hms.organization import codes, rules
from hms.organization.models import Department, Facility, Location


class DepartmentChoiceField(forms.ModelChoiceField):
    """Departments of one facility as a tree: those below another are indented."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Department.objects.none(), **options)
        self.depths: dict[Any, int] = {}

    def of(self, facility: Facility, without: Department | None = None) -> None:
        """Offer the departments in use at the facility, but for one."""
        rows = Department.objects.active().filter(facility=facility)
        if without is not None:
            rows = rows.exclude(pk=without.pk)
        tree = rules.in_tree_order(
            list(rows), id=lambda row: row.pk, parent=lambda row: row.parent_id, name=lambda row: row.name
        )
        self.depths = {row.pk: depth for depth, row in tree}
        self.queryset = rows
        self.choices = [("", self.empty_label)] + [(row.pk, "\u2003" * depth + row.name) for depth, row in tree]


class DepartmentForm(HouseForm):
    name = forms.CharField(label=_("Name"), max_length=150)
    code = forms.SlugField(
        label=_("Short code"), max_length=32, help_text=_("Letters, digits and hyphens, for example cardio.")
    )
    parent = DepartmentChoiceField(label=_("Part of"), required=False, empty_label=_("No other department"))
    specialty = forms.ChoiceField(
        label=_("Specialty"), required=False, choices=[("", _("None")), *codes.Specialty.choices]
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)

    def __init__(self, *args: Any, facility: Facility, department: Department | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].of(facility, without=department)  # type: ignore[attr-defined]


class LocationForm(HouseForm):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As it stands on the door."))
    kind = forms.ChoiceField(label=_("Kind"), choices=codes.LocationKind.choices)
    use = forms.CharField(
        label=_("Used for"),
        max_length=60,
        required=False,
        help_text=_("For example ultrasound or plaster. Types of visit that need such a room take any that says so."),
    )
    department = DepartmentChoiceField(label=_("Department"), required=False, empty_label=_("All departments"))
    directions = forms.CharField(
        label=_("How to find it"),
        max_length=300,
        required=False,
        help_text=_("Patients read this in their confirmation."),
    )
    status = forms.ChoiceField(label=_("Status"), choices=codes.LocationStatus.choices)

    def __init__(self, *args: Any, facility: Facility, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].of(facility)  # type: ignore[attr-defined]


class DeviceForm(HouseForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.CharField(
        label=_("Kind"),
        max_length=60,
        required=False,
        help_text=_("For example ultrasound. Types of visit that need such a device take any of this kind."),
    )
    department = DepartmentChoiceField(label=_("Department"), required=False, empty_label=_("All departments"))
    location = forms.ModelChoiceField(
        Location.objects.none(), label=_("Room"), required=False, empty_label=_("Not in one room")
    )
    status = forms.ChoiceField(label=_("Status"), choices=codes.DeviceStatus.choices)

    def __init__(self, *args: Any, facility: Facility, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].of(facility)  # type: ignore[attr-defined]
        self.fields["location"].queryset = Location.objects.in_use().filter(facility=facility)  # type: ignore[attr-defined]
