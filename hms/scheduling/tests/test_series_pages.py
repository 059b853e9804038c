"""The pages of series and of proposals: what they show, what they do, and what they cost."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from hms.core.models import AuditEvent
from hms.core.problems import Refused
from hms.scheduling.actions import NewTime, add_exception, cancel_appointment, move_series
from hms.scheduling.models import Appointment, AppointmentSeries, MoveProposal, ProposalRound
from hms.scheduling.rules import slots
from hms.scheduling.rules.slots import Slot
from hms.scheduling.series import to_come
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from hms.scheduling.tests.test_groups import work
from hms.scheduling.tests.test_pages import MOST_QUERIES, desk, doctor, phone, signed_in, text, url
from tests import make

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
TUESDAY = date(2026, 11, 24)
__all__ = ["desk", "doctor", "phone"]


@pytest.fixture
def series(clinic):
    return make.series(clinic.patient, clinic.schedule, clinic.service)


@pytest.fixture
def away(clinic):
    """The doctor is away on Tuesday next week."""
    start = NINE + WEEK - 9 * HOUR
    return add_exception(by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=start, end_at=start + DAY)


def wanted(clinic, **changes) -> str:
    """The address of six Tuesdays at nine."""
    told = {
        "show": 1, "department": clinic.department.pk, "schedule": clinic.schedule.pk, "service": clinic.service.pk,
        "first": "24-Nov-2026", "at": "09:00", "every": 1, "unit": "week", "weekdays": 1, "count": 6, "until": "",
        "when_closed": "skip",
    }  # fmt: skip
    return f"{url('series_new', clinic.patient.pk)}?{urlencode(told | changes, doseq=True)}"


def slot(clinic, start_at) -> str:
    return str(Slot(clinic.schedule.pk, clinic.service.pk, start_at, "FOLLOWUP"))


def chosen(page: str) -> dict[str, str]:
    """What the selects of a page send as they are."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="(at-[^"]+)">(.*?)</select>', page, re.DOTALL):
        found[name] = re.search(r'<option value="([^"]+)" selected', body)[1]
    return found


# --- Making one -----------------------------------------------------------------------------------------------------
def test_the_desk_repeats_a_visit(clinic, desk):
    visit = clinic.appointment(NINE, patient=clinic.patient, reason="Blood pressure")
    address = f"{url('series_new', clinic.patient.pk)}?visit={visit.pk}"
    assert address in text(desk.get(url("appointment", visit.pk)))
    asked = text(desk.get(address))
    assert "Repeats the visit on Tuesday, 24-Nov-2026, 09:00 CET" in asked
    assert 'value="24-Nov-2026"' in asked
    assert "Blood pressure" not in asked
    shown = wanted(clinic, visit=visit.pk)
    page = text(desk.get(shown))
    assert "Booked already" in page
    assert "Blood pressure" in page
    assert len(chosen(page)) == 5
    done = desk.post(shown, chosen(page) | {"reason": "Blood pressure"})
    made = AppointmentSeries.objects.get()
    assert done.url == url("series", made.pk)
    assert [one.appointment.start_at for one in to_come(made)] == [NINE + number * WEEK for number in range(6)]
    assert "Visit 1 of 6 that are booked" in text(desk.get(url("appointment", visit.pk)))


def test_every_date_says_what_is_in_its_way_and_another_time_is_chosen(clinic, desk, away):
    clinic.appointment(NINE + 2 * WEEK)
    page = text(desk.get(wanted(clinic)))
    assert page.count("Free") == 5
    assert "The practitioner is away" in page
    assert "Taken" in page
    assert "2 dates have something in their way." in page
    answers = chosen(page)
    assert (answers["at-2026-12-01"], answers["at-2026-12-08"]) == ("skip", "later")
    answers["at-2026-12-08"] = slot(clinic, NINE + 2 * WEEK + TWENTY)
    answers["at-2026-12-15"] = "out"
    desk.post(wanted(clinic), answers)
    made = AppointmentSeries.objects.get()
    assert list(made.occurrences.values_list("state", flat=True)) == [
        "booked", "skipped", "booked", "left-out", "booked", "booked", "booked",
    ]  # fmt: skip
    shown = text(desk.get(url("series", made.pk)))
    assert "Left out:" in shown
    assert "01-Dec-2026" in shown


def test_a_date_may_move_on_instead(clinic, desk, away):
    page = text(desk.get(wanted(clinic, when_closed="move-on")))
    assert "The practitioner is away: moved on" in page
    assert chosen(page)["at-2026-12-01"] == slot(clinic, NINE + WEEK + DAY)


def test_a_time_taken_in_between_comes_back_as_its_problem_and_nothing_is_lost(clinic, desk):
    page = text(desk.get(wanted(clinic)))
    answers = chosen(page) | {"at-2026-12-15": "out", "reason": "Blood pressure"}
    clinic.appointment(NINE + 2 * WEEK)
    refused = desk.post(wanted(clinic), answers)
    assert refused.status_code == 409
    again = text(refused)
    assert "Somebody was quicker" in again
    assert "Blood pressure" in again
    assert not AppointmentSeries.objects.exists()
    kept = chosen(again)
    assert (kept["at-2026-12-08"], kept["at-2026-12-15"]) == ("later", "out")
    desk.post(wanted(clinic), kept | {"at-2026-12-08": slot(clinic, NINE + 2 * WEEK + TWENTY)})
    assert Appointment.objects.of_patient(clinic.patient.pk).count() == 5


def test_what_is_wrong_with_the_rule_is_said_beside_the_field(clinic, desk):
    refused = desk.get(wanted(clinic, count="", until="1.11.2026"))
    assert "The last day must come after the first" in text(refused)
    assert refused.status_code == 422
    assert "Say how many visits, or the last day" in text(desk.get(wanted(clinic, until="1.2.2027")))
    assert "Choose at least one day" in text(desk.get(wanted(clinic, weekdays=[])))
    assert "at-2026" not in text(refused)


def test_from_the_free_times_one_comes_to_a_series_too(clinic, desk, phone):
    times = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    address = f"{url('series_new', clinic.patient.pk)}?department={clinic.department.pk}"
    assert address in text(desk.get(times))
    assert address not in text(phone.get(times))
    assert text(desk.get(address)).count("24-Nov-2026") == 0
    assert desk.get(url("series_new", clinic.patient.pk)).url == url("book", clinic.patient.pk)
    assert phone.get(address).status_code == 403


def test_a_visit_that_is_over_is_a_pattern(clinic, desk):
    past = NINE - 2 * WEEK
    visit = clinic.appointment(past, patient=clinic.patient, status="fulfilled", checked_in_at=past)
    page = text(desk.get(f"{url('series_new', clinic.patient.pk)}?visit={visit.pk}"))
    assert 'value="24-Nov-2026"' in page
    shown = text(desk.get(wanted(clinic, visit=visit.pk)))
    assert "which stays by itself" in shown
    assert len(chosen(shown)) == 6


# --- Its page -------------------------------------------------------------------------------------------------------
def test_the_patient_sees_the_series_and_all_its_dates(clinic, phone, series):
    page = text(phone.get(url("series", series.pk)))
    assert "Every week on Tuesday, 6 visits" in page
    assert page.count('class="hms-row" href="/scheduling/appointments/') == 6
    for name in ("series_move", "series_cancel"):
        assert url(name, series.pk) in page
        assert phone.get(url(name, series.pk)).status_code == 200
    listed = text(phone.get(url("visits", clinic.patient.pk)))
    assert url("series", series.pk) in listed
    one = to_come(series)[1].appointment
    assert "Visit 2 of 6 that are booked" in text(phone.get(url("appointment", one.pk)))
    line = AuditEvent.objects.filter(verb="chart.read", detail={"page": "scheduling:series"}).get()
    assert line.patient_id == clinic.patient.pk


def test_all_dates_in_one_calendar_file(clinic, phone, series):
    stream = phone.get(url("series_file", series.pk)).content.decode()
    assert stream.count("BEGIN:VEVENT") == 6
    for one in to_come(series):
        assert f"UID:{one.appointment_id}@hms" in stream.replace("\r\n ", "")


def test_a_date_that_waits_is_settled_on_the_page(clinic, desk):
    clinic.appointment(NINE + 2 * WEEK)
    series = make.series(clinic.patient, clinic.schedule, clinic.service)
    (waiting,) = series.occurrences.filter(state="open")
    page = text(desk.get(url("series", series.pk)))
    nearest = slot(clinic, NINE + 2 * WEEK + TWENTY)
    assert f'<option value="{nearest}" selected>' in page
    assert url("series", series.pk) in text(desk.get(f"{url('to_move')}?facility={clinic.facility.pk}"))
    address = url("series_settle", waiting.pk)
    clinic.appointment(NINE + 2 * WEEK + TWENTY)
    refused = desk.post(address, {"slot": nearest, "version": waiting.version})
    assert refused.status_code == 409
    assert "just been taken" in text(refused)
    assert desk.post(address, {"slot": "nonsense"}).status_code == 422
    desk.post(address, {"slot": slot(clinic, NINE + 2 * WEEK + 2 * TWENTY), "version": waiting.version})
    waiting.refresh_from_db()
    assert waiting.appointment.start_at == NINE + 2 * WEEK + 2 * TWENTY


# --- Changing it ----------------------------------------------------------------------------------------------------
def test_the_scope_is_asked_whenever_a_visit_of_a_series_is_changed(clinic, desk, phone, series):
    third = to_come(series)[2]
    for verb in ("move", "cancel"):
        for who in (desk, phone):
            page = text(who.get(url(verb, third.appointment_id)))
            assert f"{url(f'series_{verb}', series.pk)}?from=2026-12-08" in page
            assert f"{url(f'series_{verb}', series.pk)}?from=2026-11-24" in page
            assert "Only this visit" in page


def test_this_and_following_are_moved(clinic, desk, series):
    clinic.appointment(NINE + 3 * WEEK + HOUR)
    address = f"{url('series_move', series.pk)}?from=2026-12-08"
    assert text(desk.get(address)).count("08-Dec-2026") >= 1
    shown = f"{address}&show=1&schedule={clinic.schedule.pk}&day=8-Dec-2026&at=10:00"
    page = text(desk.get(shown))
    assert len(chosen(page)) == 4
    assert page.count("Now ") == 4
    answers = chosen(page)
    assert answers["at-2026-12-15"] == "keep"
    desk.post(shown, answers | {"version": series.version})
    assert [one.appointment.start_at for one in to_come(series)] == [
        NINE, NINE + WEEK, NINE + 2 * WEEK + HOUR, NINE + 3 * WEEK, NINE + 4 * WEEK + HOUR, NINE + 5 * WEEK + HOUR,
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["23-Nov-2028", "1-Jan-2025"])
def test_a_series_is_not_moved_by_years(clinic, desk, series, day):
    shown = f"{url('series_move', series.pk)}?from=2026-11-24&show=1&schedule={clinic.schedule.pk}&day={day}&at=10:00"
    refused = desk.post(shown, chosen(text(desk.get(shown))) | {"version": series.version})
    assert refused.status_code == 422
    assert "within a year" in text(refused)
    assert to_come(series)[0].appointment.start_at == NINE


@pytest.mark.parametrize("day", ["31-Dec-9999", "1-Jan-0001"])
def test_a_day_outside_the_calendar_is_refused_beside_its_field(clinic, desk, series, day):
    address = f"{url('series_move', series.pk)}?show=1&schedule={clinic.schedule.pk}&day={day}&at=10:00"
    for page in (address, wanted(clinic, first=day), wanted(clinic, until=day, count="")):
        refused = desk.get(page)
        assert refused.status_code == 422
        assert "between 1800 and 2200" in text(refused)


def test_a_new_time_taken_in_between_moves_nothing(clinic, desk, series):
    shown = (
        f"{url('series_move', series.pk)}?from=2026-11-24&show=1&schedule={clinic.schedule.pk}&day=24-Nov-2026&at=10:00"
    )
    answers = chosen(text(desk.get(shown)))
    clinic.appointment(NINE + WEEK + HOUR)
    refused = desk.post(shown, answers | {"version": series.version})
    assert refused.status_code == 409
    assert chosen(text(refused))["at-2026-12-01"] == "keep"
    assert to_come(series)[0].appointment.start_at == NINE


def test_this_and_following_are_cancelled_after_they_were_named(clinic, desk, series):
    address = f"{url('series_cancel', series.pk)}?from=2026-12-08"
    page = text(desk.get(address))
    assert "Cancel 4 visits" in page
    assert desk.post(address, {"version": series.version}).status_code == 422
    desk.post(address, {"version": series.version, "reason": "pat", "comment": ""})
    assert len(to_come(series)) == 2
    assert "ended before 08-Dec-2026" in text(desk.get(url("series", series.pk)))


def test_a_series_that_is_over_has_nothing_to_press(clinic, desk, series):
    desk.post(url("series_cancel", series.pk), {"version": series.version, "reason": "prov"})
    page = text(desk.get(url("series", series.pk)))
    for name in ("series_move", "series_cancel", "series_file"):
        assert url(name, series.pk) not in page
    assert desk.get(url("series_move", series.pk)).status_code == 404


# --- Proposals ------------------------------------------------------------------------------------------------------
@pytest.fixture
def stray(clinic, away):
    return clinic.appointment(NINE + WEEK, patient=clinic.patient)


@pytest.fixture
def proposed(clinic, stray):
    return make.proposal(stray, clinic.schedule, NINE + WEEK + DAY)


def test_the_desk_proposes_to_one(clinic, desk, doctor, stray):
    address = f"{url('to_move')}?facility={clinic.facility.pk}"
    page = text(desk.get(address))
    assert "Not asked yet" in page
    assert url("propose", stray.pk) in page
    assert url("propose", stray.pk) not in text(doctor.get(address))
    desk.post(url("propose", stray.pk), {"slot": slot(clinic, NINE + WEEK + DAY)})
    proposal = MoveProposal.objects.get()
    assert proposal.appointment.start_at == NINE + WEEK + DAY
    again = text(desk.get(address))
    assert url("proposal", proposal.pk) in again
    assert url("propose", stray.pk) not in again


def test_or_to_all_at_once_and_to_nobody_twice(clinic, desk, stray):
    others = [clinic.appointment(NINE + WEEK + number * TWENTY) for number in (1, 2)]
    address = url("propose_all", clinic.facility.pk)
    assert "Send all 3 proposals" in text(desk.get(f"{url('to_move')}?facility={clinic.facility.pk}"))
    going_on = desk.post(address, follow=True)
    assert "0 of 3 are sent" in text(going_on)
    desk.post(address)
    assert ProposalRound.objects.count() == 1
    assert 'data-poll="3"' in text(going_on)
    work()
    listed = f"{url('to_move')}?facility={clinic.facility.pk}"
    told = text(desk.get(listed, headers={"HX-Request": "true"}))
    assert "3 proposals are sent" in told
    assert "data-poll" not in told
    assert "Nobody will be there" not in told
    done = desk.get(listed)
    assert {one.replaces for one in MoveProposal.objects.all()} == {stray, *others}
    starts = [one.appointment.start_at for one in MoveProposal.objects.all()]
    assert len(set(starts)) == 3
    assert url("propose_all", clinic.facility.pk) not in text(done)
    again = desk.post(address, follow=True)
    assert "Nobody is left to be asked" in text(again)
    work()
    assert MoveProposal.objects.count() == 3
    assert {one.offered_by_id for one in MoveProposal.objects.all()} == {ProposalRound.objects.get().asked_by_id}


def test_who_can_not_be_asked_is_counted(clinic, desk, stray):
    start = NINE - 9 * HOUR
    add_exception(by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=start, end_at=start + 80 * DAY)
    desk.post(url("propose_all", clinic.facility.pk))
    work()
    page = text(desk.get(f"{url('to_move')}?facility={clinic.facility.pk}"))
    assert "0 proposals are sent" in page
    assert "1 patient could not be asked: please call." in page


def test_a_time_that_is_gone_is_said_and_the_list_has_another(clinic, desk, stray):
    clinic.appointment(NINE + WEEK + DAY)
    done = desk.post(url("propose", stray.pk), {"slot": slot(clinic, NINE + WEEK + DAY)}, follow=True)
    assert "just been taken" in text(done)
    assert slot(clinic, NINE + WEEK + DAY + TWENTY) in text(done)
    assert "Choose a time from those shown" in text(desk.post(url("propose", stray.pk), follow=True))


def test_a_proposal_is_accepted_by_one_tap(clinic, phone, stray, proposed):
    page = text(phone.get(url("proposal", proposed.pk)))
    assert "Your visit can't take place" in page.replace("&#x27;", "'")
    assert "Kept until" in page
    assert url("move", stray.pk) in page
    done = phone.post(url("accept_proposal", proposed.pk), {"version": proposed.version}, follow=True)
    assert "The visit has a new time." in text(done)
    stray.refresh_from_db()
    assert stray.start_at == NINE + WEEK + DAY
    assert "This proposal has ended" in text(phone.get(url("proposal", proposed.pk)))


def test_another_time_is_chosen_with_the_same_visit(clinic, phone, stray, proposed):
    times = phone.get(url("move", stray.pk))
    wanted_slot = slot(clinic, NINE + WEEK + 2 * DAY)
    stray.refresh_from_db()
    assert times.status_code == 200
    phone.post(url("move", stray.pk), {"slot": wanted_slot, "version": stray.version})
    stray.refresh_from_db()
    proposed.refresh_from_db()
    assert (stray.start_at, proposed.outcome) == (NINE + WEEK + 2 * DAY, "withdrawn")


def test_no_goes_back_to_the_list_with_what_was_said(clinic, phone, desk, stray, proposed):
    done = phone.post(url("decline_proposal", proposed.pk), {"version": proposed.version}, follow=True)
    assert "The front desk knows, and will call." in text(done)
    listed = text(desk.get(f"{url('to_move')}?facility={clinic.facility.pk}"))
    assert "Declined" in listed
    assert slot(clinic, NINE + WEEK + DAY) not in listed
    assert url("propose_all", clinic.facility.pk) not in listed


def test_the_desk_takes_a_proposal_back(clinic, desk, proposed):
    assert url("take_back_proposal", proposed.pk) in text(desk.get(url("proposal", proposed.pk)))
    desk.post(url("take_back_proposal", proposed.pk), {"version": proposed.version})
    proposed.refresh_from_db()
    assert proposed.outcome == "withdrawn"


def test_who_comes_too_late_is_told_kindly(clinic, phone, stray, proposed):
    with time_machine.travel(proposed.expires_at, tick=False):
        late = signed_in(clinic.patient.user)
        told = late.post(url("accept_proposal", proposed.pk), {"version": proposed.version}, follow=True)
    assert "This proposal has ended" in text(told)
    assert "Not answered in time" in text(told)
    stray.refresh_from_db()
    assert stray.start_at == NINE + WEEK


def test_a_look_changes_nothing_and_a_tap_is_a_post(clinic, phone, proposed):
    before = list(MoveProposal.objects.values())
    phone.get(url("proposal", proposed.pk))
    assert phone.get(url("appointment", proposed.appointment_id)).url == url("proposal", proposed.pk)
    for name in ("accept_proposal", "decline_proposal", "take_back_proposal"):
        assert phone.get(url(name, proposed.pk)).status_code in {403, 405}
    assert list(MoveProposal.objects.values()) == before
    assert url("proposal", proposed.pk) in text(phone.get(url("visits", clinic.patient.pk)))


# --- When a race is lost ----------------------------------------------------------------------------------------------
def test_a_held_time_that_is_gone_offers_the_three_nearest_and_keeps_what_was_typed(clinic, phone):
    held = clinic.appointment(
        NINE, patient=clinic.patient, status="pending", hold_expires_at=NOW, booked_by_id=clinic.patient.user.pk
    )
    clinic.appointment(NINE + TWENTY)
    Appointment.objects.filter(pk=held.pk).update(
        status="cancelled", cancellation_reason="hold-expired", hold_expires_at=None
    )
    held.participants.update(blocking=False)
    clinic.appointment(NINE)
    refused = phone.post(url("confirm", held.pk), {"reason": "Cough"})
    assert refused.status_code == 409
    page = text(refused)
    assert "not long enough" in page
    assert "Cough" in page
    offered = re.findall(r'name="slot" value="([^"]+)"', page)
    assert len(offered) == 3
    done = phone.post(url("confirm", held.pk), {"reason": "Cough", "slot": offered[0]})
    booked = Appointment.objects.get(status="booked", participants__patient=clinic.patient)
    assert done.url == url("appointment", booked.pk)
    assert (booked.reason, booked.start_at) == ("Cough", slots.parse(offered[0]).start)


def test_a_walk_in_that_lost_the_race_is_offered_the_three_nearest(clinic, desk):
    clinic.appointment(NINE)
    address = f"{url('another_time', clinic.patient.pk)}?department={clinic.department.pk}"
    form = {
        "schedule": clinic.schedule.pk, "service": clinic.service.pk, "start_at_day": "24-Nov-2026",
        "start_at_clock": "09:00", "override_reason": "Referred", "reason": "Cough",
    }  # fmt: skip
    refused = desk.post(address, form)
    assert refused.status_code == 409
    page = text(refused)
    offered = re.findall(r'name="slot" value="([^"]+)"', page)
    assert len(offered) == 3
    assert "Referred" in page
    desk.post(address, form | {"slot": offered[0]})
    booked = Appointment.objects.get(participants__patient=clinic.patient)
    assert (booked.reason, booked.override_reason) == ("Cough", "")
    assert slots.parse(offered[0]).start == booked.start_at


# --- How dear -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("many", [2, 12])
@pytest.mark.parametrize(
    "address", ["series", "series_new", "series_move", "series_cancel", "appointment", "visits", "move", "cancel"]
)
def test_no_page_costs_more_than_twenty_five_queries(clinic, address, many, django_assert_max_num_queries):
    for number in range(1, many, 3):
        clinic.appointment(NINE + number * WEEK)
    series = make.series(clinic.patient, clinic.schedule, clinic.service, count=many)
    visit = to_come(series)[0].appointment
    path = {
        "series": url("series", series.pk),
        "series_new": wanted(clinic, at="10:00", count=many),
        "series_move": f"{url('series_move', series.pk)}?show=1&schedule={clinic.schedule.pk}&day=24-Nov-2026&at=11:00",
        "series_cancel": url("series_cancel", series.pk),
        "appointment": url("appointment", visit.pk),
        "visits": url("visits", clinic.patient.pk),
        "move": url("move", visit.pk),
        "cancel": url("cancel", visit.pk),
    }[address]
    client = signed_in(make.user("front-desk", facility=clinic.facility))
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("many", [1, 8])
def test_the_list_of_visits_to_move_costs_the_same_for_many(clinic, away, many, django_assert_max_num_queries):
    for number in range(many):
        stray = clinic.appointment(NINE + WEEK + number * TWENTY)
        if number % 2:
            make.proposal(stray, clinic.schedule, NINE + WEEK + DAY + number * TWENTY)
    client = signed_in(make.user("front-desk", facility=clinic.facility))
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(f"{url('to_move')}?facility={clinic.facility.pk}").status_code == 200


def test_a_visit_cancelled_by_itself_stays_cancelled_in_the_series(clinic, desk, series):
    third = to_come(series)[2].appointment
    cancel_appointment(by=clinic.desk, appointment=third, reason="pat")
    page = text(desk.get(url("series", series.pk)))
    assert "Cancelled" in page
    assert "Visit 1 of 5 that are booked" in text(desk.get(url("appointment", to_come(series)[0].appointment_id)))


# --- By the patient ---------------------------------------------------------------------------------------------------
def test_a_patient_moves_this_and_following_and_the_preview_names_what_is_in_the_way(clinic, phone, series):
    clinic.appointment(NINE + 3 * WEEK + HOUR)
    new = f"&show=1&schedule={clinic.schedule.pk}&day=8-Dec-2026&at=10:00"
    address = f"{url('series_move', series.pk)}?from=2026-12-08{new}"
    page = text(phone.get(address))
    kept = chosen(page)
    assert len(kept) == 4
    assert kept["at-2026-12-15"] == "keep"
    assert "Taken" in page
    assert phone.post(address, kept | {"version": series.version}).status_code == 302
    starts = [one.appointment.start_at for one in to_come(series)]
    moved = [NINE + 2 * WEEK + HOUR, NINE + 3 * WEEK, NINE + 4 * WEEK + HOUR, NINE + 5 * WEEK + HOUR]
    assert starts == [NINE, NINE + WEEK, *moved]


def test_what_binds_a_patient_binds_the_whole_series(clinic, phone, desk, series):
    """The marks, the notice, and how far ahead patients may book."""
    address = f"{url('series_move', series.pk)}?from=2026-11-24&show=1&schedule={clinic.schedule.pk}"
    page = text(phone.get(f"{address}&day=24-Nov-2026&at=10:05"))
    assert page.count("Not a time on offer") == 6
    make.policy("scheduling.booking_notice", timedelta(days=10))
    page = text(phone.get(f"{address}&day=24-Nov-2026&at=10:00"))
    assert page.count("Too soon to book yourself") == 2
    page = text(desk.get(f"{address}&day=24-Nov-2026&at=10:05"))
    assert "Not a time on offer" not in page
    assert "Too soon" not in page


def test_the_deed_refuses_what_the_preview_would_not_offer(clinic, series):
    make.policy("scheduling.booking_notice", timedelta(days=10))
    coming = to_come(series)
    times = [NewTime(one.occurs_on, one.appointment.start_at + HOUR) for one in coming]
    wanted_ = {"series": series, "from_on": date(2026, 11, 24), "schedule": clinic.schedule, "at": time(10)}
    with pytest.raises(Refused) as refused:
        move_series(by=clinic.himself, times=times, shift_days=0, **wanted_)
    assert "24-Nov-2026: This time is too soon to book yourself" in str(refused.value.problems[0].text)
    assert len(refused.value.problems) == 2
    assert [one.appointment.start_at for one in to_come(series)] == [one.appointment.start_at for one in coming]


def test_a_patient_with_many_visits_may_still_move_them(clinic, phone):
    """Whoever moves books nothing more."""
    many = make.series(clinic.patient, clinic.schedule, clinic.service, count=14)
    move_series(
        by=clinic.himself,
        series=many,
        from_on=date(2027, 2, 23),
        schedule=clinic.schedule,
        at=time(10),
        shift_days=0,
        times=[NewTime(date(2027, 2, 23), NINE + 13 * WEEK + HOUR)],
    )
    assert to_come(many)[-1].appointment.start_at == NINE + 13 * WEEK + HOUR


def test_a_patient_ends_the_series_and_what_is_late_is_late(clinic, phone, series):
    make.policy("scheduling.late_cancellation", timedelta(days=9))
    page = text(phone.get(f"{url('series_cancel', series.pk)}?from=2026-11-24"))
    assert "I feel better" in page
    assert 'name="comment"' not in page
    assert phone.post(f"{url('series_cancel', series.pk)}?from=2026-11-24", {"reason": "pat-fb"}).status_code == 302
    series.refresh_from_db()
    assert (series.is_going_on, to_come(series)) == (False, [])
    late = Appointment.objects.filter(cancelled_late=True)
    assert sorted(late.values_list("start_at", flat=True)) == [NINE, NINE + WEEK]


def test_whoever_may_only_look_changes_nothing(clinic, series):
    looks_on = make.user("patient")
    make.related_person(clinic.patient, looks_on)
    phone = signed_in(looks_on)
    assert phone.get(url("series_move", series.pk)).status_code == 404
    assert phone.post(url("series_cancel", series.pk), {"reason": "pat"}).status_code == 404
    assert len(to_come(series)) == 6


# --- One truth --------------------------------------------------------------------------------------------------------
def test_no_list_calls_a_visit_booked_that_can_not_take_place(clinic, phone, stray, proposed):
    later = clinic.appointment(NINE + 3 * WEEK, patient=clinic.patient)
    page = text(phone.get(url("visits", clinic.patient.pk)))
    assert page.count("Can&#x27;t take place") == 1
    own = text(phone.get(url("appointment", stray.pk)))
    assert url("proposal", proposed.pk) in own
    assert "Another time is kept until it is answered" in own
    home = text(phone.get("/my/"))
    assert url("move", stray.pk) not in home
    assert url("move", later.pk) in home
    assert url("proposal", proposed.pk) in home
    mine = text(phone.get("/my/visits/"))
    assert url("move", stray.pk) not in mine
    assert "Can&#x27;t take place" in mine


def test_with_no_other_visit_the_home_only_asks(clinic, phone, stray, proposed):
    home = text(phone.get("/my/"))
    assert url("proposal", proposed.pk) in home
    assert "No visit is booked" not in home
    assert "Your next visit" not in home
    phone.post(url("accept_proposal", proposed.pk), {"version": proposed.version})
    home = text(phone.get("/my/"))
    assert "Your next visit" in home
    assert "Please answer" not in home
