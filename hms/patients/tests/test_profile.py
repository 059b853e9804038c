"""edit_patient, restrict_patient, set_privacy, record_death, take_back_death."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.core import clock, history
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused, Stale
from hms.patients import actions
from hms.patients.intake import Contact, NewPatient
from hms.patients.models import ContactPoint, Patient, PatientName, SearchName
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate
from tests import cast, make

pytestmark = pytest.mark.django_db


def as_it_stands(patient: Patient, **changes: object) -> NewPatient:
    name = patient.names.get()
    told = NewPatient(
        names=[Name(family=name.family, given=name.given, use=name.use, id=name.pk)],
        birth=patient.birth_date,
        gender=patient.gender,
        sex_for_clinical_use=patient.sex_for_clinical_use,
    )
    for field, value in changes.items():
        setattr(told, field, value)
    return told


def desk() -> object:
    return cast.actor("front-desk", user=make.user())


def test_an_edit_advances_the_version_once_and_says_which_fields() -> None:
    patient = make.patient("Halvorsen", "Ingrid")
    version, name = patient.version, patient.names.get()
    told = as_it_stands(
        patient,
        names=[
            Name(family="Solheim", given="Ingrid", id=name.pk),
            Name(family="Halvorsen", given="Ingrid", use="maiden"),
        ],
        contacts=[Contact("+47 22 555123")],
        language="no",
    )
    edited = actions.edit_patient(by=desk(), patient=patient, version=version, told=told)
    edited.refresh_from_db()
    assert edited.version == version + 1
    assert edited.label == "SOLHEIM, Ingrid"
    assert {one.family for one in edited.names.all()} == {"Solheim", "Halvorsen"}
    assert SearchName.objects.get(patient=edited, token="halvorsen").kind == "o"
    line = AuditEvent.objects.get(verb="patient.edited")
    assert line.detail == {"fields": ["language", "names", "contacts"]}


def test_a_row_left_out_is_removed_and_stays_in_history() -> None:
    patient = make.patient()
    by = desk()
    edited = actions.edit_patient(
        by=by, patient=patient, version=None, told=as_it_stands(patient, contacts=[Contact("+47 22 555123")])
    )
    gone = edited.contacts.get()
    actions.edit_patient(by=by, patient=edited, version=None, told=as_it_stands(patient))
    assert not ContactPoint.objects.exists()
    versions = history.versions(ContactPoint, gone.pk)
    assert [one.change for one in versions] == ["+", "-"]
    assert versions[-1].row.value == "+47 22 555123"
    assert versions[-1].actor_label == by.label


def test_an_unchanged_row_is_not_written() -> None:
    patient = make.patient()
    by = desk()
    edited = actions.edit_patient(
        by=by, patient=patient, version=None, told=as_it_stands(patient, contacts=[Contact("+47 22 555123")])
    )
    contact = edited.contacts.get()
    told = as_it_stands(patient, contacts=[Contact("+47 22 555123", id=contact.pk)], language="no")
    actions.edit_patient(by=by, patient=edited, version=None, told=told)
    contact.refresh_from_db()
    assert contact.version == 1
    assert PatientName.objects.get().version == 1


def test_the_second_of_two_tabs_is_told_and_shown_the_record_as_it_stands() -> None:
    patient = make.patient()
    version = patient.version
    actions.edit_patient(by=desk(), patient=patient, version=version, told=as_it_stands(patient, language="no"))
    with pytest.raises(Stale) as refusal:
        actions.edit_patient(by=desk(), patient=patient, version=version, told=as_it_stands(patient, language="sv"))
    assert refusal.value.yours == version
    assert refusal.value.theirs.language == "no"


def test_a_change_to_an_owned_row_elsewhere_makes_the_form_stale() -> None:
    patient = make.patient()
    version = patient.version
    patient.names.update(given="Inga")
    with pytest.raises(Stale):
        actions.edit_patient(by=desk(), patient=patient, version=version, told=as_it_stands(patient))


def test_a_nurse_changes_contacts_of_her_patients_and_no_identity() -> None:
    user, department, patient = make.user("nurse"), make.department(), make.patient()
    nurse = cast.actor("nurse", user=user)
    told = as_it_stands(patient, contacts=[Contact("+47 22 555123")])
    with pytest.raises(Missing):
        actions.edit_patient(by=nurse, patient=patient, version=None, told=told)
    make.practitioner_role(make.practitioner(user=user), department)
    make.care(patient, department)
    actions.edit_patient(by=nurse, patient=patient, version=None, told=told)
    told.birth = PartialDate("1970-01-01")
    with pytest.raises(Forbidden):
        actions.edit_patient(by=nurse, patient=patient, version=None, told=told)
    assert ContactPoint.objects.count() == 1


def test_a_stranger_edits_nobody() -> None:
    patient = make.patient()
    with pytest.raises(Forbidden):
        actions.edit_patient(by=cast.stranger(), patient=patient, version=None, told=as_it_stands(patient))


def test_a_corrected_birth_date_moves_the_end_of_guardianship() -> None:
    patient = make.patient(born="2015-02-28", registered_in=make.facility(time_zone="Europe/Berlin"))
    guardian = make.related_person(patient, make.user("patient"), ends_at_majority=True)
    told = as_it_stands(patient, birth=PartialDate("2016-02-29"))
    actions.edit_patient(by=desk(), patient=patient, version=None, told=told)
    guardian.refresh_from_db()
    assert guardian.end_at == dt.datetime(2034, 2, 28, 23, tzinfo=dt.UTC), "1 March 2034 begins in Berlin"


def test_the_privacy_officer_restricts_and_nobody_else() -> None:
    patient = make.patient()
    with pytest.raises(Forbidden):
        actions.restrict_patient(by=desk(), patient=patient, restriction="vip")
    officer = cast.actor("privacy-officer")
    assert actions.restrict_patient(by=officer, patient=patient, restriction="vip").restricted
    assert not actions.restrict_patient(by=officer, patient=patient, restriction="").restricted
    with pytest.raises(Refused):
        actions.restrict_patient(by=officer, patient=patient, restriction="because")


def test_privacy_settings_are_kept_apart() -> None:
    patient = make.patient()
    actions.set_privacy(by=desk(), patient=patient, no_voicemail=True)
    assert patient.privacy.no_voicemail


def test_a_death_ends_proxies_and_can_be_taken_back() -> None:
    patient = make.patient()
    proxy = make.related_person(patient, make.user("patient"), kind="proxy")
    user = make.user("doctor")
    doctor = cast.actor("doctor", user=user)
    with pytest.raises(Missing):
        actions.record_death(by=doctor, patient=patient)
    make.care(patient, make.practitioner(user=user))
    dead = actions.record_death(by=doctor, patient=patient, on=PartialDate("2026-11", estimated=True))
    assert dead.deceased
    proxy.refresh_from_db()
    assert proxy.end_at is not None
    assert proxy.end_at <= clock.now()
    with pytest.raises(Refused):
        actions.record_death(by=doctor, patient=patient)
    alive = actions.take_back_death(by=doctor, patient=patient)
    assert not alive.deceased
    assert alive.deceased_date_text == ""


def test_a_death_tomorrow_is_refused() -> None:
    with pytest.raises(Refused):
        actions.record_death(by=cast.actor("doctor"), patient=make.patient(), at=clock.now() + dt.timedelta(hours=1))
