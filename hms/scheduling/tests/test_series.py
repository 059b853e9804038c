"""Series of visits: booked together, changed together, gone on with, and never two people in one time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hms.core import outbox
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from hms.messaging.models import Delivery, Notification
from hms.organization.actions import add_closed_day
from hms.scheduling import refusals
from hms.scheduling.actions import (
    NewTime,
    add_exception,
    book_appointment,
    book_series,
    cancel_appointment,
    cancel_series,
    continue_series,
    move_appointment,
    move_series,
    settle_occurrence,
)
from hms.scheduling.models import Appointment, AppointmentSeries, HealthcareService, SeriesOccurrence, SeriesTerm
from hms.scheduling.recurring import in_words, place_of
from hms.scheduling.rules.series import Recurrence
from hms.scheduling.rules.wall_clock import first_instant
from hms.scheduling.series import Chosen, to_come
from hms.scheduling.series_drafts import draft, open_lines, redraft
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
TUESDAY = date(2026, 11, 24)
SCHEDULER = system("scheduling")
ADMIN = "administrator"
BERLIN = ZoneInfo("Europe/Berlin")


def work() -> None:
    """What the worker does: everything that is due, until nothing is."""
    while outbox.drain(50):
        pass
    assert list(OutboxMessage.objects.exclude(last_error="").values_list("topic", "last_error")) == []


def nine(day: date, clock: time = time(9)) -> datetime:
    return first_instant(datetime.combine(day, clock), BERLIN)


def weekly(**fields) -> Recurrence:
    told = {"unit": "week", "every": 1, "first": TUESDAY, "at": time(9), "weekdays": (1,), "count": 6}
    return Recurrence(**told | fields)


def wanted(clinic, asked=None, base=None, chosen=None, **fields):
    """What a series asks for: six Tuesdays at nine, by the desk, every date as proposed."""
    asked = asked or weekly()
    if chosen is None:
        chosen = draft(clinic.patient.pk, clinic.schedule, clinic.service, asked, base=base).as_proposed
    return {
        "by": clinic.desk,
        "patient": clinic.patient,
        "schedule": clinic.schedule,
        "service": clinic.service,
        "asked": asked,
        "base": base,
        "chosen": chosen,
    } | fields


def starts(series) -> list[datetime]:
    return [one.appointment.start_at for one in to_come(series)]


def became(series) -> list[tuple[date, str, str]]:
    return list(series.occurrences.values_list("occurs_on", "state", "obstacle"))


@pytest.fixture
def series(clinic):
    return book_series(**wanted(clinic))


# --- Booking --------------------------------------------------------------------------------------------------------
def test_all_dates_are_booked_in_one_deed(clinic, lines):
    series = book_series(**wanted(clinic, reason="Blood pressure"))
    assert starts(series) == [NINE + number * WEEK for number in range(6)]
    assert (series.rule, series.count, series.next_on) == ("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU", 6, None)
    visits = Appointment.objects.filter(occurrences__series=series)
    assert {(one.status, one.reason, one.booked_by_id, one.appointment_type) for one in visits} == {
        ("booked", "Blood pressure", clinic.desk.id, "FOLLOWUP")
    }
    assert lines() == [("appointment.booked", "success")] * 6 + [("series.booked", "success")]
    line = AuditEvent.objects.get(verb="series.booked")
    assert (line.patient_id, line.detail) == (clinic.patient.pk, {"visits": 6, "open": 0})
    assert in_words(series) == "Every week on Tuesday, 6 visits"


def test_a_holiday_is_left_out_and_a_taken_date_waits(clinic):
    add_closed_day(
        by=cast.actor(ADMIN), facility=clinic.facility, day=date(2026, 12, 1), name="Burst pipe", closed=True
    )
    clinic.appointment(NINE + 2 * WEEK)
    series = book_series(**wanted(clinic))
    assert became(series) == [
        (TUESDAY, "booked", ""),
        (date(2026, 12, 1), "skipped", "holiday"),
        (date(2026, 12, 8), "open", "taken"),
        (date(2026, 12, 15), "booked", ""),
        (date(2026, 12, 22), "booked", ""),
        (date(2026, 12, 29), "booked", ""),
        (date(2027, 1, 5), "booked", ""),
    ]


def test_the_visit_that_is_repeated_becomes_the_first(clinic):
    base = clinic.appointment(NINE, patient=clinic.patient)
    series = book_series(**wanted(clinic, base=base))
    assert starts(series)[0] == NINE
    assert Appointment.objects.of_patient(clinic.patient.pk).count() == 6
    assert place_of(base, clinic.patient.pk)[1:] == (1, 6)
    with pytest.raises(Refused) as refused:
        book_series(**wanted(clinic, base=base, asked=weekly(at=time(10))))
    assert refused.value.problems == (refusals.IN_A_SERIES,)


def test_somebody_elses_visit_is_not_repeated(clinic):
    base = clinic.appointment(NINE)
    with pytest.raises(Missing):
        book_series(**wanted(clinic, base=base))
    assert not AppointmentSeries.objects.exists()


def test_one_date_taken_in_between_and_nothing_is_booked(clinic, lines):
    asked = wanted(clinic)
    clinic.appointment(NINE + 2 * WEEK)
    with pytest.raises(Conflict) as refused:
        book_series(**asked)
    (problem,) = refused.value.problems
    assert str(problem) == "Tuesday, 08-Dec-2026: This time has just been taken. Please choose another one."
    assert not AppointmentSeries.objects.exists()
    assert Appointment.objects.count() == 1
    assert lines() == [("scheduling.book_series", "refused")]


def test_every_date_that_can_not_be_is_named_at_once(clinic):
    asked = wanted(clinic)
    clinic.appointment(NINE + WEEK)
    elsewhere = make.session(make.schedule(make.practitioner_role()))
    make.appointment(clinic.patient, elsewhere, start_at=NINE + 2 * WEEK)
    add_exception(
        by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=NINE + 3 * WEEK, end_at=NINE + 3 * WEEK + HOUR
    )
    with pytest.raises(Conflict) as refused:
        book_series(**asked)
    assert [str(one).partition(":")[0] for one in refused.value.problems] == [
        "Tuesday, 01-Dec-2026", "Tuesday, 08-Dec-2026", "Tuesday, 15-Dec-2026",
    ]  # fmt: skip


def test_two_makers_and_one_has_the_times(clinic):
    other = make.patient()
    mine, theirs = wanted(clinic), wanted(clinic, patient=other)
    book_series(**mine)
    with pytest.raises(Conflict):
        book_series(**theirs)
    assert Appointment.objects.of_patient(other.pk).count() == 0


def test_a_time_held_by_somebody_choosing_is_in_the_way_until_it_runs_out(clinic):
    asked = wanted(clinic)
    hold = clinic.appointment(NINE + WEEK, status="pending", hold_expires_at=NOW + timedelta(minutes=5))
    with pytest.raises(Conflict):
        book_series(**asked)
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        book_series(**asked)
    hold.refresh_from_db()
    assert hold.status == "cancelled"


def test_the_same_form_twice_is_one_series(clinic):
    asked, key = wanted(clinic), "019300aa-0000-7000-8000-000000000003"
    first = book_series(**asked, idempotency_key=key)
    assert book_series(**asked, idempotency_key=key) == first
    assert Appointment.objects.count() == 6


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ([Chosen(TUESDAY, "open")], refusals.NOTHING_CHOSEN),
        ([Chosen(TUESDAY, "booked", NINE), Chosen(TUESDAY + 8 * DAY, "booked", NINE + WEEK)], refusals.NOT_ITS_DATE),
        ([Chosen(TUESDAY + WEEK, "booked", NINE + WEEK)], refusals.NOT_ITS_DATE),
        ([Chosen(TUESDAY + n * WEEK, "booked", NINE + n * WEEK) for n in range(7)], refusals.NOT_ITS_DATE),
        ([Chosen(TUESDAY, "left-out", NINE)], refusals.NOT_ITS_DATE),
    ],
)
def test_only_dates_of_the_rule_are_booked(clinic, chosen, problem):
    with pytest.raises(Refused) as refused:
        book_series(**wanted(clinic, chosen=chosen))
    assert refused.value.problems == (problem,)


def test_two_dates_at_one_time_are_refused_by_the_database(clinic):
    chosen = [Chosen(TUESDAY, "booked", NINE), Chosen(TUESDAY + WEEK, "booked", NINE)]
    with pytest.raises(Conflict):
        book_series(**wanted(clinic, chosen=chosen))
    assert not Appointment.objects.exists()


def test_who_may(clinic):
    asked = wanted(clinic)
    with pytest.raises(Forbidden):
        book_series(**asked | {"by": clinic.himself})
    with pytest.raises(Missing):
        book_series(**asked | {"by": cast.actor("front-desk", user=make.user(), facilities=[make.facility()])})
    assert book_series(**asked | {"by": clinic.doctor}).made_by_id == clinic.doctor.id


def test_a_long_series_asks_of_each_date_what_a_booking_asks(clinic):
    """The facts are gathered once; what grows is what has to be written and claimed for each visit."""

    def queries(count: int) -> int:
        asked = wanted(clinic, asked=weekly(count=count, at=time(9 + count % 3)))
        with CaptureQueriesContext(connection) as found:
            book_series(**asked)
        return len(found)

    queries(2)
    few, many = queries(3), queries(13)
    assert (many - few) / 10 < 12


# --- One message ----------------------------------------------------------------------------------------------------
@pytest.fixture
def letters(clinic):
    """The patient's letters since, as (template, body, calendar file)."""

    def read():
        found = []
        for one in Delivery.objects.filter(patient=clinic.patient, channel="email").order_by("created_at", "id"):
            files = [bytes(file.content).decode() for file in one.attachments.all()]
            found.append((one.template.rsplit("/")[-1], one.body, files))
        return found

    return read


