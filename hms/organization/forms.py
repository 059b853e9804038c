"""Words from administrators → clean values."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hms.core.forms import Card, ClockField, DayField, HouseForm, MeasureField, RadioCards, SearchInput
from hms.organization import codes, rules
from hms.organization.models import Department, Facility, Location
from hms.organization.policies import PolicyKind


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


class FacilityForm(HouseForm):
    """A facility. `first_run` leaves out what can wait."""

    marks = "optional"

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As it stands on letters."))
    code = forms.SlugField(
        label=_("Short code"), max_length=16, help_text=_("Stands in front of invoice numbers, for example AV.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [("", "")] + [(zone, zone.replace("_", " ")) for zone in _zones()]
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, help_text=_("Three letters, for example EUR. It can't be changed later.")
    )
    country = forms.CharField(
        label=_("Country"), max_length=2, help_text=_("Two letters, for example DE. Decides the public holidays.")
    )
    subdivision = forms.CharField(
        label=_("State or province"),
        max_length=8,
        required=False,
        help_text=_("The code after the country's, for example BY, where holidays differ by state."),
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)
    name_order = forms.ChoiceField(
        label=_("Names of people"), choices=codes.NameOrder.choices, initial=codes.NameOrder.GIVEN_FAMILY
    )
    paper = forms.ChoiceField(label=_("Paper"), choices=codes.Paper.choices, initial=codes.Paper.A4)
    address_line1 = forms.CharField(label=_("Address"), max_length=200, required=False)
    address_line2 = forms.CharField(label=_("Address, second line"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=16, required=False)
    city = forms.CharField(label=_("Town or city"), max_length=100, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    identifier_system = forms.CharField(label=_("Registry"), max_length=200, required=False)
    identifier_value = forms.CharField(label=_("Number in the registry"), max_length=64, required=False)
    emergency_text = forms.CharField(
        label=_("Advice out of hours"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Patients see it on their pages and in answers to messages, for example whom to call at night."),
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_subdivision(self) -> str:
        return str(self.cleaned_data["subdivision"]).upper()


class FirstRunForm(FacilityForm):
    """The first page of a new installation: code, facility, administrator."""

    setup_code = forms.CharField(
        label=_("Set-up code"),
        help_text=_(
            "The server printed it when it started. On the server, python manage.py setup_code prints it again."
        ),
    )
    full_name = forms.CharField(label=_("Your name"), max_length=200)
    login_email = forms.EmailField(label=_("Your e-mail address"), help_text=_("You sign in with it."))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few unrelated words are good."),
    )
    password_again = forms.CharField(
        label=_("Password, once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    field_order = ["setup_code"]
    FIRST = ("name", "code", "time_zone", "currency", "country", "language", "name_order", "paper")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(FacilityForm.base_fields) - set(self.FIRST):
            del self.fields[name]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned["password"] != cleaned.get("password_again"):
            self.add_error("password_again", ValidationError(_("The two passwords differ."), code="invalid"))
        return cleaned

    @property
    def facility_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FIRST}


class LetterheadForm(HouseForm):
    marks = ""

    heading = forms.CharField(
        label=_("Under the name"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line or two, for example the hospital's motto or its owner."),
    )
    footer = forms.CharField(
        label=_("At the foot"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bank account, registration, tax number."),
    )
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("PNG or JPEG, at most 2 MB."))
    remove_logo = forms.BooleanField(label=_("Remove the present logo"), required=False)


class ClosedDayForm(HouseForm):
    day = DayField(label=_("Day"))
    name = forms.CharField(label=_("Reason"), max_length=100)
    closed = forms.TypedChoiceField(
        label=_("On that day the facility is"),
        choices=[("1", pgettext_lazy("facility on a day", "Closed")), ("", _("Open, although it is a public holiday"))],
        coerce=bool,
        required=False,
        empty_value=False,
        initial="1",
        widget=RadioCards,
    )


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
    kind = forms.CharField(label=_("Kind"), max_length=60, required=False, help_text=_("For example ultrasound."))
    department = DepartmentChoiceField(label=_("Department"), required=False, empty_label=_("All departments"))
    location = forms.ModelChoiceField(
        Location.objects.none(), label=_("Room"), required=False, empty_label=_("Not in one room")
    )
    status = forms.ChoiceField(label=_("Status"), choices=codes.DeviceStatus.choices)

    def __init__(self, *args: Any, facility: Facility, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].of(facility)  # type: ignore[attr-defined]
        self.fields["location"].queryset = Location.objects.in_use().filter(facility=facility)  # type: ignore[attr-defined]


class PractitionerSearchForm(HouseForm):
    marks = ""

    q = forms.CharField(label=_("Name or licence number"), required=False, widget=SearchInput)
    facility = forms.ModelChoiceField(
        Facility.objects.active(), label=_("Facility"), required=False, empty_label=_("All")
    )
    specialty = forms.ChoiceField(
        label=_("Specialty"), required=False, choices=[("", _("All")), *codes.Specialty.choices]
    )
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


def _zones() -> list[str]:
    return sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    )
