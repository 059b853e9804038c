"""The pages of this room: who may open them, what they show, what they do with a form, how many queries they take."""

import pytest
from django.urls import reverse

from hms.clinical.actions import add_addendum, record_condition, write_and_sign_note
from hms.clinical.models import Condition, Encounter, Note
from hms.core import drafts
from hms.core.models import AuditEvent
from hms.core.records import uuid7
from tests import make

pytestmark = pytest.mark.django_db
WORDS = {"subjective": "Cough for five days.", "plan": "Antibiotic."}


@pytest.fixture(autouse=True)
def codes():
    make.icd10cm()


@pytest.fixture
def visit():
    return make.encounter(reason="Cough and fever")


@pytest.fixture
def doctor(visit, client):
    """Signed in as a doctor who treats the patient."""
    by, practitioner = make.treating(visit.patient)
    client.force_login(practitioner.user)
    return by


def page(name, *arguments):
    return reverse(f"clinical:{name}", args=arguments)


def guard(record=None, patient=None):
    """The hidden fields of a form."""
    fields = {"idempotency_key": str(uuid7())}
    if record is not None:
        fields |= {"record_id": str(record.pk), "version": str(record.version)}
    if patient is not None:
        fields["patient_id"] = str(patient.pk)
    return fields


def note_form(visit, **sections):
    return {"occurred_at_0": "23-Nov-2020", "occurred_at_1": "10:00", **guard(patient=visit.patient), **sections}


# --- Who may open what ------------------------------------------------------------------------------------------
def pages_of(visit, note, condition):
    patient = visit.patient_id
    return [
        page("encounter", visit.pk),
        page("encounters", patient),
        page("write_note", visit.pk),
        page("diagnoses", visit.pk),
        page("note", note.pk),
        page("addendum", note.pk),
        page("note_error", note.pk),
        page("notes", patient),
        page("conditions", patient),
        page("resolve_condition", condition.pk),
        page("condition_error", condition.pk),
    ]


def test_every_page_is_for_those_who_treat_and_no_one_else(doctor, visit, client):
    note = write_and_sign_note(by=doctor, encounter=visit, sections=WORDS)
    condition = make.condition(visit.patient)
    addresses = pages_of(visit, note, condition)
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
    _stranger, other = make.treating(make.patient())
    client.force_login(other.user)
    assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)
    client.force_login(make.user("administrator"))
    assert {client.get(address).status_code for address in addresses} == {403}
    client.logout()
    assert {client.get(address).status_code for address in addresses} == {302}


def test_each_page_leaves_one_line_of_who_read_what(doctor, visit, client):
    client.get(page("encounter", visit.pk))
    line = AuditEvent.objects.get(verb="chart.read")
    assert (line.patient_id, line.detail) == (visit.patient_id, {"page": "clinical:encounter"})
    client.get(page("diagnoses", visit.pk), headers={"HX-Request": "true"})
    assert AuditEvent.objects.filter(verb="chart.read").count() == 1


# --- The note ---------------------------------------------------------------------------------------------------
def test_a_note_is_saved_then_signed_in_one_press_each(doctor, visit, client):
    answer = client.post(page("write_note", visit.pk), note_form(visit, plan="Rest.", save="1"))
    assert answer.status_code == 302
    saved = Note.objects.get()
    assert (saved.status, saved.plan) == ("preliminary", "Rest.")
    answer = client.post(page("write_note", visit.pk), note_form(visit, plan="Rest.", sign="1") | guard(saved))
    assert answer.headers["Location"] == page("note", saved.pk)
    assert Note.objects.get().status == "final"


def test_the_same_press_twice_signs_once(doctor, visit, client):
    form = note_form(visit, plan="Rest.", sign="1")
    for _press in range(2):
        assert client.post(page("write_note", visit.pk), form).status_code == 302
    assert Note.objects.count() == 1


def test_an_empty_note_comes_back_with_a_sentence(doctor, visit, client):
    answer = client.post(page("write_note", visit.pk), note_form(visit, plan="", sign="1"))
    assert answer.status_code == 422
    assert "Write at least one section" in answer.content.decode()


def test_a_form_of_another_patient_reaches_nobody(doctor, visit, client):
    form = note_form(visit, plan="Rest.", sign="1") | {"patient_id": str(make.patient().pk)}
    assert client.post(page("write_note", visit.pk), form).status_code == 409
    assert not Note.objects.exists()


