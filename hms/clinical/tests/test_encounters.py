"""start_encounter, record_arrival, finish_encounter: work, refusals, strangers, the line in the trail."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hms.clinical.actions import finish_encounter, mark_entered_in_error, record_arrival, start_encounter
from hms.clinical.models import Encounter
from hms.core import clock
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused
from hms.patients.models import CareRelationship, Patient
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    return make.patient()


def start(patient, **how):
    by, practitioner = make.treating(patient)
    facility = practitioner.roles.first().facility
    return by, start_encounter(by=by, patient=patient, facility=facility, practitioner=practitioner, **how)


def test_a_visit_without_an_appointment_begins_now(patient):
    by, visit = start(patient, reason="Cough")
    assert (visit.status, visit.class_code, visit.reason) == ("in-progress", "AMB", "Cough")
    assert visit.participants.get().practitioner.user_id == by.id
    line = AuditEvent.objects.get(verb="encounter.started")
    assert (line.patient_id, line.facility_id, line.subject_id) == (patient.pk, visit.facility_id, visit.pk)
    assert line.detail == {"class": "AMB"}


def test_the_visit_opens_the_chart_to_who_leads_it(patient):
    _by, visit = start(patient)
    assert CareRelationship.objects.filter(source_id=visit.pk, patient=patient, end_at=None).exists()


def test_a_visit_may_have_begun_earlier_but_not_later(patient):
    _by, visit = start(patient, start_at=clock.now() - dt.timedelta(hours=2))
    assert visit.start_at < clock.now() - dt.timedelta(hours=1)
    with pytest.raises(Refused) as refused:
        start(patient, start_at=clock.now() + dt.timedelta(hours=2))
    assert refused.value.problems[0].field == "start_at"


def test_a_stranger_learns_nothing_of_the_patient(patient):
    make.treating(patient)
    other = make.patient()
    by, practitioner = make.treating(other)
    with pytest.raises(Missing):
        start_encounter(by=by, patient=patient, facility=make.facility(), practitioner=practitioner)


@pytest.mark.parametrize("duty", ["front-desk", "billing", "administrator", "pharmacist"])
def test_other_duties_start_no_visit(patient, duty):
    by, practitioner = make.treating(patient, duty)
    with pytest.raises(Forbidden):
        start_encounter(by=by, patient=patient, facility=make.facility(), practitioner=practitioner)
    assert AuditEvent.objects.get().outcome == "refused"


def test_a_merged_record_takes_no_visit(patient):
    by, practitioner = make.treating(patient)
    Patient.objects.filter(pk=patient.pk).update(merged_into=make.patient(), active=False)
    with pytest.raises(Refused, match="business-rule"):
        start_encounter(by=by, patient=patient, facility=make.facility(), practitioner=practitioner)


def test_an_emergency_arrival_waits_in_the_department():
    department = make.department()
    patient = make.patient()
    desk = cast.actor("front-desk", user=make.user("front-desk"))
    visit = record_arrival(by=desk, patient=patient, facility=department.facility, department=department)
    assert (visit.status, visit.class_code) == ("arrived", "EMER")
    nurse = make.user("nurse")
    make.practitioner_role(make.practitioner(user=nurse), department)
    assert Patient.objects.visible_to(cast.actor("nurse", user=nurse)).filter(pk=patient.pk).exists()


def test_a_visit_is_finished_once(patient):
    by, visit = start(patient)
    done = finish_encounter(by=by, encounter=visit, discharge_disposition="home")
    assert done.status == "finished"
    assert done.end_at
    assert done.minutes is not None
    assert done.participants.get().end_at == done.end_at
    assert AuditEvent.objects.filter(verb="encounter.finished").count() == 1
    with pytest.raises(Refused, match="business-rule"):
        finish_encounter(by=by, encounter=visit)


def test_the_chart_stays_open_for_some_days_after_the_visit(patient):
    by, visit = start(patient)
    done = finish_encounter(by=by, encounter=visit)
    assert CareRelationship.objects.get(source_id=visit.pk).end_at == done.end_at + dt.timedelta(days=30)


def test_a_visit_does_not_end_before_it_began(patient):
    by, visit = start(patient)
    with pytest.raises(Refused) as refused:
        finish_encounter(by=by, encounter=visit, end_at=visit.start_at - dt.timedelta(hours=1))
    assert refused.value.problems[0].field == "end_at"


def test_the_database_keeps_what_is_over(patient):
    by, visit = start(patient)
    finish_encounter(by=by, encounter=visit)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Encounter.objects.filter(pk=visit.pk).update(status="in-progress")
    Encounter.objects.filter(pk=visit.pk).update(status="entered-in-error")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Encounter.objects.filter(pk=visit.pk).update(class_code="EMER")
    with pytest.raises(IntegrityError), transaction.atomic():
        Encounter.objects.filter(pk=visit.pk).delete()


def test_only_those_who_treat_see_a_visit(patient):
    visit = make.encounter(patient)
    by, _practitioner = make.treating(patient)
    assert list(Encounter.objects.visible_to(by)) == [visit]
    assert not Encounter.objects.visible_to(cast.actor("doctor", user=make.user("doctor"))).exists()
    assert not Encounter.objects.visible_to(cast.actor("administrator", user=make.user("administrator"))).exists()


def test_in_the_portal_only_what_was_released_and_is_true():
    user = make.user("patient")
    patient = make.patient(user=user)
    shown = make.encounter(patient)
    make.encounter(patient, released_at=None)
    make.encounter(patient, status="entered-in-error")
    make.encounter(patient, released_at=clock.now() + dt.timedelta(days=1))
    make.encounter()
    assert list(Encounter.objects.visible_to(cast.actor("patient", user=user))) == [shown]


# --- With an appointment ------------------------------------------------------------------------------------------
@pytest.fixture
def booked(patient):
    """A visit booked for now with a doctor of a department, and the doctor as actor."""
    user = make.user("doctor")
    role = make.practitioner_role(make.practitioner(user=user))
    appointment = make.appointment(
        patient,
        make.session(make.schedule(role)),
        start_at=clock.now(),
        status="arrived",
        checked_in_at=clock.now(),
        reason="Cough and fever",
    )
    make.care(patient, role.practitioner)
    return cast.actor("doctor", user=user), appointment, role.practitioner


def start_booked(booked, patient):
    by, appointment, practitioner = booked
    return start_encounter(
        by=by, patient=patient, facility=appointment.facility, practitioner=practitioner, appointment=appointment
    )


def test_the_visit_of_an_appointment_takes_over_why_and_where_and_begins_it(booked, patient):
    _by, appointment, _practitioner = booked
    visit = start_booked(booked, patient)
    assert (visit.reason, visit.appointment) == ("Cough and fever", appointment)
    assert visit.department == appointment.department
    appointment.refresh_from_db()
    assert (appointment.status, bool(appointment.started_at)) == ("checked-in", True)


def test_starting_it_again_gives_back_the_visit_that_is_going_on(booked, patient):
    first = start_booked(booked, patient)
    booked[1].refresh_from_db()
    assert start_booked(booked, patient) == first
    assert Encounter.objects.count() == 1


def test_finishing_the_visit_fulfils_the_appointment_and_it_does_not_start_again(booked, patient):
    by, appointment, _practitioner = booked
    finish_encounter(by=by, encounter=start_booked(booked, patient))
    appointment.refresh_from_db()
    assert appointment.status == "fulfilled"
    with pytest.raises(Refused, match="business-rule"):
        start_booked(booked, patient)


def test_an_appointment_has_one_visit_even_past_the_action(booked, patient):
    visit = start_booked(booked, patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.encounter(patient, appointment=visit.appointment)


def test_the_doctors_day_starts_a_visit_by_one_press(booked, patient, client):
    from django.urls import reverse

    _by, appointment, practitioner = booked
    client.force_login(practitioner.user)
    answer = client.post(reverse("clinical:start", args=[appointment.pk]), {"next": "/elsewhere/"})
    assert answer.headers["Location"] == "/elsewhere/"
    assert Encounter.objects.get().appointment == appointment


def test_a_visit_entered_in_error_leaves_the_wrong_chart_closed():
    right, wrong = make.patient(), make.patient()
    by, practitioner = make.treating(right)
    make.care(wrong, practitioner, end_at=clock.now() + dt.timedelta(minutes=1))
    visit = start_encounter(by=by, patient=wrong, facility=make.facility(), practitioner=practitioner)
    mark_entered_in_error(by=by, record=visit, reason="The other Mrs Halvorsen.")
    later = clock.now() + dt.timedelta(minutes=2)
    assert not Patient.objects.visible_to(by, at=later).filter(pk=wrong.pk).exists()
    assert Patient.objects.visible_to(by, at=later).filter(pk=right.pk).exists()


def test_nobody_arrives_in_a_record_merged_away():
    merged = make.patient(merged_into=make.patient())
    with pytest.raises(Missing):
        record_arrival(by=cast.actor("nurse"), patient=merged, facility=make.facility())
