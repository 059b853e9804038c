"""Taking over a shared workstation by PIN, and setting one."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from hms.accounts import actions
from hms.accounts.models import KnownDevice, UserSession
from hms.accounts.pins import hash_pin
from hms.core import clock, drafts
from hms.core.models import AuditEvent
from hms.core.problems import Refused
from tests import cast, make

pytestmark = pytest.mark.django_db
SWITCH = "/accounts/switch/"
PIN = "7394"
PREFERENCES = {"language": "en", "theme": "dark", "shortcuts": "on"}
SAID = "Your preferences were saved."


def with_pin(*duties: str, pin: str = PIN):
    user = make.user(*duties or ("nurse",))
    actions.set_pin(by=cast.actor("nurse", user=user), pin_hash=hash_pin(user.pk, pin))
    user.refresh_from_db()
    return user


def sign_in(browser: Client, user) -> None:
    assert browser.post("/accounts/login/", {"login": user.login_name, "password": make.PASSWORD}).status_code == 302


def ward_pc(*users) -> Client:
    """A browser on which these people have signed in, one after the other; the last is still in."""
    browser = Client()
    for user in users:
        browser.post("/accounts/logout/")
        sign_in(browser, user)
    return browser


def take_over(browser: Client, user, pin: str = PIN, **more):
    return browser.post(SWITCH, {"person": str(user.pk), "pin": pin, **more})


def who(browser: Client):
    return browser.get("/accounts/profile/").wsgi_request.actor.id


def test_a_colleague_takes_over_and_drafts_stay():
    first, second = with_pin(), with_pin("doctor")
    browser = ward_pc(second, first)
    drafts.save(cast.actor("nurse", user=first), "visit", first.pk, {"note": "half a sentence"})
    answer = take_over(browser, second, next="/accounts/profile/")
    # Somebody else's page is not theirs to come to.
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert who(browser) == second.pk
    assert UserSession.objects.get(user=first).ended_why == "switched"
    assert AuditEvent.objects.filter(verb="session.opened", actor_id=second.pk, detail={"method": "pin"}).exists()
    answer = take_over(browser, first)
    assert who(browser) == first.pk
    assert drafts.load(cast.actor("nurse", user=first), "visit", first.pk) == {"note": "half a sentence"}


def test_who_takes_over_is_not_told_what_was_said_to_the_one_before():
    """It may name a patient of somebody else's."""
    first, second = with_pin(), with_pin()
    browser = ward_pc(second, first)
    kept = browser.post("/accounts/preferences/", PREFERENCES)
    assert kept.cookies["messages"].value
    take_over(browser, second)
    assert SAID not in browser.get("/accounts/profile/").content.decode()
    browser.post("/accounts/preferences/", PREFERENCES)
    browser.post("/accounts/logout/")
    sign_in(browser, first)
    assert SAID not in browser.get("/accounts/profile/").content.decode()
    browser.post("/accounts/preferences/", PREFERENCES)
    assert SAID in browser.get("/accounts/profile/").content.decode()


def test_who_comes_back_after_a_time_out_comes_back_to_the_page():
    user = with_pin()
    browser = ward_pc(user)
    UserSession.objects.update(last_seen_at=clock.now() - dt.timedelta(hours=1))
    assert browser.get("/accounts/preferences/").status_code == 302
    assert take_over(browser, user, next="/accounts/preferences/").headers["Location"] == "/accounts/preferences/"
    assert take_over(browser, user, next="https://evil.example/").headers["Location"] == "/"


def test_the_login_page_offers_it_where_people_are_known():
    user = with_pin()
    browser = ward_pc(user)
    browser.post("/accounts/logout/")
    assert SWITCH in browser.get("/accounts/login/").content.decode()
    assert user.full_name in browser.get(SWITCH).content.decode()
    assert SWITCH not in Client().get("/accounts/login/").content.decode()
    assert Client().get(SWITCH).status_code == 302