def test_two_tabs_the_second_sees_both_versions(doctor, visit, client):
    client.post(page("write_note", visit.pk), note_form(visit, plan="First.", save="1"))
    note = Note.objects.get()
    form = note_form(visit, save="1") | guard(note)
    client.post(page("write_note", visit.pk), form | {"plan": "Tab one."})
    answer = client.post(page("write_note", visit.pk), form | {"plan": "Tab two.", "idempotency_key": str(uuid7())})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Tab one." in shown
    assert "Tab two." in shown
    assert Note.objects.get().plan == "Tab one."


def test_the_editor_is_filled_from_the_draft(doctor, visit, client):
    drafts.save(doctor, "note", visit.pk, {"subjective": ["half a senten"]})
    shown = client.get(page("write_note", visit.pk)).content.decode()
    assert "half a senten" in shown
    assert f"/drafts/note/{visit.pk}/" in shown
    assert "Cough and fever" in shown


def test_a_note_is_read_with_its_addenda_always(doctor, visit, client):
    note = write_and_sign_note(by=doctor, encounter=visit, sections=WORDS)
    form = guard(note, visit.patient) | {"text": "X-ray shows a shadow."}
    assert client.post(page("addendum", note.pk), form).status_code == 302
    for address in (page("note", note.pk), page("notes", visit.patient_id), page("encounter", visit.pk)):
        shown = client.get(address).content.decode()
        assert "Antibiotic." in shown
        assert "X-ray shows a shadow." in shown
        assert "With addendum" in shown


def test_notes_are_found_by_their_words(doctor, visit, client):
    write_and_sign_note(by=doctor, encounter=visit, sections={"plan": "Physiotherapy twice a week."})
    write_and_sign_note(by=doctor, encounter=make.encounter(visit.patient), sections={"plan": "Rest."})
    found = client.get(page("notes", visit.patient_id), {"q": "PHYSIO week"}).content.decode()
    assert "Physiotherapy" in found
    assert "Rest." not in found


def test_a_wrong_note_is_struck_through_with_its_reason(doctor, visit, client):
    note = write_and_sign_note(by=doctor, encounter=visit, sections=WORDS)
    assert client.post(page("note_error", note.pk), guard(note) | {"reason": ""}).status_code == 422
    assert client.post(page("note_error", note.pk), guard(note) | {"reason": "Wrong chart."}).status_code == 302
    shown = client.get(page("note", note.pk)).content.decode()
    assert "Wrong chart." in shown
    assert "<del" in shown


