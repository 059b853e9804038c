"""Calendar files: read back with the library, and looked at as text."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest

from hms.scheduling import ics

ENTRY = ics.Entry(
    id=uuid.UUID("019300aa-0000-7000-8000-000000000001"),
    start_at=datetime(2026, 11, 24, 8, 20, tzinfo=UTC),
    end_at=datetime(2026, 11, 24, 8, 40, tzinfo=UTC),
    zone="Europe/Berlin",
    sequence=0,
    changed_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    summary="Visit at Alder Valley Hospital",
    place="Clinic 2, Room 4",
    description="Please bring your medicines.",
)


def event_of(stream: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(stream).walk("VEVENT")[0]


def test_the_hour_is_the_hospitals_and_its_zone_comes_along():
    stream = ics.calendar([ENTRY], method=ics.REQUEST, organizer="desk@alder.example")
    event = event_of(stream)
    assert event.decoded("dtstart").isoformat() == "2026-11-24T09:20:00+01:00"
    assert b"DTSTART;TZID=Europe/Berlin:20261124T092000" in stream
    assert b"BEGIN:VTIMEZONE" in stream
    assert b"METHOD:REQUEST" in stream


def test_a_change_keeps_the_uid_and_raises_the_sequence():
    first, second = event_of(ics.calendar([ENTRY])), event_of(ics.calendar([replace(ENTRY, sequence=1)]))
    assert first["uid"] == second["uid"] == "019300aa-0000-7000-8000-000000000001@hms"
    assert (first["sequence"], second["sequence"]) == (0, 1)


def test_a_cancellation_says_so_in_every_way_a_calendar_understands():
    stream = ics.calendar([replace(ENTRY, cancelled=True, sequence=2)], method=ics.CANCEL)
    event = event_of(stream)
    assert event["status"] == "CANCELLED"
    assert b"METHOD:CANCEL" in stream
    assert event["summary"].startswith("Cancelled: ")


@pytest.mark.parametrize("utc", ["2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"])
def test_an_hour_that_comes_twice_is_read_back_as_the_one_it_was(utc):
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    event = event_of(ics.calendar([replace(ENTRY, start_at=moment, end_at=moment.replace(minute=50))]))
    assert event.decoded("dtstart").astimezone(UTC) == moment


def test_text_of_people_cannot_break_out_of_its_line():
    stream = ics.calendar([replace(ENTRY, summary="Visit\r\nATTENDEE:mailto:x@y", place="Room 4; Clinic, 2")])
    assert b"\r\nATTENDEE" not in stream
    assert event_of(stream)["location"] == "Room 4; Clinic, 2"
