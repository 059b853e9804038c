"""What a teenager keeps confidential is hidden from the parent who acts for them, whatever address they try."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from hms.clinical.models import Condition
from hms.core import clock
from tests import cast, make

pytestmark = pytest.mark.django_db


def born(years: int) -> str:
    return (clock.now().date() - dt.timedelta(days=int(years * 365.25) + 30)).isoformat()


@pytest.mark.parametrize(("age", "seen"), [(5, True), (11, True), (12, False), (15, False), (17, False)])
def test_a_parent_reads_the_childs_chart_and_not_the_teenagers(age: int, seen: bool):
    parent = make.user("patient")
    child = make.patient(born=born(age))
    make.related_person(child, user=parent)
    condition = make.condition(child, released_at=clock.now() - dt.timedelta(hours=1))
    by = cast.actor("patient", user=parent)
    assert Condition.objects.visible_to(by).filter(pk=condition.pk).exists() is seen
    client = Client()
    client.force_login(parent)
    answer = client.get(f"/my/{child.pk}/health/")
    assert (condition.text.encode() in answer.content) is seen


def test_the_teenager_reads_their_own():
    user = make.user("patient")
    patient = make.patient(born=born(15), user=user)
    condition = make.condition(patient, released_at=clock.now() - dt.timedelta(hours=1))
    assert Condition.objects.visible_to(cast.actor("patient", user=user)).filter(pk=condition.pk).exists()


def test_where_majority_comes_later_confidence_lasts_till_then():
    parent, facility = make.user("patient"), make.facility()
    make.policy("patients.majority_age", 21, facility)
    grown = make.patient(born=born(19), registered_in=facility)
    make.related_person(grown, user=parent, end_at=clock.now() + dt.timedelta(days=400))
    condition = make.condition(grown, released_at=clock.now() - dt.timedelta(hours=1))
    by = cast.actor("patient", user=parent)
    assert not Condition.objects.visible_to(by).filter(pk=condition.pk).exists()
    proxy = make.user("patient")
    make.related_person(grown, user=proxy, kind="proxy")
    assert Condition.objects.visible_to(cast.actor("patient", user=proxy)).filter(pk=condition.pk).exists()
