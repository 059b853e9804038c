"""Plans of sessions: begun, changed, proposed, published, replaced and withdrawn; and wishes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from hms.scheduling import queries, refusals, timetables
from hms.scheduling.actions import (
    HalfDays,
    add_exception,
    ask_for_rota,
    begin_rota,
    enter_rota_wishes,
    publish_rota,
    record_rota,
    set_rota_entry,
    set_rota_terms,
    withdraw_rota,
)
from hms.scheduling.models import RotaChange, RotaPlan, RotaWish, Schedule, ScheduleSession
from hms.scheduling.rota import asking, jobs, reading
from hms.scheduling.rules.rota import checking, wire
from hms.scheduling.rules.rota.checking import check
from hms.scheduling.rules.rota.problem import AFTERNOON, MORNING, Entry, Slot
from hms.scheduling.rules.wall_clock import Span, day_span, wall_time
from hms.scheduling.strays import strays
from hms.scheduling.tests.conftest import NOW, Clinic
from tests import cast, make

DECEMBER = date(2026, 12, 1)
HOURS = HalfDays(time(9), time(12), time(13), time(16))
TUESDAY = date(2026, 12, 8)


@pytest.fixture
def planner(clinic: Clinic):
    return cast.actor("administrator", user=make.user(), facilities=[clinic.facility])


@pytest.fixture
def plan(clinic: Clinic, planner) -> RotaPlan:
    """A draft for December: one doctor, Monday to Friday from 9 to 12 in Room 4, as the timetable says."""
    return begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)


def fresh(plan: RotaPlan) -> RotaPlan:
    return RotaPlan.objects.select_related("facility", "department__facility").get(pk=plan.pk)


def set_entry(
    planner: Any, plan: RotaPlan, on: date, part: str = MORNING, *, holds: bool = True, **fields: Any
) -> None:
    member = fields.pop("member", None) or plan.members.get()
    set_rota_entry(by=planner, plan=fresh(plan), member=member, on=on, part=part, holds=holds, **fields)


def slots_of(plan: RotaPlan) -> set[tuple[date, str]]:
    return {(one.on, one.part) for one in plan.entries.all()}


def open_times(clinic: Clinic, first: date = DECEMBER, until: date = date(2027, 1, 1)) -> set[tuple[date, time]]:
    """The mornings and afternoons on which the search finds free times, by day and hour of the first."""
    zone = clinic.facility.zone
    window = Span(day_span(first, zone).start, day_span(until, zone).start)
    visit = clinic.service.visit("FOLLOWUP")
    found = timetables.load(queries.schedules_for(clinic.service), window, now=NOW, services=[clinic.service])
    starts = [start.at for one in found for start in one.free_starts(visit, now=NOW, window=window)]
    walls = [wall_time(one, zone) for one in starts]
    halves = {(one.date(), one.hour < 12.5): one.time() for one in sorted(walls, reverse=True)}
    return {(day, at) for (day, _half), at in halves.items()}


def problems_of(refusal: Any) -> list[Any]:
    return [one.text for one in refusal.value.problems]


class TestBegin:
    def test_a_draft_begins_as_the_timetable_is(self, clinic: Clinic, plan: RotaPlan):
        days = {date(2026, 12, n) for n in range(1, 32)}
        holidays = {date(2026, 12, 25), date(2026, 12, 26)}
        assert slots_of(plan) == {(day, MORNING) for day in days - holidays if day.weekday() < 5}
        assert {one.location_id for one in plan.entries.all()} == {clinic.room.pk}
        rota = reading.read(fresh(plan))
        assert check(rota.problem, rota.as_entries).breaches == ()
        assert check(rota.problem, rota.as_entries).flaws_of(checking.STEADY) == []

    def test_what_was_booked_lately_is_wanted(self, clinic: Clinic, planner):
        for week in range(1, 14):
            clinic.appointment(
                datetime(2026, 11, 24, 8, tzinfo=UTC) - timedelta(weeks=week), status="fulfilled", minutes=153
            )
        made = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        wanted = {one.weekday: one.sessions for one in made.demands.all()}
        # 153 minutes of each Tuesday's 180, at 85 percent: one session.
        assert wanted == {0: 0, 1: 1, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0}

    def test_the_audit_line(self, plan: RotaPlan):
        line = AuditEvent.objects.get(verb="rota.begun")
        assert (line.subject_id, line.detail) == (plan.pk, {"month": "2026-12-01"})

    @pytest.mark.parametrize(
        ("month", "half_days", "problem"),
        [
            (date(2026, 10, 1), HOURS, refusals.MONTH_OVER),
            (DECEMBER, HalfDays(time(9), time(14), time(13), time(16)), refusals.HALF_DAYS),
        ],
    )
    def test_refused(self, clinic: Clinic, planner, month: date, half_days: HalfDays, problem: Any):
        with pytest.raises(Refused) as refusal:
            begin_rota(by=planner, department=clinic.department, month=month, half_days=half_days)
        assert problems_of(refusal) == [problem.text]

    def test_one_draft_for_a_month(self, clinic: Clinic, planner, plan: RotaPlan):
        with pytest.raises(Conflict):
            begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        month = {"first_on": plan.first_on, "until_on": plan.until_on}
        copy = RotaPlan(**HOURS.columns, **month, facility=plan.facility, department=plan.department)
        with pytest.raises(IntegrityError, match=r"rota_one_draft|UNIQUE"), transaction.atomic():
            copy.save()

    def test_a_clinic_without_doctors(self, clinic: Clinic, planner):
        with pytest.raises(Refused) as refusal:
            begin_rota(by=planner, department=make.department(clinic.facility), month=DECEMBER, half_days=HOURS)
        assert problems_of(refusal) == [refusals.NOBODY_TO_PLAN.text]

    def test_who_may_not(self, clinic: Clinic):
        for stranger in (clinic.desk, clinic.doctor, clinic.himself):
            with pytest.raises(Forbidden):
                begin_rota(by=stranger, department=clinic.department, month=DECEMBER, half_days=HOURS)
        elsewhere = cast.actor("administrator", user=make.user(), facilities=[make.facility()])
        with pytest.raises(Missing):
            begin_rota(by=elsewhere, department=clinic.department, month=DECEMBER, half_days=HOURS)


class TestChange:
    def test_an_entry_by_hand_and_out_again(self, planner, plan: RotaPlan, clinic: Clinic):
        set_entry(planner, plan, TUESDAY, AFTERNOON, location=clinic.room)
        row = plan.entries.get(on=TUESDAY, part=AFTERNOON)
        assert (row.by_hand, row.location) == (True, clinic.room)
        set_entry(planner, plan, TUESDAY, AFTERNOON, holds=False)
        assert not plan.entries.filter(on=TUESDAY, part=AFTERNOON).exists()
        assert AuditEvent.objects.filter(verb="rota.entry_set").count() == 2

    def test_a_version_that_is_no_longer(self, planner, plan: RotaPlan):
        stale = plan.version
        set_entry(planner, plan, TUESDAY, AFTERNOON, version=stale)
        with pytest.raises(Stale):
            set_entry(planner, plan, TUESDAY, AFTERNOON, holds=False, version=stale)

    def test_what_does_not_belong_to_the_plan(self, planner, plan: RotaPlan, clinic: Clinic):
        for wrong in (
            {"on": date(2027, 1, 1)},
            {"part": "evening"},
            {"location": make.location()},
            {"service": make.healthcare_service()},
        ):
            told = {"on": TUESDAY, "part": AFTERNOON} | wrong
            with pytest.raises(Refused):
                set_entry(planner, plan, told.pop("on"), told.pop("part"), **told)

    def test_terms(self, planner, plan: RotaPlan):
        member = plan.members.get()
        set_rota_terms(by=planner, plan=plan, limits={member.pk: (1, 6)}, wanted={(None, 2): 3}, keep_bookings=False)
        member.refresh_from_db()
        assert (member.most_a_day, member.most_a_week) == (1, 6)
        assert plan.demands.get(weekday=2).sessions == 3
        assert not fresh(plan).keep_bookings

    def test_a_plan_of_another_facility_is_not_there(self, plan: RotaPlan):
        elsewhere = cast.actor("administrator", user=make.user(), facilities=[make.facility()])
        for act in (ask_for_rota, publish_rota, withdraw_rota):
            with pytest.raises(Missing):
                act(by=elsewhere, plan=plan)


class TestReading:
    def test_leave_wishes_bookings_and_other_hours(self, clinic: Clinic, planner, plan: RotaPlan):
        zone = clinic.facility.zone
        away = day_span(TUESDAY, zone)
        add_exception(by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=away.start, end_at=away.end)
        other = make.practitioner_role(clinic.practitioner, make.department(clinic.facility))
        make.session(make.schedule(other), start="13:00", end="15:00", weekdays=[2])
        enter_rota_wishes(
            by=clinic.doctor,
            practitioner=clinic.practitioner,
            month=DECEMBER,
            wishes={Slot(date(2026, 12, 3), MORNING): "cannot"},
        )
        clinic.appointment(datetime(2026, 12, 10, 8, tzinfo=UTC))
        clinic.appointment(datetime(2026, 12, 8, 8, tzinfo=UTC))
        (doctor,) = reading.read(fresh(plan)).problem.doctors
        assert doctor.away == {Slot(TUESDAY, MORNING), Slot(TUESDAY, AFTERNOON)}
        wednesdays = {Slot(date(2026, 12, n), AFTERNOON) for n in (2, 9, 16, 23, 30)}
        assert doctor.elsewhere == wednesdays
        assert doctor.wishes == {Slot(date(2026, 12, 3), MORNING): "cannot"}
        # The one on the day of leave is in the list of visits to move already.
        assert doctor.booked == {Slot(date(2026, 12, 10), MORNING): 1}
        # Week 49 begins on 30 November: its Monday morning and a Wednesday elsewhere.
        assert doctor.held[2026, 49] == 2

    def test_a_fixed_number_of_queries(self, clinic: Clinic, planner, plan: RotaPlan, django_assert_max_num_queries):
        for _more in range(3):
            role = make.practitioner_role(department=clinic.department)
            make.session(make.schedule(role), location=make.location(clinic.facility))
        withdraw_rota(by=planner, plan=plan)
        other = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        with django_assert_max_num_queries(22):
            assert len(reading.read(fresh(other)).problem.doctors) == 4

    def test_a_room_that_others_have_is_closed(self, clinic: Clinic, plan: RotaPlan):
        other = make.practitioner_role(department=make.department(clinic.facility))
        make.session(make.schedule(other), start="13:00", end="15:00", weekdays=[1], location=clinic.room)
        (room,) = reading.read(fresh(plan)).problem.rooms
        assert Slot(TUESDAY, AFTERNOON) in room.closed
        assert Slot(TUESDAY, MORNING) not in room.closed


@pytest.mark.planning
class TestPropose:
    def test_the_worker_finds_a_plan_that_keeps_what_is_set_by_hand(self, clinic: Clinic, planner, plan: RotaPlan):
        member = plan.members.get()
        set_rota_terms(by=planner, plan=plan, limits={member.pk: (2, 10)}, wanted={(None, 1): 2}, keep_bookings=True)
        set_entry(planner, plan, date(2026, 12, 9), AFTERNOON, location=clinic.room)
        ask_for_rota(by=planner, plan=fresh(plan))
        message = OutboxMessage.objects.get(topic="rota.asked")
        jobs.on_asked(message)
        found = fresh(plan)
        assert found.outcome in (wire.OPTIMAL, wire.BEST_FOUND)
        rota = reading.read(found)
        report = check(rota.problem, rota.as_entries)
        assert (report.breaches, report.cost) == ((), found.cost)
        tuesdays = {(date(2026, 12, n), part) for n in (1, 8, 15, 22, 29) for part in (MORNING, AFTERNOON)}
        assert tuesdays | {(date(2026, 12, 9), AFTERNOON)} <= slots_of(found)
        # Said twice, it finds nothing to do.
        version = fresh(plan).version
        jobs.on_asked(message)
        assert fresh(plan).version == version

    def test_rules_that_can_not_be_met_together_are_kept_with_the_plan(self, clinic: Clinic, planner, plan: RotaPlan):
        clinic.appointment(datetime(2026, 12, 8, 8, tzinfo=UTC))
        enter_rota_wishes(
            by=clinic.doctor,
            practitioner=clinic.practitioner,
            month=DECEMBER,
            wishes={Slot(TUESDAY, MORNING): "cannot"},
        )
        ask_for_rota(by=planner, plan=fresh(plan))
        jobs.on_asked(OutboxMessage.objects.get(topic="rota.asked"))
        found = fresh(plan)
        assert found.outcome == wire.INFEASIBLE
        assert {(one.rule, one.on) for one in found.conflicts.all()} == {("booked", TUESDAY), ("cannot", TUESDAY)}

    def test_a_plan_that_was_changed_meanwhile_is_left_as_it_is(self, planner, plan: RotaPlan):
        asked = ask_for_rota(by=planner, plan=plan)
        set_entry(planner, plan, TUESDAY, AFTERNOON)
        before = slots_of(plan)
        with pytest.raises(Refused):
            record_rota(by=system("tests"), plan=plan, answer=wire.Answer(wire.OPTIMAL), asked_at=asked.asked_at)
        assert (fresh(plan).outcome, slots_of(plan)) == ("changed", before)

    def test_a_solver_that_fails_is_said_so(self, planner, plan: RotaPlan, monkeypatch: pytest.MonkeyPatch):
        ask_for_rota(by=planner, plan=plan)
        monkeypatch.setattr(asking.sys, "executable", "/bin/false")
        jobs.on_asked(OutboxMessage.objects.get(topic="rota.asked"))
        assert fresh(plan).outcome == "failed"

    def test_without_the_solver_it_is_refused_and_says_how_to_add_it(self, planner, plan, monkeypatch):
        monkeypatch.setattr(asking, "available", lambda: False)
        with pytest.raises(Refused) as refusal:
            ask_for_rota(by=planner, plan=plan)
        assert "make planning" in str(problems_of(refusal)[0])


class TestPublish:
    def test_the_search_offers_exactly_the_new_sessions(self, clinic: Clinic, planner, plan: RotaPlan):
        november, january = (
            open_times(clinic, NOW.date(), DECEMBER),
            open_times(clinic, date(2027, 1, 1), date(2027, 2, 1)),
        )
        for day in (1, 2, 3):
            set_entry(planner, plan, date(2026, 12, day), holds=False)
        set_entry(planner, plan, TUESDAY, AFTERNOON, location=clinic.room)
        published = publish_rota(by=planner, plan=fresh(plan))
        assert (published.status, published.effective_from) == ("published", DECEMBER)
        begins = {MORNING: time(9), AFTERNOON: time(13)}
        assert open_times(clinic) == {(day, begins[part]) for day, part in slots_of(plan)}
        assert open_times(clinic, NOW.date(), DECEMBER) == november
        assert open_times(clinic, date(2027, 1, 1), date(2027, 2, 1)) == january
        line = AuditEvent.objects.get(verb="rota.published")
        assert line.detail["from"] == "2026-12-01"

    def test_the_same_plan_as_before_leaves_every_day_as_it_was(self, clinic: Clinic, planner, plan: RotaPlan):
        before = open_times(clinic)
        publish_rota(by=planner, plan=plan)
        assert open_times(clinic) == before
        # Five weekdays, with a gap where the house is closed on Christmas Day, a Friday.
        assert plan.changes.filter(kind="made").count() == 5

    def test_visits_outside_the_new_sessions_are_to_be_moved(self, clinic: Clinic, planner, plan: RotaPlan):
        kept = clinic.appointment(datetime(2026, 12, 10, 8, tzinfo=UTC))
        lost = clinic.appointment(datetime(2026, 12, 8, 8, tzinfo=UTC))
        set_entry(planner, plan, TUESDAY, holds=False)
        publish_rota(by=planner, plan=fresh(plan))
        assert [(one.visit, one.why) for one in strays(clinic.desk, clinic.facility)] == [
            (lost, "No hours then any more")
        ]
        for one in (kept, lost):
            one.refresh_from_db()
            assert one.status == "booked"

    def test_a_month_that_has_begun_is_published_from_the_next_day(self, clinic: Clinic, planner, plan: RotaPlan):
        before = open_times(clinic)
        for day in range(1, 32):
            set_entry(planner, plan, date(2026, 12, day), holds=False)
        with time_machine.travel(datetime(2026, 12, 15, 8, tzinfo=UTC), tick=False):
            set_entry(planner, plan, date(2026, 12, 17), AFTERNOON, location=clinic.room)
            assert publish_rota(by=planner, plan=fresh(plan)).effective_from == date(2026, 12, 16)
        first_half = {(day, at) for day, at in before if day < date(2026, 12, 16)}
        assert open_times(clinic) == first_half | {(date(2026, 12, 17), time(13))}

    def test_a_plan_that_breaks_a_rule_is_refused(self, clinic: Clinic, planner, plan: RotaPlan):
        away = day_span(TUESDAY, clinic.facility.zone)
        add_exception(by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=away.start, end_at=away.end)
        with pytest.raises(Refused) as refusal:
            publish_rota(by=planner, plan=plan)
        assert problems_of(refusal) == [refusals.ROTA_BREAKS_RULES.text]
        assert not RotaChange.objects.exists()

    def test_sessions_of_special_visits_are_for_them_alone(self, clinic: Clinic, planner):
        scan = make.healthcare_service(clinic.department, name="Ultrasound", room_kind="Ultrasound")
        room = make.location(clinic.facility, name="Scan room", use="ultrasound", department=clinic.department)
        made = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        set_entry(planner, made, TUESDAY, AFTERNOON, service=scan, location=room)
        publish_rota(by=planner, plan=fresh(made))
        afternoon = ScheduleSession.objects.get(start=time(13))
        assert [one.service for one in afternoon.services.all()] == [scan]
        morning = ScheduleSession.objects.filter(rota_changes__kind="made", start=time(9)).first()
        assert [one.service for one in morning.services.all()] == [clinic.service]

    def test_who_has_no_timetable_is_given_one_for_the_month(self, clinic: Clinic, planner):
        role = make.practitioner_role(department=clinic.department)
        made = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        room = make.location(clinic.facility, department=clinic.department)
        set_entry(planner, made, TUESDAY, member=made.members.get(practitioner_role=role), location=room)
        publish_rota(by=planner, plan=fresh(made))
        schedule = Schedule.objects.get(practitioner_role=role)
        assert (schedule.valid_from, schedule.valid_until) == (DECEMBER, date(2027, 1, 1))
        assert schedule.sessions.count() == 1

    def test_hours_in_the_evening_and_for_the_very_days_are_left_alone(self, clinic: Clinic, planner):
        make.session(clinic.schedule, start="18:00", end="20:00", weekdays=[1])
        make.session(
            clinic.schedule,
            start="14:00",
            end="15:00",
            weekdays=[3],
            valid_from=date(2026, 12, 3),
            valid_until=date(2026, 12, 4),
        )
        made = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        publish_rota(by=planner, plan=made)
        assert (TUESDAY, time(18)) in open_times(clinic)
        assert (date(2026, 12, 3), time(14)) in open_times(clinic)

    def test_a_stale_draft_is_not_published(self, planner, plan: RotaPlan):
        stale = plan.version
        set_entry(planner, plan, TUESDAY, holds=False)
        with pytest.raises(Stale):
            publish_rota(by=planner, plan=plan, version=stale)

    def test_twice_is_refused(self, planner, plan: RotaPlan):
        publish_rota(by=planner, plan=plan)
        with pytest.raises(Refused):
            publish_rota(by=planner, plan=fresh(plan))
        with pytest.raises(Refused):
            set_entry(planner, plan, TUESDAY, holds=False)


class TestReplaceAndWithdraw:
    def published(self, planner: Any, plan: RotaPlan) -> RotaPlan:
        set_entry(planner, plan, TUESDAY, holds=False)
        return publish_rota(by=planner, plan=fresh(plan))

    def test_withdrawn_the_timetable_is_as_it_was(self, clinic: Clinic, planner, plan: RotaPlan):
        columns = ("weekday", "start", "end", "location", "valid_from", "valid_until")
        before = set(ScheduleSession.objects.values_list(*columns))
        self.published(planner, plan)
        assert set(ScheduleSession.objects.values_list(*columns)) != before
        withdraw_rota(by=planner, plan=fresh(plan))
        assert set(ScheduleSession.objects.values_list(*columns)) == before
        assert (fresh(plan).status, RotaChange.objects.count()) == ("withdrawn", 0)
        assert AuditEvent.objects.filter(verb="rota.withdrawn").count() == 1

    def test_not_while_a_visit_is_booked_in_hours_that_only_it_has(self, clinic: Clinic, planner, plan: RotaPlan):
        set_entry(planner, plan, TUESDAY, AFTERNOON, location=clinic.room)
        publish_rota(by=planner, plan=fresh(plan))
        clinic.appointment(datetime(2026, 12, 10, 8, tzinfo=UTC))
        visit = clinic.appointment(datetime(2026, 12, 8, 13, tzinfo=UTC))
        with pytest.raises(Refused) as refusal:
            withdraw_rota(by=planner, plan=fresh(plan))
        assert str(problems_of(refusal)[0]).startswith("1 visit is booked")
        visit.participants.update(blocking=False)
        withdraw_rota(by=planner, plan=fresh(plan))

    def test_not_once_it_has_begun(self, planner, plan: RotaPlan):
        self.published(planner, plan)
        with time_machine.travel(datetime(2026, 12, 1, 8, tzinfo=UTC), tick=False), pytest.raises(Refused) as refusal:
            withdraw_rota(by=planner, plan=fresh(plan))
        assert problems_of(refusal) == [refusals.ROTA_HAS_BEGUN.text]

    def test_not_when_its_hours_were_changed_by_hand(self, planner, plan: RotaPlan):
        self.published(planner, plan)
        session = ScheduleSession.objects.filter(rota_changes__kind="made").first()
        session.overbooking_cap = 3
        session.save()
        with pytest.raises(Refused) as refusal:
            withdraw_rota(by=planner, plan=fresh(plan))
        assert problems_of(refusal) == [refusals.ROTA_CHANGED_SINCE.text]

    def test_a_draft_is_discarded(self, planner, plan: RotaPlan):
        withdraw_rota(by=planner, plan=plan)
        assert AuditEvent.objects.filter(verb="rota.discarded").count() == 1
        with pytest.raises(Refused):
            withdraw_rota(by=planner, plan=fresh(plan))

    def test_another_plan_takes_its_place(self, clinic: Clinic, planner, plan: RotaPlan):
        before = set(ScheduleSession.objects.values_list("weekday", "valid_from", "valid_until"))
        self.published(planner, plan)
        other = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        assert slots_of(other) == slots_of(plan)
        set_entry(planner, other, TUESDAY, AFTERNOON, location=clinic.room)
        publish_rota(by=planner, plan=fresh(other))
        assert fresh(plan).status == "withdrawn"
        begins = {MORNING: time(9), AFTERNOON: time(13)}
        assert open_times(clinic) == {(day, begins[part]) for day, part in slots_of(other)}
        withdraw_rota(by=planner, plan=fresh(other))
        assert set(ScheduleSession.objects.values_list("weekday", "valid_from", "valid_until")) == before

    def test_in_the_middle_of_the_month_what_was_stays(self, clinic: Clinic, planner, plan: RotaPlan):
        self.published(planner, plan)
        before = open_times(clinic)
        with time_machine.travel(datetime(2026, 12, 15, 8, tzinfo=UTC), tick=False):
            other = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
            set_entry(planner, other, date(2026, 12, 17), AFTERNOON, location=clinic.room)
            publish_rota(by=planner, plan=fresh(other))
            with pytest.raises(Refused) as refusal:
                withdraw_rota(by=planner, plan=fresh(other))
        assert problems_of(refusal) == [refusals.ROTA_HAS_BEGUN.text]
        assert open_times(clinic) == before | {(date(2026, 12, 17), time(13))}
        january = open_times(clinic, date(2027, 1, 1), date(2027, 2, 1))
        assert {at for _day, at in january} == {time(9)}

    @pytest.mark.parametrize("now", [NOW, datetime(2026, 12, 3, 8, tzinfo=UTC)])
    def test_sessions_for_certain_visits_are_replaced_too(self, clinic: Clinic, planner, now: datetime):
        scan = make.healthcare_service(clinic.department, name="Ultrasound", room_kind="Ultrasound")
        room = make.location(clinic.facility, name="Scan room", use="ultrasound", department=clinic.department)
        first = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
        set_entry(planner, first, TUESDAY, AFTERNOON, service=scan, location=room)
        publish_rota(by=planner, plan=fresh(first))
        with time_machine.travel(now, tick=False):
            other = begin_rota(by=planner, department=clinic.department, month=DECEMBER, half_days=HOURS)
            assert other.entries.get(on=TUESDAY, part=AFTERNOON).service == scan
            set_entry(planner, other, TUESDAY, AFTERNOON, holds=False)
            publish_rota(by=planner, plan=fresh(other))
        assert not ScheduleSession.objects.filter(start=time(13)).exists()


class TestWishes:
    def wish(self, clinic: Clinic, wishes: dict[Slot, str], **fields: Any) -> Any:
        told = {"by": clinic.doctor, "practitioner": clinic.practitioner, "month": DECEMBER}
        return enter_rota_wishes(**told | fields, wishes=wishes)

    def test_entered_changed_and_taken_out(self, clinic: Clinic):
        first, second = Slot(TUESDAY, MORNING), Slot(TUESDAY, AFTERNOON)
        self.wish(clinic, {first: "prefers", second: "cannot"})
        self.wish(clinic, {second: "rather-not"})
        assert [(one.part, one.kind) for one in RotaWish.objects.all()] == [(AFTERNOON, "rather-not")]
        assert AuditEvent.objects.filter(verb="rota.wishes_entered").count() == 2

    def test_only_ones_own(self, clinic: Clinic):
        with pytest.raises(Missing):
            self.wish(clinic, {}, by=cast.actor("doctor", user=make.user()))
        with pytest.raises(Forbidden):
            self.wish(clinic, {}, by=clinic.desk)

    def test_a_stale_form(self, clinic: Clinic):
        stale = self.wish(clinic, {}).version
        self.wish(clinic, {Slot(TUESDAY, MORNING): "prefers"})
        with pytest.raises(Stale):
            self.wish(clinic, {}, version=stale)

    def test_of_a_month_that_is_over_or_days_of_another(self, clinic: Clinic):
        with pytest.raises(Refused):
            self.wish(clinic, {}, month=date(2026, 10, 1))
        with pytest.raises(Refused):
            self.wish(clinic, {Slot(date(2027, 1, 1), MORNING): "prefers"})


def test_an_entry_says_who_when_and_where(plan: RotaPlan, clinic: Clinic):
    row = plan.entries.get(on=TUESDAY)
    expected = Entry(str(plan.members.get().pk), Slot(TUESDAY, MORNING), "general", str(clinic.room.pk))
    assert reading.entry_of(row) == expected
