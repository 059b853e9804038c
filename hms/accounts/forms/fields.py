"""Fields this room uses more than once: a duty, a facility, a new password."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import STAFF_DUTIES, Duty
from hms.accounts.facilities import facility_names
from hms.accounts.models import User

STAFF_CHOICES = [(duty.value, duty.label) for duty in Duty if duty in STAFF_DUTIES]


class DutyField(forms.ChoiceField):
    """One of the duties of staff. None is chosen beforehand: the first would be a powerful one."""

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        nothing = _("Choose a duty") if required else _("None for now")
        super().__init__(choices=[("", nothing), *STAFF_CHOICES], required=required, label=_("Duty"), **options)


class FacilityField(forms.TypedChoiceField):
    """One facility, or "" for all. Clean value: its id, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=self._choices, coerce=uuid.UUID, empty_value=None, required=False, label=_("Where"), **options
        )

    @staticmethod
    def _choices() -> list[tuple[str, str]]:
        return [("", gettext("All facilities")), *((str(key), name) for key, name in facility_names().items())]


class LanguageField(forms.ChoiceField):
    """One of the languages of the pages, each under its own name; "" leaves it to the browser."""

    def __init__(self, **options: Any) -> None:
        choices = [("", _("As my browser asks for")), *settings.LANGUAGES]
        super().__init__(choices=choices, required=False, label=_("Language"), **options)


class NewPasswordForm(forms.Form):
    """A new password, twice. Part of other forms; `user_for_rules` is whom it may not resemble."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Three words that don't belong together are good."),
    )
    password2 = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def user_for_rules(self) -> User:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", ValidationError(_("The two passwords differ."), code="invalid"))
        elif first:
            try:
                password_validation.validate_password(first, self.user_for_rules())
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned
