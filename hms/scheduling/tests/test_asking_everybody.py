"""Everybody of a long list is asked with one press: in the background, a few at a time, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hms.core import outbox
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Missing, Refused
from hms.scheduling import jobs, refusals
from hms.scheduling.actions import add_exception, ask_everybody, bulk_book, cancel_appointment
from hms.scheduling.actions.asking import AT_ONCE
from hms.scheduling.actions.bulk import NewVisit
from hms.scheduling.models import MoveProposal, ProposalRound
from hms.scheduling.strays import strays
from hms.scheduling.tests.conftest import NINE, TWENTY
from hms.scheduling.tests.test_groups import work
from tests import cast, make

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# A day of twelve hours has so many follow-ups.
A_DAY = 36
# What a proposal costs, the share of looking through the list included.
QUERIES = 25


@pytest.fixture
def crowded(clinic):
    """`crowded(300)`: so many visits from Monday in a week on, of a doctor with long hours who will be away."""
    make.session(clinic.schedule, "12:00", "21:00", weekdays=range(7))
    make.session(clinic.schedule, "09:00", "12:00", weekdays=(5, 6))

    def fill(number: int):
        patients = [make.patient() for _one in range(number)]
        starts = [NINE + 6 * DAY + day * DAY + slot * TWENTY for day in range(30) for slot in range(A_DAY)]
        bulk_book(
            by=system("tests"),
            facility=clinic.facility,
            visits=[
                NewVisit(patient, clinic.practitioner, clinic.service, start, minutes=20)
                for patient, start in zip(patients, starts, strict=False)
            ],
        )
        days = -(-number // A_DAY)
        first = NINE + 6 * DAY - HOUR
        add_exception(by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=first, end_at=first + days * DAY)
        return patients

    return fill


def test_three_hundred_are_asked_once_each_a_few_at_a_time(clinic, crowded):
    crowded(300)
    made = ask_everybody(by=clinic.desk, facility=clinic.facility)
    # Pressed twice, by whomever.
    colleague = cast.actor("front-desk", user=make.user(), facilities=[clinic.facility])
    assert ask_everybody(by=colleague, facility=clinic.facility).pk == made.pk
    assert (made.total, MoveProposal.objects.count()) == (300, 0)
    rounds, costs = 0, []
    while (message := OutboxMessage.objects.filter(topic="proposals.round", state="due").first()) is not None:
        with CaptureQueriesContext(connection) as found:
            assert outbox.perform(message)
        rounds += 1
        made.refresh_from_db()
        costs.append(len(found) / AT_ONCE)
        assert made.asked == min(300, rounds * AT_ONCE)
    # Twelve full ones, and one that finds nobody left.
    assert rounds == 300 // AT_ONCE + 1
    assert max(costs) < QUERIES
    proposals = list(MoveProposal.objects.select_related("appointment"))
    assert len({one.replaces_id for one in proposals}) == len({one.appointment.start_at for one in proposals}) == 300
    assert (made.is_going_on, made.asked, made.left) == (False, 300, 0)
    assert AuditEvent.objects.filter(verb="proposal.made").count() == 300
    with pytest.raises(Refused) as refused:
        ask_everybody(by=clinic.desk, facility=clinic.facility)
    assert refused.value.problems == (refusals.NOBODY_TO_ASK,)


def test_a_worker_that_was_killed_asks_nobody_twice(clinic, crowded, monkeypatch):
    crowded(6)
    made = ask_everybody(by=clinic.desk, facility=clinic.facility)
    message = OutboxMessage.objects.get(topic="proposals.round")

    def killed(**_what):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(jobs.actions, "advance_round", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.on_proposals_round(message)
    assert MoveProposal.objects.count() == 6
    jobs.on_proposals_round(message)
    made.refresh_from_db()
    assert (MoveProposal.objects.count(), made.asked, made.is_going_on) == (6, 6, False)
    # And a message of a step that was done is nobody's order.
    jobs.on_proposals_round(message)
    made.refresh_from_db()
    assert made.asked == 6


def test_who_can_not_be_asked_does_not_stop_the_others(clinic, crowded):
    patients = crowded(AT_ONCE + 3)
    # Nobody may be booked for the first of them.
    patients[0].deceased = True
    patients[0].save()
    ask_everybody(by=clinic.desk, facility=clinic.facility)
    (first, *_others) = strays(clinic.desk, clinic.facility)
    assert first.visit.patient == patients[0]
    work()
    made = ProposalRound.objects.get()
    assert (made.is_going_on, made.asked, made.left) == (False, AT_ONCE + 2, 1)
    (left,) = [one for one in strays(clinic.desk, clinic.facility) if one.may_be_asked_by_itself]
    assert left.visit == first.visit


def test_there_is_one_round_of_a_house(clinic, crowded):
    crowded(1)
    made = ask_everybody(by=clinic.desk, facility=clinic.facility)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRound.objects.create(facility=clinic.facility, asked_at=made.asked_at, total=1, after_at=made.after_at)
    work()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRound.objects.update(asked=5)


def test_who_may(clinic, crowded):
    crowded(1)
    with pytest.raises(Forbidden):
        ask_everybody(by=clinic.doctor, facility=clinic.facility)
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        ask_everybody(by=elsewhere, facility=clinic.facility)
    assert not ProposalRound.objects.exists()


def test_a_visit_called_off_meanwhile_is_passed_over(clinic, crowded):
    crowded(2)
    ask_everybody(by=clinic.desk, facility=clinic.facility)
    first = strays(clinic.desk, clinic.facility)[0].visit
    cancel_appointment(by=clinic.desk, appointment=first, reason="pat")
    work()
    made = ProposalRound.objects.get()
    assert (made.asked, made.left, made.is_going_on) == (1, 1, False)
