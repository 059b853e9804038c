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
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hms.accounts import devices, throttle
from hms.accounts.actions.passwords import ask_password_reset
from hms.accounts.adapter import mismatch, too_many
from hms.accounts.forms.fields import NewPasswordForm
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

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)

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


class _NewPassword(forms.Form):
    """A new password, twice, in the words of the other pages."""

    marks = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = NewPasswordForm.base_fields["password1"].help_text
        self.fields["password2"].label = _("New password again")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ResetPasswordKeyForm(_NewPassword, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The page behind a mailed link."""


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):  # type: ignore[misc]
    """A new password for one's own account. The old one is asked for as at a sign-in, with the same slow-down:

    whoever sits down at a session left open must not try it through.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class ReauthenticatePasswordForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password as fresh proof."""

    marks = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["password"].label = _("Your password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class _SlowedCode(forms.Form):
    """Six digits are soon tried through: each try is counted before it is looked at."""

    user: User
    marks = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs.pop("placeholder", None)

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


# --- Passkeys and security keys --------------------------------------------------------------------------------
class _Answer(forms.Form):
    """What a key answers, as JSON. NB: allauth takes its members for granted; a browser may send anything."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("unreadable_key") from error


class AuthenticateWebAuthnForm(_Answer, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The key that completes a sign-in."""


class LoginWebAuthnForm(_Answer, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey in place of name and password."""


class ReauthenticateWebAuthnForm(_Answer, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The key that proves somebody afresh."""


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new key, with a name to tell it from others."""

    marks = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("To tell it from others: “My phone”, “Key on my badge”.")
        self.fields["passwordless"].label = _("Sign in with this alone")
        self.fields["passwordless"].help_text = _(
            "Then neither name nor password is asked for; it asks for your finger, face or PIN instead."
        )

    def clean(self) -> Any:
        try:
            return super().clean()
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("unreadable_key") from error
