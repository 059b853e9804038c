"""Never two holders: offers, answers and the clock meet in one moment, over several server processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest

from tests.faults import crowd
from tests.faults.mornings import OVERLAPS, SERVER_PROCESSES
from tests.hospital import Hospital

PEOPLE = 16
# Seconds around the last moment of an offer.
EARLY, LATE = -2.5, 1.5
# What became of every offer, of the time it holds, of the visit it would replace, and of the wait.
ENDS = """
    SELECT offer.outcome, held.status, kept.status, entry.status FROM scheduling_waitingoffer offer
    JOIN scheduling_appointment held ON held.id = offer.appointment_id
    JOIN scheduling_appointment kept ON kept.id = offer.replaces_id
    JOIN scheduling_waitinglistentry entry ON entry.id = offer.entry_id
    WHERE offer.id = %s
"""
TAKEN = ("accepted", "booked", "cancelled", "booked")
MISSED = ("expired", "cancelled", "booked", "waiting")


@pytest.fixture
def pulled_at(booking_template: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hospital, dict[str, Any]]]:
    """An open hospital on three server processes, and a waiting list that everybody pulls at."""
    monkeypatch.setenv("HMS_WEB_WORKERS", str(SERVER_PROCESSES))
    hospital = booking_template.copy()
    clinic = hospital.program("tests.faults.waiting_clinic", str(PEOPLE))
    yield hospital.start(background=False), clinic
    booking_template.remove(hospital)


def post(hospital: Hospital, desk: dict[str, str], path: str, form: dict[str, str] | None = None) -> crowd.Answer:
    return crowd.post(hospital.url, f"/scheduling/{path}", form or {}, desk)


def test_one_time_offered_to_sixteen_at_once_is_held_for_one(pulled_at):
    hospital, clinic = pulled_at
    desks = cycle(clinic["desks"])
    asked = {"slot": clinic["slots"][0]}
    answers = crowd.at_once(
        [partial(post, hospital, next(desks), f"waiting/{one}/offer/", asked) for one in clinic["entries"]]
    )
    assert Counter(answer.status for answer in answers) == {302: 1, 409: PEOPLE - 1}
    assert hospital.rows("SELECT count(*) FROM scheduling_waitingoffer WHERE outcome = ''") == [(1,)]
    assert hospital.rows(OVERLAPS) == [(0,)]


def test_who_accepts_and_who_declines_in_one_moment_agree_on_what_happened(pulled_at):
    hospital, clinic = pulled_at
    entry = clinic["entries"][0]
    made = post(hospital, clinic["desks"][0], f"waiting/{entry}/offer/", {"slot": clinic["slots"][0]})
    assert made.status == 302
    offer = str(UUID(str(hospital.rows("SELECT id FROM scheduling_waitingoffer")[0][0])))
    deeds = [
        partial(post, hospital, desk, f"offers/{offer}/{verb}/")
        for desk, verb in zip(clinic["desks"], cycle(["accept", "decline"]), strict=False)
    ]
    # Meanwhile others want the very time.
    book = f"book/{clinic['patients'][-1]}/?department={clinic['department']}"
    wanted = {"slot": clinic["slots"][0], "channel": "phone"}
    deeds += [partial(post, hospital, desk, book, wanted) for desk in clinic["desks"][:4]]
    answers = crowd.at_once(deeds)
    assert all(answer.status in {302, 409} for answer in answers), [answer.status for answer in answers]
    ((outcome, held, kept, wait),) = hospital.rows(ENDS, [hospital.key(offer)])
    booked = sum("/appointments/" in answer.location for answer in answers)
    if outcome == "accepted":
        assert (held, kept, wait) == TAKEN[1:]
    else:
        assert (outcome, held, kept, wait) == ("declined", "cancelled", "booked", "waiting")
    # Either the holder or one of the others has the time, or nobody: never two.
    assert booked <= 1
    assert hospital.rows(OVERLAPS) == [(0,)]


def test_accepting_at_the_moment_of_expiry_is_done_or_refused_and_never_both(pulled_at):
    hospital, clinic = pulled_at
    made = hospital.program("tests.faults.waiting_clinic", "offer", *clinic["entries"])
    offers, until, desks = made["offers"], made["until"], cycle(clinic["desks"])

    def accept(number: int, offer: str) -> crowd.Answer:
        # From well before the last moment to well after it.
        at = until + EARLY + (LATE - EARLY) * number / (PEOPLE - 1)
        time.sleep(max(0.0, at - time.time()))
        return post(hospital, desk_of[number], f"offers/{offer}/accept/")

    desk_of = [next(desks) for _offer in offers]
    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        scheduler = pool.submit(hospital.program, "tests.faults.waiting_clinic", "expire")
        answers = list(pool.map(accept, range(PEOPLE), offers))
        assert scheduler.result() > 0
    assert {answer.status for answer in answers} == {302}
    ends = [hospital.rows(ENDS, [hospital.key(offer)])[0] for offer in offers]
    for answer, end in zip(answers, ends, strict=True):
        assert end == (TAKEN if "/appointments/" in answer.location else MISSED), (answer.location, end)
    # The first came in time and the last did not; in between the clock decided.
    assert ends[0] == TAKEN
    assert ends[-1] == MISSED
    assert hospital.rows(OVERLAPS) == [(0,)]
