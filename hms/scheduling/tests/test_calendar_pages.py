"""The calendar: days, weeks, months and rooms, and a visit that is carried to another time."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from hms.core import values
from hms.scheduling.models import Appointment
from hms.scheduling.rules.slots import Slot
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import make

TUESDAY = "?day=2026-11-24"


@pytest.fixture
def desk(clinic):
    client = Client()
    client.force_login(make.user("front-desk", facility=clinic.facility))
    return client


def url(name, *args) -> str:
    return reverse(f"scheduling:{name}", args=args)


def page(client, address) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def drawn_slots(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'data-slot="([^"]+)"', html)))


def of_day(month: str, day: str) -> str:
    """The cell of a day."""
    return month.partition(f'day={day}"><span')[2].partition("</td>")[0]


def test_a_month_counts_visits_and_free_times_of_each_day(clinic, desk):
    clinic.appointment(NINE)
    clinic.appointment(NINE + TWENTY)
    month = page(desk, url("calendar") + TUESDAY + "&view=month")
    cell = of_day(month, "2026-11-24")
    # Nine to twelve holds nine follow-ups of twenty minutes.
    assert "2 visits" in cell
    assert "7 free" in cell
    assert "Closed" in of_day(month, "2026-11-28")  # a Saturday
    assert "Closed" not in of_day(month, "2026-11-25")


def test_a_month_begins_on_monday_and_ends_on_sunday(clinic, desk):
    month = page(desk, url("calendar") + "?day=2026-02-10&view=month")
    days = re.findall(r"day=(\d{4}-\d{2}-\d{2})\"><span", month)
    assert days[0] == "2026-01-26"
    assert days[-1] == "2026-03-01"
    assert "January 2026" in page(desk, url("calendar") + "?day=2026-01-01&view=month")
    assert "day=2025-12-01" in page(desk, url("calendar") + "?day=2026-01-31&view=month")


def test_rooms_side_by_side_say_who_is_in_them(clinic, desk):
    booked = clinic.appointment(NINE, patient=clinic.patient)
    booked.participants.create(location=clinic.room, start_at=booked.start_at, end_at=booked.end_at)
    rooms = page(desk, url("calendar") + TUESDAY + "&view=rooms")
    assert "Room 4" in rooms
    assert url("appointment", booked.pk) in rooms
    assert "No visit in a room" in page(desk, url("calendar") + "?day=2026-11-25&view=rooms")


def test_a_visit_that_looks_for_a_time_is_offered_what_is_free_for_it(clinic, desk):
    # A first visit takes forty minutes; twenty from 9:20 on would be too short for it before the next one.
    first = clinic.appointment(NINE + 6 * TWENTY, patient=clinic.patient, appointment_type="ROUTINE")
    clinic.appointment(NINE + 2 * TWENTY)
    carried = page(desk, f"{url('calendar')}{TUESDAY}&moving={first.pk}")
    assert "Nothing is moved before you say so" in carried
    assert "looks for another time" in carried
    offered = drawn_slots(carried)
    assert str(Slot(clinic.schedule.pk, clinic.service.pk, NINE, "ROUTINE")) in offered
    assert str(Slot(clinic.schedule.pk, clinic.service.pk, NINE + TWENTY, "ROUTINE")) not in offered
    assert f"{url('move', first.pk)}?slot={offered[0]}" in carried
    # It goes along to other days and to the month.
    assert f"moving={first.pk}" in carried.partition("Before")[0]


def test_who_may_not_move_carries_nothing(clinic, desk):
    booked = clinic.appointment(NINE, patient=clinic.patient)
    laboratory = Client()
    laboratory.force_login(make.user("laboratory", facility=clinic.facility))
    assert "data-move=" in page(desk, url("calendar") + TUESDAY)
    seen = page(laboratory, f"{url('calendar')}{TUESDAY}&moving={booked.pk}")
    assert url("appointment", booked.pk) in seen
    assert "Nothing is moved" not in seen
    assert "data-move=" not in seen
    stranger = Client()
    stranger.force_login(make.user("front-desk", facility=make.facility()))
    assert "Nothing is moved" not in page(stranger, f"{url('calendar')}?moving={booked.pk}")


def test_what_is_over_is_not_carried(clinic, desk):
    seen = clinic.appointment(NINE, patient=clinic.patient, status="fulfilled", checked_in_at=NINE)
    calendar = page(desk, f"{url('calendar')}{TUESDAY}&moving={seen.pk}")
    assert "data-move=" not in calendar
    assert "Nothing is moved" not in calendar


def test_a_time_of_the_calendar_is_chosen_on_the_page_that_moves(clinic, desk):
    """The calendar drew a follow-up of twenty minutes; the visit is a first one of forty."""
    first = clinic.appointment(NINE + 6 * TWENTY, patient=clinic.patient, appointment_type="ROUTINE")
    dropped = Slot(clinic.schedule.pk, clinic.service.pk, NINE, "FOLLOWUP")
    own = Slot(clinic.schedule.pk, clinic.service.pk, NINE, "ROUTINE")
    move = page(desk, f"{url('move', first.pk)}?slot={dropped}")
    assert f'value="{own}" checked' in move
    assert "too short for this visit" not in move
    assert Appointment.objects.get(pk=first.pk).start_at == first.start_at  # looking moves nothing


def test_a_time_that_does_not_fit_is_said_to_be_so(clinic, desk):
    first = clinic.appointment(NINE + 6 * TWENTY, patient=clinic.patient, appointment_type="ROUTINE")
    clinic.appointment(NINE + TWENTY)
    dropped = Slot(clinic.schedule.pk, clinic.service.pk, NINE, "FOLLOWUP")
    move = page(desk, f"{url('move', first.pk)}?slot={dropped}")
    assert "too short for this visit" in move
    assert "checked" not in move


@pytest.mark.parametrize("view", ["day", "week", "month", "rooms"])
def test_calendars_ask_no_more_with_more_visits(clinic, desk, view, django_assert_max_num_queries):
    address = f"{url('calendar')}{TUESDAY}&view={view}&practitioner={clinic.practitioner.pk}"
    page(desk, address)
    for number in range(6):
        booked = clinic.appointment(NINE + number * TWENTY)
        booked.participants.create(location=clinic.room, start_at=booked.start_at, end_at=booked.end_at)
    with django_assert_max_num_queries(25):
        page(desk, address)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "tomorrow", "2026-02-30"])
@pytest.mark.parametrize("view", ["day", "week", "month", "rooms"])
def test_no_day_breaks_the_calendar(clinic, desk, day, view):
    page(desk, f"{url('calendar')}?day={day}&view={view}&practitioner={clinic.practitioner.pk}")


def test_names_come_as_people_count():
    names = ["Room 10", "room 2", "Room 1", "Annex"]
    assert sorted(names, key=values.natural) == ["Annex", "Room 1", "room 2", "Room 10"]
