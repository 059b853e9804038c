"""From check-in to the room: tokens, calls, and whatever comes between."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hms.core.models import AuditEvent
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from hms.scheduling import codes, queues, refusals
from hms.scheduling.actions import (
    call,
    call_next,
    cancel_appointment,
    check_in,
    check_in_oneself,
    come_back,
    fulfil_appointment,
    mark_noshow,
    recall,
    resume,
    send_for_tests,
    set_priority,
    skip,
    start_appointment,
    undo_call,
    undo_check_in,
    undo_start,
)
from hms.scheduling.models import QueueEntry
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import cast, make

MINUTES = timedelta(minutes=1)


@pytest.fixture
def morning(clinic):
    """A quarter to nine on the day of the visits."""
    with time_machine.travel(NINE - 15 * MINUTES, tick=False) as clock:
        yield clock


def arrived(clinic, number=0, **fields):
    """Somebody with the visit of that number, twenty minutes apart, who is checked in."""
    visit = clinic.appointment(NINE + number * TWENTY, **fields)
    check_in(by=clinic.desk, appointment=visit)
    return QueueEntry.objects.get(appointment=visit)


def status(entry) -> str:
    return QueueEntry.objects.get(pk=entry.pk).status


def next_of(clinic, by=None):
    return call_next(by=by or clinic.doctor, department=clinic.department, practitioner=clinic.practitioner)


# --- Tokens -------------------------------------------------------------------------------------------------------
def test_tokens_count_from_one_each_day_and_each_department_has_its_letter(clinic, morning):
    first, second = arrived(clinic), arrived(clinic, 1)
    other = make.healthcare_service(make.department(clinic.facility))
    elsewhere = make.appointment(schedule=clinic.schedule, service=other, start_at=NINE + 2 * TWENTY)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(department=other.department)
    check_in(by=clinic.desk, appointment=elsewhere)
    assert [first.token, second.token] == ["A-001", "A-002"]
    assert QueueEntry.objects.get(appointment=elsewhere).token == "B-001"
    tomorrow = clinic.appointment(NINE + timedelta(days=1))
    morning.shift(timedelta(days=1))
    check_in(by=clinic.desk, appointment=tomorrow)
    assert QueueEntry.objects.get(appointment=tomorrow).token == "A-001"


def test_who_is_checked_in_again_keeps_the_token_on_the_slip(clinic, morning):
    entry = arrived(clinic)
    arrived(clinic, 1)
    undo_check_in(by=clinic.desk, appointment=entry.appointment)
    assert status(entry) == "cancelled"
    check_in(by=clinic.desk, appointment=entry.appointment)
    entry.refresh_from_db()
    assert (entry.token, entry.status) == ("A-001", "arrived")


def test_a_token_is_one_patients_and_stays_it(clinic, morning):
    entry = arrived(clinic)
    visit = clinic.appointment(NINE + TWENTY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.queue_entry(visit, number=entry.number, letter="A")
    entry.number = 99
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


def test_nobody_is_called_to_a_visit_by_video(clinic, morning):
    visit = clinic.appointment(delivery="video")
    check_in(by=clinic.desk, appointment=visit)
    assert not QueueEntry.objects.exists()


# --- The call -----------------------------------------------------------------------------------------------------
def test_the_whole_way(clinic, morning, lines):
    entry = arrived(clinic)
    morning.move_to(NINE, tick=False)
    called = next_of(clinic)
    assert (called.pk, called.status, called.calls, called.called_by_id) == (entry.pk, "called", 1, clinic.doctor.id)
    start_appointment(by=clinic.doctor, appointment=entry.appointment)
    assert status(entry) == "in-progress"
    fulfil_appointment(by=clinic.doctor, appointment=entry.appointment)
    assert status(entry) == "finished"
    assert [verb for verb, _ in lines()] == [
        "appointment.checked_in",
        "appointment.fulfilled",
        "appointment.started",
        "queue.called",
    ]
    assert set(AuditEvent.objects.values_list("patient_id", flat=True)) == {entry.appointment.patient.pk}


def test_the_next_is_who_the_rule_says(clinic, morning):
    later, earlier = arrived(clinic, 1), arrived(clinic, 0)
    urgent = arrived(clinic, 2, priority=1)
    assert [next_of(clinic).pk for _ in range(3)] == [urgent.pk, earlier.pk, later.pk]
    with pytest.raises(Refused) as refused:
        next_of(clinic)
    assert refused.value.problems == (refusals.NOBODY_WAITS,)


def test_two_calls_call_two_people(clinic, morning):
    arrived(clinic), arrived(clinic, 1)
    assert next_of(clinic, clinic.doctor).pk != next_of(clinic, clinic.desk).pk


def test_a_colleague_who_was_quicker_is_not_overwritten(clinic, morning):
    entry = arrived(clinic)
    call(by=clinic.desk, entry=entry)
    for late, more in ((call, {}), (set_priority, {"priority": "urgent"})):
        with pytest.raises(Conflict) as refused:
            late(by=clinic.doctor, entry=entry, **more)
        assert refused.value.problems == (refusals.NOT_IN_QUEUE,)
    assert QueueEntry.objects.get(pk=entry.pk).called_by_id == clinic.desk.id


def test_a_call_on_an_old_page_is_refused(clinic, morning):
    entry = arrived(clinic)
    set_priority(by=clinic.desk, entry=entry, priority="gentle")
    with pytest.raises(Stale):
        call(by=clinic.doctor, entry=entry, version=entry.version)


def test_who_does_not_answer_is_called_again_then_waits_behind(clinic, morning):
    entry, other = arrived(clinic), arrived(clinic, 1)
    morning.move_to(NINE + 25 * MINUTES, tick=False)
    next_of(clinic)
    assert recall(by=clinic.doctor, entry=entry).calls == 2
    skipped = skip(by=clinic.doctor, entry=entry)
    assert (skipped.status, skipped.place_by, skipped.skips) == ("arrived", "skipped", 1)
    assert next_of(clinic).pk == other.pk
    assert next_of(clinic).pk == entry.pk


def test_a_wrong_call_is_taken_back_for_ten_minutes(clinic, morning):
    entry = arrived(clinic)
    place = entry.place_at
    next_of(clinic)
    morning.shift(10 * MINUTES)
    undone = undo_call(by=clinic.desk, entry=entry)
    assert (undone.status, undone.place_at, undone.place_by) == ("arrived", place, "appointment")
    next_of(clinic)
    morning.shift(10 * MINUTES + timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        undo_call(by=clinic.desk, entry=entry)
    assert refused.value.problems == (refusals.UNDO_OVER,)


def test_after_the_laboratory_the_wait_before_counts(clinic, morning):
    entry, longer, shorter = arrived(clinic), arrived(clinic, 1), arrived(clinic, 4)
    morning.move_to(NINE + 30 * MINUTES, tick=False)
    call(by=clinic.doctor, entry=entry)
    start_appointment(by=clinic.doctor, appointment=entry.appointment)
    send_for_tests(by=clinic.doctor, entry=entry)
    assert status(entry) == "onleave"
    morning.move_to(NINE + 60 * MINUTES, tick=False)
    back = come_back(by=clinic.desk, entry=entry)
    assert (back.status, back.place_by, back.place_at) == ("arrived", "returned", NINE + 30 * MINUTES)
    assert [next_of(clinic).pk for _ in range(3)] == [longer.pk, entry.pk, shorter.pk]
    assert resume(by=clinic.doctor, entry=entry).status == "in-progress"
    with pytest.raises(Conflict) as refused:
        come_back(by=clinic.desk, entry=entry)
    assert refused.value.problems == (refusals.NOT_AWAY,)


def test_a_visit_begun_by_mistake_or_called_off_takes_its_place_along(clinic, morning):
    entry, other = arrived(clinic), arrived(clinic, 1)
    start_appointment(by=clinic.doctor, appointment=entry.appointment)
    undo_start(by=clinic.doctor, appointment=entry.appointment)
    assert status(entry) == "arrived"
    cancel_appointment(by=clinic.desk, appointment=other.appointment, reason="pat")
    assert status(other) == "cancelled"


def test_who_is_called_is_never_written_off_as_absent(clinic, morning):
    entry = arrived(clinic)
    next_of(clinic)
    morning.move_to(NINE + 90 * MINUTES, tick=False)
    with pytest.raises(Refused):
        mark_noshow(by=clinic.desk, appointment=entry.appointment)


def test_the_database_itself_refuses_a_step_that_is_none(clinic, morning):
    entry = arrived(clinic)
    QueueEntry.objects.filter(pk=entry.pk).update(status="finished")
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueEntry.objects.filter(pk=entry.pk).update(status="called")


def test_small_children_and_the_very_old_go_first_where_the_house_says_so(clinic, morning):
    grown = arrived(clinic)
    child = arrived(clinic, 1, patient=make.patient(born="2023-02-01"))
    old = arrived(clinic, 2, patient=make.patient(born="1940-02-01"))
    assert [grown.priority, child.priority, old.priority] == ["normal", "gentle", "gentle"]
    make.policy("scheduling.queue_gentle", False, clinic.facility)
    assert next_of(clinic).pk == grown.pk


def test_a_walk_in_goes_by_arrival(clinic, morning):
    visit = clinic.appointment(NINE - 15 * MINUTES, booked_at=NINE - 15 * MINUTES)
    check_in(by=clinic.desk, appointment=visit)
    entry = QueueEntry.objects.get(appointment=visit)
    assert (entry.walk_in, entry.place_by, entry.place_at) == (True, "arrival", NINE - 15 * MINUTES)


def test_who_may_not(clinic, morning):
    entry = arrived(clinic)
    for deed in (call, recall, skip, undo_call, send_for_tests, come_back):
        for by in (clinic.himself, cast.stranger(), cast.actor("billing")):
            with pytest.raises(Forbidden):
                deed(by=by, entry=entry)
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        call(by=elsewhere, entry=entry)
    with pytest.raises(Refused) as refused:
        call_next(by=elsewhere, department=clinic.department)
    assert refused.value.problems == (refusals.NOBODY_WAITS,)
    with pytest.raises(Missing):
        call(by=clinic.desk, entry=entry, location=make.location())


def test_an_unknown_priority_is_refused(clinic, morning):
    with pytest.raises(Refused) as refused:
        set_priority(by=clinic.desk, entry=arrived(clinic), priority="royal")
    assert refused.value.problems == (refusals.NO_SUCH_PRIORITY,)


# --- By oneself ---------------------------------------------------------------------------------------------------
def test_a_patient_checks_in_by_phone(clinic, morning):
    visit = clinic.appointment(patient=clinic.patient)
    check_in_oneself(by=clinic.himself, appointment=visit, at=clinic.facility)
    assert QueueEntry.objects.get(appointment=visit).token == "A-001"
    with pytest.raises(Refused) as refused:
        check_in_oneself(by=clinic.himself, appointment=visit)
    assert refused.value.problems == (refusals.WRONG_STATUS,)


def test_not_for_others_not_elsewhere_and_not_too_early(clinic, morning):
    visit = clinic.appointment(patient=clinic.patient)
    with pytest.raises(Missing):
        check_in_oneself(by=cast.actor("patient", user=make.user()), appointment=visit)
    with pytest.raises(Refused, match="business-rule"):
        check_in_oneself(by=clinic.himself, appointment=visit, at=make.facility())
    morning.move_to(NINE - 91 * MINUTES, tick=False)
    with pytest.raises(Refused):
        check_in_oneself(by=clinic.himself, appointment=visit)
    assert not QueueEntry.objects.exists()


# --- What is shown ------------------------------------------------------------------------------------------------
def test_the_board_says_who_why_and_how_long(clinic, morning):
    first, second = arrived(clinic), arrived(clinic, 1)
    away, called = arrived(clinic, 2), arrived(clinic, 3)
    send_for_tests(by=clinic.desk, entry=away)
    call(by=clinic.desk, entry=called)
    now = NINE - 15 * MINUTES
    board = queues.board_of(clinic.desk, clinic.department, now)
    assert [row.entry.pk for row in board.waiting] == [first.pk, second.pk]
    assert ([row.entry.pk for row in board.called], [row.entry.pk for row in board.away]) == ([called.pk], [away.pk])
    assert board.waiting[0].sentence == "Goes by 09:00, the time of the visit."
    # Nobody was seen yet, so the day begins at nine: a quarter of an hour, and one visit more for the second.
    assert board.waiting[0].wait.expected == 15
    assert board.waiting[1].wait.expected == 15 + 20 + 2
    few = len(queries_of(lambda: queues.board_of(clinic.desk, clinic.department, now)))
    for number in range(4, 8):
        arrived(clinic, number)
    assert len(queries_of(lambda: queues.board_of(clinic.desk, clinic.department, now))) == few


def queries_of(ask):
    with CaptureQueriesContext(connection) as asked:
        ask()
    return asked.captured_queries


def test_a_patients_own_place_is_the_boards(clinic, morning):
    arrived(clinic)
    second = arrived(clinic, 1)
    board = queues.board_of(clinic.desk, clinic.department, NINE - 15 * MINUTES)
    own = queues.own_of(second.appointment, NINE - 15 * MINUTES)
    assert (own.place, own.wait) == (board.waiting[1].place, board.waiting[1].wait)


@pytest.mark.parametrize(
    ("by", "priority", "expected"),
    [
        ("late", "normal", "Came late, so goes by 09:00, when they arrived."),
        ("returned", "gentle", "Goes first: pregnant, frail, or a small child. Back from tests; with the wait before,"),
        ("skipped", "urgent", "Urgent: before everybody. Did not answer, so goes by 09:00."),
    ],
)
def test_every_place_has_its_sentence(clinic, morning, by, priority, expected):
    entry = arrived(clinic)
    entry.place_by, entry.priority = by, priority
    assert queues.place_sentence(entry).startswith(expected)


def test_every_word_of_a_place_is_said(clinic, morning):
    entry = arrived(clinic)
    for by in codes.PlaceBy:
        entry.place_by = by
        assert "09:00" in queues.place_sentence(entry)


def test_who_may_not_come_is_told_with_reasons_and_never_who_is_here(clinic, morning):
    patient = make.patient()
    for days in (10, 20):
        make.appointment(patient, clinic.schedule, clinic.service, NINE - timedelta(days=days), status="noshow")
    make.appointment(patient, clinic.schedule, clinic.service, NINE - timedelta(days=30), status="fulfilled")
    visit = clinic.appointment(patient=patient, booked_at=NINE - timedelta(days=50))
    assert queues.doubts_of([visit]) == {visit.pk: "May not come: missed 2 of 3 visits, booked 50 days ahead."}
    check_in(by=clinic.desk, appointment=visit)
    visit.refresh_from_db()
    assert queues.doubts_of([visit]) == {}
