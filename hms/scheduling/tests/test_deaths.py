"""A death ends what was planned, without a word to the family; one taken back is told to the desk and books nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hms.core import outbox
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Refused
from hms.messaging.models import Delivery, Notification
from hms.patients.actions import record_death, take_back_death
from hms.scheduling.actions import (
    book_appointment,
    cancel_appointment,
    end_for_death,
    hold_appointment,
    offer_time,
)
from hms.scheduling.models import Appointment, MoveProposal, WaitingListEntry, WaitingOffer
from hms.scheduling.series import to_come
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from hms.scheduling.tests.test_groups import work
from tests import make

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
PROGRAM = system("tests")


def die(patient) -> None:
    record_death(by=PROGRAM, patient=patient)
    work()


def statuses(patient) -> set[tuple[str, str]]:
    rows = Appointment.objects.filter(participants__patient=patient)
    return set(rows.values_list("status", "cancellation_reason"))


@pytest.fixture
def planned(clinic):
    """A visit, a series with an open date, a wait with an offer, a proposal, and a time that is being chosen."""
    clinic.appointment(NINE + WEEK)  # in the way of the series
    series = make.series(clinic.patient, clinic.schedule, clinic.service, count=3)
    visit = clinic.appointment(NINE + DAY, patient=clinic.patient)
    proposal = make.proposal(visit, clinic.schedule, NINE + DAY + HOUR)
    entry = make.waiting(clinic.patient, clinic.service)
    make.offer(entry, clinic.schedule, NINE + 2 * DAY)
    held = hold_appointment(**clinic.asked(NINE + 3 * DAY, by=clinic.himself))
    past = clinic.appointment(NOW - DAY, patient=clinic.patient, status="fulfilled", checked_in_at=NOW - DAY)
    work()
    return series, visit, proposal, entry, held, past


def test_all_that_was_planned_ends(clinic, planned):
    series, visit, proposal, entry, held, past = planned
    die(clinic.patient)
    assert statuses(clinic.patient) == {
        ("cancelled", "pat-dec"), ("cancelled", "hold-released"), ("fulfilled", ""),
    }  # fmt: skip
    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_reason, visit.cancelled_late) == ("cancelled", "pat-dec", False)
    series.refresh_from_db()
    assert (series.ended_at, series.ended_reason, series.next_on, to_come(series)) == (NOW, "pat-dec", None, [])
    assert not series.occurrences.filter(state="open").exists()
    assert WaitingListEntry.objects.get(pk=entry.pk).status == "deceased"
    assert WaitingOffer.objects.get().outcome == "withdrawn"
    assert MoveProposal.objects.get(pk=proposal.pk).outcome == "withdrawn"
    assert Appointment.objects.get(pk=held.pk).status == "cancelled"
    assert not clinic.patient.participations.filter(blocking=True).exclude(appointment=past).exists()
    line = AuditEvent.objects.get(verb="patient.plans_ended")
    assert line.detail == {"visits": 3, "series": 1, "waits": 1, "holds": 1}


def test_the_times_are_somebody_elses_now(clinic, planned):
    _series, _visit, *_more = planned
    other = make.waiting(None, clinic.service)
    die(clinic.patient)
    offer = WaitingOffer.objects.open().get()
    assert offer.entry == other
    assert Appointment.objects.filter(start_at=offer.appointment.start_at, cancellation_reason__gt="").exists()


def test_nobody_is_written_to_neither_now_nor_by_reminders(clinic):
    """Not the patient, and not the mother who booked through the portal."""
    mother = make.user()
    make.related_person(clinic.patient, kind="guardian", user=mother, scopes=("book",))
    visit = clinic.appointment(NINE + WEEK, patient=clinic.patient, booked_by=mother, channel="portal")
    book_appointment(**clinic.asked(NINE + 2 * WEEK))
    work()
    before = Delivery.objects.count(), Notification.objects.count()
    die(clinic.patient)
    with time_machine.travel(NINE + 2 * WEEK - 20 * HOUR, tick=False):
        work()
    assert (Delivery.objects.count(), Notification.objects.count()) == before
    assert Appointment.objects.get(pk=visit.pk).status == "cancelled"


def test_a_desk_that_knows_before_the_record_does_writes_nothing_either(clinic):
    visit = clinic.appointment(NINE + WEEK, patient=clinic.patient)
    cancel_appointment(by=clinic.desk, appointment=visit, reason="pat-dec")
    work()
    assert not Delivery.objects.exists()
    visit.refresh_from_db()
    assert not visit.cancelled_late


def test_a_letter_that_waits_for_the_morning_is_kept_back(clinic):
    """Composed before the death, due after it."""
    book_appointment(**clinic.asked(NINE + WEEK))
    letter = make.delivery(patient=clinic.patient, kind="reminder", due_at=NOW + HOUR, recipient="a@b.example")
    record_death(by=PROGRAM, patient=clinic.patient)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        outbox.say("mail.send", letter)
        work()
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("withheld", "deceased")


def test_the_others_of_a_group_come_all_the_same(clinic):
    rehab = make.healthcare_service(clinic.department, capacity=3, duration_new=20)
    other = make.patient()
    for patient in (clinic.patient, other):
        visit = book_appointment(**clinic.asked(NINE + WEEK, service=rehab, patient=patient))
    alone = book_appointment(**clinic.asked(NINE + WEEK + TWENTY, service=rehab))
    work()
    die(clinic.patient)
    visit = Appointment.objects.with_people().get(pk=visit.pk)
    assert (visit.status, [one.pk for one in visit.patients]) == ("booked", [other.pk])
    assert visit.participants.get(patient=clinic.patient).declined_reason == "pat-dec"
    assert Appointment.objects.get(pk=alone.pk).status == "cancelled"


def test_it_runs_twice_without_harm_and_not_for_the_living(clinic, planned):
    die(clinic.patient)
    end_for_death(by=PROGRAM, patient=clinic.patient)
    assert AuditEvent.objects.filter(verb="patient.plans_ended").count() == 2
    living = make.patient()
    visit = clinic.appointment(NINE + 4 * DAY, patient=living)
    with pytest.raises(Refused):
        end_for_death(by=PROGRAM, patient=living)
    assert Appointment.objects.get(pk=visit.pk).status == "booked"
    with pytest.raises(Forbidden):
        end_for_death(by=clinic.desk, patient=clinic.patient)


def test_a_death_taken_back_at_once_ends_nothing(clinic):
    visit = clinic.appointment(NINE + WEEK, patient=clinic.patient)
    record_death(by=PROGRAM, patient=clinic.patient)
    clinic.patient.refresh_from_db()
    take_back_death(by=PROGRAM, patient=clinic.patient)
    work()
    assert Appointment.objects.get(pk=visit.pk).status == "booked"
    assert not Notification.objects.exists()


def test_a_death_taken_back_is_told_to_the_desk_with_what_was_cancelled(clinic, planned):
    _series, visit, *_more = planned
    desk = make.user("front-desk", facility=clinic.facility)
    elsewhere = make.user("front-desk", facility=make.facility())
    die(clinic.patient)
    take_back_death(by=PROGRAM, patient=clinic.patient)
    work()
    (notice,) = Notification.objects.filter(user=desk)
    assert str(clinic.patient.pk) in notice.link
    letter = Delivery.objects.get(user=desk)
    assert "Wednesday, 25-Nov-2026, 09:00 CET" in letter.body
    assert "3 visits were cancelled" in letter.body
    assert "1 series of visits was ended" in letter.body
    assert "1 place on a waiting list was ended" in letter.body
    assert clinic.patient.label not in letter.body
    assert not Notification.objects.filter(user=elsewhere).exists()
    # Nothing is booked again by itself.
    assert Appointment.objects.get(pk=visit.pk).status == "cancelled"
    assert list(OutboxMessage.objects.filter(topic="patient.died").values_list("state", flat=True)) == ["done"]


def test_a_death_taken_back_that_cancelled_nothing_is_told_to_nobody(clinic):
    make.user("front-desk", facility=clinic.facility)
    die(clinic.patient)
    take_back_death(by=PROGRAM, patient=clinic.patient)
    work()
    assert not Notification.objects.exists()


def test_nothing_is_offered_to_the_dead(clinic):
    entry = make.waiting(clinic.patient, clinic.service)
    record_death(by=PROGRAM, patient=clinic.patient)
    with pytest.raises(Refused):
        offer_time(by=PROGRAM, entry=entry, schedule=clinic.schedule, start_at=NINE)
