"""Group visits: places on the waiting list and in series, never two holders for one, and nobody reads of the others."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from hms.core import outbox
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused
from hms.messaging.models import Delivery
from hms.organization.actions import add_closed_day
from hms.patients.models import CareRelationship
from hms.scheduling import refusals
from hms.scheduling.actions import (
    NewTime,
    accept_offer,
    add_exception,
    book_appointment,
    book_series,
    cancel_appointment,
    cancel_series,
    change_places,
    decline_offer,
    join_waiting_list,
    leave_waiting_list,
    move_appointment,
    move_series,
    offer_time,
    settle_occurrence,
    withdraw_offer,
)
from hms.scheduling.models import Appointment, SeriesOccurrence, WaitingListEntry, WaitingOffer
from hms.scheduling.queries import next_visit, visits_of
from hms.scheduling.rules.series import Recurrence
from hms.scheduling.series import to_come
from hms.scheduling.series_drafts import draft, redraft
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
TUESDAY = date(2026, 11, 24)
SCHEDULER = system("scheduling")


def work() -> None:
    """What the worker does: everything that is due, until nothing is."""
    while outbox.drain(50):
        pass
    assert list(OutboxMessage.objects.exclude(last_error="").values_list("topic", "last_error")) == []


@pytest.fixture
def rehab(clinic):
    """Cardiac rehab: a group of two for twenty minutes."""
    return make.healthcare_service(clinic.department, name="Cardiac rehab", capacity=2, duration_new=20)


@pytest.fixture
def join(clinic, rehab):
    """`join(patient, …)` books a place, by the desk."""

    def book(patient=None, start_at=NINE, **fields: Any):
        who = patient or make.patient()
        return book_appointment(**clinic.asked(start_at, service=rehab, patient=who, **fields))

    return book


@pytest.fixture
def full(join):
    """Tuesday's group at nine, with two patients in it."""
    one, two = make.patient(), make.patient()
    join(one)
    visit = join(two)
    visit.one, visit.two = one, two
    return visit


@pytest.fixture
def waits(rehab):
    def put(patient=None, **wishes: Any):
        return make.waiting(patient, rehab, **wishes)

    return put


def leave(clinic, visit, patient, **fields: Any) -> None:
    cancel_appointment(**{"by": clinic.desk, "appointment": visit, "reason": "pat", "patient": patient} | fields)


def anew(visit: Appointment) -> Appointment:
    return Appointment.objects.with_people().get(pk=visit.pk)


def places(visit: Appointment) -> list[tuple[Any, str, int | None]]:
    rows = visit.participants.filter(patient__isnull=False).order_by("pk")
    return list(rows.values_list("patient", "status", "place"))


# --- The waiting list -----------------------------------------------------------------------------------------------
def test_a_place_that_is_given_up_is_offered_to_one_holder(clinic, full, waits):
    first, second = waits(urgency="urgent"), waits()
    leave(clinic, full, full.one)
    work()
    (offer,) = WaitingOffer.objects.open()
    assert (offer.entry, offer.appointment_id, offer.among) == (first, full.pk, 2)
    assert (offer.participation.patient, offer.participation.status, offer.participation.place) == (
        first.patient, "needs-action", 1,
    )  # fmt: skip
    assert WaitingListEntry.objects.get(pk=second.pk).is_waiting
    # It's nobody's visit yet, and for nobody else.
    assert [one.pk for one in anew(full).patients] == [full.two.pk]
    assert next_visit(system("tests"), first.patient) is None
    with pytest.raises(Conflict):
        offer_time(by=clinic.desk, entry=second, schedule=clinic.schedule, start_at=NINE)
    with pytest.raises(Conflict) as refused:
        book_appointment(**clinic.asked(service=first.service, patient=make.patient()))
    assert refused.value.problems == (refusals.FULL,)


