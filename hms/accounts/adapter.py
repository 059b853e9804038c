"""What allauth asks of the house: closed sign-up, our slow-down, encrypted second factors, links to our own address."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hms.accounts import devices, sessions, throttle
from hms.accounts.actions.passwords import change_password
from hms.accounts.models import User
from hms.accounts.rules.login_names import normalise
from hms.core import crypto
from hms.core.actor import system

_SILENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
_MFA_SECRET = b"accounts.authenticator.secret"
WRONG_CODE = gettext_lazy("That code is not right, or was used already.")


class AccountAdapter(DefaultAccountAdapter):
    """Signing in with a login name."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("That name and password do not match."),
        "incorrect_password": gettext_lazy("That is not your password."),
        "enter_current_password": gettext_lazy("That is not your current password."),
        "incorrect_code": WRONG_CODE,
        "unreadable_key": gettext_lazy("The answer of the key could not be read. Please try again."),
        "invalid_password_reset": gettext_lazy("This link was used or is too old. Ask for a new one."),
    }

    # --- Doors -----------------------------------------------------------------------------------------------
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only paths of our own: never another host, however it is spelled."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        # A passkey of somebody who was deactivated: no word that the account exists.
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))

    def get_client_ip(self, request: HttpRequest) -> str:
        return devices.address_of(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the configured host, whatever host the request named."""
        return settings.BASE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in _SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    # --- Guessing --------------------------------------------------------------------------------------------
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Charge the try before the password is looked at; refuse it while its account has to wait."""
        login_name = normalise(credentials.get("username", ""))
        self._lane = (login_name, devices.address_of(request), devices.known(request, login_name))
        self._verdict = throttle.charge_sign_in(login_name, self._lane[1], known_device=self._lane[2])
        request.sign_in_verdict = self._verdict  # type: ignore[attr-defined]
        if not self._verdict.allowed:
            raise too_many(self._verdict)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:  # type: ignore[override]
        user = super().authenticate(request, **credentials)
        if user is not None:
            login_name, address, known_device = self._lane
            throttle.forgive_sign_in(login_name, address, known_device=known_device)
        return user  # type: ignore[return-value]

    # --- Changing --------------------------------------------------------------------------------------------
    def set_password(self, user: User, password: str) -> None:  # type: ignore[override]
        """The same action for a change and for a reset by link; other sessions and all tokens end."""
        request = self.request
        own = request.user.is_authenticated and request.user.pk == user.pk
        by = request.actor if own else system("password link", "accounts.change_password")
        if own and not by.may("accounts.change_password"):
            # Somebody who must choose a new password first acts with no permission, but this is the one thing to do.
            by = system("password required", "accounts.change_password")
        changed = change_password(
            by=by,
            user=user,
            password_hash=make_password(password),
            keep_session=sessions.current_id(request) if own else None,
        )
        user.password, user.session_epoch, user.version = changed.password, changed.session_epoch, changed.version
        user.must_change_password = False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The strongest proof somebody has: the password counts only for those who have nothing better."""
        methods = super().get_reauthentication_methods(user)
        better = [method for method in methods if method["id"] != "reauthenticate"]
        return better or methods


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted, and passkeys belong to our own address."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": gettext_lazy("Set up a passkey, a key or an app first."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name to begin with: the browser it is made in, which its owner knows."""
        return devices.agent_of(context.request) or _("My key")

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text.encode(), _MFA_SECRET)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(base64.b64decode(encrypted_text), _MFA_SECRET).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity = super().get_public_key_credential_rp_entity()
        if not settings.PLAIN_HTTP:
            entity["id"] = urlsplit(settings.BASE_URL).hostname or entity["id"]
        return entity | {"name": settings.MFA_TOTP_ISSUER}


def too_many(verdict: throttle.Verdict) -> ValidationError:
    """The refusal of a try that came too soon."""
    text = ngettext(
        "Too many tries. Wait %(seconds)d second, then try again.",
        "Too many tries. Wait %(seconds)d seconds, then try again.",
        verdict.seconds,
    )
    return ValidationError(text % {"seconds": verdict.seconds}, code="too_many_login_attempts")


def mismatch(verdict: throttle.Verdict) -> ValidationError:
    """The refusal of a name and password, with what is left. The same for names that don't exist."""
    text = _("That name and password do not match.")
    if not verdict.wait:
        left = ngettext(
            "%(left)d try left before a wait.", "%(left)d tries left before a wait.", verdict.tries_left
        ) % {"left": verdict.tries_left}
        return ValidationError(f"{text} {left}", code="username_password_mismatch")
    wait = ngettext(
        "Wait %(seconds)d second, then try again.", "Wait %(seconds)d seconds, then try again.", verdict.seconds
    )
    return ValidationError(f"{text} {wait % {'seconds': verdict.seconds}}", code="username_password_mismatch")