def test_names_only_those_with_a_pin_within_the_shift():
    known, without = with_pin(), make.user("nurse")
    with time_machine.travel(dt.datetime(2026, 11, 24, 6, 0, tzinfo=dt.UTC), tick=False) as time:
        browser = ward_pc(without, known)
        browser.post("/accounts/logout/")
        page = browser.get(SWITCH).content.decode()
        assert known.full_name in page
        assert without.full_name not in page
        time.shift(dt.timedelta(hours=12))
        assert browser.get(SWITCH).status_code == 302
        assert take_over(browser, known).headers["Location"] == "/accounts/login/"
        assert who_is_nobody(browser)


def who_is_nobody(browser: Client) -> bool:
    return browser.get("/accounts/profile/").status_code == 302


def test_five_wrong_pins_and_the_password_is_asked_for():
    user = with_pin()
    browser = ward_pc(user)
    browser.post("/accounts/logout/")
    assert [take_over(browser, user, "8052").status_code for _ in range(5)] == [422] * 5
    assert take_over(browser, user).headers["Location"] == "/accounts/login/"
    assert who_is_nobody(browser)
    assert AuditEvent.objects.filter(verb="session.refused", subject_id=user.pk, detail={"method": "pin"}).count() == 5
    sign_in(browser, user)
    browser.post("/accounts/logout/")
    assert take_over(browser, user).headers["Location"] == "/"


def test_wrong_pins_on_many_browsers_are_slowed_down():
    user = with_pin()
    statuses = []
    for _browser in range(4):
        browser = ward_pc(user)
        browser.post("/accounts/logout/")
        statuses += [take_over(browser, user, "8052").status_code for _ in range(3)]
    assert statuses[:10] == [422] * 10
    assert 429 in statuses[10:]


@pytest.mark.parametrize("what", ["deactivated", "password changed", "pin removed"])
def test_nobody_takes_over_whose_access_has_changed(what):
    user, other = with_pin(), with_pin()
    browser = ward_pc(user, other)
    if what == "deactivated":
        actions.deactivate_user(by=cast.actor("administrator"), user=user)
    elif what == "password changed":
        actions.change_password(by=cast.actor("nurse", user=user), user=user, password_hash="!")
    else:
        actions.set_pin(by=cast.actor("nurse", user=user), pin_hash="")
    take_over(browser, user)
    assert who(browser) == other.pk


def test_a_pin_opens_nothing_on_another_browser():
    user, other = with_pin(), with_pin()
    ward_pc(user)
    browser = ward_pc(other)
    take_over(browser, user)
    assert who(browser) == other.pk


def test_a_pin_is_no_fresh_proof():
    user = with_pin()
    browser = ward_pc(user)
    take_over(browser, user)
    assert browser.get("/accounts/pin/").headers["Location"].startswith("/accounts/reauthenticate/")


def test_setting_a_pin_wants_a_fresh_proof_and_refuses_easy_ones():
    user = make.user("nurse")
    browser = ward_pc(user)
    assert browser.post("/accounts/pin/", {"pin": "1234", "again": "1234"}).status_code == 422
    assert browser.post("/accounts/pin/", {"pin": PIN, "again": PIN}).status_code == 302
    assert AuditEvent.objects.filter(verb="pin.set", subject_id=user.pk).count() == 1
    user.refresh_from_db()
    assert PIN not in user.pin_hash
    assert browser.post("/accounts/pin/", {"remove": "1"}).status_code == 302
    user.refresh_from_db()
    assert not user.has_pin
    with pytest.raises(Refused):
        hash_pin(user.pk, "0000")


def test_patients_have_no_pin():
    browser = ward_pc(make.user("patient"))
    assert browser.get("/accounts/pin/").status_code == 403


def test_few_devices_are_remembered(monkeypatch):
    from hms.accounts import devices

    monkeypatch.setattr(devices, "MOST", 3)
    user = make.user("nurse")
    for _browser in range(5):
        ward_pc(user)
    assert KnownDevice.objects.filter(user=user).count() == 3