def test_accepting_gives_the_place_and_declining_gives_it_to_the_next(clinic, full, waits):
    first, second = waits(urgency="urgent"), waits()
    leave(clinic, full, full.one)
    work()
    decline_offer(by=clinic.desk, offer=WaitingOffer.objects.open().get())
    work()
    offer = WaitingOffer.objects.open().get()
    assert offer.entry == second
    accept_offer(by=clinic.desk, offer=offer)
    work()
    assert [one.pk for one in anew(full).patients] == [full.two.pk, second.patient_id]
    assert WaitingListEntry.objects.get(pk=second.pk).status == "booked"
    assert WaitingListEntry.objects.get(pk=first.pk).is_waiting
    assert CareRelationship.objects.filter(patient=second.patient, source_id=full.pk).exists()
    letter = Delivery.objects.get(patient=second.patient, template="scheduling/mail/booked.txt")
    assert f"UID:{full.pk}@hms" in bytes(letter.attachments.get().content).decode()
    for answer in (accept_offer, decline_offer):
        with pytest.raises(Conflict) as refused:
            answer(by=clinic.desk, offer=offer)
        assert refused.value.problems == (refusals.OFFER_ENDED,)


def test_whoever_does_not_answer_makes_room_before_the_sweep(clinic, full, waits, join):
    entry = waits()
    leave(clinic, full, full.one)
    work()
    WaitingOffer.objects.update(heard_at=NOW - HOUR, expires_at=NOW)
    other = make.patient()
    join(other)
    assert {one.pk for one in anew(full).patients} == {full.two.pk, other.pk}
    offer = WaitingOffer.objects.get()
    with pytest.raises(Conflict):
        accept_offer(by=clinic.desk, offer=offer)
    outbox.say("scheduling.expire_offers")
    work()
    offer.refresh_from_db()
    assert (offer.outcome, WaitingListEntry.objects.get(pk=entry.pk).status) == ("expired", "waiting")
    assert {one.pk for one in anew(full).patients} == {full.two.pk, other.pk}


def test_added_places_are_offered_each_to_one_holder(clinic, full, waits, lines):
    entries = [waits(), waits(), waits()]
    before = len(lines())
    changed = change_places(by=clinic.desk, appointment=full, capacity=4)
    assert changed.capacity == 4
    assert len(lines()) == before + 1
    line = AuditEvent.objects.get(verb="appointment.places_changed")
    assert line.detail == {"before": 2, "after": 4}
    work()
    offers = list(WaitingOffer.objects.open())
    assert len(offers) == 2
    assert {offer.entry for offer in offers} < set(entries)
    assert sorted(offer.participation.place for offer in offers) == [3, 4]


def test_places_are_not_taken_from_those_who_have_them(clinic, full, join):
    with pytest.raises(Refused) as refused:
        change_places(by=clinic.desk, appointment=full, capacity=1)
    assert refused.value.problems == (refusals.FEWER_THAN_TAKEN,)
    change_places(by=clinic.desk, appointment=full, capacity=5)
    three = make.patient()
    join(three)
    leave(clinic, full, full.one)
    # The one with number three moves up.
    change_places(by=clinic.desk, appointment=full, capacity=2)
    assert sorted(place for _who, status, place in places(full) if status == "accepted") == [1, 2]
    with pytest.raises(Refused):
        change_places(by=clinic.desk, appointment=clinic.appointment(NINE + HOUR), capacity=4)
    with pytest.raises(Forbidden):
        change_places(by=clinic.himself, appointment=full, capacity=4)
    elsewhere = cast.actor("front-desk", user=make.user(), facilities=[make.facility()])
    with pytest.raises(Missing):
        change_places(by=elsewhere, appointment=full, capacity=4)


def test_the_last_who_leaves_ends_the_visit_only_when_nobody_is_asked(clinic, full, waits):
    waits()
    leave(clinic, full, full.one)
    work()
    leave(clinic, full, full.two)
    assert anew(full).status == "booked"
    decline_offer(by=clinic.desk, offer=WaitingOffer.objects.open().get())
    visit = anew(full)
    assert (visit.status, visit.cancellation_reason) == ("cancelled", "pat")
    assert not visit.participants.filter(blocking=True).exists()


def test_a_group_that_is_called_off_takes_its_offers_back(clinic, full, waits):
    entry = waits()
    leave(clinic, full, full.one)
    work()
    cancel_appointment(by=clinic.desk, appointment=full, reason="prov")
    assert anew(full).status == "cancelled"
    assert WaitingOffer.objects.get().outcome == "withdrawn"
    assert WaitingListEntry.objects.get(pk=entry.pk).is_waiting


