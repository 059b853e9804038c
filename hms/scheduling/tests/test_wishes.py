"""Wishes about a time: which stretches they mean, what is found, and which one to give up when nothing is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hms.organization.models import PractitionerLanguage
from hms.scheduling.codes import PartOfDay
from hms.scheduling.models import Appointment
from hms.scheduling.rules.waiting import part_of
from hms.scheduling.rules.wall_clock import Span, wall_time
from hms.scheduling.rules.wishes import NO_WISHES, Wishes, speaks, stretches
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


# --- The rule -----------------------------------------------------------------------------------------------------
def test_no_wish_is_no_limit():
    assert stretches(NO_WISHES, Span(NOW, NOW + DAY), BERLIN) is None
    assert stretches(Wishes(language="ar"), Span(NOW, NOW + DAY), BERLIN) is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.frozensets(st.sampled_from(list(PartOfDay))),
    st.frozensets(st.integers(0, 6)),
    st.sampled_from(["Europe/Berlin", "Africa/Cairo", "Pacific/Chatham"]),
    st.datetimes(datetime(2026, 11, 1), datetime(2029, 12, 31)),
)
def test_a_minute_is_wished_by_what_the_wall_shows(part, weekday, zone_name, moment):
    zone, moment = ZoneInfo(zone_name), moment.replace(tzinfo=UTC, second=0, microsecond=0)
    found = stretches(Wishes(part=part, weekday=weekday), Span(moment - DAY, moment + DAY), zone)
    wall = wall_time(moment, zone)
    suits = (not weekday or wall.weekday() in weekday) and (not part or part_of(wall.time()) in part)
    assert (found is None or any(one.holds(moment) for one in found)) == suits
    if found is not None:
        assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_language_is_spoken_in_all_its_kinds():
    assert speaks("de", ["en", "de-AT"])
    assert speaks("ar", ["ar"])
    assert not speaks("d", ["de"])
    assert not speaks("ar", [])


# --- The page -----------------------------------------------------------------------------------------------------
@pytest.fixture
def times(clinic):
    """The booking page of the department for the patient, with these words in the address."""
    desk = Client()
    desk.force_login(make.user("front-desk", facility=clinic.facility))

    def read(more: str = "", **shown):
        answer = desk.get(f"/scheduling/book/{clinic.patient.pk}/?department={clinic.department.pk}{more}")
        assert answer.status_code == 200
        return answer

    return read


@pytest.fixture
def colleague(clinic):
    """A woman who speaks Arabic and works in the afternoon, from tomorrow on."""
    who = make.practitioner(gender="female", family="Haddad")
    PractitionerLanguage.objects.create(practitioner=who, code="ar")
    PractitionerLanguage.objects.create(practitioner=clinic.practitioner, code="de")
    schedule = make.schedule(make.practitioner_role(who, clinic.department), valid_from=NINE.date())
    return make.session(schedule, "16:00", "18:00")


def first(answer):
    """Whose times are shown first, and the first of them."""
    group = answer.context["offer"].groups[0]
    return group.practitioner.family, group.choices[0].at


def test_without_wishes_the_first_time_of_anybody_is_chosen(clinic, colleague, times):
    answer = times()
    assert first(answer) == (clinic.practitioner.family, NOW)
    assert len(answer.context["offer"].groups) == 2


@pytest.mark.parametrize("wish", ["&language=ar", "&gender=female", "&part=afternoon", "&part=afternoon&part=evening"])
def test_each_wish_narrows(colleague, times, wish):
    answer = times(wish)
    assert first(answer) == ("Haddad", NINE + 7 * 3 * TWENTY)
    assert {group.practitioner for group in answer.context["offer"].groups} == {
        colleague.practitioner_role.practitioner
    }
    assert "Only:" in answer.content.decode()


def test_days_and_parts_of_the_day_together(clinic, colleague, times):
    assert first(times("&weekday=3&part=evening")) == ("Haddad", NINE + 2 * DAY + 8 * 3 * TWENTY)
    assert first(times("&weekday=2&weekday=4")) == (clinic.practitioner.family, NINE + DAY)


def test_wishes_are_kept_in_the_address_from_page_to_page(colleague, times):
    answer = times("&part=evening&language=ar")
    more = answer.context["offer"].groups[0].more
    assert "part=evening" in more
    # With one practitioner, what was wished of people has been found.
    assert "language" not in more
    strip = times(more.replace("?", "&"))
    offer = strip.context["offer"]
    assert strip.context["wishes_form"]["part"].value() == ["evening"]
    assert strip.content.decode().count(" checked") == 2, "the wish, and the first time"
    assert [wall_time(one.at, BERLIN).hour for group in offer.groups for one in group.choices] == [17, 17]
    assert all("part=evening" in chip.url for chip in offer.days)


def test_nothing_as_wished_says_which_wish_to_give_up(clinic, colleague, times):
    answer = times("&language=ar&part=morning")
    offer = answer.context["offer"]
    assert offer.is_empty
    assert {one.words: (one.practitioner.family, one.choice.at) for one in offer.instead} == {
        "Arabic": (clinic.practitioner.family, NOW),
        "Mornings": ("Haddad", NINE + 7 * 3 * TWENTY),
    }
    text = answer.content.decode()
    assert "No time is free as you wish it" in text
    assert "Not only “Arabic”" in text
    for one in offer.instead:
        assert not times(one.url.replace("?", "&")).context["offer"].is_empty


def test_where_no_single_wish_is_in_the_way_all_times_are_one_press_away(colleague, times):
    answer = times("&language=ar&part=morning&weekday=6")
    assert answer.context["offer"].instead == []
    assert "Show all times" in answer.content.decode()


def test_by_video_means_another_type_of_visit(clinic, times):
    video = make.healthcare_service(clinic.department, name="Video consultation", delivery="video", rank=200)
    group = times("&remote=on").context["offer"].groups[0]
    assert group.detail == "Video consultation"
    assert group.choices[0].slot.service == video.pk


def test_other_clinics_of_the_same_kind_are_looked_at_in_all_houses(clinic, times):
    elsewhere = make.facility(name="Alder Valley North", time_zone="Europe/London")
    department = make.department(elsewhere, name="Heart clinic", specialty=clinic.department.specialty)
    make.healthcare_service(department)
    make.session(
        make.schedule(make.practitioner_role(make.practitioner(family="Okafor"), department)), "08:00", "09:00"
    )
    desk = Client()
    desk.force_login(make.user("front-desk"))
    address = f"/scheduling/book/{clinic.patient.pk}/?department={clinic.department.pk}"
    assert len(desk.get(address).context["offer"].groups) == 1
    answer = desk.get(f"{address}&elsewhere=on")
    group = next(one for one in answer.context["offer"].groups if one.practitioner.family == "Okafor")
    assert group.detail == "Heart clinic · Alder Valley North"
    # Eight in London is nine in Berlin, which has begun.
    assert group.choices[0].label == "08:00"
    booked = desk.post(f"{address}&elsewhere=on", {"slot": group.choices[-1].value, "channel": "phone"})
    assert booked.status_code == 302
    assert Appointment.objects.get(department=department).facility == elsewhere


@pytest.mark.parametrize("words", ["&part=noon", "&weekday=9", "&weekday=x", "&language=%3Cb%3E", "&gender=other"])
def test_what_is_no_choice_is_nobodys_wish(clinic, colleague, times, words):
    assert first(times(words)) == (clinic.practitioner.family, NOW)


def test_the_wishes_of_a_patient_are_on_their_own_page_too(clinic, colleague):
    make.grant(clinic.patient.user, "patient")
    patient = Client()
    patient.force_login(clinic.patient.user)
    with time_machine.travel(NOW, tick=False):
        answer = patient.get(
            f"/scheduling/book/{clinic.patient.pk}/?department={clinic.department.pk}&gender=female&part=evening"
        )
    assert first(answer) == ("Haddad", NINE + 8 * 3 * TWENTY)


@pytest.mark.parametrize("doctors", [1, 10])
def test_no_wish_costs_more_than_twenty_five_queries(clinic, colleague, times, doctors, django_assert_max_num_queries):
    for _number in range(doctors):
        make.session(make.schedule(make.practitioner_role(department=clinic.department)), location=clinic.room)
    with django_assert_max_num_queries(25):
        times("&language=vi&part=morning&weekday=6&gender=male&elsewhere=on")