def uids(stream: str) -> list[str]:
    return sorted(line for line in stream.replace("\r\n ", "").splitlines() if line.startswith("UID:"))


def test_one_letter_with_all_dates_and_one_file_with_a_uid_for_each(clinic, series, letters):
    work()
    ((template, body, (stream,)),) = letters()
    assert template == "series_booked.txt"
    assert [line for line in body.splitlines() if line.startswith("- ")][1].startswith(
        "- Tuesday, 01-Dec-2026, 09:00 CET"
    )
    assert body.count("\n- ") == 6
    visits = [one.appointment_id for one in to_come(series)]
    assert uids(stream) == sorted(f"UID:{one}@hms" for one in visits)
    assert Notification.objects.filter(user=clinic.patient.user).count() == 1
    assert OutboxMessage.objects.filter(topic="appointment.reminder").count() == 5  # tomorrow's is over


def test_uids_stay_when_the_series_moves_and_ends(clinic, series, letters):
    work()
    move(clinic, series, TUESDAY + 2 * WEEK, at=time(10))
    work()
    cancel_series(by=clinic.desk, series=series, from_on=TUESDAY + 4 * WEEK, reason="pat")
    work()
    told = {one[0]: one for one in letters()}
    assert len(told) == len(letters()) == 3
    booked, moved, cancelled = (told[f"series_{verb}.txt"] for verb in ("booked", "moved", "cancelled"))
    assert uids(moved[2][0]) == uids(booked[2][0])
    assert "SEQUENCE:1" in moved[2][0]
    assert len(uids(cancelled[2][0])) == 2
    assert set(uids(cancelled[2][0])) <= set(uids(booked[2][0]))
    assert "METHOD:CANCEL" in cancelled[2][0]


