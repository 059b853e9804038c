"""The addresses that allauth and Django serve, each with who may open it. Whatever is not here is closed.

allauth names its addresses without a namespace and looks them up so; that is why they stand apart from
the room's own. Each view goes through our gate first, whatever allauth checks itself.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from hms.accounts.views.login import login
from hms.core.access import PUBLIC, SIGNED_IN, View, access

_ADDRESSES: list[tuple[str, str, str, View]] = [
    # --- Signing in and out ------------------------------------------------------------------------------
    ("login/", "account_login", PUBLIC, login),
    ("logout/", "account_logout", PUBLIC, account.logout),
    ("reauthenticate/", "account_reauthenticate", SIGNED_IN, account.reauthenticate),
    # --- Passwords ---------------------------------------------------------------------------------------
    ("password/change/", "account_change_password", SIGNED_IN, account.password_change),
    ("password/reset/", "account_reset_password", PUBLIC, account.password_reset),
    ("password/reset/done/", "account_reset_password_done", PUBLIC, account.password_reset_done),
    (
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[\w-]+)/$",
        "account_reset_password_from_key",
        PUBLIC,
        account.password_reset_from_key,
    ),
    ("password/reset/key/done/", "account_reset_password_from_key_done", PUBLIC, account.password_reset_from_key_done),
    # --- Second factors ----------------------------------------------------------------------------------
    # Between password and session: allauth opens these only to a sign-in that is half done.
    ("2fa/authenticate/", "mfa_authenticate", PUBLIC, mfa.authenticate),
    ("2fa/webauthn/login/", "mfa_login_webauthn", PUBLIC, webauthn.login_webauthn),
    ("2fa/", "mfa_index", SIGNED_IN, mfa.index),
    ("2fa/reauthenticate/", "mfa_reauthenticate", SIGNED_IN, mfa.reauthenticate),
    ("2fa/totp/activate/", "mfa_activate_totp", SIGNED_IN, totp.activate_totp),
    ("2fa/totp/deactivate/", "mfa_deactivate_totp", SIGNED_IN, totp.deactivate_totp),
    ("2fa/recovery-codes/", "mfa_view_recovery_codes", SIGNED_IN, recovery_codes.view_recovery_codes),
    ("2fa/recovery-codes/generate/", "mfa_generate_recovery_codes", SIGNED_IN, recovery_codes.generate_recovery_codes),
    ("2fa/recovery-codes/download/", "mfa_download_recovery_codes", SIGNED_IN, recovery_codes.download_recovery_codes),
    ("2fa/webauthn/", "mfa_list_webauthn", SIGNED_IN, webauthn.list_webauthn),
    ("2fa/webauthn/add/", "mfa_add_webauthn", SIGNED_IN, webauthn.add_webauthn),
    ("2fa/webauthn/reauthenticate/", "mfa_reauthenticate_webauthn", SIGNED_IN, webauthn.reauthenticate_webauthn),
    ("2fa/webauthn/keys/<int:pk>/remove/", "mfa_remove_webauthn", SIGNED_IN, webauthn.remove_webauthn),
    ("2fa/webauthn/keys/<int:pk>/edit/", "mfa_edit_webauthn", SIGNED_IN, webauthn.edit_webauthn),
]


def _pattern(route: str, name: str, who: str, view: View) -> URLPattern:
    make = re_path if route.startswith("^") else path
    return make(route, access(who)(view), name=name)


urlpatterns = [_pattern(*address) for address in _ADDRESSES]

# Served as they come from Django, by name.
THIRD_PARTY_ACCESS: dict[str, str] = {name: who for _route, name, who, _view in _ADDRESSES} | {"set_language": PUBLIC}
