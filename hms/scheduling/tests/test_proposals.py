"""Visits that can't take place because of the hospital: another time is proposed, held, and taken by one word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from hms.core import outbox
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from hms.messaging.models import Delivery, Notification
from hms.scheduling import proposals, refusals
from hms.scheduling.actions import (
    accept_proposal,
    add_exception,
    book_appointment,
    cancel_appointment,
    check_in,
    confirm_appointment,
    decline_proposal,
    expire_holds,
    expire_proposal,
    mark_entered_in_error,
    move_appointment,
    propose_move,
    release_hold,
    withdraw_proposal,
)
from hms.scheduling.models import Appointment, MoveProposal, SeriesOccurrence, WaitingOffer
from hms.scheduling.strays import strays, suggestions
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# The visit, and what is proposed instead.
OLD, NEW = NINE + 9 * DAY, NINE + 14 * DAY
SCHEDULER = system("scheduling")


def work() -> None:
    """What the worker does: everything that is due, until nothing is."""
    while outbox.drain(50):
        pass
    assert list(OutboxMessage.objects.exclude(last_error="").values_list("topic", "last_error")) == []


def tick() -> None:
    """What the scheduler says each minute, done."""
    for topic in ("scheduling.expire_holds", "scheduling.expire_offers"):
        outbox.say(topic)
    work()


def leave(clinic, start=OLD, days=1):
    start -= timedelta(hours=9)
    return add_exception(
        by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=start, end_at=start + days * DAY
    )


def asked(clinic, visit, start_at=NEW, **fields):
    return {"by": clinic.desk, "appointment": visit, "schedule": clinic.schedule, "start_at": start_at} | fields


@pytest.fixture
def visit(clinic):
    """The patient's visit in nine days, on which the doctor is away."""
    booked = clinic.appointment(OLD, patient=clinic.patient, reason="Cough")
    leave(clinic)
    return booked


@pytest.fixture
def proposed(clinic, visit):
    return propose_move(**asked(clinic, visit))


def stands(proposal) -> tuple[str, str, str]:
    """What became of a proposal, of the time it held, and of the visit."""
    proposal.refresh_from_db()
    held = Appointment.objects.get(pk=proposal.appointment_id)
    return proposal.outcome, held.status, Appointment.objects.get(pk=proposal.replaces_id).status


# --- Proposing ----------------------------------------------------------------------------------------------------
def test_the_time_is_held_and_the_visit_stands(clinic, visit, lines, said):
    proposal = propose_move(**asked(clinic, visit))
    assert stands(proposal) == ("", "pending", "booked")
    held = proposal.appointment
    assert (held.start_at, held.hold_expires_at) == (NEW, NOW + 2 * DAY)
    assert (proposal.expires_at, proposal.offered_by_id) == (NOW + 2 * DAY, clinic.desk.id)
    assert all(held.participants.values_list("blocking", flat=True))
    line = AuditEvent.objects.get(verb="proposal.made")
    assert (line.patient_id, line.detail) == (clinic.patient.pk, {"start": NEW.isoformat()})
    assert said().count("proposal.made") == 1


def test_nobody_else_gets_the_proposed_time(clinic, visit, proposed):
    for by in (clinic.desk, SCHEDULER):
        with pytest.raises(Conflict) as refused:
            book_appointment(**clinic.asked(NEW, by=by, patient=make.patient()))
        assert refused.value.problems == (refusals.TAKEN,)
    other = clinic.appointment(OLD + TWENTY)
    with pytest.raises(Conflict):
        propose_move(**asked(clinic, other))


def test_one_proposal_at_a_time(clinic, visit, proposed):
    with pytest.raises(Conflict) as refused:
        propose_move(**asked(clinic, visit, NEW + TWENTY))
    assert refused.value.problems == (refusals.HAS_PROPOSAL,)
    with pytest.raises(IntegrityError, match=r"scheduling_one_open_proposal|replaces_id"), transaction.atomic():
        MoveProposal.objects.create(
            replaces=visit, appointment=clinic.appointment(NEW + TWENTY), offered_at=NOW, heard_at=NOW,
            expires_at=NOW + HOUR,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("start_at", "stands_until"),
    [
        # A third of the time that is left until the visit, where that is less than two days.
        (NINE + 3 * HOUR - TWENTY, NOW + 8 * HOUR),
        (OLD, NOW + 2 * DAY),
    ],
)
def test_the_answer_must_come_before_the_visit_that_will_not_be(clinic, start_at, stands_until):
    booked = clinic.appointment(start_at, patient=clinic.patient)
    proposal = propose_move(**asked(clinic, booked))
    assert abs(proposal.expires_at - stands_until) < HOUR
    assert proposal.expires_at < start_at


