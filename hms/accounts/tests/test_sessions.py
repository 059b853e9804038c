"""Limits of sessions, kept on the server: idle, absolute, polls, revocation, and who the actor is."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from hms.accounts import actions
from hms.accounts.models import UserSession
from hms.core import clock
from hms.core.frame import POLL_HEADER
from hms.core.models import AuditEvent
from tests import cast, make

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
START = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def signed_in(*duties: str) -> Client:
    client = Client()
    client.force_login(make.user(*duties))
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get(PAGE, headers=headers).status_code == 200


@pytest.mark.parametrize(("duty", "minutes"), [("doctor", 15), ("administrator", 10), ("patient", 30)])
def test_a_session_without_use_is_over(duty, minutes):
    with time_machine.travel(START, tick=False) as time:
        client = signed_in(duty)
        time.shift(dt.timedelta(minutes=minutes, seconds=-1))
        assert is_in(client)
        time.shift(dt.timedelta(minutes=minutes))
        answer = client.get(PAGE)
    assert (answer.status_code, answer.cookies["hms_ended"].value) == (302, "idle")
    assert UserSession.objects.get().ended_why == "idle"
    assert AuditEvent.objects.filter(verb="session.ended", detail={"why": "idle"}).count() == 1


def test_polls_every_five_seconds_lengthen_nothing():
    with time_machine.travel(START, tick=False) as time:
        client = signed_in("doctor")
        for _poll in range(15 * 12 - 1):
            time.shift(dt.timedelta(seconds=5))
            assert is_in(client, **{POLL_HEADER: "1"})
        time.shift(dt.timedelta(seconds=5))
        answer = client.get(
            PAGE, headers={POLL_HEADER: "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/x/"}
        )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/?next=")


def test_typing_is_use():
    with time_machine.travel(START, tick=False) as time:
        client = signed_in("doctor")
        for _minute in range(40):
            time.shift(dt.timedelta(minutes=1))
            assert client.post("/accounts/keepalive/").status_code == 204
        assert is_in(client)


def test_nothing_lasts_longer_than_twelve_hours():
    with time_machine.travel(START, tick=False) as time:
        client = signed_in("doctor")
        for _step in range(71):
            time.shift(dt.timedelta(minutes=10))
            assert is_in(client)
        time.shift(dt.timedelta(minutes=10))
        answer = client.get(PAGE)
    assert (answer.status_code, answer.cookies["hms_ended"].value) == (302, "absolute")


def test_a_clock_put_back_lengthens_nothing():
    with time_machine.travel(START, tick=False) as time:
        client = signed_in("doctor")
        time.shift(dt.timedelta(hours=-1))
        assert not is_in(client)


def test_use_is_written_once_a_minute(django_assert_num_queries):
    make.facility()
    with time_machine.travel(START, tick=False) as time:
        client = signed_in("doctor")
        client.get("/accounts/profile/")  # zones are read now, once a minute
        time.shift(dt.timedelta(seconds=59))
        # The session's data, session with user, duties.
        with django_assert_num_queries(3):
            client.post("/accounts/keepalive/")
        time.shift(dt.timedelta(seconds=1))
        with django_assert_num_queries(4):
            client.post("/accounts/keepalive/")
    assert UserSession.objects.get().last_seen_at == START + dt.timedelta(seconds=60)


def test_the_page_is_told_what_is_left():
    with time_machine.travel(START, tick=False) as time:
        client = signed_in("doctor")
        time.shift(dt.timedelta(seconds=30))
        assert client.get(PAGE).headers["X-HMS-Session-Seconds"] == "870"


def test_a_stolen_cookie_opens_nothing_after_sign_out():
    client = signed_in("doctor")
    thief = Client()
    thief.cookies["hms_session"] = client.cookies["hms_session"].value
    assert is_in(thief)
    client.post("/accounts/logout/")
    assert not is_in(thief)
    assert UserSession.objects.get().ended_why == "signed-out"
    assert AuditEvent.objects.filter(verb="session.closed").count() == 1


def test_a_session_is_not_brought_back_by_its_data():
    """The table of sessions decides, even if Django's own row and its data are still there."""
    client = signed_in("doctor")
    UserSession.objects.update(ended_at=clock.now())
    assert not is_in(client)
    other = signed_in("doctor")
    session = other.session
    session["hms_session"] = str(UserSession.objects.exclude(ended_at=None).get().pk)
    session.save()
    assert not is_in(other)


def test_one_session_and_all_others_are_ended_from_another():
    user = make.user("doctor")
    clients = [Client() for _ in range(4)]
    for client in clients:
        client.force_login(user)
    here, first, *_rest = clients
    first_id = first.session["hms_session"]
    assert here.post(f"/accounts/sessions/{first_id}/end/").status_code == 302
    assert [is_in(client) for client in clients] == [True, False, True, True]
    assert here.post("/accounts/sessions/end-others/").status_code == 302
    assert [is_in(client) for client in clients] == [True, False, False, False]


def test_somebody_elses_session_is_not_found():
    stranger, owner = signed_in("doctor"), signed_in("doctor")
    assert stranger.post(f"/accounts/sessions/{owner.session['hms_session']}/end/").status_code == 404
    assert is_in(owner)


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one():
    user, here, there = make.user("nurse"), Client(), Client()
    here.force_login(user)
    there.force_login(user)
    new = "quite another phrase"
    answer = here.post("/accounts/password/change/", {"oldpassword": make.PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302, answer.content.decode()
    assert is_in(here)
    assert not is_in(there)
    event = AuditEvent.objects.get(verb="password.changed")
    assert (event.actor_id, event.subject_id, event.detail) == (user.pk, user.pk, {"sessions": 1, "tokens": 0})


def test_a_withdrawn_duty_is_gone_with_the_next_request():
    user, client = make.user("doctor"), Client()
    client.force_login(user)
    assert client.get("/accounts/pin/").status_code == 302  # asks for a fresh proof: the duty carries it
    actions.withdraw_grant(by=cast.actor("administrator"), grant=user.grants.get())
    assert client.get("/accounts/pin/").status_code == 403


def test_staff_who_is_also_patient_wears_one_hat_at_a_time():
    client = signed_in("doctor", "patient")
    assert client.get("/accounts/profile/").wsgi_request.actor.duties == {"doctor"}
    client.post("/accounts/role/", {"role": "patient"})
    actor = client.get("/accounts/profile/").wsgi_request.actor
    assert (actor.duties, actor.role, actor.may("workspace.portal"), actor.may("workspace.doctor")) == (
        {"patient"},
        "patient",
        True,
        False,
    )
    client.post("/accounts/role/", {"role": "administrator"})
    assert client.get("/accounts/profile/").wsgi_request.actor.role == "patient"


def test_a_duty_reaches_no_further_than_where_it_is_held():
    here, there = make.facility(), make.facility()
    user, client = make.user("doctor", facility=here), Client()
    make.grant(user, "billing", facility_id=there.pk)
    client.force_login(user)
    actor = client.get("/accounts/profile/").wsgi_request.actor
    assert actor.facilities == {here.pk, there.pk}
    assert actor.in_facility(here.pk, "billing.issue_invoice") is False
    assert actor.in_facility(there.pk, "billing.issue_invoice") is True
    assert actor.in_facility(there.pk, "prescribing.sign_medication_request") is False


def test_sign_in_gives_a_new_session_key():
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["hms_session"] = fixed = session.session_key
    user = make.user("nurse")
    client.post("/accounts/login/", {"login": user.login_name, "password": make.PASSWORD})
    assert client.cookies["hms_session"].value != fixed
    assert is_in(client)
