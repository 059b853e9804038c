"""The pages of this room: who opens them, what they show, what their forms do, how many queries they cost."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.core import clock
from hms.core.models import AuditEvent
from hms.patients.models import AllergyStatus, Coverage, GlassBreak, Patient, RelatedPerson
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def signed_in(*duties: str, **fields: object) -> Client:
    client = Client()
    client.force_login(make.user(*duties, **fields))
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"patients:{name}", args=args)


def text(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


@pytest.fixture
def desk() -> Client:
    make.facility()
    return signed_in("front-desk")


@pytest.fixture
def treating() -> tuple[Client, Patient]:
    """A doctor's browser and a patient of theirs."""
    user, patient = make.user("doctor"), make.patient("Halvorsen", "Ingrid")
    make.care(patient, make.practitioner(user=user))
    client = Client()
    client.force_login(user)
    return client, patient


# --- Search --------------------------------------------------------------------------------------------------
def test_search_finds_while_typing_and_leaves_no_name_in_the_trail(desk: Client) -> None:
    patient = make.patient("Halvorsen", "Ingrid")
    assert "Patients found" not in text(desk.get(url("search")))
    found = desk.post(url("search"), {"q": "halvorson ingrit"}, headers=HTMX)
    assert "HALVORSEN, Ingrid" in text(found)
    assert "<html" not in text(found)
    assert url("identity", patient.pk) in text(found)
    line = AuditEvent.objects.get(verb="patients.searched")
    assert line.detail == {"by": ["name"], "found": 1}


def test_a_scanned_number_opens_the_record(desk: Client) -> None:
    patient = make.patient()
    response = desk.post(url("search"), {"q": patient.grouped_mrn})
    assert response.status_code == 302
    assert response["Location"] == url("identity", patient.pk)


def test_nobody_found_says_what_to_do_next(desk: Client) -> None:
    assert "Nobody found" in text(desk.post(url("search"), {"q": "zzzz"}))


def test_a_confidential_record_keeps_its_place_and_loses_its_name(desk: Client) -> None:
    make.patient("Halvorsen", "Ingrid", restriction="vip")
    found = text(desk.post(url("search"), {"q": "halvorsen"}, headers=HTMX))
    assert "Confidential record" in found
    assert "HALVORSEN" not in found


def test_namesakes_carry_a_name_alert(desk: Client) -> None:
    make.patient("Kowalski", "Jan", born="1984-05-11")
    make.patient("Kowalski", "Jan", born="1994-05-11")
    assert text(desk.post(url("search"), {"q": "kowalski jan"}, headers=HTMX)).count("Similar name") == 2


@pytest.mark.parametrize("duty", ["administrator", "patient", "integration-analyst"])
def test_duties_that_do_not_search(duty: str) -> None:
    assert signed_in(duty).get(url("search")).status_code == 403


# --- Registering ---------------------------------------------------------------------------------------------
FORM = {"family": "García Mármol", "given": "Rosa", "birth": "5-Jul-1948", "sex": "female", "phone": "+34 91 5550101"}


def test_registering_leads_to_the_profile(desk: Client) -> None:
    assert desk.get(url("register")).status_code == 200
    response = desk.post(url("register"), FORM)
    patient = Patient.objects.get()
    assert response["Location"] == url("profile", patient.pk)
    assert "GARCÍA MÁRMOL, Rosa" in text(desk.get(response["Location"]))


def test_the_same_form_sent_twice_registers_once(desk: Client) -> None:
    key = {"idempotency_key": "0192f0c1-0000-7000-8000-000000000001"}
    desk.post(url("register"), FORM | key)
    desk.post(url("register"), FORM | key)
    assert Patient.objects.count() == 1


def test_look_alikes_are_shown_while_typing_with_their_reasons(desk: Client) -> None:
    desk.post(url("register"), FORM)
    typed = {"family": "Garcia Marmol", "given": "Rossa", "birth": "5-Jul-1948", "check": "1"}
    panel = text(desk.post(url("register"), typed, headers=HTMX))
    assert "GARCÍA MÁRMOL, Rosa" in panel
    assert "same date of birth" in panel
    assert "Match 9" in panel
    assert "<html" not in panel
    assert "Nobody so far" in text(desk.post(url("register"), {"check": "1", "given": "X"}, headers=HTMX))
    assert Patient.objects.count() == 1