# --- This and following ---------------------------------------------------------------------------------------------
def move(clinic, series, from_on, at=time(9), shift=0, schedule=None, answers=None, **fields):
    """As the page does it: every date that is to come at the new time, or where it is if that can't be."""
    coming, target = to_come(series, from_on), schedule or clinic.schedule
    found = redraft(series, coming, target, at=at, shift=shift, answers=answers)
    times = [NewTime(line.planned.on, line.start) for line in found.lines]
    told = {"by": clinic.desk, "series": series, "from_on": from_on, "schedule": target, "at": at, "shift_days": shift}
    return move_series(**told | {"times": times} | fields)


def test_this_and_following_get_another_time_and_those_before_stay(clinic, series, lines):
    move(clinic, series, TUESDAY + 2 * WEEK, at=time(10, 20), shift=1)
    before = [NINE, NINE + WEEK]
    after = [NINE + number * WEEK + DAY + 80 * timedelta(minutes=1) for number in range(2, 6)]
    assert starts(series) == before + after
    assert [one.occurs_on for one in to_come(series)] == [TUESDAY + number * WEEK for number in range(6)]
    assert AuditEvent.objects.get(verb="series.moved").detail == {"from": "2026-12-08", "visits": 4}
    book_appointment(**clinic.asked(NINE + 2 * WEEK, patient=make.patient()))


def test_each_may_take_the_place_of_the_next(clinic, series):
    move(clinic, series, TUESDAY, shift=7)
    assert starts(series) == [NINE + number * WEEK for number in range(1, 7)]
    move(clinic, series, TUESDAY, shift=0)
    assert starts(series) == [NINE + number * WEEK for number in range(6)]


