"""What a calendar program has learned is put right by the same UID and a higher SEQUENCE, in mails and in the feed."""

from __future__ import annotations

from datetime import date, time, timedelta

import icalendar
import pytest

from hms.messaging.models import Delivery
from hms.scheduling.actions import (
    NewTime,
    accept_offer,
    accept_proposal,
    cancel_appointment,
    cancel_series,
    issue_feed,
    move_appointment,
    move_series,
)
from hms.scheduling.series import to_come
from hms.scheduling.tests.conftest import NINE
from hms.scheduling.tests.test_groups import work
from hms.scheduling.tests.test_pages import url
from tests import make

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def mailed(clinic):
    """What the mails since say of each UID, as (method, sequence, start), by sequence."""

    def read() -> dict[str, list[tuple[str, int, object]]]:
        found: dict[str, list[tuple[str, int, object]]] = {}
        letters = Delivery.objects.filter(patient=clinic.patient, channel="email").order_by("created_at", "id")
        for letter in letters:
            for file in letter.attachments.all():
                stream = icalendar.Calendar.from_ical(bytes(file.content))
                for event in stream.walk("VEVENT"):
                    said = (str(stream["method"]), int(event["sequence"]), event.decoded("dtstart"))
                    found.setdefault(str(event["uid"]), []).append(said)
        for said in found.values():
            said.sort(key=lambda one: one[1])
            # What is said again under one number is the same.
            assert len({number for _method, number, _start in said}) == len(set(said))
        return found

    return read


@pytest.fixture
def feed(client, clinic):
    """The feed as (sequence, status, start) by UID."""
    secret = issue_feed(by=clinic.himself).secret

    def read() -> dict[str, tuple[int, str, object]]:
        stream = icalendar.Calendar.from_ical(client.get(url("feed", secret)).content)
        return {
            str(one["uid"]): (int(one["sequence"]), str(one["status"]), one.decoded("dtstart"))
            for one in stream.walk("VEVENT")
        }

    return read


def uid(visit) -> str:
    return f"{visit.pk}@hms"


def test_a_series_that_moves_and_ends(clinic, mailed, feed):
    series = make.series(clinic.patient, clinic.schedule, clinic.service, count=3)
    visits = [one.appointment for one in to_come(series)]
    work()
    before = feed()
    from_on = date(2026, 12, 1)
    times = [NewTime(one.occurs_on, one.appointment.start_at + HOUR) for one in to_come(series, from_on)]
    move_series(
        by=clinic.desk, series=series, from_on=from_on, schedule=clinic.schedule, at=time(10), shift_days=0, times=times
    )
    work()
    cancel_series(by=clinic.desk, series=series, from_on=date(2026, 12, 8), reason="pat")
    work()
    told, after = mailed(), feed()
    assert set(before) == set(after) == {uid(visit) for visit in visits}
    assert [one[1] for one in told[uid(visits[1])]] == [0, 1]
    assert [(method, number) for method, number, _start in told[uid(visits[2])]] == [
        ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2),
    ]  # fmt: skip
    assert [after[uid(visit)][:2] for visit in visits] == [(0, "CONFIRMED"), (1, "CONFIRMED"), (2, "CANCELLED")]
    assert after[uid(visits[1])][2] == NINE + WEEK + HOUR


def test_a_proposal_that_is_accepted_and_a_move_after_it(clinic, mailed, feed):
    visit = clinic.appointment(NINE + WEEK, patient=clinic.patient)
    proposal = make.proposal(visit, clinic.schedule, NINE + WEEK + DAY)
    assert set(feed()) == {uid(visit)}, "what is only proposed is in no calendar"
    accept_proposal(by=clinic.himself, proposal=proposal)
    work()
    assert feed() == {uid(visit): (1, "CONFIRMED", NINE + WEEK + DAY)}
    visit.refresh_from_db()
    move_appointment(by=clinic.himself, appointment=visit, start_at=NINE + WEEK + 2 * DAY)
    work()
    assert [number for _method, number, _start in mailed()[uid(visit)]] == [1, 2]
    assert feed()[uid(visit)] == (2, "CONFIRMED", NINE + WEEK + 2 * DAY)


def test_a_swap_by_the_waiting_list(clinic, mailed, feed):
    kept = clinic.appointment(NINE + WEEK, patient=clinic.patient)
    entry = make.waiting(clinic.patient, clinic.service, current=kept)
    offer = make.offer(entry, clinic.schedule, NINE)
    assert set(feed()) == {uid(kept)}
    accept_offer(by=clinic.himself, offer=offer)
    work()
    told = mailed()
    assert told[uid(kept)] == [("CANCEL", 1, NINE + WEEK)]
    assert told[uid(offer.appointment)] == [("REQUEST", 0, NINE)]
    assert feed() == {uid(kept): (1, "CANCELLED", NINE + WEEK), uid(offer.appointment): (0, "CONFIRMED", NINE)}


def test_a_moved_visit_does_not_claim_to_be_as_old_as_its_booking(client, clinic):
    visit = clinic.appointment(NINE + WEEK, patient=clinic.patient)
    secret = issue_feed(by=clinic.himself).secret
    assert "LAST-MODIFIED" in client.get(url("feed", secret)).content.decode()
    move_appointment(by=clinic.himself, appointment=visit, start_at=NINE + WEEK + DAY)
    assert "LAST-MODIFIED" not in client.get(url("feed", secret)).content.decode()
    visit.refresh_from_db()
    cancel_appointment(by=clinic.himself, appointment=visit, reason="pat")
    stream = client.get(url("feed", secret)).content.decode()
    assert "LAST-MODIFIED:20261123T080000Z" in stream
    assert "SEQUENCE:2" in stream
