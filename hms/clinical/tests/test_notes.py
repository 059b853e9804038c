"""Notes: written, signed, added to; what nobody can change; whose signature holds."""

import pytest
from django.db import IntegrityError, connection, transaction

from hms.clinical.actions import add_addendum, mark_entered_in_error, sign_note, write_and_sign_note, write_note
from hms.clinical.models import Note, NoteAddendum
from hms.core import drafts
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused, Stale
from tests import cast, make

pytestmark = pytest.mark.django_db
WORDS = {"subjective": "Cough for five days.", "plan": "Antibiotic."}


@pytest.fixture
def visit():
    return make.encounter()


@pytest.fixture
def doctor(visit):
    by, _practitioner = make.treating(visit.patient)
    return by


def signed(by, visit):
    return write_and_sign_note(by=by, encounter=visit, sections=WORDS)


def test_a_note_is_written_and_written_again(doctor, visit):
    first = write_note(by=doctor, encounter=visit, sections=WORDS)
    assert (first.status, first.subjective, first.occurred_at) == (
        "preliminary",
        "Cough for five days.",
        visit.start_at,
    )
    again = write_note(by=doctor, encounter=visit, sections={"plan": "Rest."}, version=first.version)
    assert again.pk == first.pk
    assert again.plan == "Rest."
    assert again.subjective == "Cough for five days."
    assert again.recorded_at == first.recorded_at
    line = AuditEvent.objects.filter(verb="note.written").latest("id")
    assert line.patient_id == visit.patient_id
    assert line.detail == {"type": "11506-3"}


def test_two_tabs_do_not_overwrite_each_other(doctor, visit):
    first = write_note(by=doctor, encounter=visit, sections=WORDS)
    write_note(by=doctor, encounter=visit, sections={"plan": "Tab one."}, version=first.version)
    with pytest.raises(Stale):
        write_note(by=doctor, encounter=visit, sections={"plan": "Tab two."}, version=first.version)
    assert Note.objects.get().plan == "Tab one."


def test_an_unsigned_note_is_seen_by_its_author_alone(doctor, visit):
    write_note(by=doctor, encounter=visit, sections=WORDS)
    colleague, _practitioner = make.treating(visit.patient)
    assert Note.objects.visible_to(doctor).count() == 1
    assert not Note.objects.visible_to(colleague).exists()


def test_a_signed_note_says_who_when_and_that_it_holds(doctor, visit):
    drafts.save(doctor, "note", visit.pk, {"plan": ["half a sen"]})
    note = signed(doctor, visit)
    note = Note.objects.get(pk=note.pk)
    assert note.status == "final"
    assert note.signed_at
    assert note.released_at == note.signed_at
    assert note.signature_state == "valid"
    assert note.signed_patient == visit.patient_id
    assert drafts.load(doctor, "note", visit.pk) == {}
    line = AuditEvent.objects.get(verb="note.signed")
    assert line.subject_id == note.pk
    assert line.actor_id == doctor.id


def test_a_note_is_signed_once(doctor, visit):
    note = signed(doctor, visit)
    with pytest.raises(Refused, match="business-rule"):
        sign_note(by=doctor, note=note)


def test_the_same_form_sent_twice_signs_one_note(doctor, visit):
    how = {"by": doctor, "encounter": visit, "sections": WORDS, "idempotency_key": "one form"}
    assert write_and_sign_note(**how).pk == write_and_sign_note(**how).pk
    assert Note.objects.count() == 1


def test_nobody_signs_for_somebody_else(doctor, visit):
    note = make.note(visit, make.practitioner(user=make.user("doctor")))
    with pytest.raises(Missing):
        sign_note(by=doctor, note=note)


def test_an_empty_note_is_not_signed_and_leaves_nothing(doctor, visit):
    with pytest.raises(Refused, match="required"):
        write_and_sign_note(by=doctor, encounter=visit, sections={"plan": "  "})
    assert not Note.objects.exists()
    assert AuditEvent.objects.get().outcome == "refused"


def test_a_policy_can_keep_notes_from_the_portal(doctor, visit):
    make.policy("clinical.note_release", False, facility=visit.facility)
    assert signed(doctor, visit).released_at is None


@pytest.mark.parametrize("duty", ["front-desk", "billing", "administrator", "pharmacist", "laboratory"])
def test_other_duties_write_no_note(visit, duty):
    by, _practitioner = make.treating(visit.patient, duty)
    with pytest.raises(Forbidden):
        write_note(by=by, encounter=visit, sections=WORDS)


def test_a_stranger_finds_no_visit_to_write_in(visit):
    by, _practitioner = make.treating(make.patient())
    with pytest.raises(Missing):
        write_note(by=by, encounter=visit, sections=WORDS)


def test_somebody_without_a_practitioner_writes_nothing(visit):
    from hms.organization.models import Practitioner

    by, practitioner = make.treating(visit.patient)
    Practitioner.objects.filter(pk=practitioner.pk).update(active=False)
    with pytest.raises(Refused):
        write_note(by=by, encounter=visit, sections=WORDS)


