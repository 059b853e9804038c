"""A series is booked as a whole or not at all, and a proposed time has one holder, over several server processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from tests.faults import crowd
from tests.faults.mornings import OVERLAPS, SERVER_PROCESSES
from tests.hospital import Hospital

pytestmark = pytest.mark.slow

PEOPLE = 17
# How many visits each series has, of those that were booked with it.
WHOLE = """
    SELECT date.series_id, count(*) FROM scheduling_seriesoccurrence date
    JOIN scheduling_appointment visit ON visit.id = date.appointment_id
    WHERE date.state = 'booked' AND visit.status = 'booked' GROUP BY date.series_id
"""
ENDS = """
    SELECT proposal.outcome, held.status, visit.status FROM scheduling_moveproposal proposal
    JOIN scheduling_appointment held ON held.id = proposal.appointment_id
    JOIN scheduling_appointment visit ON visit.id = proposal.replaces_id WHERE proposal.id = %s
"""


@pytest.fixture
def wanted(booking_template: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hospital, dict[str, Any]]]:
    """An open hospital on three server processes, and six mornings that everybody wants."""
    monkeypatch.setenv("HMS_WEB_WORKERS", str(SERVER_PROCESSES))
    hospital = booking_template.copy()
    clinic = hospital.program("tests.faults.series_clinic", str(PEOPLE))
    yield hospital.start(background=False), clinic
    booking_template.remove(hospital)


def series_for(hospital: Hospital, clinic: dict[str, Any], patient: str, desk: dict[str, str]) -> crowd.Answer:
    return crowd.post(hospital.url, f"/scheduling/series/new/{patient}/?{clinic['rule']}", clinic["answers"], desk)


def book(hospital: Hospital, clinic: dict[str, Any], patient: str, slot: str, desk: dict[str, str]) -> crowd.Answer:
    path = f"/scheduling/book/{patient}/?department={clinic['department']}"
    return crowd.post(hospital.url, path, {"slot": slot, "channel": "phone"}, desk)


def test_eight_makers_of_one_series_and_one_gets_it_whole(wanted):
    hospital, clinic = wanted
    desks = cycle(clinic["desks"])
    deeds = [partial(series_for, hospital, clinic, patient, next(desks)) for patient in clinic["patients"][:8]]
    answers = crowd.at_once(deeds)
    assert Counter(answer.status for answer in answers) == {302: 1, 409: 7}
    ((_series, visits),) = hospital.rows(WHOLE)
    assert visits == len(clinic["times"])
    assert hospital.rows(OVERLAPS) == [(0,)]


def test_makers_and_bookers_in_between_never_share_a_time_nor_leave_half_a_series(wanted):
    hospital, clinic = wanted
    desks = cycle(clinic["desks"])
    deeds = [partial(series_for, hospital, clinic, patient, next(desks)) for patient in clinic["patients"][:6]]
    # Each of the others wants one of the very mornings.
    others = zip(clinic["patients"][6:16], cycle(clinic["times"]), strict=False)
    deeds += [partial(book, hospital, clinic, patient, slot, next(desks)) for patient, slot in others]
    answers = crowd.at_once(deeds)
    assert {answer.status for answer in answers} <= {302, 409}
    made = [answer for answer in answers[:6] if answer.status == 302]
    assert len(made) <= 1
    assert [visits for _series, visits in hospital.rows(WHOLE)] == [len(clinic["times"])] * len(made)
    booked = sum(1 for answer in answers[6:] if answer.status == 302)
    # Every morning is somebody's: the series' or a booker's.
    assert booked + len(made) * len(clinic["times"]) == len(clinic["times"])
    assert hospital.rows(OVERLAPS) == [(0,)]


def test_accepting_declining_moving_and_booking_in_one_moment_agree_on_what_happened(wanted):
    hospital, clinic = wanted
    desks = cycle(clinic["desks"])

    def verb(path: str, form: dict[str, str] | None = None) -> partial[crowd.Answer]:
        return partial(crowd.post, hospital.url, f"/scheduling/{path}/", form or {}, next(desks))

    deeds = [verb(f"proposals/{clinic['proposal']}/{what}") for what in ("accept", "decline", "accept", "decline")]
    deeds += [verb(f"appointments/{clinic['visit']}/move", {"slot": clinic["later"]})]
    deeds += [partial(book, hospital, clinic, one, clinic["proposed"], next(desks)) for one in clinic["patients"][:6]]
    answers = crowd.at_once(deeds)
    assert {answer.status for answer in answers} <= {302, 409}
    ((outcome, held, visit),) = hospital.rows(ENDS, [hospital.key(clinic["proposal"])])
    assert (held, visit) == ("cancelled", "booked")
    assert outcome in {"accepted", "declined", "withdrawn"}
    # Whoever has the proposed time, it is one.
    booked = sum(1 for answer in answers[5:] if answer.status == 302)
    assert booked <= (0 if outcome == "accepted" and answers[4].status == 409 else 1)
    assert hospital.rows(OVERLAPS) == [(0,)]
