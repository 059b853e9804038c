"""A visit of several patients, of whom each sees and changes the own place alone."""

from __future__ import annotations

import pytest
import time_machine

from hms.core.models import AuditEvent
from hms.core.problems import Missing, Refused
from hms.scheduling.actions import book_appointment, cancel_appointment
from hms.scheduling.models import Appointment
from hms.scheduling.tests.conftest import NINE
from hms.scheduling.tests.test_pages import signed_in, text, url
from tests import cast, make


@pytest.fixture
def other(db):
    return make.patient("Otherwise", "Olga")


@pytest.fixture
def group(clinic, other):
    """The other patient came first; the own one has the second place."""
    school = make.healthcare_service(clinic.department, name="Asthma school", capacity=3)
    booked = book_appointment(**clinic.asked(service=school, patient=other))
    book_appointment(**clinic.asked(service=school))
    return booked


@pytest.fixture
def phone(clinic):
    make.grant(clinic.patient.user, "patient")
    return signed_in(clinic.patient.user)


@pytest.fixture
def desk(clinic):
    return signed_in(make.user("front-desk", facility=clinic.facility))


def patients_of(visit):
    visit = Appointment.objects.get(pk=visit.pk)
    return visit.status, {patient.pk for patient in visit.patients}


@pytest.mark.parametrize("page", ["appointment", "slip", "cancel"])
def test_nobody_reads_who_else_comes(clinic, group, other, phone, page):
    shown = text(phone.get(url(page, group.pk)))
    assert clinic.patient.label in shown
    assert other.label not in shown
    assert not AuditEvent.objects.filter(actor_id=clinic.patient.user.pk, patient_id=other.pk).exists()


def test_nor_on_the_day_at_the_entrance(clinic, group, other):
    make.grant(clinic.patient.user, "patient")
    with time_machine.travel(NINE, tick=False):
        shown = text(signed_in(clinic.patient.user).get(url("here", clinic.facility.pk)))
    assert clinic.patient.label in shown
    assert other.label not in shown


def test_a_list_of_ones_visits_is_about_oneself(clinic, group, other, phone):
    for page in (url("visits", clinic.patient.pk), "/my/", "/my/visits/"):
        assert other.label not in text(phone.get(page))


def test_who_cancels_gives_up_the_own_place(clinic, group, other, phone):
    phone.post(url("cancel", group.pk), {"reason": "pat"})
    assert patients_of(group) == ("booked", {other.pk})


def test_no_patient_gives_up_the_place_of_another(clinic, group, other):
    with pytest.raises(Refused):
        cancel_appointment(by=clinic.himself, appointment=group, reason="pat", patient=other)
    cancel_appointment(by=clinic.himself, appointment=group, reason="pat")
    assert patients_of(group) == ("booked", {other.pk})


def test_who_has_left_sees_that_they_did_and_can_not_call_it_off(clinic, group, other, phone):
    cancel_appointment(by=clinic.himself, appointment=group, reason="pat")
    shown = text(phone.get(url("appointment", group.pk)))
    assert other.label not in shown
    assert url("cancel", group.pk) not in shown
    with pytest.raises(Missing):
        cancel_appointment(by=clinic.himself, appointment=group, reason="pat", patient=clinic.patient)
    assert patients_of(group) == ("booked", {other.pk})


def test_the_desk_says_whose_place_it_is(clinic, group, other, desk):
    """By the page they come from; and the page without a patient says that it is for all."""
    assert "For all 2 patients" in text(desk.get(url("cancel", group.pk)))
    desk.post(f"{url('cancel', group.pk)}?patient={clinic.patient.pk}", {"reason": "pat"})
    assert patients_of(group) == ("booked", {other.pk})


def test_the_desk_calls_all_of_it_off(clinic, group, desk):
    desk.post(url("cancel", group.pk), {"reason": "prov"})
    assert patients_of(group)[0] == "cancelled"


def test_the_desk_names_nobody_who_is_not_in_it(clinic, group):
    with pytest.raises(Refused):
        cancel_appointment(by=clinic.desk, appointment=group, reason="pat", patient=make.patient())
    assert len(patients_of(group)[1]) == 2


def test_a_guardian_gives_up_the_childs_place(clinic, group, other):
    make.related_person(other, user=(guardian := make.user()), scopes=("view", "book"))
    cancel_appointment(by=cast.actor("patient", user=guardian), appointment=group, reason="pat")
    assert patients_of(group) == ("booked", {clinic.patient.pk})