def test_what_is_too_near_is_a_matter_for_the_telephone(clinic):
    booked = clinic.appointment(NOW + 20 * MINUTE * 3, patient=clinic.patient)
    with time_machine.travel(NOW + 57 * MINUTE, tick=False), pytest.raises(Refused) as refused:
        propose_move(**asked(clinic, booked))
    assert refused.value.problems == (refusals.NO_TIME_FOR_PROPOSAL,)


def test_the_night_does_not_count(clinic, visit):
    with time_machine.travel(NOW + 14 * HOUR, tick=False):  # eleven in the evening, there
        proposal = propose_move(**asked(clinic, visit))
    assert proposal.heard_at > NOW + 20 * HOUR
    assert proposal.expires_at == proposal.heard_at + 2 * DAY


@pytest.mark.parametrize("who", ["doctor", "himself"])
def test_only_the_desk_proposes(clinic, visit, who):
    with pytest.raises(Forbidden):
        propose_move(**asked(clinic, visit, by=getattr(clinic, who)))


def test_nobody_proposes_for_another_house(clinic, visit):
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        propose_move(**asked(clinic, visit, by=elsewhere))


@pytest.mark.parametrize("status", ["arrived", "cancelled"])
def test_only_a_booked_visit_needs_another_time(clinic, status):
    fields = {"arrived": {"checked_in_at": NOW}, "cancelled": {"cancellation_reason": "pat"}}[status]
    other = clinic.appointment(OLD, status=status, **fields)
    with pytest.raises(Refused):
        propose_move(**asked(clinic, other))


# --- Accepting ------------------------------------------------------------------------------------------------------
def test_accepting_moves_the_visit_in_one_deed(clinic, visit, proposed, lines, said):
    accept_proposal(by=clinic.himself, proposal=proposed)
    assert stands(proposed) == ("accepted", "cancelled", "booked")
    visit.refresh_from_db()
    assert (visit.start_at, visit.reason, visit.sequence) == (NEW, "Cough", 1)
    assert {(row.start_at, row.blocking) for row in visit.participants.all()} == {(NEW, True)}
    assert Appointment.objects.of_patient(clinic.patient.pk).filter(status="booked").count() == 1
    assert ("appointment.moved", "success") in lines()
    assert ("proposal.accepted", "success") in lines()
    assert said().count("appointment.moved") == 1
    assert said().count("appointment.cancelled") == 0


def test_one_letter_says_the_new_time_and_the_calendar_entry_moves(clinic, visit, proposed):
    work()
    asked_before = set(Delivery.objects.values_list("pk", flat=True))
    accept_proposal(by=clinic.himself, proposal=proposed)
    work()
    (letter,) = Delivery.objects.filter(channel="email", patient=clinic.patient).exclude(pk__in=asked_before)
    assert letter.template == "scheduling/mail/moved.txt"
    assert f"UID:{visit.pk}@hms" in bytes(letter.attachments.get().content).decode()


def test_a_visit_of_a_series_stays_in_it(clinic):
    series = make.series(clinic.patient, clinic.schedule, clinic.service)
    second = series.occurrences.order_by("occurs_on")[1]
    leave(clinic, second.appointment.start_at)
    proposal = propose_move(**asked(clinic, second.appointment, second.appointment.start_at + DAY))
    accept_proposal(by=clinic.himself, proposal=proposal)
    again = SeriesOccurrence.objects.get(pk=second.pk)
    assert again.appointment.start_at == NINE + 8 * DAY


def test_what_the_hospital_chose_is_accepted_whatever_patients_may_book_themselves(clinic, visit):
    type(clinic.service).objects.filter(pk=clinic.service.pk).update(who_may_book="staff", lead_max=1)
    proposal = propose_move(**asked(clinic, visit))
    accept_proposal(by=clinic.himself, proposal=proposal)
    assert stands(proposal)[0] == "accepted"


def test_a_second_press_does_nothing_twice(clinic, proposed):
    key = "019300aa-0000-7000-8000-000000000004"
    for _press in range(2):
        accept_proposal(by=clinic.himself, proposal=proposed, idempotency_key=key)
    for deed in (accept_proposal, decline_proposal):
        with pytest.raises(Conflict) as refused:
            deed(by=clinic.himself, proposal=proposed)
        assert refused.value.problems == (refusals.PROPOSAL_ENDED,)
    assert AuditEvent.objects.filter(verb="proposal.accepted", outcome="success").count() == 1


