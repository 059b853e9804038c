"""The basket in the browser: searched, filled, warned, changed, overridden, signed."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from hms.accounts.models import User
from hms.prescribing.models import DetectedIssue, MedicationRequest
from hms.prescribing.tests.visit import TWICE_A_DAY, Visit, a_visit, allergic

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def doctor(visit: Visit, client):
    client.force_login(User.objects.get(pk=visit.doctor.id))
    return client


def post(client, name: str, pk, visit: Visit, **data):
    data = {"patient_id": str(visit.patient.pk), **data}
    return client.post(reverse(f"prescribing:{name}", args=[pk]), data, headers=HTMX)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_typing_finds_medicines(doctor):
    response = doctor.get(reverse("prescribing:medicines"), {"q": "clari 500"}, headers=HTMX)
    assert 'value="clarithromycin-500-mg-tablet"' in words(response)
    assert "1 medicine found" in words(response)


def test_a_chosen_medicine_stands_in_the_basket_with_its_line(doctor, visit):
    response = post(doctor, "basket", visit.encounter.pk, visit, medication="clarithromycin-500-mg-tablet")
    text = words(response)
    assert response.status_code == 200
    assert '<span class="hms-med__dose">500 mg</span>' in text
    assert "2 times a day" in text
    assert MedicationRequest.objects.get().status == "draft"


def test_each_answer_brings_a_fresh_key_so_that_a_second_medicine_can_follow(doctor, visit):
    key = str(uuid.uuid4())
    text = words(
        post(doctor, "basket", visit.encounter.pk, visit, medication="amlodipine-5-mg-tablet", idempotency_key=key)
    )
    assert 'id="medicine-guard" hx-swap-oob="true"' in text
    again = post(doctor, "basket", visit.encounter.pk, visit, medication="amlodipine-5-mg-tablet", idempotency_key=key)
    assert again.status_code == 200
    assert MedicationRequest.objects.count() == 1


def test_a_warning_offers_the_safer_one_and_one_press_takes_it(doctor, visit):
    allergic(visit.patient, group="penicillins", reaction="anaphylaxis", criticality="high")
    text = words(post(doctor, "basket", visit.encounter.pk, visit, medication="amoxicillin-500-mg-capsule"))
    assert "Allergic to penicillins: amoxicillin belongs to the same group" in text
    assert "hms-interrupt" in text
    assert "Use doxycycline instead" in text
    assert text.index("Use doxycycline instead") < text.index("Override with a reason")
    assert "knowledge base 2026.11" in text
    assert "1 decision left" in text

    draft = MedicationRequest.objects.get()
    fingerprint = text.split('name="fingerprint" value="')[1][:64]
    text = words(post(doctor, "instead", draft.pk, visit, generic="doxycycline", fingerprint=fingerprint))
    assert "Doxycycline" in text
    assert "hms-interrupt" not in text
    assert DetectedIssue.objects.get().outcome == "accepted"


def test_an_override_without_words_says_so_and_keeps_the_reason(doctor, visit):
    allergic(visit.patient, group="penicillins")
    text = words(post(doctor, "basket", visit.encounter.pk, visit, medication="amoxicillin-500-mg-capsule"))
    fingerprint = text.split('name="fingerprint" value="')[1][:64]
    data = {"fingerprint": fingerprint, "override_reason": "tolerated"}
    response = post(doctor, "override", visit.encounter.pk, visit, **data, override_text="")
    assert response.status_code == 422
    assert "Say it in your own words as well." in words(response)
    assert 'value="tolerated" selected' in words(response)
    response = post(doctor, "override", visit.encounter.pk, visit, **data, override_text="Twice since, no rash")
    assert response.status_code == 200
    assert "Taken before without harm: Twice since, no rash" in words(response)


def test_signing_a_held_basket_is_refused_with_the_basket(doctor, visit):
    allergic(visit.patient, group="penicillins")
    visit.draft("amoxicillin-500-mg-capsule")
    response = post(doctor, "sign", visit.encounter.pk, visit)
    assert response.status_code == 422
    assert "1 order waits for a decision. Nothing was signed." in words(response)


def test_signing_empties_the_basket(doctor, visit):
    visit.draft("amoxicillin-500-mg-capsule")
    response = post(doctor, "sign", visit.encounter.pk, visit)
    assert response.status_code == 200
    assert "No medicine in the basket." in words(response)
    assert MedicationRequest.objects.get().status == "active"


def test_how_it_is_taken_can_be_changed_in_place(doctor, visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    url = reverse("prescribing:change", args=[draft.pk])
    assert 'name="dose" value="500"' in words(doctor.get(url, headers=HTMX))
    form = {
        "version": "1",
        "dose": "250",
        "dose_unit": "mg",
        "route": "oral",
        "timing": "2/1/d",
        "days": "5",
        "substitution_allowed": "on",
    }
    response = post(doctor, "change", draft.pk, visit, **form)
    assert response.status_code == 200
    assert "250 mg" in words(response)
    draft.refresh_from_db()
    assert str(draft.line).endswith("250 mg – by mouth – 2 times a day – for 5 days")


def test_a_stale_change_stays_in_its_place(doctor, visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    post(doctor, "change", draft.pk, visit, version="1", dose="250", dose_unit="mg", route="oral", timing="2/1/d")
    response = post(
        doctor, "change", draft.pk, visit, version="1", dose="100", dose_unit="mg", route="oral", timing="2/1/d"
    )
    assert response.status_code == 409
    assert response.headers["HX-Retarget"] == f"#dose-{draft.pk}"


def test_a_form_of_another_patient_is_refused(doctor, visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    response = doctor.post(
        reverse("prescribing:remove", args=[draft.pk]), {"patient_id": str(uuid.uuid4())}, headers=HTMX
    )
    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_of_somebody_else_is_not_there(doctor, visit):
    other = a_visit()
    draft = other.draft("amoxicillin-500-mg-capsule", TWICE_A_DAY)
    assert post(doctor, "remove", draft.pk, other).status_code == 404
    assert post(doctor, "basket", other.encounter.pk, other).status_code == 404


def test_the_fragment_takes_a_fixed_number_of_queries(doctor, visit, django_assert_max_num_queries):
    url = reverse("prescribing:basket", args=[visit.encounter.pk])
    visit.draft("amoxicillin-500-mg-capsule")
    doctor.get(url, headers=HTMX)
    for code in ("ibuprofen-400-mg-tablet", "metformin-500-mg-tablet", "simvastatin-20-mg-tablet"):
        visit.draft(code)
    with django_assert_max_num_queries(25):
        assert doctor.get(url, headers=HTMX).status_code == 200


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ({"dose": "123456789012"}, 422),
        ({"dose": "1.00001"}, 422),
        ({"days": "99999"}, 422),
        ({"days": "3000000000"}, 422),
        # Four million units six times a day: more than a column of quantities holds, and an order all the same.
        ({"dose": "4000000", "dose_unit": "[iU]", "timing": "1/4/h", "days": "10"}, 200),
    ],
)
def test_a_huge_number_is_refused_in_words_or_kept(doctor, visit, typed, answered):
    draft = visit.draft("amoxicillin-500-mg-capsule", TWICE_A_DAY)
    form = {"dose": "500", "dose_unit": "mg", "route": "oral", "timing": "2/1/d", "days": "7"}
    assert post(doctor, "change", draft.pk, visit, **form | typed).status_code == answered


def test_a_character_no_text_has_is_refused(doctor, visit):
    assert post(doctor, "basket", visit.encounter.pk, visit, medication="\x00").status_code == 400
