"""A zone's rules change: nine o'clock stays nine o'clock, and everybody is told."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import icalendar
import pytest
from django.core.management import call_command

from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.messaging.models import Delivery, DeliveryAttachment, Notification
from hms.scheduling import actions, jobs
from hms.scheduling.actions import wall_times
from hms.scheduling.actions.wall_times import Outcome
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.scheduling.strays import instead_of, strays
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BY = system("scheduling")


def under_old_rules(visit, by=HOUR):
    """As if it had been booked when the wall was to show that time so much later or earlier."""
    Appointment.objects.filter(pk=visit.pk).update(start_at=visit.start_at + by, end_at=visit.end_at + by)
    for row in visit.participants.all():
        AppointmentParticipant.objects.filter(pk=row.pk).update(start_at=row.start_at + by, end_at=row.end_at + by)
    visit.refresh_from_db()
    return visit


def keep():
    jobs.keep_wall_times(OutboxMessage(topic="scheduling.keep_wall_times"))


def spans(visit):
    return {(row.start_at, row.end_at) for row in visit.participants.all()}


def test_nothing_has_changed_nothing_is_done(clinic, lines):
    clinic.appointment()
    clinic.schedule.exceptions.create(kind="leave", start_at=NINE, end_at=NINE + DAY)
    keep()
    assert lines() == []


def test_the_wall_time_wins_and_everybody_shifts(clinic, lines, said):
    visit = under_old_rules(clinic.appointment())
    keep()
    visit.refresh_from_db()
    assert (visit.start_at, visit.end_at, visit.wall_start) == (NINE, NINE + TWENTY, "2026-11-24T09:00")
    assert spans(visit) == {(NINE, NINE + TWENTY)}
    assert visit.sequence == 1
    assert lines() == [("appointment.wall_time_kept", "success")]
    assert said() == ["appointment.wall_time_kept"]
    keep()
    assert lines() == [("appointment.wall_time_kept", "success")], "running it again changes nothing"


def test_the_reminder_is_asked_for_anew(clinic, said):
    under_old_rules(clinic.appointment(NINE + 7 * DAY))
    keep()
    assert said() == ["appointment.reminder", "appointment.wall_time_kept"]


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_a_morning_back_to_back_shifts_as_a_whole(clinic, by):
    visits = [clinic.appointment(NINE + n * TWENTY) for n in range(6)]
    # The other way round, so that no two are in one place in between.
    for visit in sorted(visits, key=lambda one: one.start_at, reverse=by > timedelta(0)):
        under_old_rules(visit, by)
    keep()
    for number, visit in enumerate(visits):
        visit.refresh_from_db()
        assert visit.start_at == NINE + number * TWENTY
        assert spans(visit) == {(visit.start_at, visit.end_at)}


def test_a_time_that_the_wall_does_not_show_any_more_becomes_the_jump(clinic):
    """02:30 was promised for a night in which clocks will now jump from two to three."""
    visit = clinic.appointment(NINE.replace(year=2027, month=3, day=28, hour=3))
    Appointment.objects.filter(pk=visit.pk).update(wall_start="2027-03-28T02:30")
    (shifted,) = wall_times.shifts(NOW)
    assert shifted.outcome == Outcome.IN_A_GAP
    keep()
    visit.refresh_from_db()
    assert visit.start_at.hour == 1
    assert visit.wall_start == "2027-03-28T02:30"


def test_a_place_that_is_taken_is_nobodys_to_take(clinic, lines):
    visit = under_old_rules(clinic.appointment())
    other = clinic.appointment()
    (shifted,) = wall_times.shifts(NOW)
    assert actions.keep_wall_time(by=BY, shifted=shifted).outcome == Outcome.CLASHES
    visit.refresh_from_db()
    assert visit.start_at == NINE + HOUR
    assert spans(visit) == {(NINE + HOUR, NINE + HOUR + TWENTY)}
    assert spans(other) == {(NINE, NINE + TWENTY)}
    assert lines() == [("appointment.wall_time_kept", "success")]
    # Somebody has to call: it's on the list, with a time to offer.
    (stray,) = strays(clinic.desk, clinic.facility)
    assert (stray.visit, stray.why) == (
        visit,
        "The clocks have changed: 09:00 CET was promised, and somebody else has it",
    )
    keep()
    assert len(strays(clinic.desk, clinic.facility)) == 1
    instead = instead_of(clinic.facility, [stray])[visit.pk]
    visit.refresh_from_db()
    actions.move_appointment(by=clinic.desk, appointment=visit, start_at=instead.at)
    assert strays(clinic.desk, clinic.facility) == []


def test_a_clash_that_dissolves_leaves_the_list(clinic):
    visit = under_old_rules(clinic.appointment())
    other = clinic.appointment()
    keep()
    assert len(strays(clinic.desk, clinic.facility)) == 1
    actions.cancel_appointment(by=clinic.desk, appointment=other, reason="pat")
    keep()
    visit.refresh_from_db()
    assert (visit.start_at, visit.wall_time_clashes) == (NINE, False)
    assert strays(clinic.desk, clinic.facility) == []


def test_what_is_over_or_called_off_stays_as_it_was(clinic):
    for status, more in (("fulfilled", {}), ("cancelled", {"cancellation_reason": "pat"})):
        under_old_rules(clinic.appointment(status=status, **more))
        AppointmentParticipant.objects.update(blocking=False, place=None)
    assert wall_times.shifts(NOW) == []


def test_a_visit_that_moved_in_this_moment_is_left_alone(clinic):
    visit = under_old_rules(clinic.appointment())
    (shifted,) = wall_times.shifts(NOW)
    actions.move_appointment(by=clinic.desk, appointment=visit, start_at=NINE + 3 * TWENTY + DAY)
    with pytest.raises(Refused):
        actions.keep_wall_time(by=BY, shifted=shifted)


def test_nobody_but_the_scheduler_may(clinic):
    under_old_rules(clinic.appointment())
    (shifted,) = wall_times.shifts(NOW)
    with pytest.raises(Refused) as refused:
        actions.keep_wall_time(by=clinic.desk, shifted=shifted)
    assert refused.value.status == 403


def test_leave_stays_on_its_days(clinic, lines):
    away = actions.add_exception(
        by=clinic.desk, schedule=clinic.schedule, kind="leave", start_at=NINE, end_at=NINE + DAY
    )
    assert (away.wall_start, away.wall_end) == ("2026-11-24T09:00", "2026-11-25T09:00")
    type(away).objects.filter(pk=away.pk).update(start_at=NINE + HOUR, end_at=NINE + DAY + HOUR)
    keep()
    away.refresh_from_db()
    assert (away.start_at, away.end_at) == (NINE, NINE + DAY)
    assert ("schedule.wall_times_kept", "success") in lines()


def test_the_patient_is_told_the_time_on_the_wall_with_a_file_for_the_calendar(clinic):
    under_old_rules(clinic.appointment(patient=clinic.patient))
    keep()
    jobs.on_wall_time_kept(OutboxMessage.objects.get(topic="appointment.wall_time_kept"))
    notice = Notification.objects.get(user=clinic.patient.user)
    assert "On the hospital's clock your visit is: Tuesday, 24-Nov-2026, 09:00 CET." in notice.text
    mail = Delivery.objects.get()
    assert "stays at the time that the clock in the hospital shows" in mail.body
    event = icalendar.Calendar.from_ical(bytes(DeliveryAttachment.objects.get().content)).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event["DTSTART"].dt) == (1, NINE)


def test_the_command_lists_first_and_keeps_then(clinic):
    visit = under_old_rules(clinic.appointment())

    def run(*arguments):
        out = StringIO()
        call_command("keep_wall_times", *arguments, stdout=out)
        return out.getvalue()

    said = run("--dry-run")
    assert f"/scheduling/appointments/{visit.pk}/" in said
    assert "2026-11-24T09:00" in said
    assert "1 visits, of which 0 want a call" in said
    visit.refresh_from_db()
    assert visit.start_at == NINE + HOUR
    run()
    visit.refresh_from_db()
    assert visit.start_at == NINE
    assert "0 visits" in run()
