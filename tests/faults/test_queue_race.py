"""Everybody at the door at once, and everybody called at once: each token once, each call somebody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from tests.faults import crowd
from tests.faults.mornings import SERVER_PROCESSES
from tests.hospital import Hospital

pytestmark = pytest.mark.slow

PEOPLE = 24
STANDING = "SELECT number, status, calls FROM scheduling_queueentry ORDER BY number"
AUDIT = "SELECT count(*) FROM core_auditevent WHERE verb = 'queue.called' AND outcome = 'success'"


@pytest.fixture
def crowded(booking_template: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hospital, dict[str, Any]]]:
    """An open hospital on three server processes, with a morning's visits."""
    monkeypatch.setenv("HMS_WEB_WORKERS", str(SERVER_PROCESSES))
    hospital = booking_template.copy()
    clinic = hospital.program("tests.faults.queue_clinic", str(PEOPLE))
    yield hospital.start(background=False), clinic
    booking_template.remove(hospital)


def post(hospital: Hospital, desk: dict[str, str], path: str) -> crowd.Answer:
    return crowd.post(hospital.url, f"/scheduling/{path}", {}, desk)


def test_tokens_have_no_gap_and_two_calls_call_two_people(crowded):
    hospital, clinic = crowded
    desks = cycle(clinic["desks"])
    arrivals = [partial(post, hospital, next(desks), f"appointments/{one}/check-in/") for one in clinic["visits"]]
    assert Counter(answer.status for answer in crowd.at_once(arrivals)) == {302: PEOPLE}
    assert hospital.rows(STANDING) == [(number, "arrived", 0) for number in range(1, PEOPLE + 1)]

    # More calls than people: who finds nobody calls nobody.
    next_one = f"queue/department/{clinic['department']}/call-next/"
    calls = [partial(post, hospital, next(desks), next_one) for _number in range(PEOPLE + 6)]
    assert Counter(answer.status for answer in crowd.at_once(calls)) == {302: PEOPLE + 6}
    assert hospital.rows(STANDING) == [(number, "called", 1) for number in range(1, PEOPLE + 1)]
    assert hospital.rows(AUDIT) == [(PEOPLE,)]