def test_a_probable_duplicate_stops_and_a_reason_goes_on(desk: Client) -> None:
    desk.post(url("register"), FORM)
    again = FORM | {"given": "Rossa"}
    refused = desk.post(url("register"), again)
    assert refused.status_code == 422
    assert "say why this is another person" in text(refused)
    assert 'name="duplicate_reason"' in text(refused)
    assert desk.post(url("register"), again | {"duplicate_reason": "Twin, passport seen"}).status_code == 302
    assert Patient.objects.count() == 2


def test_what_is_wrong_stands_at_its_field(desk: Client) -> None:
    response = desk.post(url("register"), FORM | {"birth": "31.2.1948"})
    assert response.status_code == 422
    assert "Write a date" in text(response)
    assert "García Mármol" in text(response), "nothing typed is lost"


def test_an_emergency_arrival_is_three_fields(desk: Client) -> None:
    assert desk.get(url("emergency")).status_code == 200
    response = desk.post(url("emergency"), {"sex": "male", "age_band": "adult", "note": "Grey coat"})
    patient = Patient.objects.get()
    assert response["Location"] == url("identity", patient.pk)
    assert patient.unidentified
    banner = text(desk.get(url("profile", patient.pk)))
    assert "Identity not known" in banner
    assert "Grey coat" in banner


def test_a_newborn_is_three_fields_after_its_mother(desk: Client) -> None:
    mother = make.patient("O’Reilly", "Maeve", born="1996-01-01")
    found = text(desk.post(url("mother"), {"q": "oreilly"}, headers=HTMX))
    assert url("newborn", mother.pk) in found
    page = desk.get(url("newborn", mother.pk))
    assert "O’REILLY, Maeve" in text(page)
    local = clock.local(clock.now() - dt.timedelta(hours=1), "Europe/Berlin")
    sent = {
        "born_at_day": f"{local:%Y-%m-%d}",
        "born_at_clock": f"{local:%H:%M}",
        "sex": "female",
        "patient_id": mother.pk,
    }
    desk.post(url("newborn", mother.pk), sent)
    child = Patient.objects.get(birth_at__isnull=False)
    assert child.label == "O’REILLY, Baby of Maeve"
    assert abs((child.birth_at - (clock.now() - dt.timedelta(hours=1))).total_seconds()) < 120


def test_a_form_of_another_patients_tab_is_refused(desk: Client) -> None:
    mother, other = make.patient(), make.patient()
    sent = {"born_at_day": "2026-01-01", "born_at_clock": "10:00", "sex": "female", "patient_id": other.pk}
    assert desk.post(url("newborn", mother.pk), sent).status_code == 404
    assert not RelatedPerson.objects.exists()


# --- Identity and breaking the glass -------------------------------------------------------------------------
def test_a_doctor_without_a_relation_finds_identity_only_and_breaks_the_glass() -> None:
    doctor, patient = signed_in("doctor"), make.patient("Halvorsen", "Ingrid")
    make.allergy(patient, "Penicillin")
    page = text(doctor.get(url("identity", patient.pk)))
    assert "HALVORSEN, Ingrid" in page
    assert "Penicillin" not in page
    assert doctor.get(url("profile", patient.pk)).status_code == 404
    assert doctor.get(url("allergies", patient.pk)).status_code == 404
    refused = doctor.post(url("break_glass", patient.pk), {"reason": "emergency", "explanation": ""})
    assert refused.status_code == 422
    sent = {"reason": "emergency", "explanation": "Found unconscious", "patient_id": patient.pk}
    assert doctor.post(url("break_glass", patient.pk), sent).status_code == 302
    assert GlassBreak.objects.get().patient == patient
    assert "Penicillin" in text(doctor.get(url("allergies", patient.pk)))


def test_who_may_not_even_find_gets_404() -> None:
    user = make.user("doctor", "patient")
    own = make.patient(user=user)
    client = Client()
    client.force_login(user)
    assert client.get(url("identity", own.pk)).status_code in (403, 404)


def test_reading_an_identity_is_in_the_trail_once(desk: Client) -> None:
    patient = make.patient()
    desk.get(url("identity", patient.pk))
    line = AuditEvent.objects.get(verb="chart.read")
    assert (line.patient_id, line.detail) == (patient.pk, {"page": "patients:identity"})


