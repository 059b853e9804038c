"""The medicines of a patient as pages: read, renewed, stopped, cancelled, corrected."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from hms.accounts.models import User
from hms.core import clock
from hms.core.models import AuditEvent
from hms.prescribing.models import MedicationRequest
from hms.prescribing.tests.visit import Visit, a_visit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(visit: Visit, client):
    client.force_login(User.objects.get(pk=visit.doctor.id))
    return client


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_list_says_what_is_taken_and_what_has_ended(doctor, visit):
    visit.takes("warfarin-5-mg-tablet")
    visit.takes("amoxicillin-500-mg-capsule", end_on=dt.date(2020, 1, 7))
    response = doctor.get(reverse("prescribing:medications", args=[visit.patient.pk]))
    assert response.status_code == 200
    current, _, past = words(response).partition("Medicines that have ended")
    assert "Warfarin" in current
    assert "Amoxicillin" not in current
    assert "Amoxicillin" in past
    assert AuditEvent.objects.filter(verb="chart.read", patient_id=visit.patient.pk).count() == 1


def test_an_empty_list_is_no_proof(doctor, visit):
    assert "No medicine on record" in words(doctor.get(reverse("prescribing:medications", args=[visit.patient.pk])))


def test_a_stranger_gets_404(doctor):
    assert doctor.get(reverse("prescribing:medications", args=[a_visit().patient.pk])).status_code == 404


def test_one_press_puts_a_repeat_into_the_basket(doctor, visit):
    old = visit.takes("atorvastatin-20-mg-tablet", dose=Decimal(20))
    page = words(doctor.get(reverse("prescribing:medications", args=[visit.patient.pk])))
    assert f'action="{reverse("prescribing:renew", args=[old.pk])}"' in page
    response = doctor.post(
        reverse("prescribing:renew", args=[old.pk]),
        {"patient_id": str(visit.patient.pk), "encounter": str(visit.encounter.pk)},
    )
    assert response.headers["Location"] == reverse("prescribing:basket", args=[visit.encounter.pk])
    assert MedicationRequest.objects.get(status="draft").replaces == old


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("stop", {"reason": "sintol", "note": "Bruises"}, "stopped"),
        ("cancel", {"reason": "altchoice"}, "cancelled"),
        ("error", {"error_reason": "Wrong chart"}, "entered-in-error"),
    ],
)
def test_an_ending_by_its_page(doctor, visit, name, data, status):
    request = visit.takes("warfarin-5-mg-tablet")
    url = reverse(f"prescribing:{name}", args=[request.pk])
    assert "Warfarin" in words(doctor.get(url))
    refused = doctor.post(url, {"patient_id": str(visit.patient.pk), "version": "1"})
    assert refused.status_code == 422
    done = doctor.post(url, {"patient_id": str(visit.patient.pk), "version": "1", **data})
    assert done.headers["Location"] == reverse("prescribing:medications", args=[visit.patient.pk])
    request.refresh_from_db()
    assert request.status == status


def test_an_older_version_is_refused(doctor, visit):
    request = visit.takes("warfarin-5-mg-tablet")
    MedicationRequest.objects.filter(pk=request.pk).update(status_reason="sintol")
    url = reverse("prescribing:stop", args=[request.pk])
    response = doctor.post(url, {"patient_id": str(visit.patient.pk), "version": "1", "reason": "sintol"})
    assert response.status_code == 409


def test_the_basket_has_a_page_of_its_own_without_a_script(doctor, visit):
    visit.takes("warfarin-5-mg-tablet")
    visit.draft("clarithromycin-500-mg-tablet")
    page = words(doctor.get(reverse("prescribing:basket", args=[visit.encounter.pk]), {"q": "doxy"}))
    assert "Watch: clarithromycin and warfarin" in page
    assert 'value="doxycycline-100-mg-tablet"' in page
    assert "Sign the medicines" in page


def test_the_form_of_a_draft_has_a_page_of_its_own(doctor, visit):
    draft = visit.draft("clarithromycin-500-mg-tablet")
    page = words(doctor.get(reverse("prescribing:change", args=[draft.pk])))
    assert "how it is taken" in page


def test_a_nurse_reads_and_does_not_prescribe(client, visit):
    nurse = make.user("nurse")
    make.care(visit.patient, make.practitioner(nurse))
    client.force_login(nurse)
    visit.takes("warfarin-5-mg-tablet")
    page = words(client.get(reverse("prescribing:medications", args=[visit.patient.pk])))
    assert "Warfarin" in page
    assert "Stop" not in page
    assert client.get(reverse("prescribing:basket", args=[visit.encounter.pk])).status_code == 403


def test_the_list_takes_a_fixed_number_of_queries(doctor, visit, django_assert_max_num_queries):
    url = reverse("prescribing:medications", args=[visit.patient.pk])
    visit.takes("warfarin-5-mg-tablet")
    doctor.get(url)
    for code in ("amlodipine-5-mg-tablet", "metformin-500-mg-tablet", "simvastatin-20-mg-tablet"):
        visit.takes(code)
    with django_assert_max_num_queries(25):
        doctor.get(url)


def test_the_words_it_came_with_are_shown_and_a_stopped_one_does_not_go_on(doctor, visit):
    visit.takes("warfarin-5-mg-tablet", status="stopped", source="elsewhere/1", dosage_text="One in the <evening>")
    page = words(doctor.get(reverse("prescribing:medications", args=[visit.patient.pk])))
    assert "As it came: One in the &lt;evening&gt;" in page
    assert "Stopped" in page
    assert "ongoing" not in page


def test_what_ended_long_ago_is_on_a_next_page(visit, client, monkeypatch):
    monkeypatch.setattr("hms.prescribing.views.medications.PER_PAGE", 1)
    client.force_login(User.objects.get(pk=visit.doctor.id))
    for day in (1, 2):
        visit.takes("warfarin-5-mg-tablet", status="stopped", authored_at=clock.now() - dt.timedelta(days=day))
    address = reverse("prescribing:medications", args=[visit.patient.pk])
    page = client.get(address)
    assert page.context["past"].paginator.count == 2
    assert "?page=2" in page.content.decode()
    assert len(client.get(address, {"page": "2"}).context["past"].object_list) == 1
