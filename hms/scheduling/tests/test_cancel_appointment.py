"""Calling a visit off."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hms.core.models import AuditEvent
from hms.core.problems import Missing, Refused
from hms.scheduling import refusals
from hms.scheduling.actions import book_appointment, cancel_appointment, mark_entered_in_error
from hms.scheduling.models import Appointment
from hms.scheduling.tests.conftest import NINE, NOW
from tests import cast, make


def test_the_time_is_free_at_once(clinic, lines, said):
    booked = book_appointment(**clinic.asked())
    cancel_appointment(by=clinic.himself, appointment=booked, reason="pat")
    called_off = Appointment.objects.get(pk=booked.pk)
    assert (called_off.status, called_off.cancellation_reason, called_off.cancelled_at) == ("cancelled", "pat", NOW)
    assert called_off.sequence == 1
    book_appointment(**clinic.asked(patient=make.patient()))
    assert ("appointment.cancelled", "success") in lines()
    assert "appointment.cancelled" in said()


@pytest.mark.parametrize(
    ("days", "reason", "late"), [(1, "pat", False), (0, "pat", True), (0, "prov", False), (0, "oth-err", False)]
)
def test_only_patients_cancel_late(clinic, days, reason, late):
    """Rule 11: what the hospital cancels never counts against the patient."""
    booked = clinic.appointment(patient=clinic.patient)
    with time_machine.travel(NINE - timedelta(days=days, hours=1), tick=False):
        assert cancel_appointment(by=clinic.desk, appointment=booked, reason=reason).cancelled_late is late


def test_the_policy_says_what_is_late(clinic):
    make.policy("scheduling.late_cancellation", timedelta(hours=2), clinic.facility)
    with time_machine.travel(NINE - timedelta(hours=3), tick=False):
        assert not cancel_appointment(by=clinic.desk, appointment=clinic.appointment(), reason="pat").cancelled_late


@pytest.mark.parametrize("reason", ["", "because", "hold-expired"])
def test_a_reason_is_chosen(clinic, reason):
    with pytest.raises(Refused) as refused:
        cancel_appointment(by=clinic.desk, appointment=clinic.appointment(), reason=reason)
    assert refused.value.problems == (refusals.CANCEL_REASON,)


def test_no_patient_says_that_the_hospital_cancelled(clinic):
    """It would never be late: the form does not offer it, and the deed does not take it from any other door."""
    booked = clinic.appointment(patient=clinic.patient)
    with pytest.raises(Refused) as refused:
        cancel_appointment(by=clinic.himself, appointment=booked, reason="prov")
    assert refused.value.problems == (refusals.CANCEL_REASON,)


@pytest.mark.parametrize("status", ["fulfilled", "noshow", "cancelled"])
def test_what_is_over_is_not_called_off(clinic, status):
    done = {"checked_in_at": NINE} if status == "fulfilled" else {}
    done |= {"cancellation_reason": "pat"} if status == "cancelled" else {}
    with pytest.raises(Refused) as refused:
        cancel_appointment(by=clinic.desk, appointment=clinic.appointment(status=status, **done), reason="pat")
    assert refused.value.problems == (refusals.WRONG_STATUS,)


def test_patients_do_not_cancel_what_has_begun(clinic):
    booked = clinic.appointment(patient=clinic.patient)
    with time_machine.travel(NINE, tick=False), pytest.raises(Refused) as refused:
        cancel_appointment(by=clinic.himself, appointment=booked, reason="pat")
    assert refused.value.problems == (refusals.TOO_LATE_YOURSELF,)


def test_the_line_holds_codes_and_no_words(clinic):
    cancel_appointment(by=clinic.desk, appointment=clinic.appointment(), reason="prov", comment="Dr is ill, flu")
    assert AuditEvent.objects.get(verb="appointment.cancelled").detail == {"reason": "prov", "late": False}


def test_nobody_cancels_for_a_stranger(clinic):
    user = make.user()
    make.patient(user=user)
    with pytest.raises(Missing):
        cancel_appointment(by=cast.actor("patient", user=user), appointment=clinic.appointment(), reason="pat")


def test_one_patient_leaves_a_group_and_the_others_stay(clinic):
    school = make.healthcare_service(clinic.department, capacity=3)
    other = make.patient()
    group = book_appointment(**clinic.asked(service=school))
    book_appointment(**clinic.asked(service=school, patient=other))
    cancel_appointment(by=clinic.himself, appointment=group, reason="pat", patient=clinic.patient)
    group = Appointment.objects.get(pk=group.pk)
    assert group.status == "booked"
    assert [patient.pk for patient in group.patients] == [other.pk]
    assert group.participants.get(patient=clinic.patient).place is None
    cancel_appointment(by=clinic.desk, appointment=group, reason="pat", patient=other)
    assert Appointment.objects.get(pk=group.pk).status == "cancelled"


def test_what_was_never_true_stays_readable_and_frees_its_time(clinic, lines):
    wrong = book_appointment(**clinic.asked())
    mark_entered_in_error(by=clinic.desk, appointment=wrong)
    assert Appointment.objects.get(pk=wrong.pk).status == "entered-in-error"
    assert not Appointment.objects.visible_to(clinic.himself).exists()
    book_appointment(**clinic.asked(patient=make.patient()))
    assert ("appointment.entered_in_error", "success") in lines()
