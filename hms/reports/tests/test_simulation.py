"""The quarter as the records tell it, and the page: who may try what, what it says, and what it leaves behind."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.accounts.codes import Duty
from hms.core.models import AuditEvent
from hms.organization.models import Policy
from hms.reports.rules.periods import quarter_from
from hms.reports.simulation import quarter
from hms.reports.simulation.quarter import Which
from hms.reports.tests.conftest import DAY, HOUR, MINUTE, MONDAY, signed_in
from hms.scheduling.models import Appointment, AppointmentParticipant
from tests import make

FIRST = date(2026, 8, 24)


def visit(hospital, doctor, minutes, status="fulfilled", day=MONDAY, patient=None, **fields):
    """So many minutes after nine in Berlin, booked a week before; fields that are lengths count from the start."""
    start = datetime.combine(day, time(8), UTC) + minutes * MINUTE
    moments = {name: start + value for name, value in fields.items() if isinstance(value, timedelta)}
    plain = {name: value for name, value in fields.items() if not isinstance(value, timedelta)}
    return make.appointment(
        schedule=hospital.schedules[doctor],
        service=hospital.services[hospital.schedules[doctor].practitioner_role.department],
        patient=patient or make.patient("Nobodyshouldreadthis"),
        start_at=start,
        status=status,
        **{"channel": "phone", "appointment_type": "FOLLOWUP"} | plain | moments,
    )


def seen(early=10, begins=0, takes=18):
    return {
        "checked_in_at": -early * MINUTE,
        "started_at": begins * MINUTE,
        "fulfilled_at": (begins + takes) * MINUTE,
    }


def fill(hospital, doctor, weeks=3, number=6):
    """Mornings of which the first visit was missed and each other begun on time."""
    for week in range(weeks):
        for weekday in range(5):
            day = MONDAY - week * 7 * DAY + weekday * DAY
            # Clocks change on 25-Oct-2026; nine o'clock is an hour sooner before it.
            earlier = 60 if day < date(2026, 10, 25) else 0
            visit(hospital, doctor, -earlier, "noshow", day)
            for place in range(1, number):
                visit(hospital, doctor, place * 20 - earlier, day=day, **seen())


def read(hospital, scored=False, **more):
    return quarter.read(Which(hospital.facility, quarter_from(FIRST), **more), scored=scored)


def only(found):
    ((one,),) = [day.visits for day in found.days]
    return one


# --- The quarter --------------------------------------------------------------------------------------------------
def test_a_visit_is_read_as_it_is_written_down(hospital):
    visit(hospital, hospital.ash, 20, **seen(early=7, begins=4, takes=15))
    found = read(hospital)
    one = only(found)
    start = datetime(2026, 11, 9, 8, 20, tzinfo=UTC)
    assert (one.start, one.planned, one.came, one.arrived, one.took) == (
        start, 20, True, start - 7 * MINUTE, 15 * MINUTE,
    )  # fmt: skip
    assert (one.walk_in, one.same_day, one.beyond, one.likely, one.drawn) == (False, False, 0, None, False)
    (day,) = found.days
    assert (day.practitioner, day.day) == (hospital.ash.pk, MONDAY)
    assert [(span.start.hour, span.end.hour) for span in day.sittings] == [(8, 11)]
    assert day.stays == [(start, start - 7 * MINUTE, start + 4 * MINUTE, start + 19 * MINUTE)]
    assert (found.visits, found.outside, found.unclosed, found.no_arrival, found.no_length) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("status", "fields", "came", "open_things"),
    [
        ("noshow", {}, False, ""),
        ("booked", {}, None, "came"),
        ("fulfilled", seen(), True, ""),
        # Straight into the room; checked in on another day; never.
        ("fulfilled", seen(early=0), True, "arrived"),
        ("fulfilled", seen(early=60 * 24), True, "arrived"),
        ("fulfilled", {"started_at": 0 * MINUTE, "fulfilled_at": 9 * MINUTE}, True, "arrived"),
        # Not finished; finished in the evening; never begun.
        ("checked-in", {"checked_in_at": -MINUTE, "started_at": 0 * MINUTE}, True, "took"),
        ("fulfilled", seen(takes=81), True, "took"),
        ("fulfilled", seen(takes=80), True, ""),
        ("arrived", {"checked_in_at": -MINUTE}, True, "took"),
        ("fulfilled", {**seen(), "channel": "import"}, True, "arrived took"),
    ],
)
def test_what_is_not_written_down_is_left_open(hospital, status, fields, came, open_things):
    visit(hospital, hospital.ash, 0, status, **fields)
    found = read(hospital)
    one = only(found)
    assert one.came is came
    assert one.drawn is bool(open_things)
    if came:
        assert {name for name in ("arrived", "took") if getattr(one, name) is None} == set(open_things.split())
    whole = open_things in ("", "arrived") and came is not None
    assert (found.days[0].stays is not None) is whole
    assert (found.unclosed, found.no_arrival, found.no_length) == (
        came is None, came is True and "arrived" in open_things, "took" in open_things,
    )  # fmt: skip


def test_a_visit_lasts_until_the_next_begins_at_the_latest(hospital):
    visit(hospital, hospital.ash, 0, **seen(takes=50))
    visit(hospital, hospital.ash, 20, **seen(begins=5, takes=12))
    (day,) = read(hospital).days
    assert [one.took / MINUTE for one in day.visits] == [25, 12]


def test_walk_ins_those_of_the_day_and_those_beside_the_plan_are_told_apart(hospital):
    visit(hospital, hospital.ash, 0, appointment_type="WALKIN", booked_at=0 * MINUTE, **seen(early=0, begins=3))
    visit(hospital, hospital.ash, 20, booked_at=-70 * MINUTE, **seen())
    visit(hospital, hospital.ash, 40, booked_at=-9 * HOUR, **seen())
    beside = visit(hospital, hospital.ash, 60, **seen())
    AppointmentParticipant.objects.filter(appointment=beside, practitioner__isnull=False).update(seat=1)
    (day,) = read(hospital).days
    assert [(one.walk_in, one.same_day, one.beyond) for one in day.visits] == [
        (True, True, 0), (False, True, 0), (False, True, 0), (False, False, 1),
    ]  # fmt: skip
    # A walk-in came when they were booked.
    assert day.visits[0].arrived == datetime(2026, 11, 9, 8, tzinfo=UTC)


def test_whose_quarter_it_is(hospital):
    for doctor in (hospital.ash, hospital.birch, hospital.cedar):
        visit(hospital, doctor, 0, **seen())
    visit(hospital, hospital.ash, 0, day=FIRST - DAY, **seen())
    visit(hospital, hospital.ash, 0, day=FIRST + 91 * DAY, **seen())
    visit(hospital, hospital.ash, 20, "cancelled", cancellation_reason="pat")
    visit(hospital, hospital.ash, 40, "pending")

    def doctors(**more):
        return {day.practitioner for day in read(hospital, **more).days}

    assert read(hospital).visits == 3
    assert doctors() == {hospital.ash.pk, hospital.birch.pk, hospital.cedar.pk}
    assert doctors(department=hospital.cardiology) == {hospital.ash.pk, hospital.birch.pk}
    assert doctors(practitioner=hospital.birch) == {hospital.birch.pk}
    assert doctors(department=hospital.skin, practitioner=hospital.birch) == set()


def test_sessions_are_without_absences_and_closed_days_and_with_extra_ones(hospital):
    exceptions = hospital.schedules[hospital.ash].exceptions
    nine = datetime(2026, 11, 9, 8, tzinfo=UTC)
    exceptions.create(kind="leave", start_at=nine + HOUR, end_at=nine + 2 * HOUR)
    exceptions.create(kind="extra", start_at=nine + 5 * HOUR, end_at=nine + 6 * HOUR)
    hospital.facility.closed_days.create(day=date(2026, 11, 11), name="Carnival")
    for minutes in (0, 150, 310):
        visit(hospital, hospital.ash, minutes, **seen())
    # Within the absence; on the closed day; on a Sunday.
    visit(hospital, hospital.ash, 70, **seen())
    visit(hospital, hospital.ash, 0, day=date(2026, 11, 11), **seen())
    visit(hospital, hospital.ash, 0, day=date(2026, 11, 8), **seen())
    # On Thursday nobody was booked: that session is no rule's doing.
    found = read(hospital)
    (day,) = found.days
    assert [((span.start - nine) / HOUR, (span.end - nine) / HOUR) for span in day.sittings] == [
        (0, 1), (2, 3), (5, 6),
    ]  # fmt: skip
    assert (len(day.visits), found.outside) == (4, 2)


def test_the_score_is_that_of_the_day_before(hospital):
    patient = make.patient()
    for weeks, status in ((3, "noshow"), (2, "noshow"), (1, "fulfilled")):
        visit(hospital, hospital.ash, 0, status, MONDAY - weeks * 7 * DAY, patient)
    visit(hospital, hospital.ash, 0, "noshow", patient=patient)
    visit(hospital, hospital.ash, 0, "noshow", MONDAY + 7 * DAY, patient)
    scores = [round(day.visits[0].likely, 3) for day in sorted(read(hospital, scored=True).days, key=lambda d: d.day)]
    # (missed + 0.6) of (due + 4), and 0.03 for the first one.
    assert scores == [0.18, 0.32, 0.433, 0.371, 0.45]
    assert only_scores(read(hospital)) == {None}


def only_scores(found):
    return {one.likely for day in found.days for one in day.visits}


def test_it_costs_as_many_queries_with_more_visits_and_practitioners(hospital):
    def queries():
        read(hospital, scored=True)
        with CaptureQueriesContext(connection) as counted:
            read(hospital, scored=True)
        return len(counted)

    fill(hospital, hospital.ash, weeks=1)
    before = queries()
    fill(hospital, hospital.birch, weeks=2)
    assert queries() == before <= 6


# --- The page -----------------------------------------------------------------------------------------------------
def page(client, name="simulation", **asked):
    return client.get(reverse(f"reports:{name}"), asked)


def text(response, status=200) -> str:
    assert response.status_code == status, response.status_code
    return response.content.decode()


def cells(shown):
    """The rows of the table side by side: its words without marks."""
    table = shown.split('id="side-by-side"')[1].split("</table>")[0]
    rows = [re.findall(r"(?s)<t[hd].*?</t[hd]>", row) for row in table.split("<tr")[2:]]
    plain = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in rows]
    return {row[0]: row[1:] for row in plain}


@pytest.fixture
def filled(hospital):
    fill(hospital, hospital.ash)
    return hospital


def test_it_is_opened_from_the_reports_and_from_the_policies_and_does_nothing_by_itself(filled, admin):
    address = reverse("reports:simulation")
    for opened in (
        admin.get(reverse("reports:scheduling")),
        admin.get(reverse("organization:policies")),
        admin.get(reverse("organization:policy", args=["scheduling.no_show_grace"])),
    ):
        assert f'href="{address}' in text(opened)
    assert address not in text(admin.get(reverse("organization:policy", args=["billing.payment_days"])))
    shown = text(page(admin))
    assert 'value="20"' in shown
    assert "Side by side" not in shown
    assert not AuditEvent.objects.filter(verb="schedule.simulated").exists()


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty != Duty.ADMINISTRATOR])
def test_nobody_but_administrators_opens_it(filled, duty):
    client = signed_in(make.user(duty, facility=filled.facility))
    for name in ("simulation", "simulation_table"):
        assert page(client, name, grace="20").status_code in (403, 404)
    assert reverse("reports:simulation") not in client.get(reverse("reports:scheduling")).content.decode()


def test_a_facility_where_one_does_not_work_is_not_there(filled):
    elsewhere = signed_in(make.user("administrator", facility=make.facility(name="Elsewhere")))
    shown = text(page(elsewhere, facility=filled.facility.pk, department=filled.cardiology.pk, grace="20"))
    assert "Cardiology" not in shown
    assert "Kim Ash" not in shown
    assert "too few visits" in shown


def test_as_it_was_beside_the_replay_without_a_change(filled, admin):
    shown = text(page(admin, grace="20"))
    assert "Replayed by today&#x27;s rules, half of the patients wait 10 minutes at most" in shown
    # Everybody came ten minutes early and was called on time, two minutes after the one before.
    assert cells(shown) == {
        "Half waited at most, minutes": ["10", "10", "0"],
        "Nine in ten waited at most, minutes": ["10", "10", "0"],
        # From nine until ten past, and from eleven, when the last one had left two minutes ago, until noon.
        "Idle, minutes a session": ["70", "70", "0"],
        "Overtime, minutes a session": ["0", "0", "0"],
        "People seen": ["75", "75", "0"],
        "Refused or asked to come another day": ["not written down", "0", "–"],
        "Did not come": ["15", "15", "0"],
    }
    assert "Nobodyshouldreadthis".casefold() not in shown.casefold()
    assert "1 minute" not in shown


def test_a_change_is_shown_beside_both_with_what_is_more_than_chance(filled, admin):
    shown = text(page(admin, grace="20", at_start="2"))
    assert "Half of the patients would wait 10 minutes at most, as now: no difference beyond chance" in shown
    found = cells(shown)
    # The first does not come; the second is called at nine, and all are twenty minutes sooner: an hour and a half later
    # nobody is there any more.
    assert found["Idle, minutes a session"] == ["70", "70", "0", "80", "+10 (+10 to +10)", "Yes"]
    assert found["People seen"] == ["75", "75", "0", "75", "0 (0 to 0)", "No"]
    assert "Patients at the start of a session: <strong>" in shown
    assert "Several at the start are booked by staff" in shown


def test_who_is_turned_away_and_whom_the_lanes_bring_is_counted(filled, admin):
    for one in Appointment.objects.filter(status="fulfilled").order_by("start_at")[:12]:
        Appointment.objects.filter(pk=one.pk).update(
            checked_in_at=one.start_at + 6 * MINUTE,
            started_at=one.start_at + 7 * MINUTE,
            fulfilled_at=one.start_at + 12 * MINUTE,
        )
    shown = text(page(admin, grace="5", late="turned-away"))
    assert cells(shown)["Refused or asked to come another day"][3] == "12"
    assert cells(shown)["People seen"][3] == "63"
    lanes = cells(text(page(admin, grace="20", lanes="1", likely="0")))
    people = [lanes[name][3] for name in ("People seen", "Did not come")]
    assert sum(map(int, people)) == 105
    assert lanes["People seen"][5] == "Yes"
    assert "made up" in text(page(admin, grace="20", lanes="1"))


def test_a_line_in_the_trail_says_who_tried_what_and_nothing_else_is_written(filled, admin):
    before = {model: model.objects.count() for model in (Appointment, AppointmentParticipant, Policy)}
    for name in ("simulation", "simulation_table"):
        page(admin, name, department=filled.cardiology.pk, grace="15", more="5")
    lines = AuditEvent.objects.filter(verb="schedule.simulated")
    assert [(one.facility_id, one.patient_id, one.outcome) for one in lines] == [
        (filled.facility.pk, None, "success")
    ] * 2  # fmt: skip
    assert lines[0].detail == {
        "department": str(filled.cardiology.pk),
        "practitioner": "",
        "first": "2026-08-25",
        "tried": {"grace": 15, "more": 5},
    }
    assert before == {model: model.objects.count() for model in before}
    for name in ("simulation", "simulation_table"):
        assert admin.post(reverse(f"reports:{name}")).status_code == 405


def test_what_was_tried_is_made_the_rule_where_rules_are_made(filled, admin):
    shown = text(page(admin, grace="15", lanes="3", reserve="30", more="5"))
    links = dict(re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', shown))
    (grace,) = [address for address, words in links.items() if words == "Make this the grace"]
    answer = text(admin.get(grace.replace("&amp;", "&")))
    assert 'name="value" value="15"' in answer
    assert filled.facility.name in answer
    assert set(links.values()) == {
        "Make this the grace",
        "Make this the number of overbooked visits",
        "Change the sessions of timetables",
        "Change the minutes of types of visit",
    }
    assert all(admin.get(address.replace("&amp;", "&")).status_code == 200 for address in links)


def test_todays_rule_is_the_policy_in_force(filled, admin):
    make.policy("scheduling.no_show_grace", timedelta(minutes=35), filled.facility, date(2026, 1, 1))
    assert 'name="grace" value="35"' in text(page(admin))
    # Another grace than the one in force is a change.
    assert len(cells(text(page(admin, grace="20")))["People seen"]) == 6
    assert len(cells(text(page(admin, grace="35")))["People seen"]) == 3
    assert len(cells(text(page(admin, grace="")))["People seen"]) == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"grace": "soon"}, "whole number"),
        ({"grace": "241"}, "less than or equal to 240"),
        ({"more": "-61"}, "greater than or equal to -60"),
        ({"lanes": "11"}, "less than or equal to 10"),
        ({"first": "26.8.2026"}, "Choose 25-Aug-2026 or an earlier day"),
        ({"first": "1.1.1899"}, "after 1900"),
        ({"first": "ninth"}, "ninth"),
        ({"late": "never"}, "never"),
    ],
)
def test_what_can_not_be_meant_is_said_beside_the_field_and_stays_typed(filled, admin, asked, said):
    for name in ("simulation", "simulation_table"):
        answer = page(admin, name, **{"grace": "20", "more": "7", **asked})
        assert answer["Content-Type"].startswith("text/html")
        shown = text(answer, 422)
        assert said in shown
        assert "Side by side" not in shown
        typed = {"more": "7", **asked}
        assert all(f'value="{value}"' in shown for name, value in typed.items() if name != "late")


def test_too_few_visits_are_no_number(hospital, admin):
    fill(hospital, hospital.ash, weeks=1)
    shown = text(page(admin, grace="20", at_start="2"))
    assert "There are too few visits to tell: 30 on 5 days. It takes 50 on 10 days." in shown
    assert "Side by side" not in shown
    saved = page(admin, "simulation_table", grace="20")
    assert "too few visits" in saved.content.decode()


def test_too_many_visits_are_asked_to_be_fewer(filled, admin, monkeypatch):
    monkeypatch.setattr("hms.reports.rules.simulation.trial.MOST_PEOPLE", 200)
    assert "90 visits take too long to replay. Choose a department" in text(page(admin, grace="20"))


def test_what_is_drawn_and_what_is_left_out_is_named(filled, admin):
    visit(filled, filled.ash, 140, "booked")
    visit(filled, filled.ash, 0, day=date(2026, 11, 8), **seen())
    Appointment.objects.filter(status="fulfilled").order_by("start_at").update(fulfilled_at=None)
    shown = text(page(admin, grace="20"))
    assert "How long 75 visits took" in shown
    assert "Whether the patient of 1 visit without a status came." in shown
    assert "1 visit is left out" in shown
    assert "0 of 15 sessions of which every moment is written down" in shown
    assert cells(shown)["Half waited at most, minutes"][0] == "not written down"


def test_the_table_is_saved_with_plain_numbers(filled, admin):
    answer = page(admin, "simulation_table", grace="20", at_start="2")
    assert answer["Content-Disposition"] == 'attachment; filename="simulation-2026-08-25.csv"'
    heads, *rows = answer.content.decode("utf-8-sig").strip().split("\r\n")
    assert heads.startswith("Measure,As it was,Replayed by today's rules,Model's error,Under the change,Difference,")
    assert rows[2] == '"Idle, minutes a session",70.0,70.0,0.0,80.0,10.0,10.0,10.0,Yes'
    assert rows[5] == "Refused or asked to come another day,,0.0,,0.0,0.0,0.0,0.0,No"


def test_practitioners_stand_beside_one_another(filled, admin):
    fill(filled, filled.cedar, weeks=1)
    shown = text(page(admin, grace="20", at_start="2"))
    people = shown.split('id="practitioners"')[1].split("</table>")[0]
    assert "Dr Kim Ash" in people
    assert "Dr Kim Cedar" in people
    assert "Birch" not in people
    assert 'id="practitioners"' not in text(page(admin, grace="20", practitioner=filled.ash.pk))


def test_the_page_costs_as_many_queries_with_more_visits(filled, admin):
    def queries():
        page(admin, grace="20", lanes="1")
        with CaptureQueriesContext(connection) as counted:
            page(admin, grace="20", lanes="1")
        return [query["sql"] for query in counted]

    fill(filled, filled.cedar, weeks=1)
    before = queries()
    fill(filled, filled.birch, weeks=2)
    after = queries()
    assert len(before) <= 25
    assert len(after) == len(before), "\n".join(after)