# --- Nothing changes a signed note ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "column", ["plan", "subjective", "author_label", "occurred_at", "signed_at", "signature", "title"]
)
def test_the_database_refuses_to_change_a_signed_note(doctor, visit, column):
    note = signed(doctor, visit)
    table = Note._meta.db_table
    with (
        pytest.raises(IntegrityError, match="clinical_note_frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} IS NOT NULL")
    assert Note.objects.get(pk=note.pk).signature_state == "valid"


def test_nor_does_saving_it(doctor, visit):
    note = signed(doctor, visit)
    note.plan = "Something else."
    with pytest.raises(IntegrityError, match="clinical_note_frozen"), transaction.atomic():
        note.save()


def test_a_signed_note_never_becomes_unsigned_or_goes(doctor, visit):
    note = signed(doctor, visit)
    for change in ({"status": "preliminary"}, {"status": "amended", "plan": b"x"}):
        with pytest.raises((IntegrityError, Exception)), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=note.pk).delete()


def test_a_change_behind_the_triggers_back_breaks_the_signature(doctor, visit):
    note = Note.objects.get(pk=signed(doctor, visit).pk)
    note.plan = "Opioids."
    assert note.signature_state == "broken"
    fresh = Note.objects.get(pk=note.pk)
    fresh.author_label = "Dr Nobody"
    assert fresh.signature_state == "broken"
    other = Note.objects.get(pk=signed(doctor, make.encounter(visit.patient)).pk)
    other.signature, other.digest = note.signature, note.digest
    assert other.signature_state == "broken"


def test_a_merge_moves_the_note_and_the_signature_still_holds(doctor, visit):
    note = signed(doctor, visit)
    Note.objects.filter(pk=note.pk).update(patient=make.patient())
    moved = Note.objects.get(pk=note.pk)
    assert moved.patient_id != moved.signed_patient
    assert moved.signature_state == "valid"


# --- Addenda ----------------------------------------------------------------------
def test_an_addendum_has_its_own_author_time_and_signature(doctor, visit):
    note = signed(doctor, visit)
    colleague, practitioner = make.treating(visit.patient)
    added = add_addendum(by=colleague, note=note, text="X-ray shows a shadow.\r\nRepeat.")
    added = NoteAddendum.objects.get(pk=added.pk)
    assert added.author == practitioner
    assert added.text == "X-ray shows a shadow.\nRepeat."
    assert added.signature_state == "valid"
    note = Note.objects.get(pk=note.pk)
    assert note.status == "amended"
    assert note.signature_state == "valid"
    line = AuditEvent.objects.get(verb="note.amended")
    assert line.actor_id == colleague.id
    assert line.subject_id == note.pk


def test_more_than_one_addendum_in_the_order_of_time(doctor, visit):
    note = signed(doctor, visit)
    for text in ("One.", "Two."):
        add_addendum(by=doctor, note=note, text=text)
    assert [added.text for added in Note.objects.get(pk=note.pk).addenda.all()] == ["One.", "Two."]


def test_the_database_refuses_to_change_an_addendum(doctor, visit):
    added = add_addendum(by=doctor, note=signed(doctor, visit), text="One.")
    added.text = "Two."
    with pytest.raises(IntegrityError, match="clinical_noteaddendum_frozen"), transaction.atomic():
        added.save()


def test_an_unsigned_note_takes_no_addendum(doctor, visit):
    note = write_note(by=doctor, encounter=visit, sections=WORDS)
    with pytest.raises(Refused, match="business-rule"):
        add_addendum(by=doctor, note=note, text="More.")


# --- Errors and the portal ----------------------------------------------------------------------
def test_a_wrong_note_stays_readable_struck_through(doctor, visit):
    note = signed(doctor, visit)
    wrong = mark_entered_in_error(by=doctor, record=note, reason="Written in the wrong chart.")
    wrong = Note.objects.get(pk=wrong.pk)
    assert wrong.is_entered_in_error
    assert wrong.error_reason == "Written in the wrong chart."
    assert wrong.error_at
    assert wrong.subjective == WORDS["subjective"]
    assert wrong.signature_state == "valid"
    with pytest.raises(Refused):
        mark_entered_in_error(by=doctor, record=note, reason="Again.")


def test_without_a_reason_nothing_is_an_error(doctor, visit):
    with pytest.raises(Refused, match="required"):
        mark_entered_in_error(by=doctor, record=signed(doctor, visit), reason=" ")


def test_the_patient_reads_signed_notes_that_are_released_and_true():
    user = make.user("patient")
    visit = make.encounter(make.patient(user=user))
    doctor, _practitioner = make.treating(visit.patient)
    patient = cast.actor("patient", user=user)
    note = signed(doctor, visit)
    assert list(Note.objects.visible_to(patient)) == [note]
    write_note(by=doctor, encounter=visit, sections=WORDS)
    assert Note.objects.visible_to(patient).count() == 1
    mark_entered_in_error(by=doctor, record=note, reason="Wrong chart.")
    assert not Note.objects.visible_to(patient).exists()


def test_no_word_of_a_note_is_in_the_database_or_the_trail(doctor, visit):
    write_and_sign_note(by=doctor, encounter=visit, sections={"plan": "zanzibar canary"})
    with connection.cursor() as cursor:
        for table in (
            "clinical_note",
            "clinical_note_history",
            "core_auditevent",
            "core_outboxmessage",
            "core_idempotentreply",
        ):
            cursor.execute(f"SELECT * FROM {table}")
            assert (
                b"zanzibar"
                not in repr(
                    [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
                ).encode()
            )
