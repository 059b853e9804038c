"""Forms of allauth's pages, in our words and with our slow-down."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import decrypt, encrypt
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hms.accounts import devices, throttle
from hms.accounts.actions.passwords import ask_password_reset
from hms.accounts.adapter import mismatch, too_many
from hms.accounts.models import User
from hms.accounts.rules.login_names import LONGEST, normalise
from hms.core import crypto
from hms.core.actor import system

# Seconds: three periods of 30 and some.
_CODE_IS_GOOD_FOR = 120
# A family may share one address; more than that is no family.
_MOST_AT_ONE_ADDRESS = 8


class LoginForm(account.LoginForm):  # type: ignore[misc]
    """Login name and password."""

    marks = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields.pop("remember", None)
        # type=email brings up the right keyboard; the form is novalidate, for a phone or card number will do too.
        name = forms.EmailInput({"autocomplete": "username", "autofocus": True, "spellcheck": "false"})
        self.fields["login"] = forms.CharField(label=_("E-mail, phone or card number"), max_length=LONGEST, widget=name)
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password"])

    def _clean_with_password(self, credentials: dict[str, Any]) -> dict[str, Any]:
        try:
            return super()._clean_with_password(credentials)
        except ValidationError as error:
            if error.code != "username_password_mismatch":
                raise
            raise mismatch(self.request.sign_in_verdict) from None


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    """An e-mail address to send a link to. The same answer, in the same time, whether anybody has it or not."""

    marks = ""
    use_required_attribute = False

    def clean_email(self) -> str:
        email = normalise(self.cleaned_data["email"])
        for lane, subject in (("resets", devices.address_of(context.request)), ("reset", email)):
            verdict = throttle.charge(lane, subject)
            if not verdict.allowed:
                raise too_many(verdict)
        has_it = Q(email=email) | Q(login_name=email)
        self.users = list(User.objects.filter(has_it, is_active=True).exclude(email="")[:_MOST_AT_ONE_ADDRESS])
        return email

    def save(self, request: HttpRequest, **_named: Any) -> str:
        by = system("password link", "accounts.ask_password_reset")
        for user in self.users or [None]:
            ask_password_reset(by=by, user=user)
        return str(self.cleaned_data["email"])


class _SlowedCode(forms.Form):
    """Six digits are soon tried through: each try is counted before it is looked at."""

    user: User
    marks = ""
    use_required_attribute = False

    def clean_code(self) -> str:
        verdict = throttle.charge("code", str(self.user.pk))
        if not verdict.allowed:
            raise too_many(verdict)
        code: str = super().clean_code()  # type: ignore[misc]
        throttle.forgive("code", str(self.user.pk))
        return code


class _OneTimeCode(_SlowedCode):
    """NB: allauth remembers a used code for one period, but with clocks allowed to be off it is good for three."""

    def clean_code(self) -> str:
        code = super().clean_code()
        used = crypto.keyed_digest(f"{self.user.pk}\0{code}".encode(), "accounts.code").hex()
        if not cache.add(f"accounts.code.{used}", 1, timeout=_CODE_IS_GOOD_FOR):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OneTimeCode, mfa.AuthenticateForm):  # type: ignore[misc]
    """The code that completes a sign-in."""


class ReauthenticateForm(_OneTimeCode, mfa.ReauthenticateForm):  # type: ignore[misc]
    """The code that proves somebody afresh."""


class ActivateTOTPForm(_SlowedCode, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app. Its secret waits in the session, encrypted."""

    def __init__(self, *args: Any, **named: Any) -> None:
        waiting = context.request.session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **named)
        if self.is_bound and waiting:
            self.secret = decrypt(waiting)
        # NB: what the parent put there in plain is replaced before the session is written.
        context.request.session[SECRET_SESSION_KEY] = encrypt(self.secret)