def test_a_merged_record_leads_to_the_one_that_stands(desk: Client) -> None:
    gone, stands = make.patient(), make.patient()
    gone.merged_into = stands
    gone.save()
    assert desk.get(url("identity", gone.pk))["Location"] == url("identity", stands.pk)


# --- Banner --------------------------------------------------------------------------------------------------
def test_the_banner_tells_the_three_states_of_allergies_apart(treating: tuple[Client, Patient]) -> None:
    client, patient = treating
    assert "Allergies not recorded" in text(client.get(url("allergies", patient.pk)))
    sent = {"state": "1", "statement": "no-known-allergies"}
    assert client.post(url("allergies", patient.pk), sent).status_code == 302
    page = text(client.get(url("allergies", patient.pk)))
    assert "No known allergies" in page
    assert "Robin Vale" in page
    sent = {
        "text": "Penicillin", "category": "medication", "verification_status": "confirmed", "reaction": "anaphylaxis",
        "severity": "severe",
    }  # fmt: skip
    assert client.post(url("allergies", patient.pk), sent).status_code == 302
    page = text(client.get(url("allergies", patient.pk)))
    assert "Allergies (1)" in page
    assert "Penicillin – anaphylaxis, severe" in page
    assert AllergyStatus.objects.get().ended_at


def test_the_banner_shows_death_restriction_and_alerts(desk: Client) -> None:
    patient = make.patient(deceased=True, deceased_date_text="2026-11-21", interpreter_needed=True, language="ar")
    page = text(desk.get(url("profile", patient.pk)))
    assert "Died 21-Nov-2026" in page
    assert "Interpreter: Arabic" in page


# --- Profile -------------------------------------------------------------------------------------------------
def edit_form(page: str) -> dict[str, str]:
    """The fields of the edit form as a browser would send them."""
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        kind = re.search(r'type="(\w+)"', tag)
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("radio", "checkbox") or "checked" in tag):
            sent[name[1]] = value[1] if value else ("on" if kind and kind[1] == "checkbox" else "")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_two_tabs_edit_one_patient_and_the_second_sees_both_versions(desk: Client) -> None:
    patient = make.patient("Halvorsen", "Ingrid")
    sent = edit_form(text(desk.get(url("edit", patient.pk))))
    first = sent | {"language": "no", "contacts-0-value": "+47 22 555123", "contacts-0-system": "phone"}
    assert desk.post(url("edit", patient.pk), first).status_code == 302
    patient.refresh_from_db()
    assert patient.language == "no"
    second = sent | {"language": "sv", "names-0-given": "Inga"}
    refused = desk.post(url("edit", patient.pk), second)
    assert refused.status_code == 409
    page = text(refused)
    assert "somebody changed this" in page
    assert "+47 22 555123" in page, "theirs"
    assert "HALVORSEN, Inga" in page, "mine"
    assert Patient.objects.get().language == "no"
    again = edit_form(page) | {"contacts-0-value": "+47 22 555123", "contacts-0-system": "phone"}
    assert desk.post(url("edit", patient.pk), again).status_code == 302
    patient.refresh_from_db()
    assert (patient.language, patient.label) == ("sv", "HALVORSEN, Inga")


def test_the_whole_record_is_changed_on_one_form(desk: Client) -> None:
    patient = make.patient("Halvorsen", "Ingrid")
    sent = edit_form(text(desk.get(url("edit", patient.pk)))) | {
        "names-1-use": "maiden", "names-1-family": "Nygaard", "names-1-given": "Ingrid",
        "addresses-0-use": "home", "addresses-0-lines": "1 Alder Road", "addresses-0-city": "Oslo",
        "identifiers-0-type": "PPN", "identifiers-0-use": "official", "identifiers-0-value": "N 123",
    }  # fmt: skip
    assert desk.post(url("edit", patient.pk), sent).status_code == 302
    page = text(desk.get(url("profile", patient.pk)))
    for words in ("NYGAARD, Ingrid", "1 Alder Road", "Oslo", "N 123", "Passport"):
        assert words in page
    gone = edit_form(text(desk.get(url("edit", patient.pk)))) | {"names-1-DELETE": "on"}
    desk.post(url("edit", patient.pk), gone)
    assert patient.names.count() == 1