@pytest.mark.parametrize("end", ["withdraw", "leave"])
def test_an_offer_of_a_place_ends_like_any_other(clinic, full, waits, end):
    entry = waits()
    leave(clinic, full, full.one)
    work()
    offer = WaitingOffer.objects.open().get()
    if end == "withdraw":
        withdraw_offer(by=clinic.desk, offer=offer)
    else:
        leave_waiting_list(by=clinic.desk, entry=entry)
    offer.refresh_from_db()
    assert offer.outcome == "withdrawn"
    assert offer.participation.place is None
    assert anew(full).places_taken == 1


def test_a_place_in_another_date_of_the_course_is_kept(clinic, full, waits, join):
    """Who waits for one date may have the others: nothing is given up for it."""
    join(clinic.patient, NINE + WEEK)
    entry = join_waiting_list(by=clinic.himself, patient=clinic.patient, service=full.service)
    assert entry.current is None
    leave(clinic, full, full.one)
    work()
    offer = WaitingOffer.objects.open().get()
    assert (offer.entry, offer.replaces) == (entry, None)
    accept_offer(by=clinic.himself, offer=offer)
    coming, _past = visits_of(clinic.himself, clinic.patient)
    assert [visit.start_at for visit in coming] == [NINE, NINE + WEEK]


