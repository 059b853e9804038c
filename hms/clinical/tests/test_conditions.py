"""Diagnoses: recorded by code, ranked in a visit, dealt with again, ended, marked as wrong."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from hms.clinical.actions import (
    address_condition,
    mark_entered_in_error,
    record_condition,
    resolve_condition,
    verify_condition,
)
from hms.clinical.models import Condition
from hms.core import clock
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused
from hms.terminology.codes import ICD10CM
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def codes():
    make.icd10cm()


@pytest.fixture
def visit():
    return make.encounter()


@pytest.fixture
def doctor(visit):
    by, _practitioner = make.treating(visit.patient)
    return by


def record(by, visit, code="J18.9", **how):
    return record_condition(by=by, patient=visit.patient, encounter=visit, code=code, **how)


def test_a_diagnosis_keeps_code_version_and_title(doctor, visit):
    found = record(doctor, visit)
    assert (found.system, found.code, found.code_version) == (ICD10CM, "J18.9", "2026-04-01")
    assert (found.icd_code, found.text, found.clinical_status) == ("J18.9", "Pneumonia, unspecified organism", "active")
    assert found.recorder.user_id == doctor.id
    assert found.released_at
    line = AuditEvent.objects.get(verb="condition.recorded")
    assert line.detail == {"code": "J18.9", "category": "encounter-diagnosis"}
    assert line.facility_id == visit.facility_id


def test_diagnoses_of_a_visit_are_ranked_in_their_order(doctor, visit):
    for code in ("J18.9", "E11.9", "I10"):
        record(doctor, visit, code)
    assert list(visit.diagnoses.values_list("rank", "condition__icd_code")) == [(1, "J18.9"), (2, "E11.9"), (3, "I10")]


def test_the_side_a_code_names_is_kept(doctor, visit):
    assert record(doctor, visit, "M25.561").laterality == "right"
    with pytest.raises(Refused) as refused:
        record(doctor, visit, "M25.562", laterality="right")
    assert refused.value.problems[0].field == "laterality"


@pytest.mark.parametrize(("code", "problem"), [("E11", "code-invalid"), ("X99", "required"), ("", "required")])
def test_a_heading_or_no_code_is_refused(doctor, visit, code, problem):
    with pytest.raises(Refused, match=problem):
        record(doctor, visit, code)


@pytest.mark.parametrize("onset", ["2031", "2019-13"])
def test_an_onset_that_can_not_be_is_refused(doctor, visit, onset):
    with pytest.raises(Refused) as refused:
        record(doctor, visit, onset_text=onset)
    assert refused.value.problems[0].field == "onset_text"


def test_a_problem_on_the_list_is_dealt_with_and_not_recorded_twice(doctor, visit):
    known = make.condition(visit.patient, code="I10")
    assert record(doctor, visit, "I10") == known
    assert Condition.objects.count() == 1
    assert visit.diagnoses.get().condition == known
    address_condition(by=doctor, encounter=visit, condition=known)
    assert visit.diagnoses.count() == 1


def test_on_the_list_itself_a_double_is_refused(doctor, visit):
    make.condition(visit.patient, code="I10")
    with pytest.raises(Refused, match="duplicate"):
        record_condition(by=doctor, patient=visit.patient, code="I10")


def test_what_has_ended_may_come_again(doctor, visit):
    make.condition(visit.patient, code="J18.9", clinical_status="resolved")
    record(doctor, visit, "J18.9")
    assert Condition.objects.count() == 2


def test_nothing_is_recorded_in_the_visit_of_another_patient(doctor, visit):
    other = make.encounter()
    make.treating(other.patient)
    with pytest.raises((Refused, Missing)):
        record_condition(by=doctor, patient=visit.patient, encounter=other, code="I10")
    assert not Condition.objects.exists()


def test_a_stranger_records_nothing(visit):
    by, _practitioner = make.treating(make.patient())
    with pytest.raises(Missing):
        record(by, visit)


@pytest.mark.parametrize("duty", ["front-desk", "billing", "pharmacist", "administrator"])
def test_other_duties_record_nothing(visit, duty):
    by, _practitioner = make.treating(visit.patient, duty)
    with pytest.raises(Forbidden):
        record(by, visit)


def test_a_working_diagnosis_is_confirmed_or_ruled_out(doctor, visit):
    found = record(doctor, visit, verification_status="provisional")
    changed = verify_condition(by=doctor, condition=found, verification_status="refuted")
    assert changed.verification_status == "refuted"
    assert not changed.is_open
    with pytest.raises(Refused):
        verify_condition(by=doctor, condition=found, verification_status="provisional")


def test_a_diagnosis_ends_and_stays_in_the_history(doctor, visit):
    found = record(doctor, visit, onset_text="2026-11")
    ended = resolve_condition(by=doctor, condition=found, abatement_text="2026")
    assert (ended.clinical_status, ended.abatement_text, ended.is_open) == ("resolved", "2026", False)
    with pytest.raises(Refused):
        resolve_condition(by=doctor, condition=found)


def test_what_was_never_true_has_no_clinical_status(doctor, visit):
    found = record(doctor, visit)
    wrong = mark_entered_in_error(by=doctor, record=found, reason="Other patient.")
    assert (wrong.verification_status, wrong.clinical_status) == ("entered-in-error", "")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Condition.objects.filter(pk=found.pk).update(clinical_status="active", verification_status="confirmed")


@pytest.mark.parametrize(
    "change",
    [{"code": "I10"}, {"icd_code": "I10"}, {"clinical_status": ""}, {"abatement_text": "2020"}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_what_fhir_and_history_forbid(doctor, visit, change):
    found = record(doctor, visit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Condition.objects.filter(pk=found.pk).update(**change)


def test_today_is_the_facilitys_today():
    """At nine in the morning in Auckland it is still yesterday in UTC."""
    patient = make.patient(registered_in=make.facility(time_zone="Pacific/Auckland"))
    by, _practitioner = make.treating(patient)
    with time_machine.travel(dt.datetime.now(dt.UTC).replace(hour=20, minute=30), tick=False):
        local = clock.today("Pacific/Auckland")
        assert local > clock.now().date()
        found = record_condition(by=by, patient=patient, code="I10", onset_text=local.isoformat())
        ended = resolve_condition(by=by, condition=found)
    assert ended.abatement_text == local.isoformat()
