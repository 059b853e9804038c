"""The last place of a group: offered, answered and booked in one moment by many, and had by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest

from tests.faults import crowd
from tests.faults.mornings import OVERLAPS, SERVER_PROCESSES
from tests.faults.test_waiting_race import post
from tests.hospital import Hospital

PEOPLE = 12
# Places of the one group visit that somebody has or is asked about, and how many different ones.
PLACES = """
    SELECT count(part.place), count(DISTINCT part.place), visit.capacity FROM scheduling_appointmentparticipant part
    JOIN scheduling_appointment visit ON visit.id = part.appointment_id
    WHERE visit.id = %s AND part.place IS NOT NULL GROUP BY visit.capacity
"""


@pytest.fixture
def crowded(booking_template: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hospital, dict[str, Any]]]:
    """An open hospital on several server processes, with one place left in a group."""
    monkeypatch.setenv("HMS_WEB_WORKERS", str(SERVER_PROCESSES))
    hospital = booking_template.copy()
    clinic = hospital.program("tests.faults.waiting_clinic", "group", str(PEOPLE))
    yield hospital.start(background=False), clinic
    booking_template.remove(hospital)


def places(hospital: Hospital, clinic: dict[str, Any]) -> tuple[int, int, int]:
    ((taken, different, capacity),) = hospital.rows(PLACES, [hospital.key(clinic["visit"])])
    return taken, different, capacity


def test_the_last_place_is_offered_to_one_or_booked_by_one(crowded):
    hospital, clinic = crowded
    desks = cycle(clinic["desks"])
    deeds = [
        partial(post, hospital, next(desks), f"waiting/{one}/offer/", {"slot": clinic["slot"]})
        for one in clinic["entries"]
    ]
    wanted = {"slot": clinic["slot"], "channel": "phone"}
    deeds += [
        partial(post, hospital, next(desks), f"book/{one}/?department={clinic['department']}", wanted)
        for one in clinic["others"]
    ]
    answers = crowd.at_once(deeds)
    assert sum(answer.status == 302 for answer in answers) == 1
    assert {answer.status for answer in answers} == {302, 409}
    assert places(hospital, clinic) == (4, 4, 4)
    assert hospital.rows(OVERLAPS) == [(0,)]


def test_two_answers_and_many_bookers_agree_on_who_has_it(crowded):
    hospital, clinic = crowded
    entry = clinic["entries"][0]
    assert post(hospital, clinic["desks"][0], f"waiting/{entry}/offer/", {"slot": clinic["slot"]}).status == 302
    offer = str(UUID(str(hospital.rows("SELECT id FROM scheduling_waitingoffer")[0][0])))
    deeds = [
        partial(post, hospital, desk, f"offers/{offer}/{verb}/")
        for desk, verb in zip(clinic["desks"], cycle(["accept", "decline"]), strict=False)
    ]
    wanted = {"slot": clinic["slot"], "channel": "phone"}
    book = f"?department={clinic['department']}"
    deeds += [
        partial(post, hospital, desk, f"book/{one}/{book}", wanted)
        for desk, one in zip(cycle(clinic["desks"]), clinic["others"], strict=False)
    ]
    answers = crowd.at_once(deeds)
    assert all(answer.status in {302, 409} for answer in answers), [answer.status for answer in answers]
    ((outcome, status, wait),) = hospital.rows(
        "SELECT offer.outcome, part.status, entry.status FROM scheduling_waitingoffer offer "
        "JOIN scheduling_appointmentparticipant part ON part.id = offer.participation_id "
        "JOIN scheduling_waitinglistentry entry ON entry.id = offer.entry_id WHERE offer.id = %s",
        [hospital.key(offer)],
    )
    assert (outcome, status, wait) in {("accepted", "accepted", "booked"), ("declined", "declined", "waiting")}
    taken, different, capacity = places(hospital, clinic)
    assert taken == different <= capacity
    booked = sum("/appointments/" in answer.location and "/book/" not in answer.location for answer in answers)
    # The holder, or whoever booked what the holder declined, or nobody yet.
    assert booked == taken - 3
    assert hospital.rows(OVERLAPS) == [(0,)]
