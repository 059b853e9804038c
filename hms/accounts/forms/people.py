"""Forms of the administrator's pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import Duty
from hms.accounts.forms.fields import DutyField, FacilityField, LanguageField, NewPasswordForm
from hms.accounts.models import Invitation, User
from hms.accounts.rules.login_names import LONGEST
from hms.core.forms import DayField, HouseForm, SearchInput


class PeopleFilter(HouseForm):
    """What the list of people shows. Lives in the address."""

    marks = ""
    q = forms.CharField(label=_("Name or login name"), required=False, max_length=100, widget=SearchInput)
    duty = forms.ChoiceField(label=_("Duty"), required=False, choices=[("", _("Any")), *Duty.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Active")), ("waiting", _("Waits for approval")), ("out", _("Deactivated")), ("all", _("All"))],
    )


class PermissionsFilter(HouseForm):
    """Which duty's permissions the table shows."""

    marks = ""
    duty = forms.ChoiceField(label=_("Duty"), required=False, choices=[("", _("All")), *Duty.choices])


class UserForm(HouseForm):
    """How somebody is known and signs in."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    login_name = forms.CharField(
        label=_("Signs in with"),
        max_length=LONGEST,
        help_text=_("An e-mail address, a phone number with country code, or a card number."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("For links to a new password. The same as above if that is one."),
    )


class NewUserForm(UserForm):
    """A new user with a first duty and a one-time password."""

    language = LanguageField()
    duty = DutyField(required=False)
    facility_id = FacilityField()


class GrantForm(HouseForm):
    """A duty for somebody, somewhere, for a time."""

    duty = DutyField()
    facility_id = FacilityField()
    start_on = DayField(label=_("From"), required=False, help_text=_("Empty: from now on."))
    end_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: until it is withdrawn."))

    def period(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """`[start, end)` of what was typed: the last day still counts."""
        start, last = self.cleaned_data["start_on"], self.cleaned_data["end_on"]
        return _midnight(start) if start else None, _midnight(last + dt.timedelta(days=1)) if last else None


class InvitationForm(HouseForm):
    """An invitation by e-mail."""

    email = forms.EmailField(label=_("E-mail address"))
    full_name = forms.CharField(label=_("Name"), max_length=200, required=False)
    language = LanguageField()
    duty = DutyField()
    facility_id = FacilityField()


class AcceptForm(NewPasswordForm, HouseForm):
    """What the invited person fills in."""

    field_order = ["full_name", "password1", "password2"]
    full_name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))

    def __init__(self, *args: Any, invitation: Invitation, **options: Any) -> None:
        self.invitation = invitation
        super().__init__(*args, initial={"full_name": invitation.full_name}, **options)

    def user_for_rules(self) -> User:
        return User(
            login_name=self.invitation.email,
            email=self.invitation.email,
            full_name=self.cleaned_data.get("full_name", ""),
        )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
