"""Staff without a second factor reach nothing; codes are slowed down and good once; secrets are encrypted."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hms.accounts.adapter import MFAAdapter
from hms.accounts.middleware import SECOND_FACTOR_PAGES
from hms.core.access import declared, routes
from hms.core.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _required(settings):
    cache.clear()
    settings.MFA_REQUIRED_OF_STAFF = True


def code(secret: str = SECRET, periods: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def with_app(*duties: str):
    user = make.user(*duties)
    Authenticator.objects.create(user=user, type="totp", data={"secret": MFAAdapter().encrypt(SECRET)})
    return user


def signed_in(user, browser: Client | None = None) -> Client:
    browser = browser or Client()
    browser.post("/accounts/login/", {"login": user.login_name, "password": make.PASSWORD})
    return browser


def plain_addresses() -> list[tuple[str, str]]:
    """Every address without arguments that is not open to the public: (name, path)."""
    found = []
    for route, name, view in routes():
        if "<" in route or "(" in route or declared(name, view) == ("public",) or not name:
            continue
        found.append((name, reverse(name)))
    return found


def test_without_a_second_factor_staff_reach_no_page_but_its_set_up():
    browser = Client()
    browser.force_login(make.user("doctor", "administrator"))
    reached = []
    for name, path in plain_addresses():
        for answer in (browser.get(path), browser.post(path)):
            sent_to_set_up = answer.status_code == 302 and answer.headers["Location"] == "/accounts/secure/"
            if not sent_to_set_up and name not in SECOND_FACTOR_PAGES:
                reached.append((name, answer.status_code))
    assert reached == []
    assert browser.get("/accounts/secure/").wsgi_request.actor.permissions == frozenset()
    assert "Protect your account" in browser.get("/accounts/secure/").content.decode()


def test_htmx_is_sent_as_well():
    browser = Client()
    browser.force_login(make.user("nurse"))
    answer = browser.get("/accounts/sessions/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, "/accounts/secure/")


def test_patients_are_not_asked():
    browser = Client()
    browser.force_login(make.user("patient"))
    assert browser.get("/accounts/sessions/").status_code == 200


def test_the_password_alone_opens_no_session():
    browser = signed_in(with_app("doctor"))
    assert browser.get("/accounts/sessions/").headers["Location"].startswith("/accounts/login/")
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code()})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/accounts/sessions/").status_code == 200
    assert AuditEvent.objects.get(verb="session.opened").detail == {"method": "password+totp"}


def test_a_code_is_good_once():
    user = with_app("doctor")
    used = code()
    assert signed_in(user).post("/accounts/2fa/authenticate/", {"code": used}).status_code == 302
    for _wait in range(2):
        assert signed_in(user).post("/accounts/2fa/authenticate/", {"code": used}).status_code == 200
        # allauth itself forgets a used code after one period.
        cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={used}")


def test_codes_can_not_be_tried_through():
    user = with_app("doctor")
    browser = signed_in(user)
    pages = [browser.post("/accounts/2fa/authenticate/", {"code": f"{n:06d}"}).content.decode() for n in range(6)]
    assert "Too many tries" in pages[5]
    assert "Too many tries" in browser.post("/accounts/2fa/authenticate/", {"code": code()}).content.decode()
    assert AuditEvent.objects.filter(verb="session.refused", detail={"method": "totp"}).count() == 5


def test_the_secret_is_nowhere_in_plain():
    with_app("doctor")
    assert SECRET not in str(Authenticator.objects.get().data)
    browser = signed_in(make.user("nurse"))
    browser.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    page = browser.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    data = Session.objects.get(session_key=browser.cookies["hms_session"].value).get_decoded()
    assert secret not in str(data)


def test_setting_up_opens_the_house(django_capture_on_commit_callbacks):
    user = make.user("nurse")
    browser = signed_in(user)
    assert browser.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    assert browser.get("/accounts/sessions/").status_code == 200
    assert (
        AuditEvent.objects.filter(verb="second_factor.added", subject_id=user.pk).count() == 2
    )  # the app, and recovery codes


def test_a_wanted_proof_keeps_no_request_in_the_session():
    browser = signed_in(make.user("nurse"))
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": "123456"})
    assert answer.headers["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    assert "account_reauthentication_state" not in browser.session


def test_with_a_second_factor_the_password_is_no_fresh_proof(settings):
    browser = signed_in(with_app("nurse"))
    browser.post("/accounts/2fa/authenticate/", {"code": code()})
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    assert (
        browser.get("/accounts/pin/").headers["Location"] == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fpin%2F"
    )
    assert browser.get("/accounts/reauthenticate/").headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    answer = browser.post("/accounts/2fa/reauthenticate/?next=/accounts/pin/", {"code": code(periods=1)})
    assert answer.headers["Location"] == "/accounts/pin/"
    assert browser.get("/accounts/pin/").status_code == 200


def test_who_must_choose_a_password_does_nothing_else(settings):
    settings.MFA_REQUIRED_OF_STAFF = False
    user, browser = make.user("nurse", must_change_password=True), Client()
    browser.force_login(user)
    assert browser.get("/accounts/sessions/").headers["Location"] == "/accounts/password/change/"
    new = "quite another phrase"
    assert (
        browser.post(
            "/accounts/password/change/", {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
        ).status_code
        == 302
    )
    assert browser.get("/accounts/sessions/").status_code == 200


def test_the_pages_of_second_factors_are_in_the_house_s_words():
    browser = signed_in(with_app("nurse"))
    page = browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "That code is not right, or was used already." in page
    browser.post("/accounts/2fa/authenticate/", {"code": code()})
    for path, words in (
        ("/accounts/2fa/", "Passkeys and second factors"),
        ("/accounts/2fa/webauthn/", "Remove at once what was lost"),
        ("/accounts/password/change/", "Present password"),
    ):
        assert words in browser.get(path).content.decode(), path
    page = browser.get("/accounts/2fa/reauthenticate/").content.decode()
    assert "Is it still you?" in page
