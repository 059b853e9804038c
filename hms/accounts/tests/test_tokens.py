"""issue_token, revoke_token, the command, and the actor of a bearer token."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from hms.accounts import actions
from hms.accounts.models import ApiToken, User
from hms.accounts.tokens import actor_from_token, digest_of, scope_problems
from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from tests import cast, make

pytestmark = pytest.mark.django_db
BY = system("test", "accounts.issue_token")


def issue(user, scopes: str = "user/*.rs", **more) -> ApiToken:
    return actions.issue_token(by=BY, user=user, name="reader", scopes=scopes, **more)


def test_a_token_stands_for_its_user_within_scopes(django_assert_num_queries):
    token = issue(make.user("doctor"), "user/Patient.rs user/Observation.rs launch/patient")
    with django_assert_num_queries(2):
        bearer = actor_from_token(token.bearer)
    assert bearer.scopes == {"user/Patient.rs", "user/Observation.rs", "launch/patient"}
    assert (bearer.actor.id, bearer.actor.duties, bearer.actor.channel) == (token.user_id, {"doctor"}, "api")
    assert bearer.actor.client == f"reader {token.pk}"


@pytest.mark.parametrize(
    ("scopes", "role"),
    [
        ("patient/*.rs", "patient"),
        ("patient/*.rs openid", "patient"),
        ("user/*.rs", "staff"),
        ("user/*.rs patient/*.rs", "staff"),
    ],
)
def test_patient_scopes_make_a_patient(scopes, role):
    assert actor_from_token(issue(make.user("doctor", "patient"), scopes).bearer).actor.role == role


def test_patient_scopes_open_nothing_to_staff_who_are_no_patient():
    assert actor_from_token(issue(make.user("doctor"), "patient/*.rs").bearer) is None


def test_the_secret_is_kept_nowhere():
    token = issue(make.user())
    assert token.bearer.startswith("hms_")
    assert bytes(ApiToken.objects.get().digest) == digest_of(token.bearer)
    assert token.bearer not in str(ApiToken.objects.values().get())
    assert token.bearer not in str(AuditEvent.objects.get(verb="token.issued").detail)


@pytest.mark.parametrize("bearer", ["", "hms_", "hms_" + "x" * 43, "Basic abc", "eyJhbGciOiJub25lIn0."])
def test_other_strings_open_nothing(bearer):
    assert actor_from_token(bearer) is None


def test_expired_revoked_and_outdated_tokens_open_nothing():
    user = make.user("nurse")
    short, revoked, outdated = issue(user, lasts=dt.timedelta(days=1)), issue(user), issue(user)
    with time_machine.travel(clock.now() + dt.timedelta(days=1)):
        assert actor_from_token(short.bearer) is None
    actions.revoke_token(by=cast.actor("nurse", user=user), token=revoked)
    assert actor_from_token(revoked.bearer) is None
    assert actor_from_token(outdated.bearer)
    actions.change_password(by=cast.actor("nurse", user=user), user=user, password_hash="!")
    assert actor_from_token(outdated.bearer) is None


def test_no_token_lasts_longer_than_ninety_days():
    token = issue(make.user(), lasts=dt.timedelta(days=4000))
    assert token.expires_at - token.issued_at == dt.timedelta(days=90)


@pytest.mark.parametrize(
    "scopes",
    ["", "*", "admin", "user/*", "user/*.", "user/*.x", "user/patient.rs", "system/*.rs; user/*.rs", "user/*.sr"],
)
def test_what_is_no_scope_is_refused(scopes):
    assert scope_problems(scopes)
    with pytest.raises(Refused):
        issue(make.user(), scopes)


@pytest.mark.parametrize(
    "scope", ["user/*.cruds", "patient/Observation.rs?category=laboratory", "openid fhirUser", "system/*.r"]
)
def test_scopes_are_accepted(scope):
    assert scope_problems(scope) == []


def test_strangers_neither_issue_nor_revoke():
    token = issue(make.user())
    with pytest.raises(Forbidden):
        actions.issue_token(by=cast.actor("administrator"), user=make.user(), name="x", scopes="user/*.rs")
    with pytest.raises(Refused) as refused:
        actions.revoke_token(by=cast.actor("nurse"), token=token)
    assert refused.value.status == 404
    assert actions.revoke_token(by=cast.actor("administrator"), token=token).revoked_at


def test_the_database_freezes_a_token():
    token = issue(make.user())
    for change in ({"scopes": "system/*.cruds"}, {"expires_at": clock.now()}, {"user": make.user()}):
        with pytest.raises(IntegrityError, match="accounts_apitoken_frozen"), transaction.atomic():
            ApiToken.objects.filter(pk=token.pk).update(**change)
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=clock.now())
    with pytest.raises(IntegrityError, match="accounts_apitoken_frozen"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=None)


def test_the_command_prints_a_bearer_token():
    user, out = make.user("doctor", login_name="doctor@example.org"), StringIO()
    call_command("issue_token", "--user", "Doctor@Example.org", "--scope", "user/*.rs", stdout=out)
    assert actor_from_token(out.getvalue().strip()).actor.id == user.pk
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("issue_token", "--user", "nobody@example.org", "--scope", "user/*.rs")
    with pytest.raises(CommandError, match="no scope"):
        call_command("issue_token", "--user", "doctor@example.org", "--scope", "everything")


def test_the_command_makes_an_administrator_with_a_one_time_password():
    out = StringIO()
    call_command("create_admin", "boss@example.org", "Bo Boss", stdout=out)
    user = User.objects.get(login_name="boss@example.org")
    password = out.getvalue().split("One-time password: ")[1].strip()
    assert user.check_password(password)
    assert user.must_change_password
    assert [(grant.duty, grant.status) for grant in user.grants.all()] == [("administrator", "active")]
    with pytest.raises(CommandError):
        call_command("create_admin", "boss@example.org", "Bo Boss", stdout=out)