def test_what_changed_names_who_when_and_what_came_from_outside(desk: Client) -> None:
    patient = make.patient("Halvorsen", "Ingrid")
    sent = edit_form(text(desk.get(url("edit", patient.pk)))) | {
        "contacts-0-value": "+47 22 555123", "contacts-0-system": "phone",
    }  # fmt: skip
    desk.post(url("edit", patient.pk), sent)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET marital_status = 'W'")
    page = text(desk.get(url("changes", patient.pk)))
    assert "+47 22 555123" in page
    assert "Robin Vale" in page
    assert "Changed outside the application" in page
    assert "Widowed" in page


def test_relatives_insurance_alerts_privacy_and_death(desk: Client) -> None:
    patient = make.patient(born="2016-03-01")
    user = make.user("patient")
    sent = {
        "kind": "guardian", "name": "Tom Vale", "login_name": user.login_name, "scopes": ["view", "book"],
        "document": "Birth certificate", "relationship": "FTH",
    }  # fmt: skip
    assert desk.post(url("relatives", patient.pk), sent).status_code == 302
    assert desk.post(url("relatives", patient.pk), sent | {"login_name": "nobody"}).status_code == 422
    assert "Acts for the patient" in text(desk.get(url("profile", patient.pk)))
    assert desk.post(url("revoke", RelatedPerson.objects.get().pk)).status_code == 302
    sent = {
        "kind": "public",
        "payor": "AOK",
        "relationship": "self",
        "order": "1",
        "status": "active",
        "subscriber_id": "A1",
    }
    assert desk.post(url("coverages", patient.pk), sent).status_code == 302
    coverage = Coverage.objects.get()
    assert "AOK" in text(desk.get(url("coverage", coverage.pk)))
    assert desk.post(url("coverage", coverage.pk), sent | {"payor": ""}).status_code == 422
    assert desk.post(url("flags", patient.pk), {"code": "hearing"}).status_code == 302
    assert "Hard of hearing" in text(desk.get(url("flags", patient.pk)))
    assert desk.post(url("privacy", patient.pk), {"no_voicemail": "on"}).status_code == 302
    assert "answering machines" in text(desk.get(url("profile", patient.pk)))
    assert desk.post(url("death", patient.pk), {"on": "2026-11"}).status_code == 302
    assert "Died Nov-2026" in text(desk.get(url("profile", patient.pk)))
    assert desk.post(url("death", patient.pk), {"lives": "1"}).status_code == 302
    assert not Patient.objects.get(pk=patient.pk).deceased


def test_an_unknown_person_gets_their_name_on_a_page(desk: Client) -> None:
    desk.post(url("emergency"), {"sex": "male", "age_band": "adult"})
    patient = Patient.objects.get()
    sent = {"family": "Okafor", "given": "Chidi", "sex": "male", "version": patient.version, "record_id": patient.pk}
    assert desk.get(url("identify", patient.pk)).status_code == 200
    assert desk.post(url("identify", patient.pk), sent).status_code == 302
    assert Patient.objects.get().label == "OKAFOR, Chidi"


def test_a_login_is_tied_on_a_page(desk: Client) -> None:
    patient, user = make.patient(), make.user()
    assert desk.post(url("portal", patient.pk), {"login_name": user.login_name}).status_code == 302
    patient.refresh_from_db()
    assert patient.user == user


# --- The privacy officer -------------------------------------------------------------------------------------
def test_the_privacy_officer_reviews_what_was_opened() -> None:
    user, patient = make.user("doctor"), make.patient("Halvorsen", "Ingrid")
    doctor = Client()
    doctor.force_login(user)
    doctor.post(url("break_glass", patient.pk), {"reason": "emergency", "explanation": "Found unconscious"})
    doctor.get(url("allergies", patient.pk))
    officer, glass = signed_in("privacy-officer"), GlassBreak.objects.get()
    assert "HALVORSEN, Ingrid" in text(officer.get(url("glass_breaks")))
    page = text(officer.get(url("glass_review", glass.pk)))
    assert "Found unconscious" in page
    assert "1 page read" in page
    sent = {"outcome": "justified", "record_id": glass.pk, "version": glass.version}
    assert officer.post(url("glass_review", glass.pk), sent).status_code == 302
    assert "Nothing to review" in text(officer.get(url("glass_breaks")))
    assert "Justified" in text(officer.get(url("glass_breaks") + "?all=1"))
    assert signed_in("doctor").get(url("glass_breaks")).status_code == 403