def test_with_somebody_else_from_then_on(clinic, series):
    colleague = make.session(make.schedule(make.practitioner_role(department=clinic.department)))
    move(clinic, series, TUESDAY + 3 * WEEK, schedule=colleague)
    doctors = [one.appointment.practitioner for one in to_come(series)]
    assert doctors == [clinic.practitioner] * 3 + [colleague.practitioner_role.practitioner] * 3


def test_a_date_whose_new_time_is_taken_stays_where_it_is(clinic, series):
    clinic.appointment(NINE + 3 * WEEK + HOUR)
    move(clinic, series, TUESDAY + 2 * WEEK, at=time(10))
    assert starts(series)[2:5] == [NINE + 2 * WEEK + HOUR, NINE + 3 * WEEK, NINE + 4 * WEEK + HOUR]


def test_a_new_time_taken_in_between_moves_nothing(clinic, series):
    coming = to_come(series, TUESDAY)
    found = redraft(series, coming, clinic.schedule, at=time(10), shift=0)
    clinic.appointment(NINE + WEEK + HOUR)
    with pytest.raises(Conflict) as refused:
        move_series(
            by=clinic.desk, series=series, from_on=TUESDAY, schedule=clinic.schedule, at=time(10), shift_days=0,
            times=[NewTime(line.planned.on, line.start) for line in found.lines],
        )  # fmt: skip
    assert str(refused.value.problems[0]).startswith("Tuesday, 01-Dec-2026: This time has just been taken")
    assert starts(series) == [NINE + number * WEEK for number in range(6)]
    assert SeriesTerm.objects.count() == 1


def test_one_date_moved_by_itself_is_an_exception_and_still_follows_the_next_move(clinic, series):
    third = to_come(series)[2]
    move_appointment(by=clinic.desk, appointment=third.appointment, start_at=NINE + 2 * WEEK + DAY)
    assert starts(series)[2] == NINE + 2 * WEEK + DAY
    third.refresh_from_db()
    assert third.occurs_on == TUESDAY + 2 * WEEK
    move(clinic, series, TUESDAY, at=time(11))
    assert starts(series)[2] == NINE + 2 * WEEK + 2 * HOUR


def test_an_old_page_changes_no_series(clinic, series):
    with pytest.raises(Stale):
        move(clinic, series, TUESDAY, at=time(10), version=series.version - 1)
    coming = [NewTime(one.occurs_on, None) for one in to_come(series)]
    with pytest.raises(Refused) as refused:
        move_series(
            by=clinic.desk, series=series, from_on=TUESDAY, schedule=clinic.schedule, at=time(10), shift_days=0,
            times=coming[:-1],
        )  # fmt: skip
    assert refused.value.problems == (refusals.NOT_ITS_DATE,)


def test_this_and_following_are_called_off(clinic, series, said):
    cancel_series(by=clinic.desk, series=series, from_on=TUESDAY + 2 * WEEK, reason="pat", comment="On holiday")
    assert starts(series) == [NINE, NINE + WEEK]
    off = Appointment.objects.filter(status="cancelled")
    assert {(one.cancellation_reason, one.comment) for one in off} == {("pat", "On holiday")}
    assert off.count() == 4
    series.refresh_from_db()
    assert (series.ends_before, series.ended_at) == (TUESDAY + 2 * WEEK, None)
    assert said().count("series.cancelled") == 1
    assert said().count("appointment.cancelled") == 0
    assert said().count("time.freed") == 4


def test_all_are_called_off_and_the_series_is_over(clinic, series):
    cancel_series(by=clinic.doctor, series=series, from_on=TUESDAY, reason="prov")
    series.refresh_from_db()
    assert (starts(series), series.is_going_on) == ([], False)
    with pytest.raises(Refused) as refused:
        cancel_series(by=clinic.desk, series=series, from_on=TUESDAY, reason="prov")
    assert refused.value.problems == (refusals.SERIES_OVER,)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentSeries.objects.update(ended_at=None)


def test_a_series_that_ends_earlier_does_not_go_on_again(clinic, series):
    cancel_series(by=clinic.desk, series=series, from_on=TUESDAY + 2 * WEEK, reason="pat")
    with pytest.raises(Refused):
        cancel_series(by=clinic.desk, series=series, from_on=TUESDAY + 4 * WEEK, reason="pat")
    cancel_series(by=clinic.desk, series=series, from_on=TUESDAY + WEEK, reason="pat")
    series.refresh_from_db()
    assert (series.ends_before, starts(series)) == (TUESDAY + WEEK, [NINE])


