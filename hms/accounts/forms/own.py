"""Forms of one's own pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import Density
from hms.accounts.forms.fields import LanguageField
from hms.accounts.rules import pins
from hms.core.forms import HouseForm, RadioSegment

_DIGITS = {"inputmode": "numeric", "autocomplete": "off", "class": "hms-short", "maxlength": pins.LONGEST}


class ProfileForm(HouseForm):
    """The address for links to a new password."""

    email = forms.EmailField(
        label=_("E-mail address"), required=False, help_text=_("Links to a new password are sent here.")
    )


class PreferencesForm(HouseForm):
    """Language, colours, density, shortcuts. The colours belong to the screen and stay in its browser."""

    marks = ""
    language = LanguageField()
    theme = forms.ChoiceField(
        label=_("Colours on this screen"),
        required=False,
        widget=RadioSegment,
        choices=[("", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    density = forms.ChoiceField(label=_("Density"), required=False, widget=RadioSegment, choices=Density.choices)
    shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts"), required=False, help_text=_("Press ? on any page to see them.")
    )


class PinForm(HouseForm):
    """A new PIN, twice."""

    pin = forms.CharField(
        label=_("New PIN"), widget=forms.PasswordInput(_DIGITS), help_text=_("4 to 8 digits, not a year or a row.")
    )
    again = forms.CharField(label=_("PIN again"), widget=forms.PasswordInput(_DIGITS))

    def clean(self) -> dict[str, str]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("The two PINs differ."))
        return cleaned


class SwitchForm(HouseForm):
    """Somebody's PIN on a shared workstation."""

    marks = ""
    pin = forms.CharField(label=_("PIN"), widget=forms.PasswordInput(_DIGITS | {"autofocus": True}))
