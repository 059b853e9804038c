"""Cases of the rules. No database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hms.messaging import rules
from hms.messaging.codes import NoticeKind

NIGHT = (time(21), time(7))
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("moment", "start", "end", "quiet"),
    [
        (time(20, 59), *NIGHT, False),
        (time(21), *NIGHT, True),
        (time(0), *NIGHT, True),
        (time(6, 59), *NIGHT, True),
        (time(7), *NIGHT, False),
        (time(13), time(12), time(14), True),
        (time(14), time(12), time(14), False),
    ],
)
def test_quiet_hours_may_run_past_midnight(moment, start, end, quiet):
    assert rules.in_quiet_hours(moment, start, end) is quiet


@pytest.mark.parametrize(
    ("due", "zone", "sent"),
    [
        ("2026-11-23T12:00+00:00", BERLIN, "2026-11-23T12:00+00:00"),
        ("2026-11-23T20:30+00:00", BERLIN, "2026-11-24T06:00+00:00"),  # 21:30 there, waits until 07:00
        ("2026-11-24T02:00+00:00", BERLIN, "2026-11-24T06:00+00:00"),  # already past midnight
        ("2026-11-23T20:30+00:00", NEW_YORK, "2026-11-23T20:30+00:00"),  # afternoon there
        ("2026-10-24T22:00+00:00", BERLIN, "2026-10-25T06:00+00:00"),  # the night has an hour more
        ("2026-03-28T22:00+00:00", BERLIN, "2026-03-29T05:00+00:00"),  # and here one less
    ],
)
def test_a_reminder_waits_for_the_morning_on_the_right_clock(due, zone, sent):
    assert rules.send_at(datetime.fromisoformat(due), NoticeKind.REMINDER, *NIGHT, zone) == datetime.fromisoformat(sent)


@pytest.mark.parametrize("kind", [NoticeKind.APPOINTMENT, NoticeKind.ACCOUNT, NoticeKind.WORK])
def test_what_answers_somebody_awake_goes_at_once(kind):
    due = datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert rules.send_at(due, kind, *NIGHT, BERLIN) == due


def test_waits_double_and_end():
    waits = [rules.wait_after(attempts) for attempts in range(1, rules.ATTEMPTS + 1)]
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert max(wait for wait in waits if wait) <= timedelta(hours=1)
    assert waits[-1] is None


def test_security_notices_can_not_be_switched_off():
    out = {("email", "account"), ("email", "reminder")}
    assert rules.wanted("email", "account", out)
    assert not rules.wanted("email", "reminder", out)
    assert rules.wanted("sms", "reminder", out)


def test_one_message_for_each_occurrence_channel_template_and_lead_time():
    keys = {
        rules.delivery_key(occurrence, channel, template, "who", lead)
        for occurrence in ("a", "b")
        for channel in ("email", "sms")
        for template in ("x", "y")
        for lead in ("", "24h")
    }
    assert len(keys) == 16


@pytest.mark.parametrize(
    ("channel", "recipient", "shown"),
    [("email", "ingrid@example.org", "i…@example.org"), ("sms", "+4930555100", "…5100"), ("email", "", "…")],
)
def test_an_address_is_shown_in_part(channel, recipient, shown):
    assert rules.masked(channel, recipient) == shown
