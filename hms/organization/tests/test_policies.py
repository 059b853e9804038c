"""Policies: what was in force on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from hms.organization.actions import set_policy, set_wording
from hms.organization.models import Policy, Wording
from hms.organization.policies import policies, policy
from hms.organization.wordings import word_all, worded
from tests import cast, make

pytestmark = pytest.mark.django_db
NAME = "billing.payment_days"


@pytest.fixture
def admin():
    return cast.actor("administrator")


class TestInForce:
    def test_without_a_decision_the_default(self):
        assert policy(NAME) == 30

    def test_the_latest_that_has_begun(self):
        make.policy(NAME, 10, in_force_from=date(2026, 1, 1))
        make.policy(NAME, 20, in_force_from=date(2026, 7, 1))
        assert [policy(NAME, on=day) for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))] == [
            30,
            10,
            20,
        ]

    def test_the_facilitys_own_beats_the_groups_though_older(self):
        north, south = make.facility(), make.facility()
        make.policy(NAME, 10, north, date(2026, 1, 1))
        make.policy(NAME, 20, None, date(2026, 7, 1))
        on = date(2026, 8, 1)
        assert (policy(NAME, north, on), policy(NAME, south, on), policy(NAME, None, on)) == (10, 20, 20)

    def test_several_by_one_query(self, django_assert_num_queries):
        facility = make.facility()
        make.policy("clinical.note_release", False, facility)
        with django_assert_num_queries(1):
            values = policies([NAME, "clinical.note_release", "scheduling.hold"], facility)
        assert values == {NAME: 30, "clinical.note_release": False, "scheduling.hold": timedelta(minutes=10)}

    def test_an_unknown_name_is_a_mistake_in_the_code(self):
        with pytest.raises(KeyError):
            policy("weather.tomorrow")


class TestSetPolicy:
    @pytest.fixture(autouse=True)
    def _today(self):
        with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
            yield

    def test_it_counts_from_its_day(self, admin):
        row = set_policy(by=admin, name=NAME, value=14, in_force_from=date(2026, 12, 1))
        assert (policy(NAME), policy(NAME, on=date(2026, 12, 1))) == (30, 14)
        line = AuditEvent.objects.get()
        assert (line.verb, line.subject_id, line.detail) == (
            "policy.set", row.pk, {"policy": NAME, "in_force_from": "2026-12-01", "value": "14"},
        )  # fmt: skip

    def test_the_same_day_again_puts_it_right(self, admin):
        set_policy(by=admin, name=NAME, value=14, in_force_from=date(2026, 12, 1))
        set_policy(by=admin, name=NAME, value=15, in_force_from=date(2026, 12, 1))
        assert Policy.objects.get().value == 15

    @pytest.mark.parametrize(
        ("name", "value", "day"),
        [("no.such", 1, date(2026, 12, 1)), (NAME, "x", date(2026, 12, 1)), (NAME, 1, date(2026, 11, 22))],
    )
    def test_refusals(self, admin, name, value, day):
        with pytest.raises(Refused):
            set_policy(by=admin, name=name, value=value, in_force_from=day)

    def test_others_are_denied(self):
        with pytest.raises(Forbidden):
            set_policy(by=cast.actor("doctor"), name=NAME, value=1, in_force_from=date(2026, 12, 1))


def test_the_database_keeps_a_decision_in_its_place():
    row = make.policy(NAME, 10)
    with pytest.raises(IntegrityError, match="organization_policy_frozen"), transaction.atomic():
        Policy.objects.filter(pk=row.pk).update(in_force_from=date(2019, 1, 1))


def test_the_database_wants_exactly_one_value():
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(name=NAME, in_force_from=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(name=NAME, in_force_from=date(2026, 1, 1), value_integer=1, value_text="1")


def test_two_group_decisions_on_one_day_are_refused():
    make.policy(NAME, 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.policy(NAME, 11)


class TestWordings:
    def test_names_in_the_readers_language(self, admin, django_assert_num_queries):
        heart, eyes = make.department(name="Cardiology"), make.department(name="Eyes")
        set_wording(by=admin, row=heart, field="name", language="de", text="Kardiologie")
        set_wording(by=admin, row=heart, field="name", language="de-AT", text="Herzambulanz")
        with django_assert_num_queries(1):
            assert word_all([heart, eyes], "name", "de") == {heart.pk: "Kardiologie", eyes.pk: "Eyes"}
        assert worded(heart, "name", "de-at") == "Herzambulanz"
        assert worded(heart, "name", "de-ch") == "Kardiologie"
        assert worded(heart, "name", "fr") == "Cardiology"

    def test_an_empty_text_takes_it_away(self, admin):
        heart = make.department()
        set_wording(by=admin, row=heart, field="name", language="de", text="Herz")
        set_wording(by=admin, row=heart, field="name", language="de", text="")
        assert not Wording.objects.exists()
        assert AuditEvent.objects.last().verb == "wording.removed"

    def test_a_field_that_is_not_there(self, admin):
        with pytest.raises(AttributeError):
            set_wording(by=admin, row=make.department(), field="colour", language="de", text="rot")
