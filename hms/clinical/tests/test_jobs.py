"""What the patient is told of a note, and what not."""

import pytest

from hms.clinical import jobs
from hms.clinical.actions import add_addendum, write_and_sign_note
from hms.core.models import OutboxMessage
from hms.messaging.models import Delivery, Notification
from tests import make

pytestmark = pytest.mark.django_db


def told_after(topic, handler):
    handler(OutboxMessage.objects.get(topic=topic))
    return Notification.objects.all()


def sign(patient, facility=None):
    visit = make.encounter(patient, facility=facility)
    by, _practitioner = make.treating(patient)
    return by, write_and_sign_note(by=by, encounter=visit, sections={"plan": "zanzibar"})


def test_the_patient_is_told_once_that_a_note_is_there_and_not_what_it_says():
    _by, note = sign(make.patient(user=make.user("patient")))
    notice = told_after("note.signed", jobs.on_note_signed).get()
    assert notice.user_id == note.patient.user_id
    assert str(note.pk) in notice.link
    assert "zanzibar" not in f"{notice.text}{[delivery.body for delivery in Delivery.objects.all()]}"
    told_after("note.signed", jobs.on_note_signed)
    assert Notification.objects.count() == 1


def test_an_addendum_is_told_too():
    by, note = sign(make.patient(user=make.user("patient")))
    add_addendum(by=by, note=note, text="More.")
    assert told_after("note.amended", jobs.on_note_amended).count() == 1


def test_nobody_is_told_of_a_note_that_is_held_back():
    facility = make.facility()
    make.policy("clinical.note_release", False, facility=facility)
    sign(make.patient(user=make.user("patient")), facility)
    assert not told_after("note.signed", jobs.on_note_signed).exists()
    assert not Delivery.objects.exists()


def test_without_a_login_there_is_nobody_to_tell():
    sign(make.patient())
    assert not told_after("note.signed", jobs.on_note_signed).exists()
    assert not Delivery.objects.exists()