def test_calling_off_needs_a_reason_and_something_to_come(clinic, series):
    with pytest.raises(Refused) as refused:
        cancel_series(by=clinic.desk, series=series, from_on=TUESDAY, reason="earlier-time")
    assert refused.value.problems == (refusals.CANCEL_REASON,)
    with pytest.raises(Refused) as refused:
        cancel_series(by=clinic.desk, series=series, from_on=date(2027, 6, 1), reason="pat")
    assert refused.value.problems == (refusals.NOTHING_TO_COME,)


@pytest.mark.parametrize("who", ["somebody", "stranger", "elsewhere"])
def test_who_may_not_change_a_series(clinic, series, who):
    by = {
        "somebody": cast.actor("patient", user=make.user()),
        "stranger": cast.actor("billing", user=make.user(), facilities=[clinic.facility]),
        "elsewhere": cast.actor("front-desk", user=make.user(), facilities=[make.facility()]),
    }[who]
    with pytest.raises(Forbidden if who == "stranger" else Missing):
        cancel_series(by=by, series=series, from_on=TUESDAY, reason="pat")


# --- Going on as the timetable opens --------------------------------------------------------------------------------
@pytest.fixture
def short(clinic):
    """The timetable is open for five weeks."""
    HealthcareService.objects.filter(pk=clinic.service.pk).update(horizon=35)
    clinic.service.refresh_from_db()
    return clinic


def tick() -> None:
    outbox.say("scheduling.continue_series")
    work()


def test_a_series_beyond_the_horizon_goes_on_by_itself(short, letters):
    series = book_series(**wanted(short, asked=weekly(count=9)))
    assert len(starts(series)) == 5
    assert series.next_on == TUESDAY + 5 * WEEK
    work()
    tick()
    assert len(starts(series)) == 5
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        tick()
        series.refresh_from_db()
        assert series.next_on is None
        assert Appointment.objects.filter(occurrences__series=series).count() == 9
        tick()
    assert Appointment.objects.filter(occurrences__series=series).count() == 9
    assert [one[0] for one in letters()][:2] == ["series_booked.txt", "series_booked.txt"]


def test_what_was_called_off_or_left_out_does_not_come_back(short):
    series = book_series(**wanted(short, asked=weekly(count=9)))
    second, last = to_come(series)[1].appointment, to_come(series)[4].appointment
    for visit in (second, last):
        cancel_appointment(by=short.desk, appointment=visit, reason="pat")
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        continue_series(by=SCHEDULER, series=series)
    assert series.occurrences.count() == 9
    live = Appointment.objects.filter(occurrences__series=series, status="booked")
    assert live.count() == 7
    # The database agrees: a date of a series exists once.
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesOccurrence.objects.create(series=series, occurs_on=TUESDAY + WEEK, state="open")


def test_what_can_not_be_booked_later_waits_and_its_maker_is_told(short):
    series = book_series(**wanted(short, asked=weekly(count=9)))
    work()
    short.appointment(NINE + 6 * WEEK)
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        tick()
    assert became(series)[6] == (TUESDAY + 6 * WEEK, "open", "taken")
    told = Notification.objects.get(user=short.desk.id)
    assert "could not be booked" in told.text
    assert str(series.pk) in told.link


def test_what_the_rules_forbid_waits_too_and_nothing_is_booked_for_the_dead(short):
    series = book_series(**wanted(short, asked=weekly(count=9)))
    type(short.practitioner).objects.update(licence_end=TUESDAY + 5 * WEEK)
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        continue_series(by=SCHEDULER, series=series)
    assert became(series)[-1] == (TUESDAY + 8 * WEEK, "open", "")
    later = make.series(make.patient(), short.schedule, short.service, count=9, at=time(10))
    type(later.patient).objects.filter(pk=later.patient_id).update(deceased=True)
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        assert not AppointmentSeries.objects.to_continue(TUESDAY + 5 * WEEK).exists()


def test_dates_to_come_have_the_time_that_was_said_last(short):
    series = book_series(**wanted(short, asked=weekly(count=8)))
    move(short, series, TUESDAY + 3 * WEEK, at=time(10), shift=1)
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        continue_series(by=SCHEDULER, series=series)
    assert starts(series)[-1] == NINE + 7 * WEEK + DAY + HOUR