# --- Diagnoses ----------------------------------------------------------------------------------------------
def test_lay_words_lead_to_a_code_that_is_added_by_its_button(doctor, visit, client):
    options = client.get(reverse("terminology:diagnoses"), {"q": "high blood pressure"}).content.decode()
    assert 'value="I10"' in options
    assert "Essential (primary) hypertension" in options
    form = guard(patient=visit.patient) | {"q": "high blood pressure", "code": "I10"}
    answer = client.post(page("diagnoses", visit.pk), form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Essential (primary) hypertension" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert Condition.objects.get().icd_code == "I10"


def test_without_javascript_the_search_button_lists_and_the_option_adds(doctor, visit, client):
    shown = client.post(page("diagnoses", visit.pk), guard() | {"q": "heart attack"}).content.decode()
    assert 'value="I21.9"' in shown
    assert client.post(page("diagnoses", visit.pk), guard() | {"code": "I21.9"}).status_code == 302
    assert visit.diagnoses.get().condition.icd_code == "I21.9"


def test_a_heading_is_refused_in_words_and_the_list_stays(doctor, visit, client):
    answer = client.post(page("diagnoses", visit.pk), guard() | {"code": "E11"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "only a heading" in answer.content.decode()


def test_the_list_of_a_patient_takes_a_problem_and_ends_it(doctor, visit, client):
    form = guard(patient=visit.patient) | {
        "code": "I10",
        "verification_status": "confirmed",
        "category": "problem-list-item",
        "onset_text": "Mar-2019",
    }
    assert client.post(page("conditions", visit.patient_id), form).status_code == 302
    problem = Condition.objects.get()
    assert (problem.onset_text, problem.category) == ("2019-03", "problem-list-item")
    again = client.post(page("conditions", visit.patient_id), form | guard())
    assert again.status_code == 422
    assert "on the list already" in again.content.decode()
    answer = client.post(page("resolve_condition", problem.pk), guard(problem) | {"clinical_status": "resolved"})
    assert answer.status_code == 302
    assert not Condition.objects.get().is_open


def test_a_double_press_records_one_diagnosis(doctor, visit, client):
    form = guard() | {"code": "J18.9"}
    for _press in range(2):
        client.post(page("diagnoses", visit.pk), form, headers={"HX-Request": "true"})
    assert Condition.objects.count() == 1


# --- The visit ----------------------------------------------------------------------------------------------
def test_a_visit_is_finished_from_its_page(doctor, visit, client):
    assert client.get(page("finish", visit.pk)).status_code == 405
    answer = client.post(page("finish", visit.pk), guard(visit) | {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == page("encounter", visit.pk)
    assert Encounter.objects.get().status == "finished"


def test_a_stale_finish_is_refused(doctor, visit, client):
    form = guard(visit)
    Encounter.objects.filter(pk=visit.pk).update(priority="UR")
    assert client.post(page("finish", visit.pk), form).status_code == 409
    assert Encounter.objects.get().status == "in-progress"


def test_the_patient_reads_their_visit_and_changes_nothing(client):
    user = make.user("patient")
    visit = make.encounter(make.patient(user=user))
    by, _practitioner = make.treating(visit.patient)
    note = write_and_sign_note(by=by, encounter=visit, sections=WORDS)
    client.force_login(user)
    shown = client.get(page("note", note.pk)).content.decode()
    assert "Antibiotic." in shown
    assert "Sign addendum" not in shown
    assert "entered in error" not in shown
    assert client.post(page("addendum", note.pk), {"text": "x"}).status_code == 403


# --- Queries ------------------------------------------------------------------------------------------------
def test_no_page_takes_more_queries_with_more_data(doctor, visit, client):
    def fill(count):
        for _n in range(count):
            other = make.encounter(visit.patient, facility=visit.facility)
            note = write_and_sign_note(by=doctor, encounter=other, sections=WORDS)
            add_addendum(by=doctor, note=note, text="More.")
            make.condition(visit.patient, encounter=other)
        record_condition(by=doctor, patient=visit.patient, encounter=visit, code="J18.9")

    def counted(address):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    fill(1)
    addresses = [
        page("encounter", visit.pk),
        page("encounters", visit.patient_id),
        page("notes", visit.patient_id),
        page("conditions", visit.patient_id),
        page("diagnoses", visit.pk),
        page("write_note", visit.pk),
    ]
    client.get(addresses[0])  # what a process reads once a minute is read now
    before = [counted(address) for address in addresses]
    fill(5)
    assert [counted(address) for address in addresses] == before
    assert max(before) <= 25


# --- What was lost, and what was seen too much --------------------------------------------------------------------
def test_two_tabs_on_a_visit_without_a_note_lose_neither_text(visit, doctor, client):
    first, second = note_form(visit, subjective="Kept by the first."), note_form(visit, subjective="Of the second.")
    assert client.post(page("write_note", visit.pk), first | {"save": "1"}).status_code == 302
    answer = client.post(page("write_note", visit.pk), second | {"save": "1"})
    assert answer.status_code == 409
    assert "Of the second." in answer.content.decode()
    assert "Kept by the first." in answer.content.decode()
    assert Note.objects.get().subjective == "Kept by the first."


def test_the_list_of_visits_names_no_diagnosis_that_is_held_back_or_untrue(visit, client):
    user = make.user("patient")
    visit.patient.user = user
    visit.patient.save()
    for rank, (text, fields) in enumerate(
        {
            "Released": {},
            "Held back": {"released_at": None},
            "Never true": {"verification_status": "entered-in-error", "clinical_status": ""},
        }.items(),
        1,
    ):
        condition = make.condition(visit.patient, text=text, **fields)
        visit.diagnoses.create(condition=condition, rank=rank)
    client.force_login(user)
    shown = client.get(page("encounters", visit.patient_id)).content.decode()
    assert "Released" in shown
    assert "Held back" not in shown
    assert "Never true" not in shown


def test_older_notes_and_visits_are_on_a_next_page(visit, doctor, client, monkeypatch):
    monkeypatch.setattr("hms.clinical.views.note.PER_PAGE", 1)
    monkeypatch.setattr("hms.clinical.views.encounter.PER_PAGE", 1)
    for words in ("The older one.", "The newer one."):
        other = make.encounter(visit.patient, facility=visit.facility)
        write_and_sign_note(by=doctor, encounter=other, sections={"subjective": words})
    address = page("notes", visit.patient_id)
    assert "The older one." not in client.get(address).content.decode()
    assert "The older one." in client.get(address, {"page": "2"}).content.decode()
    assert "?page=2" in client.get(page("encounters", visit.patient_id)).content.decode()