def test_refuting_an_allergy_on_its_page(treating: tuple[Client, Patient]) -> None:
    client, patient = treating
    allergy = make.allergy(patient, "Penicillin")
    sent = {"reason": "Tolerated since", "record_id": allergy.pk, "version": allergy.version}
    assert client.get(url("refute", allergy.pk)).status_code == 200
    assert client.post(url("refute", allergy.pk), sent).status_code == 302
    assert "Tolerated since" in text(client.get(url("allergies", patient.pk)))
    other = make.allergy(make.patient(), "Latex")
    assert client.get(url("refute", other.pk)).status_code == 404


# --- Queries -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["search", "identity", "profile", "edit", "changes", "coverages", "flags"])
def test_pages_stay_under_25_queries(desk: Client, name: str) -> None:
    patient = make.patient()
    for _ in range(3):
        make.related_person(patient)
    address = url(name) if name == "search" else url(name, patient.pk)
    desk.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(address).status_code == 200
    assert len(queries) <= 25, [one["sql"][:80] for one in queries]


@pytest.mark.parametrize(
    ("typed", "group", "ingredient"),
    [("Penicillins", "penicillins", ""), ("amoxicillin", "", "amoxicillin"), ("peanut", "", "")],
)
def test_an_allergy_typed_in_words_is_one_that_prescribing_compares(client, typed, group, ingredient):
    from hms.patients.models import AllergyIntolerance

    make.formulary()
    patient = make.patient()
    nurse = make.user("nurse")
    make.care(patient, make.practitioner(nurse))
    client.force_login(nurse)
    sent = {
        "text": typed,
        "verification_status": "confirmed",
        "patient_id": patient.pk,
        "idempotency_key": uuid.uuid4(),
    }
    assert client.post(f"/patients/{patient.pk}/allergies/", sent).status_code == 302
    kept = AllergyIntolerance.objects.get(patient=patient)
    assert (kept.allergy_group, kept.ingredient) == (group, ingredient)


def guard(record: object) -> dict[str, str]:
    """The hidden fields of a form about a record, as it stands now."""
    record.refresh_from_db()  # type: ignore[attr-defined]
    return {"record_id": str(record.pk), "version": str(record.version)}  # type: ignore[attr-defined]


# --- What a form sent twice, late or by the wrong hand must not do -----------------------------------------------
def test_a_death_sent_twice_stays_recorded(desk: Client) -> None:
    patient = make.patient()
    sent = guard(patient) | {"on": "2026-11"}
    assert desk.post(url("death", patient.pk), sent).status_code == 302
    assert desk.post(url("death", patient.pk), sent).status_code == 409
    assert Patient.objects.get(pk=patient.pk).deceased
    assert 'name="lives"' in text(desk.get(url("death", patient.pk)))
    back = guard(patient) | {"lives": "1"}
    assert desk.post(url("death", patient.pk), back).status_code == 302
    assert desk.post(url("death", patient.pk), back).status_code == 409
    assert not Patient.objects.get(pk=patient.pk).deceased


def test_a_stale_page_of_wishes_is_told_so(desk: Client) -> None:
    patient = make.patient()
    page = text(desk.get(url("privacy", patient.pk)))
    first = guard(patient)
    assert f'name="version" value="{first["version"]}"' in page
    assert desk.post(url("privacy", patient.pk), first | {"no_voicemail": "on"}).status_code == 302
    assert desk.post(url("privacy", patient.pk), first | {"research_refused": "on"}).status_code == 409
    patient.refresh_from_db()
    assert patient.privacy.no_voicemail
    assert not patient.privacy.research_refused


def test_a_block_is_not_ended_as_if_it_were_access(desk: Client) -> None:
    blocked = make.related_person(make.patient(), make.user(), kind="blocked", start_at=clock.now())
    assert desk.post(url("revoke", blocked.pk)).status_code == 404
    blocked.refresh_from_db()
    assert blocked.status == "active"


