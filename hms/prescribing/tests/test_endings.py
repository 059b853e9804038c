"""Cancelled, stopped, entered in error; never edited."""

from __future__ import annotations

import pytest

from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused
from hms.prescribing.actions import cancel_medication_request, correct_medication_request, stop_medication_request
from hms.prescribing.models import MedicationRequest
from tests import cast, make

pytestmark = pytest.mark.django_db
ENDINGS = [(cancel_medication_request, "cancelled"), (stop_medication_request, "stopped")]


@pytest.mark.parametrize(("end", "status"), ENDINGS)
def test_an_ending_keeps_its_reason(visit, end, status):
    request = visit.takes("warfarin-5-mg-tablet")
    end(by=visit.doctor, request=request, reason="sintol", note="Bruises")
    request.refresh_from_db()
    assert (request.status, request.status_reason, request.status_note) == (status, "sintol", "Bruises")
    assert request.status_changed_by == visit.doctor.label
    line = AuditEvent.objects.get(verb=f"medication-request.{status}")
    assert line.detail == {"medication": request.code, "reason": "sintol"}


@pytest.mark.parametrize(("end", "status"), ENDINGS)
def test_what_has_ended_does_not_end_again(visit, end, status):
    request = visit.takes("warfarin-5-mg-tablet", status="completed")
    with pytest.raises(Refused) as refusal:
        end(by=visit.doctor, request=request, reason="sintol")
    assert "ended already" in str(refusal.value.problems[0])


def test_no_reason_no_ending(visit):
    with pytest.raises(Refused):
        stop_medication_request(by=visit.doctor, request=visit.takes("warfarin-5-mg-tablet"), reason="because")


def test_entered_in_error_wants_words_and_is_for_good(visit):
    request = visit.takes("warfarin-5-mg-tablet")
    with pytest.raises(Refused):
        correct_medication_request(by=visit.doctor, request=request, error_reason="")
    correct_medication_request(by=visit.doctor, request=request, error_reason="Wrong patient")
    assert not MedicationRequest.objects.standing().filter(pk=request.pk).exists()
    with pytest.raises(Missing):
        correct_medication_request(by=visit.doctor, request=request, error_reason="Wrong patient")


def test_a_stranger_is_refused(visit):
    request = visit.takes("warfarin-5-mg-tablet")
    other = make.user("doctor")
    make.practitioner(other)
    with pytest.raises(Missing):
        stop_medication_request(by=cast.actor("doctor", user=other), request=request, reason="sintol")
    with pytest.raises(Forbidden):
        stop_medication_request(by=cast.actor("nurse", user=other), request=request, reason="sintol")
