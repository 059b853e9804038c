"""The pages: who sees whose numbers, what they say, what a wrong day does, and what they cost."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.accounts.codes import Duty
from hms.reports.tests.conftest import DAY, MINUTE, MONDAY, signed_in
from hms.reports.views import REPORTS
from tests import make

NAMES = list(REPORTS)


def page(name, **asked):
    return reverse("reports:report", args=[name]), asked


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def fill(hospital, number=12):
    for doctor, day in ((hospital.ash, MONDAY), (hospital.birch, MONDAY), (hospital.cedar, MONDAY - 28 * DAY)):
        hospital.visits(
            doctor, number, day=day, checked_in_at=-9 * MINUTE, started_at=3 * MINUTE, fulfilled_at=20 * MINUTE
        )
        hospital.visits(doctor, 2, "noshow", day=day)
        hospital.visits(doctor, 1, "booked", day=day)


@pytest.mark.parametrize("name", NAMES)
def test_the_administrator_sees_departments_then_their_doctors_and_no_patient(hospital, admin, name):
    fill(hospital)
    shown = text(admin.get(*page(name)))
    link = f"?department={hospital.cardiology.pk}"
    assert f'<a href="{link}' in shown
    assert "Dr Kim Ash" not in shown
    within = text(admin.get(page(name)[0] + link))
    assert "Dr Kim Ash" in within
    assert "Dr Kim Birch" in within
    assert "Dr Kim Cedar" not in within
    assert "Nobodyshouldreadthis".casefold() not in (shown + within).casefold()
    assert "What is counted" in shown
    assert "Not counted" in shown


def test_the_first_report_stands_where_none_is_named_and_an_unknown_one_is_not_there(admin):
    assert "How much of the open hours is used" in text(admin.get(reverse("reports:scheduling")))
    for address in ("report", "table"):
        assert admin.get(reverse(f"reports:{address}", args=["astrology"])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_a_doctor_sees_the_own_numbers_and_nobody_elses(hospital, name):
    fill(hospital)
    hospital.visits(hospital.birch, 40, "noshow", day=MONDAY + DAY)
    ash = signed_in(hospital.ash.user)
    shown = text(ash.get(*page(name)))
    asked_for_more = {"department": str(hospital.cardiology.pk), "practitioner": str(hospital.birch.pk)}
    for answer in (shown, text(ash.get(*page(name, **asked_for_more)))):
        assert "Dr Kim Ash" in answer
        assert "Birch" not in answer
        assert "Skin clinic" not in answer
        assert "department=" not in answer.split("</form>")[-1] or "department" in asked_for_more
    if name == "no-shows":
        # 2 of 14; with Dr Birch's it would be 44 of 68.
        assert "14.3\N{NO-BREAK SPACE}%" in shown
    saved = text(ash.get(reverse("reports:table", args=[name]), asked_for_more))
    assert "Birch" not in saved
    assert len(saved.strip().splitlines()) == 2


def test_a_doctor_who_is_no_practitioner_is_told_whom_to_ask(hospital):
    stranger = signed_in(make.user("doctor", facility=hospital.facility))
    assert "belongs to no practitioner" in text(stranger.get(*page("waiting")))
    assert stranger.get(reverse("reports:table", args=["waiting"])).status_code == 404


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty not in (Duty.ADMINISTRATOR, Duty.DOCTOR)])
def test_nobody_else_opens_them(hospital, duty):
    client = signed_in(make.user(duty, facility=hospital.facility))
    for address in ("report", "table"):
        assert client.get(reverse(f"reports:{address}", args=["no-shows"])).status_code in (403, 404)


def test_a_facility_where_one_does_not_work_is_not_there(hospital, admin):
    fill(hospital)
    other = make.facility(name="Birch Hill")
    elsewhere = signed_in(make.user("administrator", facility=other))
    answer = text(elsewhere.get(*page("no-shows", facility=hospital.facility.pk, department=hospital.cardiology.pk)))
    assert "Birch Hill" in answer
    assert "Cardiology" not in answer
    assert "Nothing to count" in answer


def test_of_several_facilities_one_is_chosen_and_the_others_department_is_forgotten(hospital):
    other = make.facility(name="Zelkova House")
    everywhere = signed_in(make.user("administrator"))
    fill(hospital)
    assert f"?facility={other.pk}" in text(everywhere.get(*page("no-shows")))
    there = text(everywhere.get(*page("no-shows", facility=other.pk, department=hospital.cardiology.pk)))
    assert "Zelkova House ·" in there
    assert "Dr Kim Ash" not in there


def test_days_of_ones_own_go_before_the_list(hospital, admin):
    fill(hospital)
    answer = text(admin.get(*page("no-shows", period="52", first="9.11.2026", last="9.11.2026")))
    assert re.search(r"09-Nov-2026.* to .*09-Nov-2026.*compared with.*08-Nov-2026.* to .*08-Nov-2026", answer)
    assert "Skin clinic</a>" not in answer


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "9.11.2026"}, "Give both days, or neither"),
        ({"first": "9.11.2026", "last": "24.11.2026"}, "Choose yesterday or an earlier day"),
        ({"first": "9.11.2026", "last": "8.11.2026"}, "must not lie before the first"),
        ({"first": "9.11.2024", "last": "8.11.2026"}, "Choose a year at most"),
        ({"first": "1.1.0001", "last": "1.1.0001"}, "between 1800 and 2200"),
        ({"first": "ninth", "last": "8.11.2026"}, "ninth"),
    ],
)
def test_a_wrong_day_is_said_beside_the_field_and_stays_typed(hospital, admin, asked, said):
    fill(hospital)
    for address in ("report", "table"):
        answer = admin.get(reverse(f"reports:{address}", args=["no-shows"]), asked)
        assert answer.status_code == 422
        assert answer["Content-Type"].startswith("text/html")
        shown = answer.content.decode()
        assert said in shown
        assert all(f'value="{typed}"' in shown for typed in asked.values())


def test_what_is_no_period_of_the_list_is_the_first_of_it(hospital, admin):
    assert "27-Oct-2026" in text(admin.get(*page("no-shows", period="1000000")))


def test_the_table_is_saved_with_plain_numbers(hospital, admin):
    fill(hospital)
    hospital.visits(hospital.cedar, 3, "noshow")
    answer = admin.get(reverse("reports:table", args=["no-shows"]))
    assert answer["Content-Disposition"] == 'attachment; filename="no-shows-2026-10-27-2026-11-23.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    heads, cardiology, skin = answer.content.decode("utf-8-sig").strip().split("\r\n")
    assert heads.startswith("Department,Came,Did not come,Share,")
    assert cardiology == "Cardiology,24,4,14.3,0,0,0,2"
    assert skin == "Skin clinic,0,3,,0,0,0,0"


def test_a_name_that_a_spreadsheet_would_compute_is_text(hospital, admin):
    type(hospital.cardiology).objects.filter(pk=hospital.cardiology.pk).update(name="=HYPERLINK(1)")
    fill(hospital)
    assert "'=HYPERLINK(1),24" in admin.get(reverse("reports:table", args=["no-shows"])).content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_hospital_says_that_there_is_nothing_to_count(db, name):
    admin = signed_in(make.user("administrator", facility=make.facility()))
    assert "Nothing to count" in text(admin.get(*page(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_costs_as_many_queries_with_more_visits_and_more_doctors(hospital, admin, name):
    fill(hospital)

    def queries(**asked):
        admin.get(*page(name, period="52", **asked))
        with CaptureQueriesContext(connection) as counted:
            admin.get(*page(name, period="52", **asked))
        return len(counted)

    asked = {"department": hospital.cardiology.pk}
    before = queries(), queries(**asked)
    assert max(before) <= 20
    for number in range(3):
        department = make.department(hospital.facility)
        role = make.practitioner_role(department=hospital.cardiology)
        for one in (role, make.practitioner_role(department=department)):
            hospital.schedules[one.practitioner] = make.session(make.schedule(one))
        hospital.services[department] = make.healthcare_service(department)
        for doctor in list(hospital.schedules)[-2:]:
            hospital.visits(doctor, 12, day=date(2026, 6, 1) + number * DAY)
    assert (queries(), queries(**asked)) == before


def test_reading_numbers_changes_nothing_and_posting_is_refused(hospital, admin):
    for address in ("report", "table"):
        assert admin.post(reverse(f"reports:{address}", args=["no-shows"])).status_code == 405
