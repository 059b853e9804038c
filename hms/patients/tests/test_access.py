"""Who sees a chart, who finds an identity, who acts for whom."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.accounts.codes import Duty
from hms.core import clock
from hms.core.actor import ANONYMOUS, system
from hms.patients.models import GlassBreak, Patient
from hms.patients.models.scope import find_patient
from tests import cast, make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def seen(by: object) -> set[Patient]:
    return set(Patient.objects.visible_to(by))  # type: ignore[arg-type]


def test_a_doctor_sees_those_they_treat_in_the_period() -> None:
    user = make.user("doctor")
    doctor, me = cast.actor("doctor", user=user), make.practitioner(user=user)
    treated, before, later, nobodys = (make.patient() for _ in range(4))
    now = clock.now()
    make.care(treated, me)
    make.care(before, me, start_at=now - 60 * DAY, end_at=now - DAY)
    make.care(later, me, start_at=now + DAY, end_at=now + 60 * DAY)
    make.care(nobodys, make.practitioner())
    assert seen(doctor) == {treated}


def test_the_department_on_duty_sees_its_patients() -> None:
    user, department = make.user("nurse"), make.department()
    nurse, me = cast.actor("nurse", user=user), make.practitioner(user=user)
    patient = make.patient()
    make.care(patient, department)
    assert seen(nurse) == set(), "no role in the department yet"
    role = make.practitioner_role(me, department, code="nurse")
    assert seen(nurse) == {patient}
    role.end = clock.now().date()
    role.save()
    assert seen(nurse) == set(), "the role ended"


def test_nobody_opens_their_own_chart_from_the_staff_side() -> None:
    user = make.user("doctor", "patient")
    me, own = make.practitioner(user=user), make.patient(user=user)
    make.care(own, me)
    assert seen(cast.actor("doctor", user=user)) == set()
    assert set(Patient.objects.findable_by(cast.actor("doctor", user=user))) == set()
    assert seen(cast.actor("patient", user=user)) == {own}


@pytest.mark.parametrize("duty", ["administrator", "front-desk", "billing", "integration-analyst"])
def test_duties_without_a_chart_see_none_even_where_they_are_related(duty: str) -> None:
    user = make.user(duty)
    make.care(make.patient(), make.practitioner(user=user))
    assert seen(cast.actor(duty, user=user)) == set()


def test_the_administrator_finds_nobody() -> None:
    make.patient()
    assert not Patient.objects.findable_by(cast.actor("administrator")).exists()
    assert not Patient.objects.findable_by(ANONYMOUS).exists()
    assert not Patient.objects.findable_by(cast.actor("patient")).exists()
    assert Patient.objects.findable_by(cast.actor("front-desk")).exists()


def test_one_patient_is_found_by_whom_the_search_finds_them_for() -> None:
    user = make.user("doctor", "patient")
    own, other = make.patient(user=user), make.patient(user=make.user("patient"))
    everybody = [cast.actor(duty, user=user) for duty in Duty]
    everybody += [cast.actor(duty) for duty in Duty]
    everybody += [ANONYMOUS, system("importer"), system("mailer", "messaging.send"), cast.stranger()]
    for by in everybody:
        for patient in (own, other, make.patient()):
            found = find_patient(by, patient.pk)
            assert found == Patient.objects.findable_by(by).filter(pk=patient.pk).first(), (by, patient)
    assert find_patient(cast.actor("doctor", user=user), own.pk) is None
    assert find_patient(cast.actor("doctor", user=user), other.pk) == other


def test_a_job_sees_what_its_permissions_say() -> None:
    patient = make.patient()
    assert seen(system("importer")) == {patient}
    assert seen(system("mailer", "messaging.send")) == set()
    assert seen(ANONYMOUS) == set()


def test_broken_glass_opens_one_chart_for_one_person_for_a_while() -> None:
    user, patient = make.user("doctor"), make.patient()
    now = clock.now()
    opened = {"patient": patient, "user_label": "x", "reason": "emergency", "explanation": "Unconscious"}
    GlassBreak.objects.create(user=user, opened_at=now, ends_at=now + dt.timedelta(minutes=60), **opened)
    doctor = cast.actor("doctor", user=user)
    assert seen(doctor) == {patient}
    assert seen(cast.actor("doctor", user=make.user())) == set()
    assert not Patient.objects.visible_to(doctor, now + dt.timedelta(minutes=60)).exists(), "the end is not part of it"


def test_a_blocked_person_is_refused_as_relative_and_as_staff() -> None:
    user, department, child = make.user("nurse", "patient"), make.department(), make.patient()
    make.practitioner_role(make.practitioner(user=user), department)
    make.care(child, department)
    make.related_person(child, user)
    assert seen(cast.actor("nurse", user=user)) == {child}
    assert seen(cast.actor("patient", user=user)) == {child}
    make.related_person(child, user, kind="blocked")
    assert seen(cast.actor("nurse", user=user)) == set()
    assert seen(cast.actor("patient", user=user)) == set()


def test_a_block_on_the_parents_own_record_counts_too() -> None:
    user, child = make.user("patient"), make.patient()
    parent = make.patient(user=user)
    make.related_person(child, None, related_patient=parent)
    assert seen(cast.actor("patient", user=user)) == {parent, child}
    make.related_person(child, None, kind="blocked", related_patient=parent)
    assert seen(cast.actor("patient", user=user)) == {parent}


def test_a_parent_acts_for_two_children_within_scopes_and_periods() -> None:
    user = make.user("patient")
    by = cast.actor("patient", user=user)
    own, anna, ben, carl = make.patient(user=user), make.patient(), make.patient(), make.patient()
    now = clock.now()
    make.related_person(anna, user, scopes=("view", "book"))
    make.related_person(ben, user, scopes=("view",))
    make.related_person(carl, user, end_at=now)
    assert set(Patient.objects.acted_for_by(by)) == {own, anna, ben}
    assert set(Patient.objects.acted_for_by(by, scope="book")) == {own, anna}
    assert set(Patient.objects.acted_for_by(by, scope="pay")) == {own}


def test_death_closes_the_portal_and_a_merged_record_is_not_acted_for() -> None:
    user = make.user("patient")
    by = cast.actor("patient", user=user)
    own = make.patient(user=user)
    own.deceased = True
    own.save()
    assert seen(by) == set()


def test_the_question_is_one_query_whatever_the_answer() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    user = make.user("doctor")
    me = make.practitioner(user=user)
    for _ in range(3):
        make.care(make.patient(), me)
    with CaptureQueriesContext(connection) as queries:
        assert len(seen(cast.actor("doctor", user=user))) == 3
    assert len(queries) == 1
