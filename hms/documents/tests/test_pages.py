"""A patient's documents in the browser: who sees them, and what a download may do."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hms.core import clock
from hms.core.actor import system
from hms.core.crypto import Unreadable
from hms.core.models import AuditEvent
from hms.core.problems import Missing
from hms.core.records import uuid7
from hms.documents import actions, store
from hms.documents.models import DocumentReference
from tests import cast, make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a letter"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def patient():
    return make.patient(user=make.user("patient"), registered_in=make.facility())


@pytest.fixture
def doctor(patient):
    one = make.practitioner(make.user("doctor"))
    make.care(patient, one)
    return signed_in(one.user)


@pytest.fixture
def portal(patient):
    return signed_in(patient.user)


@pytest.fixture
def desk(patient):
    return signed_in(make.user("front-desk"))


def url(name, *args) -> str:
    return reverse(f"documents:{name}", args=args)


def filed(patient, data=PDF, **fields):
    written = store.write(uuid7(), [data])
    defaults = {"type_code": "68609-7", "occurred_at": clock.now(), "title": "Letter of a colleague"}
    return actions.file_document(
        by=system("a test"), facility=patient.registered_in, patient=patient, written=written, **defaults | fields
    )


def form(patient, data=PDF, name="brief.pdf", **fields):
    defaults = {
        "file": SimpleUploadedFile(name, data, "text/html"), "type_code": "68609-7", "title": "Letter",
        "occurred_at_day": "23-Nov-2026", "occurred_at_clock": "10:00", "release": "on", "patient_id": str(patient.pk),
    }  # fmt: skip
    return defaults | fields


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


class TestList:
    def test_a_doctor_who_treats_the_patient(self, doctor, patient, django_assert_max_num_queries):
        for _number in range(20):
            filed(patient)
        with django_assert_max_num_queries(20):
            response = doctor.get(url("of_patient", patient.pk))
        assert response.content.decode().count("Letter of a colleague") == 20
        assert AuditEvent.objects.filter(verb="chart.read", patient_id=patient.pk).count() == 1

    def test_one_who_does_not_finds_nothing(self, patient):
        stranger = signed_in(make.practitioner(make.user("doctor")).user)
        document = filed(patient)
        assert stranger.get(url("of_patient", patient.pk)).status_code == 404
        assert stranger.get(url("download", document.pk)).status_code == 404

    def test_the_patient_sees_what_was_released(self, portal, patient):
        filed(patient, title="Open letter")
        hidden = filed(patient, title="Held back", release=False)
        page = portal.get(url("of_patient", patient.pk)).content.decode()
        assert "Open letter" in page
        assert "Held back" not in page
        assert portal.get(url("download", hidden.pk)).status_code == 404

    def test_the_desk_files_and_does_not_read(self, desk, patient):
        document = filed(patient)
        for address in (url("of_patient", patient.pk), url("download", document.pk)):
            assert desk.get(address).status_code == 403


class TestDownload:
    def test_it_is_saved_and_nothing_of_it_runs(self, doctor, patient):
        document = filed(patient, file_name="../../Brief <b>\r\nX: y.html")
        response = doctor.get(url("download", document.pk))
        assert body(response) == PDF
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == 'attachment; filename="Brief _b___X_ y.pdf"'
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Length"] == str(len(PDF))

    def test_an_older_version_by_its_number(self, doctor, patient):
        document = filed(patient)
        actions.add_version(by=system("a test"), document=document, written=store.write(uuid7(), [b"%PDF-2"]))
        assert body(doctor.get(url("download", document.pk))) == b"%PDF-2"
        assert body(doctor.get(url("download_version", document.pk, 1))) == PDF
        assert doctor.get(url("download_version", document.pk, 3)).status_code == 404

    def test_each_is_in_the_trail(self, doctor, patient):
        document = filed(patient)
        doctor.get(url("download", document.pk))
        line = AuditEvent.objects.get(verb="chart.read")
        assert line.detail == {"page": "documents:download", "document": str(document.pk), "version": 1}

    def test_a_changed_file_is_an_error_and_not_half_a_download(self, doctor, patient):
        document = filed(patient)
        path = store.path_of(document.versions.get().blob_id)
        raw = path.read_bytes()
        path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
        with pytest.raises(Unreadable):
            doctor.get(url("download", document.pk))


class TestFiling:
    def test_the_desk_files_a_scan(self, desk, patient):
        response = desk.post(url("create", patient.pk), form(patient))
        assert response.headers["Location"] == url("create", patient.pk)
        document = DocumentReference.objects.get()
        assert (document.title, document.facility, document.versions.get().blob.content_type) == (
            "Letter", patient.registered_in, "application/pdf",
        )  # fmt: skip

    @pytest.mark.parametrize("data", [b"<script>alert(1)</script>", b"MZ" + b"\0" * 100, b""])
    def test_what_we_do_not_keep_is_said_at_the_field(self, desk, patient, data):
        response = desk.post(url("create", patient.pk), form(patient, data))
        assert response.status_code == 422
        assert "file" in response.context["form"].errors

    def test_a_form_of_the_other_tab_reaches_nobody(self, desk, patient):
        other = make.patient()
        assert desk.post(url("create", patient.pk), form(other)).status_code == 404
        assert not DocumentReference.objects.exists()

    def test_the_patient_files_for_nobody_else(self, portal, patient):
        other = make.patient(registered_in=make.facility())
        assert portal.post(url("create", other.pk), form(other)).status_code == 404
        assert portal.post(url("create", patient.pk), form(patient)).status_code == 302
        assert DocumentReference.objects.get().patient == patient

    def test_who_files_leaves_a_line_and_reads_no_confidential_name(self, patient):
        laboratory = signed_in(make.user("laboratory"))
        assert patient.label in laboratory.get(url("create", patient.pk)).content.decode()
        assert AuditEvent.objects.filter(verb="chart.read", patient_id=patient.pk).count() == 1
        hidden = make.patient("Quist", restriction="vip", registered_in=patient.registered_in)
        page = laboratory.get(url("create", hidden.pk)).content.decode()
        assert "QUIST" not in page
        assert "Confidential record" in page

    def test_nothing_is_filed_in_a_record_merged_away(self, desk, patient):
        merged = make.patient(merged_into=patient)
        assert desk.get(url("create", merged.pk)).status_code == 404

    def test_billing_does_not(self, patient):
        assert signed_in(make.user("billing")).get(url("create", patient.pk)).status_code == 403


class TestReleaseAndRetract:
    def test_release(self, doctor, portal, patient):
        document = filed(patient, release=False)
        doctor.post(url("release", document.pk), {"version": 1})
        assert portal.get(url("download", document.pk)).status_code == 200

    def test_retract_asks_first(self, doctor, portal, patient):
        document = filed(patient)
        assert doctor.get(url("retract", document.pk)).status_code == 200
        assert portal.get(url("download", document.pk)).status_code == 200
        doctor.post(url("retract", document.pk), {"version": 1})
        assert portal.get(url("download", document.pk)).status_code == 404
        assert "<del>" in doctor.get(url("of_patient", patient.pk)).content.decode()

    def test_a_document_is_retracted_once_and_by_whoever_reads_the_chart(self, doctor, patient):
        document = filed(patient)
        doctor.post(url("retract", document.pk), {"version": 1})
        assert doctor.post(url("retract", document.pk), {"version": 2}).status_code == 422
        assert AuditEvent.objects.filter(verb="document.retracted").count() == 1
        stranger = cast.actor("doctor", user=make.user("doctor"))
        with pytest.raises(Missing):
            actions.retract_document(by=stranger, document=filed(patient))