def test_the_minute_that_was_told_is_the_last(clinic, proposed):
    with time_machine.travel(proposed.expires_at, tick=False), pytest.raises(Conflict):
        accept_proposal(by=clinic.himself, proposal=proposed)
    assert stands(proposed) == ("", "pending", "booked")
    with time_machine.travel(proposed.expires_at - timedelta(seconds=1), tick=False):
        accept_proposal(by=clinic.himself, proposal=proposed)


def test_nobody_answers_for_a_stranger_nor_from_an_old_page(clinic, proposed):
    user = make.user()
    make.patient(user=user)
    for answer in (accept_proposal, decline_proposal):
        with pytest.raises(Missing):
            answer(by=cast.actor("patient", user=user), proposal=proposed)
        with pytest.raises(Stale):
            answer(by=clinic.himself, proposal=proposed, version=proposed.version + 1)
    with pytest.raises(Forbidden):
        accept_proposal(by=cast.actor("billing"), proposal=proposed)


def test_the_proposed_doctor_went_on_leave_too(clinic, visit, proposed):
    leave(clinic, NEW)
    with pytest.raises(Refused) as refused:
        accept_proposal(by=clinic.himself, proposal=proposed)
    assert refused.value.problems == (refusals.AWAY,)
    assert stands(proposed) == ("", "pending", "booked")


def test_the_old_time_goes_to_nobody_while_the_doctor_is_away(clinic, visit, proposed):
    make.waiting(service=clinic.service)
    accept_proposal(by=clinic.himself, proposal=proposed)
    work()
    assert not WaitingOffer.objects.exists()


# --- The other answers ------------------------------------------------------------------------------------------------
def test_no_frees_the_time_and_tells_the_desk(clinic, visit, proposed):
    decline_proposal(by=clinic.himself, proposal=proposed)
    assert stands(proposed) == ("declined", "cancelled", "booked")
    work()
    told = Notification.objects.get(user=clinic.desk.id)
    assert "does not suit" in told.text
    (stray,) = strays(clinic.desk, clinic.facility)
    assert (stray.latest, stray.may_be_asked_by_itself) == (proposed, False)
    book_appointment(**clinic.asked(NEW, patient=make.patient()))


def test_no_answer_frees_the_time_and_the_list_says_so(clinic, visit, proposed):
    with time_machine.travel(proposed.expires_at, tick=False):
        tick()
        assert stands(proposed) == ("expired", "cancelled", "booked")
        (stray,) = strays(clinic.desk, clinic.facility)
        assert (stray.latest.outcome, stray.waits_for_answer(proposed.expires_at)) == ("expired", False)
        book_appointment(**clinic.asked(NEW, patient=make.patient()))


def test_what_ended_stays_as_it_was(clinic, proposed):
    decline_proposal(by=clinic.himself, proposal=proposed)
    with pytest.raises(IntegrityError), transaction.atomic():
        MoveProposal.objects.update(outcome="", answered_at=None)


def test_the_freed_time_is_offered_on(clinic, visit, proposed):
    entry = make.waiting(service=clinic.service)
    decline_proposal(by=clinic.himself, proposal=proposed)
    work()
    assert WaitingOffer.objects.get().entry == entry


def test_the_desk_takes_it_back(clinic, proposed):
    withdraw_proposal(by=clinic.desk, proposal=proposed)
    assert stands(proposed) == ("withdrawn", "cancelled", "booked")
    with pytest.raises(Forbidden):
        withdraw_proposal(by=clinic.himself, proposal=proposed)


def test_expiry_is_the_schedulers(clinic, proposed):
    with pytest.raises(Forbidden):
        expire_proposal(by=clinic.desk, proposal=proposed)
    with pytest.raises(Refused):
        expire_proposal(by=SCHEDULER, proposal=proposed)


def test_a_proposal_that_ran_out_makes_room_for_the_next(clinic, visit, proposed):
    with time_machine.travel(proposed.expires_at, tick=False):
        propose_move(**asked(clinic, visit, NEW + TWENTY))
    assert stands(proposed)[0] == "expired"


