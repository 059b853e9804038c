"""grant_duty, approve_grant, refuse_grant, withdraw_grant, open_portal."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hms.accounts import actions
from hms.accounts.models import Grant
from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from tests import cast, make

pytestmark = pytest.mark.django_db


def admin():
    return cast.actor("administrator", user=make.user("administrator"))


@pytest.mark.parametrize("duty", ["doctor", "administrator"])
def test_power_is_given_by_two(duty):
    giver, approver, user = admin(), admin(), make.user()
    grant = actions.grant_duty(by=giver, user=user, duty=duty)
    assert grant.status == "pending"
    assert not grant.holds_at(clock.now())
    assert AuditEvent.objects.get(verb="grant.proposed").detail == {
        "user": str(user.pk),
        "duty": duty,
        "status": "pending",
    }
    with pytest.raises(Refused):
        actions.approve_grant(by=giver, grant=grant)
    with pytest.raises(Refused):
        actions.approve_grant(by=cast.actor("administrator", user=user), grant=grant)
    grant = actions.approve_grant(by=approver, grant=grant, version=grant.version)
    assert (grant.status, grant.decided_by_id) == ("active", approver.id)
    assert AuditEvent.objects.get(verb="grant.approved").actor_id == approver.id
    with pytest.raises(Refused):
        actions.approve_grant(by=admin(), grant=grant)


def test_the_database_itself_refuses_power_from_one():
    giver, user, now = make.user("administrator"), make.user(), clock.now()
    fields = {"user": user, "duty": "doctor", "start_at": now, "granted_at": now, "granted_by": giver}
    with pytest.raises(IntegrityError, match="grant_of_power_approved"), transaction.atomic():
        Grant.objects.create(status="active", **fields)
    with pytest.raises(IntegrityError, match="grant_by_two_people"), transaction.atomic():
        Grant.objects.create(status="active", decided_by=giver, **fields)
    with pytest.raises(IntegrityError, match="grant_not_by_oneself"), transaction.atomic():
        Grant.objects.create(status="active", decided_by=user, **fields)


def test_the_database_freezes_what_was_granted():
    grant = make.grant(make.user(), "nurse")
    for change in ({"duty": "doctor"}, {"user": make.user()}, {"start_at": clock.now()}):
        with pytest.raises(IntegrityError, match="accounts_grant_frozen"), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(**change)
    Grant.objects.filter(pk=grant.pk).update(status="withdrawn")
    with pytest.raises(IntegrityError, match="accounts_grant_frozen"), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(status="active")


def test_other_duties_are_given_by_one_and_hold_their_period():
    start, end = clock.now() + dt.timedelta(days=1), clock.now() + dt.timedelta(days=8)
    grant = actions.grant_duty(by=admin(), user=make.user(), duty="nurse", start_at=start, end_at=end)
    assert grant.status == "active"
    assert [grant.holds_at(at) for at in (clock.now(), start, end - dt.timedelta(seconds=1), end)] == [
        False,
        True,
        True,
        False,
    ]


def test_what_the_installation_gives_waits_for_nobody():
    assert actions.grant_duty(by=system("demo"), user=make.user(), duty="doctor").status == "active"


def test_refusals_of_a_grant():
    user = make.user("administrator")
    by = cast.actor("administrator", user=user)
    nurse = make.user("nurse")
    with pytest.raises(Refused):
        actions.grant_duty(by=by, user=user, duty="nurse")
    with pytest.raises(Refused) as twice:
        actions.grant_duty(by=by, user=nurse, duty="nurse")
    assert twice.value.codes == ["duplicate"]
    with pytest.raises(Refused):
        actions.grant_duty(by=by, user=nurse, duty="patient")
    with pytest.raises(Refused):
        actions.grant_duty(by=by, user=make.user(is_active=False, deactivated_at=clock.now()), duty="nurse")
    with pytest.raises(Forbidden):
        actions.grant_duty(by=cast.actor("doctor"), user=nurse, duty="billing")


def test_a_refused_duty_never_holds():
    grant = actions.grant_duty(by=admin(), user=make.user(), duty="doctor")
    grant = actions.refuse_grant(by=admin(), grant=grant)
    assert grant.status == "refused"
    assert not Grant.objects.in_force(clock.now()).filter(pk=grant.pk).exists()


def test_the_last_administrator_keeps_the_duty():
    user = make.user("administrator")
    grant = user.grants.get()
    with pytest.raises(Refused):
        actions.withdraw_grant(by=cast.actor("administrator"), grant=grant)
    make.user("administrator")
    assert actions.withdraw_grant(by=cast.actor("administrator"), grant=grant).status == "withdrawn"


def test_an_administrator_may_take_back_what_they_gave():
    by = admin()
    grant = actions.grant_duty(by=by, user=make.user(), duty="doctor")
    assert actions.withdraw_grant(by=by, grant=grant).status == "withdrawn"
    with pytest.raises(Refused):
        actions.approve_grant(by=admin(), grant=grant)


def test_the_front_desk_opens_the_portal_once():
    desk, user = cast.actor("front-desk", user=make.user("front-desk")), make.user()
    first = actions.open_portal(by=desk, user=user)
    assert actions.open_portal(by=desk, user=user).pk == first.pk
    assert (first.duty, first.status) == ("patient", "active")


@pytest.mark.parametrize("field", ["start_on", "end_on"])
def test_the_end_of_the_calendar_is_an_error_in_words(client, field):
    client.force_login(make.user("administrator"))
    path = f"/accounts/people/{make.user('nurse').pk}/duties/"
    answer = client.post(path, {"duty": "billing", field: "31-Dec-9999"})
    assert answer.status_code == 422
    assert "between 1800 and 2200" in answer.content.decode()
