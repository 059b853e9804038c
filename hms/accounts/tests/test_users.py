"""create_user, change_user, deactivate_user, reactivate_user, found_administrator: works, refusals, the audit line."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from hms.accounts import actions
from hms.accounts.codes import GrantStatus
from hms.accounts.models import Grant, KnownDevice, User, UserSession
from hms.accounts.tokens import actor_from_token
from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from tests import cast, make

pytestmark = pytest.mark.django_db


def admin():
    return cast.actor("administrator", user=make.user("administrator"))


def line() -> AuditEvent:
    return AuditEvent.objects.order_by("-at", "-id").first()


def test_creates_a_user_with_a_duty_and_says_so():
    by = admin()
    user = actions.create_user(by=by, login_name=" Ana@Example.org", full_name="Ana Silva", duties=[("nurse", None)])
    assert (user.login_name, user.email) == ("ana@example.org", "ana@example.org")
    assert not user.has_usable_password()
    assert [(grant.duty, grant.status, grant.granted_by_id) for grant in user.grants.all()] == [
        ("nurse", "active", by.id)
    ]
    created = AuditEvent.objects.get(verb="user.created")
    assert (created.subject_id, created.actor_id, created.detail) == (user.pk, by.id, {"duties": ["nurse"]})


@pytest.mark.parametrize("name", ["", "no", "ana silva"])
def test_refuses_what_is_no_login_name(name):
    with pytest.raises(Refused):
        actions.create_user(by=admin(), login_name=name, full_name="Ana")


def test_refuses_a_login_name_that_is_taken_in_another_spelling():
    make.user(login_name="+49301234567")
    with pytest.raises(Refused) as refused:
        actions.create_user(by=admin(), login_name="0049 30 123-4567", full_name="Ana")
    assert refused.value.codes == ["duplicate"]
    assert line().outcome == "refused"


def test_a_stranger_creates_nobody():
    with pytest.raises(Forbidden):
        actions.create_user(by=cast.stranger(), login_name="x@example.org", full_name="X")
    assert not User.objects.filter(login_name="x@example.org").exists()


def test_an_administrator_of_one_facility_gives_no_duty_at_another():
    here, there = make.facility(), make.facility()
    by = cast.actor("administrator", user=make.user("administrator", facility=here), facilities=[here])
    with pytest.raises(Refused):
        actions.create_user(by=by, login_name="n@example.org", full_name="N", duties=[("nurse", there.pk)])
    with pytest.raises(Refused):
        actions.create_user(by=by, login_name="n@example.org", full_name="N", duties=[("nurse", None)])
    actions.create_user(by=by, login_name="n@example.org", full_name="N", duties=[("nurse", here.pk)])


def test_changes_names_and_tells_which():
    by, user = admin(), make.user("nurse")
    actions.change_user(
        by=by, user=user, login_name="new@example.org", full_name=user.full_name, email="", version=user.version
    )
    assert line().detail == {"fields": ["login_name", "email"]}


def test_after_deactivation_five_sessions_and_two_tokens_open_nothing_from_the_next_request_on():
    by, user = admin(), make.user("nurse")
    clients = [Client() for _ in range(5)]
    for client in clients:
        client.force_login(user)
        assert client.get("/accounts/profile/").status_code == 200
    bearers = [
        actions.issue_token(by=system("test"), user=user, name="reader", scopes="user/*.rs").bearer for _ in range(2)
    ]
    assert all(actor_from_token(bearer) for bearer in bearers)
    assert UserSession.objects.live().filter(user=user).count() == 5

    # No time is given: the very next request of each finds it ended.
    actions.deactivate_user(by=by, user=user, version=user.version)
    answers = [client.get("/accounts/profile/") for client in clients]
    left = [actor_from_token(bearer) for bearer in bearers]
    assert [answer.status_code for answer in answers] == [302] * 5
    assert all(answer.headers["Location"].startswith("/accounts/login/?next=") for answer in answers)
    assert left == [None, None]
    assert UserSession.objects.live().filter(user=user).count() == 0
    assert not KnownDevice.objects.filter(user=user).exists()
    assert [grant.status for grant in user.grants.all()] == [GrantStatus.WITHDRAWN]
    event = AuditEvent.objects.get(verb="user.deactivated")
    assert (event.subject_id, event.actor_id, event.detail) == (
        user.pk,
        by.id,
        {"sessions": 5, "tokens": 2, "duties": ["nurse"]},
    )


def test_htmx_of_an_ended_session_is_told_where_to_go():
    user, client = make.user("nurse"), Client()
    client.force_login(user)
    actions.deactivate_user(by=admin(), user=user)
    answer = client.get(
        "/accounts/sessions/", headers={"HX-Request": "true", "Referer": "http://testserver/accounts/profile/"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Faccounts%2Fprofile%2F"


def test_nobody_deactivates_themselves_or_the_last_administrator():
    user = make.user("administrator")
    by = cast.actor("administrator", user=user)
    with pytest.raises(Refused):
        actions.deactivate_user(by=by, user=user)
    with pytest.raises(Refused):
        actions.deactivate_user(by=cast.actor("administrator"), user=user)
    make.user("administrator")
    actions.deactivate_user(by=cast.actor("administrator"), user=user)


def test_deactivating_twice_and_from_an_old_page_is_refused():
    by, user = admin(), make.user("nurse")
    stale = user.version
    actions.change_user(by=by, user=user, login_name=user.login_name, full_name="Other", email="")
    with pytest.raises(Refused) as refused:
        actions.deactivate_user(by=by, user=user, version=stale)
    assert refused.value.status == 409
    actions.deactivate_user(by=by, user=user)
    with pytest.raises(Refused):
        actions.deactivate_user(by=by, user=user)


def test_who_comes_back_has_no_staff_duty_but_keeps_the_portal():
    by, user = admin(), make.user("doctor", "patient")
    actions.deactivate_user(by=by, user=user)
    user = actions.reactivate_user(by=by, user=user)
    assert user.is_active
    assert [grant.duty for grant in Grant.objects.open().filter(user=user)] == ["patient"]


def test_the_first_administrator_is_made_once():
    founder = system("set-up", "accounts.found_administrator")
    user = actions.found_administrator(by=founder, login_name="first@example.org", full_name="First", password_hash="!")
    assert [(grant.duty, grant.status) for grant in user.grants.all()] == [("administrator", "active")]
    with pytest.raises(Refused):
        actions.found_administrator(by=founder, login_name="second@example.org", full_name="Second", password_hash="!")


def test_the_database_refuses_to_delete_a_user():
    user = make.user()
    with pytest.raises(IntegrityError, match="accounts_user_kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE login_name = %s", [user.login_name])