def test_the_database_keeps_a_place_for_one(clinic, full, waits):
    waits()
    leave(clinic, full, full.one)
    work()
    held = WaitingOffer.objects.open().get().participation
    with pytest.raises(IntegrityError), transaction.atomic():
        full.participants.create(patient=make.patient(), place=held.place, start_at=full.start_at, end_at=full.end_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        full.participants.filter(pk=held.pk).update(status="declined")


# --- Whose business it is -------------------------------------------------------------------------------------------
def test_whoever_booked_first_is_not_told_of_the_others(clinic, rehab, join):
    first = book_appointment(**clinic.asked(by=clinic.himself, service=rehab, reason="My heart failure"))
    assert first.reason == ""
    other = make.patient(user=make.user())
    join(other)
    work()
    leave(clinic, first, other)
    work()
    told = Delivery.objects.filter(user=clinic.patient.user)
    assert {one.template for one in told} == {"scheduling/mail/booked.txt"}
    assert told.count() == 1
    assert Delivery.objects.filter(user=other.user).count() == 2


def test_who_left_the_group_has_it_in_no_list_and_out_of_the_calendar(clinic, full, join):
    leave(clinic, full, full.one)
    join(clinic.patient)
    leave(clinic, full, clinic.patient, by=clinic.himself)
    assert next_visit(clinic.himself, clinic.patient) is None
    work()
    assert OutboxMessage.objects.filter(topic="appointment.reminder").exists() is False
    letter = Delivery.objects.get(patient=clinic.patient, template="scheduling/mail/cancelled.txt")
    stream = bytes(letter.attachments.get().content).decode()
    assert "METHOD:CANCEL" in stream
    assert "STATUS:CANCELLED" in stream
    assert "SEQUENCE:2" in stream
    with pytest.raises(Missing):
        cancel_appointment(by=clinic.himself, appointment=full, reason="pat", patient=clinic.patient)


def test_nobody_is_reminded_of_a_place_they_gave_up(clinic, join):
    visit = join(clinic.patient, NINE + WEEK)
    join(start_at=NINE + WEEK)
    leave(clinic, visit, clinic.patient)
    with time_machine.travel(NINE + WEEK - 20 * HOUR, tick=False):
        work()
    letters = list(Delivery.objects.values_list("patient", "template"))
    assert (clinic.patient.pk, "scheduling/mail/reminder.txt") not in letters
    assert [template for _who, template in letters].count("scheduling/mail/reminder.txt") == 1


# --- Series ---------------------------------------------------------------------------------------------------------
def course(clinic, service, patient=None, *, answers=None, **fields: Any):
    told = {"unit": "week", "every": 1, "first": TUESDAY, "at": time(9), "weekdays": (1,), "count": 4}
    asked = Recurrence(**told | fields)
    who = patient or clinic.patient
    found = draft(who.pk, clinic.schedule, service, asked, base=None, answers=answers)
    return asked, found, who


def book(clinic, service, patient=None, **fields: Any):
    asked, found, who = course(clinic, service, patient, **fields)
    return book_series(
        by=clinic.desk, patient=who, schedule=clinic.schedule, service=service, asked=asked, chosen=found.as_proposed
    )


def move(clinic, series, from_on=TUESDAY, *, at=time(9), shift=0, by=None):
    coming = to_come(series, from_on)
    found = redraft(series, coming, clinic.schedule, at=at, shift=shift)
    times = [NewTime(line.planned.on, line.start) for line in found.lines]
    return move_series(
        by=by or clinic.desk,
        series=series,
        from_on=from_on,
        schedule=clinic.schedule,
        at=at,
        shift_days=shift,
        times=times,
    )


def starts(series) -> list[Any]:
    return [one.appointment.start_at for one in to_come(series)]


def test_the_preview_names_full_groups_missing_dates_and_places_left(clinic, full, join, rehab):
    join(start_at=NINE + WEEK)
    add_closed_day(by=system("tests"), facility=clinic.facility, day=TUESDAY + 2 * WEEK, name="Founders' day")
    third = NINE + 3 * WEEK
    leave = {"kind": "leave", "start_at": third - HOUR, "end_at": third + HOUR}
    add_exception(by=system("tests"), schedule=clinic.schedule, **leave)
    _asked, found, _who = course(clinic, rehab, count=None, until=TUESDAY + 4 * WEEK)
    assert [(one.planned.state, one.planned.obstacle) for one in found.lines] == [
        ("open", "full"), ("booked", ""), ("skipped", "holiday"), ("skipped", "away"), ("booked", ""),
    ]  # fmt: skip
    assert found.lines[0].problem == "All places are taken"
    labels = [option.label for option in found.lines[1].options]
    assert "Tuesday, 01-Dec-2026, 09:00 · 1 place left" in labels


def test_a_series_takes_a_place_in_every_group_and_begins_those_that_are_not_there(clinic, rehab, join):
    there = join(start_at=NINE + WEEK)
    series = book(clinic, rehab)
    dates = to_come(series)
    assert starts(series) == [NINE + number * WEEK for number in range(4)]
    assert dates[1].appointment_id == there.pk
    assert all(one.participation.patient_id == clinic.patient.pk for one in dates)
    assert anew(dates[0].appointment).capacity == 2
    other = book(clinic, rehab, make.patient())
    # The second is full by now.
    theirs = [dates[number].appointment_id for number in (0, 2, 3)]
    assert [one.appointment_id for one in to_come(other)] == theirs
    work()
    (letter,) = Delivery.objects.filter(patient=clinic.patient)
    assert letter.template == "scheduling/mail/series_booked.txt"
    assert OutboxMessage.objects.filter(topic="appointment.reminder").count() == 6


def test_all_places_or_none(clinic, rehab, join):
    asked, found, who = course(clinic, rehab)
    for _place in range(2):
        join(start_at=NINE + 2 * WEEK)
    with pytest.raises(Conflict) as refused:
        book_series(
            by=clinic.desk, patient=who, schedule=clinic.schedule, service=rehab, asked=asked, chosen=found.as_proposed
        )
    assert "08-Dec-2026" in str(refused.value.problems[0].text)
    assert not SeriesOccurrence.objects.exists()
    assert Appointment.objects.count() == 1


def test_a_full_date_stays_open_and_is_settled_when_a_place_is_free(clinic, full, rehab):
    series = book(clinic, rehab)
    (waiting,) = series.occurrences.filter(state="open")
    assert (waiting.occurs_on, waiting.obstacle) == (TUESDAY, "full")
    leave(clinic, full, full.one)
    settle_occurrence(by=clinic.desk, occurrence=waiting, start_at=NINE)
    assert starts(series)[0] == NINE
    with pytest.raises(Missing):
        settle_occurrence(by=clinic.himself, occurrence=waiting, start_at=NINE)


def test_whoever_waits_for_the_full_date_of_their_course_has_it_with_the_offer(clinic, full, rehab, waits):
    series = book(clinic, rehab)
    waits(clinic.patient, latest_on=TUESDAY)
    leave(clinic, full, full.one)
    work()
    accept_offer(by=clinic.himself, offer=WaitingOffer.objects.open().get())
    assert starts(series) == [NINE + number * WEEK for number in range(4)]
    assert not series.occurrences.filter(state="open").exists()
    cancel_series(by=clinic.himself, series=series, from_on=TUESDAY, reason="pat")
    assert not Appointment.objects.of_patient(clinic.patient.pk).filter(status="booked").exists()


def test_this_and_following_places_are_exchanged_and_the_others_stay(clinic, rehab, join):
    series = book(clinic, rehab)
    other = book(clinic, rehab, make.patient())
    work()
    before = [one.appointment_id for one in to_come(series)]
    move(clinic, series, TUESDAY + 2 * WEEK, at=time(10))
    assert starts(series) == [NINE, NINE + WEEK, NINE + 2 * WEEK + HOUR, NINE + 3 * WEEK + HOUR]
    assert starts(other) == [NINE + number * WEEK for number in range(4)]
    assert [one.appointment_id for one in to_come(other)] == before
    work()
    letter = Delivery.objects.get(patient=clinic.patient, template="scheduling/mail/series_moved.txt")
    files = {one.name: bytes(one.content).decode().replace("\r\n ", "") for one in letter.attachments.all()}
    assert "METHOD:REQUEST" in files["visits.ics"]
    assert "METHOD:CANCEL" in files["given-up.ics"]
    for gone in before[2:]:
        assert f"UID:{gone}@hms" in files["given-up.ics"]
        assert f"UID:{gone}@hms" not in files["visits.ics"]


def test_a_course_moves_by_a_week_into_the_places_it_leaves(clinic, rehab):
    series = book(clinic, rehab)
    first = to_come(series)[0].appointment
    move(clinic, series, shift=7)
    assert starts(series) == [NINE + number * WEEK for number in range(1, 5)]
    # Nobody is left in the first.
    assert anew(first).status == "cancelled"
    held = Appointment.objects.of_patient(clinic.patient.pk).filter(status="booked")
    assert sorted(held.values_list("start_at", flat=True)) == starts(series)
    work()
    letter = Delivery.objects.get(patient=clinic.patient, template="scheduling/mail/series_moved.txt")
    files = {one.name: bytes(one.content).decode() for one in letter.attachments.all()}
    assert files["given-up.ics"].count("BEGIN:VEVENT") == 1


def test_one_date_is_moved_or_given_up_by_itself(clinic, rehab, join):
    series = book(clinic, rehab)
    join(start_at=NINE + WEEK)
    second, third = to_come(series)[1], to_come(series)[2]
    moved = move_appointment(
        by=clinic.himself, appointment=second.appointment, patient=clinic.patient, start_at=NINE + WEEK + TWENTY
    )
    assert moved.pk != second.appointment_id
    second.refresh_from_db()
    assert (second.appointment_id, second.participation.instead_of.appointment.start_at) == (moved.pk, NINE + WEEK)
    cancel_appointment(by=clinic.himself, appointment=third.appointment, reason="pat", patient=clinic.patient)
    assert starts(series) == [NINE, NINE + WEEK + TWENTY, NINE + 3 * WEEK]
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesOccurrence.objects.filter(pk=second.pk).update(occurs_on=TUESDAY + DAY)


def test_the_course_ends_for_one_and_goes_on_for_the_other(clinic, rehab):
    series, other = book(clinic, rehab), book(clinic, rehab, make.patient())
    work()
    cancel_series(by=clinic.himself, series=series, from_on=TUESDAY + WEEK, reason="pat")
    assert starts(series) == [NINE]
    assert len(starts(other)) == 4
    work()
    letter = Delivery.objects.get(patient=clinic.patient, template="scheduling/mail/series_cancelled.txt")
    stream = bytes(letter.attachments.get().content).decode()
    assert stream.count("STATUS:CANCELLED") == 3
    assert not Delivery.objects.filter(patient=other.patient, template__contains="cancelled").exists()