def test_an_alert_ended_twice_keeps_the_moment_of_its_end(desk: Client) -> None:
    flag = make.patient().flags.create(code="hearing", start_at=clock.now())
    assert desk.post(url("end_flag", flag.pk)).status_code == 302
    flag.refresh_from_db()
    ended = flag.end_at
    assert desk.post(url("end_flag", flag.pk)).status_code == 422
    flag.refresh_from_db()
    assert flag.end_at == ended


def test_what_no_field_asks_of_an_insurance_stays(desk: Client) -> None:
    patient = make.patient()
    coverage = Coverage.objects.create(
        patient=patient, payor="AOK", network="North", dependent="03", kind="public", status="active"
    )
    sent = guard(coverage) | {
        "kind": "public", "payor": "AOK", "relationship": "self", "order": "1", "status": "active",
        "end": "31-Dec-2026",
    }  # fmt: skip
    assert desk.post(url("coverage", coverage.pk), sent).status_code == 302
    coverage.refresh_from_db()
    assert (coverage.end, coverage.network, coverage.dependent) == (dt.date(2026, 12, 31), "North", "03")


def test_giving_a_name_shows_no_confidential_one_and_keeps_the_guessed_age(desk: Client) -> None:
    make.patient("Okafor", "Chidi", born="1980-05-01", sex="male", restriction="vip")
    desk.post(url("emergency"), {"sex": "male", "age_band": "adult"})
    alias = Patient.objects.get(unidentified=True)
    sent = {"family": "Okafor", "given": "Chidi", "sex": "male", "version": alias.version, "record_id": alias.pk}
    page = text(desk.post(url("identify", alias.pk), sent | {"birth": "1980-05-01"}))
    panel = page.partition('id="look-alikes"')[2]
    assert "Confidential record" in panel
    assert "OKAFOR" not in panel
    desk.post(url("identify", alias.pk), sent)
    named = Patient.objects.get(pk=alias.pk)
    assert not named.unidentified
    assert (named.birth_low, named.birth_high) == (alias.birth_low, alias.birth_high)


def test_a_page_asked_for_as_a_fragment_leaves_its_line(desk: Client) -> None:
    patient = make.patient()
    desk.get(url("profile", patient.pk), headers=HTMX)
    assert AuditEvent.objects.filter(verb="chart.read", patient_id=patient.pk).count() == 1


@pytest.mark.parametrize("typed", ["0000", "0001", "01-Jan-0001", "9998", "9999", "31-Dec-9999"])
@pytest.mark.parametrize("estimated", [{}, {"birth_estimated": "on"}])
def test_a_year_nobody_is_born_in_is_said_at_the_field(desk: Client, typed: str, estimated: dict[str, str]) -> None:
    make.patient("Zed", "Anna", born="1990-02-03")
    sent = {"family": "Zed", "given": "Anna", "sex": "female", "birth": typed, **estimated}
    assert desk.post(url("register"), sent | {"check": "1"}, headers=HTMX).status_code == 200
    answer = desk.post(url("register"), sent)
    assert answer.status_code == 422
    assert "birth" in answer.context["form"].errors


def test_a_newborn_of_long_ago_is_said_at_the_field(desk: Client) -> None:
    sent = {"born_at_day": "01-Jan-0001", "born_at_clock": "10:00", "sex": "female", "birth_order": ""}
    answer = desk.post(url("newborn", make.patient().pk), sent)
    assert answer.status_code == 422
    assert "born_at" in answer.context["form"].errors


def test_a_year_in_other_digits_is_kept_as_fhir_writes_it(desk: Client) -> None:
    desk.post(url("register"), {"family": "Zed", "given": "Anna", "sex": "female", "birth": "\u0661\u0669\u0666\u0662"})
    assert Patient.objects.get().birth_date_text == "1962"


@pytest.mark.parametrize(
    "name", ["profile", "edit", "changes", "coverages", "relatives", "flags", "privacy", "death", "portal"]
)
def test_somebody_at_the_desk_who_is_blocked_reads_no_address(name: str) -> None:
    make.facility()
    clerk, patient = make.user("front-desk"), make.patient()
    client = Client()
    client.force_login(clerk)
    assert client.get(url(name, patient.pk)).status_code == 200
    make.related_person(patient, clerk, kind="blocked", start_at=clock.now())
    assert client.get(url(name, patient.pk)).status_code == 404