def test_an_ended_series_does_not_go_on(short):
    series = book_series(**wanted(short, asked=weekly(count=9)))
    cancel_series(by=short.desk, series=series, from_on=TUESDAY + 3 * WEEK, reason="pat")
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        tick()
        continue_series(by=SCHEDULER, series=series)
    assert series.occurrences.count() == 5


def test_a_holiday_beyond_the_horizon_is_made_up_for(short):
    series = book_series(**wanted(short, asked=weekly(count=6)))
    add_closed_day(
        by=cast.actor(ADMIN), facility=short.facility, day=TUESDAY + 5 * WEEK, name="Burst pipe", closed=True
    )
    with time_machine.travel(NOW + 4 * WEEK + DAY, tick=False):
        continue_series(by=SCHEDULER, series=series)
    assert became(series)[5:] == [
        (TUESDAY + 5 * WEEK, "skipped", "holiday"),
        (TUESDAY + 6 * WEEK, "booked", ""),
    ]


def test_going_on_is_the_schedulers(clinic, series):
    with pytest.raises(Forbidden):
        continue_series(by=clinic.desk, series=series)


# --- Dates that wait ------------------------------------------------------------------------------------------------
@pytest.fixture
def waits(clinic):
    """The third date of a series, which was taken."""
    clinic.appointment(NINE + 2 * WEEK)
    series = book_series(**wanted(clinic))
    return series.occurrences.get(state="open")


def test_a_date_that_waits_gets_another_time(clinic, waits, said):
    ((date_, line),) = open_lines(waits.series, [waits])
    assert (date_, line.planned.obstacle, line.chosen) == (waits, "taken", "later")
    labels = {option.value: option.label for option in line.options}
    assert labels[line.nearest] == "Tuesday, 08-Dec-2026, 09:20"
    settle_occurrence(by=clinic.desk, occurrence=waits, start_at=NINE + 2 * WEEK + TWENTY)
    waits.refresh_from_db()
    assert (waits.state, waits.appointment.start_at) == ("booked", NINE + 2 * WEEK + TWENTY)
    assert said().count("appointment.booked") == 1
    assert AuditEvent.objects.filter(verb="series.settled").count() == 1


def test_or_is_left_out_for_good(clinic, waits):
    settle_occurrence(by=clinic.desk, occurrence=waits)
    waits.refresh_from_db()
    assert waits.state == "left-out"
    with pytest.raises(Refused) as refused:
        settle_occurrence(by=clinic.desk, occurrence=waits, start_at=NINE + 2 * WEEK + TWENTY)
    assert refused.value.problems == (refusals.NOT_ITS_DATE,)
    assert Appointment.objects.of_patient(clinic.patient.pk).count() == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesOccurrence.objects.filter(pk=waits.pk).update(state="open")


def test_a_time_that_is_gone_comes_with_the_three_nearest(clinic, waits):
    with pytest.raises(Conflict) as refused:
        settle_occurrence(by=clinic.desk, occurrence=waits, start_at=NINE + 2 * WEEK)
    assert len(refused.value.alternatives) == 3


# --- Who sees what --------------------------------------------------------------------------------------------------
def test_series_are_the_facilitys_and_ones_own(clinic, series):
    other = make.series(make.patient(), clinic.schedule, clinic.service, at=time(10))
    elsewhere = cast.actor("front-desk", facilities=[make.facility()])
    assert set(AppointmentSeries.objects.visible_to(clinic.desk)) == {series, other}
    assert list(AppointmentSeries.objects.visible_to(clinic.himself)) == [series]
    assert not AppointmentSeries.objects.visible_to(elsewhere).exists()
    assert not AppointmentSeries.objects.visible_to(cast.actor("pharmacist")).exists()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;INTERVAL=1", "Every day, 6 visits"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR", "Every 2 weeks on Tuesday and Friday, 6 visits"),
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE,FR", "Every week on Monday, Wednesday and Friday, 6 visits"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "Every 3 months on the second Tuesday, 6 visits"),
        ("FREQ=MONTHLY;INTERVAL=1;BYDAY=-1MO", "Every month on the last Monday, 6 visits"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=24", "Every 3 months on the same date (24), 6 visits"),
    ],
)
def test_a_rule_in_words(rule, words):
    assert in_words(AppointmentSeries(rule=rule, count=6)) == words
