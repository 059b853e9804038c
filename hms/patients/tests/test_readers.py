"""Who opened a record, and how patients stand in a list."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.core import trail
from hms.core.actor import Actor, system
from hms.patients import actions
from hms.patients.readers import who_opened
from hms.patients.shown import shown_to, with_name_alert
from tests import cast, make

pytestmark = pytest.mark.django_db


def read(by: Actor, patient: object, page: str) -> None:
    trail.observe(by, "chart.read", patient=patient, detail={"page": page})


def test_openings_are_told_by_person_day_and_purpose() -> None:
    patient, other = make.patient(), make.patient()
    doctor, desk = cast.actor("doctor", label="Dr Farahani"), cast.actor("front-desk", label="Petra Solheim")
    for page in ("workspace:chart", "clinical:notes", "workspace:chart"):
        read(doctor, patient, page)
    read(desk, patient, "patients:profile")
    read(doctor, other, "workspace:chart")
    read(doctor.for_purpose("HRESCH"), patient, "workspace:chart")
    openings = who_opened(patient.pk, "Europe/Berlin")
    assert {(one.actor_label, one.purpose, one.reads) for one in openings} == {
        ("Dr Farahani", "TREAT", 3),
        ("Dr Farahani", "HRESCH", 1),
        ("Petra Solheim", "TREAT", 1),
    }


def test_programs_are_folded_and_the_patient_left_out() -> None:
    user = make.user("patient")
    patient = make.patient(user=user)
    read(cast.actor("patient", user=user), patient, "workspace:my")
    for name in ("importer", "sealer", "importer"):
        read(system(name), patient, "x")
    (only,) = who_opened(patient.pk, "UTC", without=[user.pk])
    assert only.technical
    assert only.reads == 3


def test_broken_glass_stands_out_and_a_refusal_is_counted() -> None:
    patient, doctor = make.patient(), cast.actor("doctor", user=make.user(), label="Dr Brandt")
    actions.break_glass(by=doctor, patient=patient, reason="emergency", explanation="Found unconscious")
    trail.observe(doctor, "clinical.sign_note", patient=patient, outcome="refused")
    (one,) = who_opened(patient.pk, "UTC")
    assert one.broke_glass
    assert one.refused == 1
    assert one.verbs == {"glass.broken": 1}


def test_the_day_is_the_facilitys() -> None:
    patient = make.patient()
    read(cast.actor("doctor"), patient, "x")
    (east,), (west,) = who_opened(patient.pk, "Pacific/Auckland"), who_opened(patient.pk, "Pacific/Pago_Pago")
    assert east.day - west.day in (dt.timedelta(days=1), dt.timedelta(days=0))
    assert who_opened(patient.pk, "UTC", since=east.last_at + dt.timedelta(seconds=1)) == []


def test_a_confidential_name_is_shown_to_those_who_treat() -> None:
    user, patient = make.user("doctor"), make.patient("Halvorsen", "Ingrid", restriction="staff")
    doctor = cast.actor("doctor", user=user)
    assert shown_to(doctor, [patient])[0].label == "Confidential record"
    make.care(patient, make.practitioner(user=user))
    assert shown_to(doctor, [patient])[0].label == "HALVORSEN, Ingrid"


def test_twins_and_namesakes_carry_an_alert_and_others_do_not() -> None:
    anna = make.patient("Weber", "Anna", born="1990-05-17")
    ben = make.patient("Weber", "Ben", born="1990-05-17")
    jan, other_jan = (
        make.patient("Kowalski", "Jan", born="1984-05-11"),
        make.patient("Kowalski", "Jan", born="1994-05-11"),
    )
    lone = make.patient("Østby", "Karin", born="1953-03-21")
    people = [anna, ben, jan, other_jan, lone]
    assert with_name_alert(people) == {anna.pk, ben.pk, jan.pk, other_jan.pk}
    assert with_name_alert([anna]) == {anna.pk}
    assert with_name_alert([]) == set()
