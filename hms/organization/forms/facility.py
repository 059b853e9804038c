"""Facilities and the first run: words from administrators → clean values."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hms.accounts.models import User
from hms.core.forms import DayField, HouseForm, RadioCards
from hms.organization import codes


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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password"):
            whose = User(login_name=cleaned.get("login_email", ""), full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], whose)
            except ValidationError as error:
                self.add_error("password", error)
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


def _zones() -> list[str]:
    return sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    )
