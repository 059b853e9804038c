"""The pages of this room: who may open them, what they show, what they do with a form, how many queries they take."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.core import clock
from hms.core.models import AuditEvent
from hms.core.records import uuid7
from hms.diagnostics import codes
from hms.diagnostics.actions import Reading, record_observations
from hms.diagnostics.models import Observation
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return make.encounter(make.patient(born="1962-03-14"))


@pytest.fixture
def nurse(visit, client):
    """Signed in as a nurse who treats the patient."""
    by, practitioner = make.treating(visit.patient, "nurse")
    client.force_login(practitioner.user)
    return by


def page(name, *arguments):
    return reverse(f"diagnostics:{name}", args=arguments)


def form(patient, **values):
    return {"idempotency_key": str(uuid7()), "patient_id": str(patient.pk), **values}


def vitals(by, visit, days=0, **values):
    items = [Reading(code, text) for code, text in (values or {"8480-6": "134", "8462-4": "82"}).items()]
    at = clock.now() - dt.timedelta(days=days)
    return record_observations(
        by=by, patient=visit.patient, facility=visit.facility, items=items, effective_at=at, confirmed=True
    )


def test_every_page_is_for_those_who_treat_and_no_one_else(nurse, visit, client):
    value = make.observation(visit.patient)
    patient = visit.patient_id
    addresses = [
        page("results", patient),
        page("results", patient) + "?category=laboratory",
        page("test", patient, value.code),
        page("vitals", patient),
        page("correct", value.pk),
    ]
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
    _stranger, other = make.treating(make.patient())
    client.force_login(other.user)
    assert {client.get(address).status_code for address in addresses} == {404}
    client.force_login(make.user("administrator"))
    assert {client.get(address).status_code for address in addresses} == {403}


def test_the_list_shows_value_unit_range_flag_trend_and_time(nurse, visit, client):
    vitals(nurse, visit, days=2)
    vitals(nurse, visit, days=1, **{"8480-6": "150", "8462-4": "90"})
    vitals(nurse, visit, **{"2708-6": "91"})
    shown = client.get(page("results", visit.patient_id)).content.decode()
    assert "150/90" in shown
    assert "mm\N{NO-BREAK SPACE}Hg" in shown  # a number and its unit stay on one line
    assert "Critically low" in shown
    assert "Blood pressure, rising, last 150/90" in shown
    assert AuditEvent.objects.filter(verb="chart.read", detail__page="diagnostics:results").count() == 1


def test_one_test_shows_its_chart_and_all_its_values(nurse, visit, client):
    for days in (3, 2, 1):
        vitals(nurse, visit, days=days)
    shown = client.get(page("test", visit.patient_id, codes.BLOOD_PRESSURE)).content.decode()
    assert shown.count("134/82") >= 3
    assert "<svg" in shown
    assert client.get(page("test", visit.patient_id, "0000-0")).status_code == 404


def test_an_old_name_of_the_same_panel_is_in_the_same_list(nurse, visit, client):
    vitals(nurse, visit)
    old = make.observation(visit.patient, code=codes.BLOOD_PRESSURE_OLD, text="Blood Pressure", value=1)
    shown = client.get(page("test", visit.patient_id, codes.BLOOD_PRESSURE)).content.decode()
    assert old.text not in shown
    assert "Blood pressure" in shown


# --- Vital signs ------------------------------------------------------------------------------------------------
def test_vital_signs_are_kept_in_the_visit_that_is_going_on(nurse, visit, client):
    sent = form(visit.patient, **{"8480-6": "134", "8462-4": "82", "8867-4": "98", "8310-5": "38,9"})
    answer = client.post(page("vitals", visit.patient_id), sent)
    assert answer.headers["Location"] == reverse("clinical:encounter", args=[visit.pk])
    kept = {one.code: one for one in Observation.objects.all()}
    assert set(kept) == {"85354-9", "8867-4", "8310-5"}
    assert kept["8310-5"].value_text == "38.9"
    assert {one.encounter_id for one in kept.values()} == {visit.pk}


def test_a_slip_comes_back_with_a_sentence_at_its_field_and_keeps_the_rest(nurse, visit, client):
    answer = client.post(page("vitals", visit.patient_id), form(visit.patient, **{"8867-4": "720", "8310-5": "36.8"}))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "can&#x27;t be right" in shown or "can't be right" in shown or "can’t be right" in shown
    assert 'value="36.8"' in shown
    assert not Observation.objects.exists()


def test_an_odd_change_asks_once(nurse, visit, client):
    vitals(nurse, visit, days=3, **{codes.BODY_WEIGHT: "81"})
    sent = form(visit.patient, **{codes.BODY_WEIGHT: "18"})
    answer = client.post(page("vitals", visit.patient_id), sent)
    assert answer.status_code == 422
    assert "Is that right?" in answer.content.decode()
    again = form(visit.patient, **{codes.BODY_WEIGHT: "18", "confirmed": "1"})
    assert client.post(page("vitals", visit.patient_id), again).status_code == 302


def test_a_double_press_keeps_one_set(nurse, visit, client):
    sent = form(visit.patient, **{"8867-4": "72"})
    for _press in range(2):
        assert client.post(page("vitals", visit.patient_id), sent).status_code == 302
    assert Observation.objects.count() == 1


def test_a_form_of_another_patient_reaches_nobody(nurse, visit, client):
    sent = form(make.patient(), **{"8867-4": "72"})
    assert client.post(page("vitals", visit.patient_id), sent).status_code == 409
    assert not Observation.objects.exists()


def test_a_value_is_corrected_from_its_page(nurse, visit, client):
    value = make.observation(visit.patient, value="7.2")
    sent = form(visit.patient, text="4.2", reason="Haemolysed.", record_id=str(value.pk), version=str(value.version))
    assert client.post(page("correct", value.pk), sent).status_code == 302
    shown = client.get(page("results", visit.patient_id)).content.decode()
    assert "4.2" in shown
    assert "7.2" in shown
    assert "Corrected" in shown


def test_the_patient_reads_released_results_and_enters_none(client):
    user = make.user("patient")
    own = make.patient(user=user)
    make.observation(own, value="4.75")
    client.force_login(user)
    shown = client.get(page("results", own.pk)).content.decode()
    assert "4.75" in shown
    assert "Enter vital signs" not in shown
    assert client.get(page("vitals", own.pk)).status_code == 403


def test_no_page_takes_more_queries_with_more_data(nurse, visit, client):
    def counted(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = [
        page("results", visit.patient_id),
        page("test", visit.patient_id, codes.BLOOD_PRESSURE),
        page("vitals", visit.patient_id),
    ]
    vitals(nurse, visit, days=40)
    client.get(addresses[0])  # what a process reads once a minute is read now
    before = [counted(address) for address in addresses]
    for days in range(12):
        vitals(nurse, visit, days=days)
        make.observation(visit.patient, facility=visit.facility, code=f"{days}-1", text=f"Test {days}")
    assert [counted(address) for address in addresses] == before
    assert max(before) <= 25
