"""Filing documents and keeping originals."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import IntegrityError, connection, transaction

from hms.core import clock
from hms.core.actor import system
from hms.core.crypto import Unreadable
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused, Stale
from hms.core.records import uuid7
from hms.documents import actions, jobs, store
from hms.documents.models import Blob, DocumentReference, DocumentVersion, StoredOriginal
from hms.documents.originals import Original, prepare
from tests import cast, make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def doctor():
    return cast.actor("doctor")


def written(data: bytes = PDF) -> store.Written:
    return store.write(uuid7(), [data])


def filed(by, patient=None, data=PDF, **fields):
    facility = fields.pop("facility", None) or make.facility()
    defaults = {"type_code": "68609-7", "occurred_at": clock.now(), "title": "Letter of a colleague"}
    return actions.file_document(by=by, facility=facility, patient=patient, written=written(data), **defaults | fields)


class TestFileDocument:
    def test_it_is_kept_and_comes_back(self, doctor):
        patient = make.patient()
        document = filed(doctor, patient, file_name="brief.pdf")
        version = document.versions.get()
        assert b"".join(version.blob.read()) == PDF
        assert (version.number, version.filed_by, version.blob.content_type) == (1, doctor.label, "application/pdf")
        line = AuditEvent.objects.get()
        assert (line.verb, line.subject_id, line.patient_id) == ("document.filed", document.pk, patient.pk)
        assert line.detail == {"type": "68609-7", "size": len(PDF)}

    @pytest.mark.parametrize("data", [b"", b"<html><script>", b"MZ\x90\x00", b"PK\x03\x04", b"GIF89a"])
    def test_what_we_do_not_keep_is_refused(self, doctor, data):
        with pytest.raises(Refused) as refusal:
            filed(doctor, data=data)
        assert refusal.value.problems[0].field == "file"
        assert not Blob.objects.exists()

    def test_a_billing_clerk_is_denied(self):
        with pytest.raises(Forbidden):
            filed(cast.actor("billing"))

    def test_the_form_sent_twice_files_once(self, doctor):
        facility, when = make.facility(), clock.now()
        documents = {filed(doctor, facility=facility, occurred_at=when, idempotency_key="k").pk for _ in range(2)}
        assert len(documents) == 1
        assert Blob.objects.count() == 1


class TestVersions:
    def test_a_newer_content_leaves_the_older_readable(self, doctor):
        document = filed(doctor)
        actions.add_version(by=doctor, document=document, written=written(b"%PDF-1.7 corrected"), version=1)
        contents = [b"".join(version.blob.read()) for version in document.versions.all()]
        assert contents == [b"%PDF-1.7 corrected", PDF]

    def test_it_advances_the_document(self, doctor):
        document = filed(doctor)
        actions.add_version(by=doctor, document=document, written=written())
        document.refresh_from_db()
        assert document.version == 2
        with pytest.raises(Stale):
            actions.release_document(by=doctor, document=document, version=1)

    def test_nobody_changes_one(self, doctor):
        version = filed(doctor).versions.get()
        for write in (
            lambda: DocumentVersion.objects.filter(pk=version.pk).update(number=5),
            lambda: DocumentVersion.objects.filter(pk=version.pk).delete(),
            lambda: Blob.objects.update(size=1),
        ):
            with pytest.raises(IntegrityError, match="refuses"), transaction.atomic():
                write()

    def test_none_is_added_to_what_was_never_true(self, doctor):
        document = filed(doctor)
        actions.retract_document(by=doctor, document=document)
        with pytest.raises(Refused):
            actions.add_version(by=doctor, document=document, written=written())
        with pytest.raises(Refused):
            actions.release_document(by=doctor, document=document)


class TestWhoSeesIt:
    def test_a_patient_sees_own_released_ones(self, doctor):
        user = make.user("patient")
        patient = make.patient(user=user)
        seen, hidden = filed(doctor, patient), filed(doctor, patient, release=False)
        filed(doctor, make.patient())
        me = cast.actor("patient", user=user)
        assert list(DocumentReference.objects.visible_to(me)) == [seen]
        treating, _practitioner = make.treating(patient)
        actions.release_document(by=treating, document=hidden)
        actions.retract_document(by=treating, document=seen)
        assert list(DocumentReference.objects.visible_to(me)) == [hidden]

    def test_a_doctor_sees_those_of_patients_they_treat(self, doctor):
        filed(doctor, make.patient())
        assert not DocumentReference.objects.visible_to(doctor).exists()

    def test_papers_of_no_patient_are_for_the_staff_of_the_facility(self, doctor):
        north, south = make.facility(), make.facility()
        paper = filed(doctor, facility=north)
        assert list(DocumentReference.objects.visible_to(cast.actor("doctor", facilities=[north]))) == [paper]
        assert not DocumentReference.objects.visible_to(cast.actor("doctor", facilities=[south])).exists()


class TestTheKey:
    def test_a_key_moved_to_another_blob_does_not_open(self, doctor):
        one, two = (filed(doctor).versions.get().blob for _ in range(2))
        one.wrapped_key = two.wrapped_key
        with pytest.raises(Unreadable):
            _ = one.key

    def test_the_table_holds_no_key_and_no_word(self, doctor):
        filed(doctor, data=b"%PDF canary-4711")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM documents_blob, documents_documentreference, documents_documentversion")
            row = b"|".join(
                bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in cursor.fetchone()
            )
        assert b"canary" not in row
        assert b"colleague" not in row


class TestOriginals:
    by = system("importer", "documents.keep_originals")

    def bundle(self, *names, salt=""):
        return [Original("Observation", name, f'{{"id": "{name}{salt}"}}'.encode()) for name in names]

    def keep(self, originals, mapped=None):
        return actions.keep_originals(by=self.by, prepared=prepare("synthea", originals), mapped=mapped)

    def test_many_lie_in_one_blob_and_each_comes_back(self):
        rows = self.keep(self.bundle("a", "b", "c"))
        assert Blob.objects.count() == 1
        assert [row.read() for row in rows] == [b'{"id": "a"}', b'{"id": "b"}', b'{"id": "c"}']

    def test_a_second_import_changes_nothing(self):
        self.keep(self.bundle("a", "b"))
        files = list(store.files())
        assert self.keep(self.bundle("a", "b")) == []
        assert (StoredOriginal.objects.count(), Blob.objects.count()) == (2, 1)
        assert len(list(store.files())) == len(files)

    def test_a_changed_one_is_kept_beside(self):
        self.keep(self.bundle("a"))
        self.keep(self.bundle("a", salt="!"))
        assert StoredOriginal.objects.filter(resource_id="a").count() == 2

    def test_the_same_twice_in_one_bundle_is_kept_once(self):
        assert len(self.keep(self.bundle("a", "a"))) == 1

    def test_another_sender_may_use_the_same_id(self):
        self.keep(self.bundle("a"))
        prepared = prepare("elsewhere", self.bundle("a"))
        assert len(actions.keep_originals(by=self.by, prepared=prepared)) == 1

    def test_it_says_what_a_resource_became_now_or_later(self):
        patient = make.patient()
        target = actions.Mapped("patients.Patient", patient.pk, patient.pk)
        first, second = self.keep(self.bundle("a", "b"), {("Observation", "a"): target})
        assert (first.mapped_to_id, first.patient_id, second.mapped_to_id) == (patient.pk, patient.pk, None)
        actions.note_mapping(by=self.by, original=second, became=target)
        second.refresh_from_db()
        assert second.mapped_to_type == "patients.Patient"

    def test_where_it_lies_never_changes(self):
        self.keep(self.bundle("a"))
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            StoredOriginal.objects.update(offset=1)

    def test_a_bundle_costs_a_fixed_number_of_queries(self, django_assert_max_num_queries):
        bundle = self.bundle(*(str(number) for number in range(400)))
        with django_assert_max_num_queries(20):  # SQLite takes 999 values a statement
            self.keep(bundle)

    def test_a_whole_file_is_kept_once(self, django_capture_on_commit_callbacks):
        first = actions.keep_blob(by=self.by, written=written(b"{}"))
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.keep_blob(by=self.by, written=written(b"{}")) == first
        assert [blob_id for blob_id, _path in store.files() if blob_id == first.pk] == [first.pk]


class TestTheSweep:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path, settings):
        settings.BLOB_DIR = tmp_path / "blobs"

    def test_only_old_files_without_a_row_go(self, doctor):
        named = filed(doctor).versions.get().blob
        orphan = written()
        assert jobs.sweep() == 0  # may belong to a deed that has not committed
        assert jobs.sweep(dt.timedelta(seconds=-5)) == 1
        assert {blob_id for blob_id, _path in store.files()} == {named.pk}
        assert not store.path_of(orphan.id).exists()

    def test_broken_off_writes_go_too(self):
        part = store.path_of(uuid7()).with_suffix(".part")
        part.parent.mkdir(parents=True)
        part.touch()
        time.sleep(0.01)
        assert jobs.sweep(dt.timedelta(seconds=-5)) == 1
        assert not part.exists()

    def test_damage_is_found(self, doctor):
        blob = filed(doctor).versions.get().blob
        assert jobs.damaged() == []
        store.path_of(blob.pk).write_bytes(b"rot")
        assert jobs.damaged() == [blob.pk]