@pytest.mark.parametrize("how", ["move", "cancel", "error"])
def test_a_visit_that_is_changed_otherwise_gives_the_held_time_back(clinic, visit, proposed, how):
    if how == "move":
        move_appointment(by=clinic.himself, appointment=visit, start_at=NINE + 15 * DAY)
    elif how == "cancel":
        cancel_appointment(by=clinic.himself, appointment=visit, reason="pat")
    else:
        mark_entered_in_error(by=clinic.desk, appointment=visit)
    assert stands(proposed)[:2] == ("withdrawn", "cancelled")
    assert AuditEvent.objects.filter(verb="proposal.withdrawn").count() == 1
    with pytest.raises(Conflict):
        accept_proposal(by=clinic.himself, proposal=proposed)


def test_the_patient_may_choose_the_very_time_on_the_booking_page_too(clinic, visit, proposed):
    move_appointment(by=clinic.himself, appointment=visit, start_at=NEW)
    visit.refresh_from_db()
    assert (visit.start_at, stands(proposed)[0]) == (NEW, "withdrawn")


def test_who_came_all_the_same_accepts_nothing_more(clinic):
    today = clinic.appointment(NOW + 2 * HOUR, patient=clinic.patient)
    proposal = propose_move(**asked(clinic, today))
    check_in(by=clinic.desk, appointment=today)
    with pytest.raises(Conflict) as refused:
        accept_proposal(by=clinic.himself, proposal=proposal)
    assert refused.value.problems == (refusals.PROPOSAL_ENDED,)


def test_the_held_time_is_ended_by_the_proposals_own_verbs_alone(clinic, proposed):
    held = proposed.appointment
    for deed in (confirm_appointment, release_hold):
        with pytest.raises(Refused) as refused:
            deed(by=clinic.himself, appointment=held)
        assert refused.value.problems == (refusals.ANSWER_THE_OFFER,)
    with time_machine.travel(proposed.expires_at + MINUTE, tick=False):
        expire_holds(by=SCHEDULER)
    assert stands(proposed)[:2] == ("", "pending")


# --- Telling ----------------------------------------------------------------------------------------------------------
def test_the_patient_is_asked_in_the_app_and_by_mail(clinic, proposed):
    work()
    note = Notification.objects.get(user=clinic.patient.user)
    assert note.link == f"/scheduling/proposals/{proposed.pk}/"
    letter = Delivery.objects.get(channel="email", patient=clinic.patient)
    assert "can't take place" in letter.body
    assert "Tuesday, 08-Dec-2026, 09:00 CET" in letter.body
    assert "25-Nov-2026, 09:00 CET" in letter.body
    assert note.link in letter.body


def test_and_by_text_message_where_that_goes(clinic, proposed, settings):
    from hms.patients.models import ContactPoint

    settings.CARRIER_SMS = "console"
    ContactPoint.objects.create(patient=clinic.patient, system="phone", value="+49 30 5550199", use="mobile")
    work()
    text = Delivery.objects.get(channel="sms")
    assert "We propose" in text.body
    assert f"/scheduling/proposals/{proposed.pk}/" in text.body


def test_what_is_to_be_answered(clinic, visit, proposed):
    assert proposals.to_answer(clinic.himself, clinic.patient.pk) == [proposed]
    with time_machine.travel(proposed.expires_at, tick=False):
        assert proposals.to_answer(clinic.himself, clinic.patient.pk) == []


# --- The list ---------------------------------------------------------------------------------------------------------
def test_a_room_that_is_closed_and_a_doctor_who_left_are_on_the_list(clinic):
    booked = book_appointment(**clinic.asked(OLD))
    assert strays(clinic.desk, clinic.facility) == []
    type(clinic.room).objects.update(status="suspended")
    assert [(one.visit, one.why) for one in strays(clinic.desk, clinic.facility)] == [(booked, "The room is closed")]
    # In the same room there is no other time either.
    assert suggestions(clinic.facility, [booked]) == {}
    type(clinic.room).objects.update(status="active")
    type(clinic.practitioner).objects.update(active=False)
    assert [one.why for one in strays(clinic.desk, clinic.facility)] == ["Works here no more"]
    assert suggestions(clinic.facility, [booked]) == {}


def test_a_role_that_ends_before_the_visit(clinic):
    booked = clinic.appointment(OLD)
    type(clinic.role).objects.update(end=date(2026, 12, 10))
    assert strays(clinic.desk, clinic.facility) == []
    type(clinic.role).objects.update(end=date(2026, 12, 3))
    assert [(one.visit, one.why) for one in strays(clinic.desk, clinic.facility)] == [(booked, "Works here no more")]


def test_a_time_that_was_refused_is_not_suggested_again(clinic, visit):
    first = suggestions(clinic.facility, [visit])[visit.pk].at
    assert suggestions(clinic.facility, [visit], {visit.pk: {first}})[visit.pk].at > first
