"""add_contact_person, add_guardian, add_proxy, block_person, revoke_proxy, link_portal_user."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.core import clock
from hms.core.problems import Conflict, Forbidden, Missing, Refused
from hms.patients import actions
from hms.patients.models import Patient
from tests import cast, make

pytestmark = pytest.mark.django_db


def desk() -> object:
    return cast.actor("front-desk", user=make.user())


def in_days(number: int) -> dt.datetime:
    return clock.now() + dt.timedelta(days=number)


def test_an_emergency_contact_is_called_and_sees_nothing() -> None:
    patient, user = make.patient(), make.user("patient")
    told = actions.NewRelative(name="Tom Vale", phone="+44 20 5550100", user=user)
    relative = actions.add_contact_person(by=desk(), patient=patient, told=told)
    relative.refresh_from_db()
    assert relative.phone == "+44 20 5550100"
    assert not Patient.objects.acted_for_by(cast.actor("patient", user=user)).exists()
    with pytest.raises(Refused):
        actions.add_contact_person(by=desk(), patient=patient, told=actions.NewRelative())


def test_a_guardian_acts_until_the_child_is_of_age() -> None:
    user, facility = make.user("patient"), make.facility(time_zone="Europe/Berlin")
    child = make.patient(born="2016-02-29")
    told = actions.NewRelative(name="Robin Vale", user=user, relationship="FTH", document="Birth certificate")
    guardian = actions.add_guardian(by=desk(), patient=child, told=told, scopes=["view", "book"], facility=facility)
    assert guardian.end_at == dt.datetime(2034, 2, 28, 23, tzinfo=dt.UTC)
    by = cast.actor("patient", user=user)
    assert set(Patient.objects.acted_for_by(by)) == {child}
    last = guardian.end_at - dt.timedelta(seconds=1)
    assert Patient.objects.acted_for_by(by, last).exists()
    assert not Patient.objects.acted_for_by(by, guardian.end_at).exists()


@pytest.mark.parametrize(
    ("born", "scopes", "document"),
    [
        ("1980-01-01", ["view"], "Birth certificate"),
        ("2016-01-01", ["view"], ""),
        ("2016-01-01", [], "Birth certificate"),
        ("2016-01-01", ["book"], "Birth certificate"),
    ],
)
def test_a_guardian_is_refused(born: str, scopes: list[str], document: str) -> None:
    told = actions.NewRelative(name="Robin Vale", document=document)
    with pytest.raises(Refused):
        actions.add_guardian(
            by=desk(), patient=make.patient(born=born), told=told, scopes=scopes, facility=make.facility()
        )


def test_a_proxy_lasts_a_year_at_most_and_the_patient_ends_it_at_once() -> None:
    user, owner = make.user("patient"), make.user("patient")
    patient = make.patient(user=owner)
    told = actions.NewRelative(name="Robin Vale", user=user)
    with pytest.raises(Refused):
        actions.add_proxy(by=desk(), patient=patient, told=told, scopes=["view"], end_at=in_days(400))
    proxy = actions.add_proxy(by=desk(), patient=patient, told=told, scopes=["view"], end_at=in_days(300))
    assert Patient.objects.acted_for_by(cast.actor("patient", user=user)).exists()
    with pytest.raises(Missing):
        actions.revoke_proxy(by=cast.actor("patient", user=user), relative=proxy)
    actions.revoke_proxy(by=cast.actor("patient", user=owner), relative=proxy)
    assert not Patient.objects.acted_for_by(cast.actor("patient", user=user)).exists()


def test_a_child_does_not_revoke_its_guardian() -> None:
    owner = make.user("patient")
    child = make.patient(user=owner, born="2012-01-01")
    guardian = make.related_person(child, make.user("patient"))
    with pytest.raises(Missing):
        actions.revoke_proxy(by=cast.actor("patient", user=owner), relative=guardian)


def test_somebody_who_is_blocked_becomes_no_proxy() -> None:
    user, patient = make.user("patient"), make.patient()
    actions.block_person(by=desk(), patient=patient, told=actions.NewRelative(user=user, document="Court order 7 F 12"))
    with pytest.raises(Conflict):
        actions.add_proxy(
            by=desk(), patient=patient, told=actions.NewRelative(user=user), scopes=["view"], end_at=in_days(30)
        )
    with pytest.raises(Refused):
        actions.block_person(by=desk(), patient=patient, told=actions.NewRelative(name="Nobody known"))


def test_a_login_is_tied_to_one_record() -> None:
    user, patient, other = make.user(), make.patient(), make.patient()
    linked = actions.link_portal_user(by=desk(), patient=patient, user=user)
    assert linked.user == user
    with pytest.raises(Refused):
        actions.link_portal_user(by=desk(), patient=other, user=user)
    with pytest.raises(Refused):
        actions.link_portal_user(by=desk(), patient=patient, user=make.user())


def test_strangers_do_none_of_it() -> None:
    patient = make.patient(born="2016-01-01")
    told = actions.NewRelative(name="Robin Vale", document="Birth certificate")
    for act in (
        lambda by: actions.add_contact_person(by=by, patient=patient, told=told),
        lambda by: actions.add_guardian(by=by, patient=patient, told=told, scopes=["view"], facility=make.facility()),
        lambda by: actions.add_proxy(by=by, patient=patient, told=told, scopes=["view"], end_at=in_days(3)),
        lambda by: actions.block_person(by=by, patient=patient, told=told),
        lambda by: actions.link_portal_user(by=by, patient=patient, user=make.user()),
    ):
        with pytest.raises(Forbidden):
            act(cast.stranger())
