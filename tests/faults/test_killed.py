"""Programs killed in the middle of work: what was acknowledged stands, and each effect happens once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import pytest

from tests.faults import crowd
from tests.faults.mornings import OVERLAPS
from tests.hospital import Hospital

pytestmark = pytest.mark.alone

BOOKINGS, CALLERS = 120, 4
PATIENCE = 90


@pytest.fixture
def busy(booking_template, monkeypatch):
    """A clinic with patients who get mail, on two server processes with worker and scheduler behind them."""
    monkeypatch.setenv("HMS_WEB_WORKERS", "2")
    hospital = booking_template.copy()
    clinic = hospital.program("tests.faults.booking_clinic", str(BOOKINGS), "--mail")
    yield hospital.start(), clinic
    booking_template.remove(hospital)


def test_kill_9_of_web_and_worker_under_load(busy):
    hospital, clinic = busy
    booked: set[str] = set()
    lost: list[str] = []
    waiting = list(zip(clinic["patients"], clinic["slots"], strict=True))
    callers = [
        threading.Thread(target=book, args=(hospital, clinic, waiting, booked, lost)) for _number in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    # By what is done, not by the clock: however fast the bookings are, each blow falls in their midst.
    for number, program in enumerate(("web", "worker", "web", "worker", "web"), 1):
        until(lambda number=number: len(booked) >= number * BOOKINGS // 7, 30)
        hospital.server.kill(program)
        hospital.server.start_again(program)
    for caller in callers:
        caller.join()
    assert hospital.rows("SELECT count(*) FROM scheduling_appointment WHERE status = 'booked'") == [(len(booked),)]
    assert len(booked) == BOOKINGS
    assert half_written(hospital) == []
    assert lost, "Nobody was waiting for an answer when the server was killed."

    # What a killed worker held comes back when its lease is over; five minutes of that are left out.
    until(lambda: all_done(hospital), PATIENCE)
    states = Counter(state for (state,) in hospital.rows("SELECT state FROM core_outboxmessage"))
    assert states["dead"] == 0
    # One confirmation for each booking, and one letter of it in the folder of the carrier.
    told = hospital.rows("SELECT count(*), count(DISTINCT key) FROM messaging_delivery WHERE state = 'sent'")
    assert told == [(BOOKINGS, BOOKINGS)]
    assert len(list((hospital.folder / "mail").iterdir())) == BOOKINGS


def book(
    hospital: Hospital, clinic: dict[str, Any], waiting: list[tuple[str, str]], booked: set[str], lost: list[str]
) -> None:
    """Book until nobody waits. An answer that never came is no booking: ask again, as a person would."""
    while waiting:
        try:
            patient, slot = waiting.pop()
        except IndexError:
            return
        for _try in range(60):
            path = f"/scheduling/book/{patient}/?department={clinic['department']}"
            answer = crowd.post(hospital.url, path, {"slot": slot, "channel": "phone"}, clinic["desks"][0], timeout=10)
            # 409: written, and the answer was lost; the time is taken by this very patient.
            if answer.status in (302, 409):
                booked.add(patient)
                break
            assert answer.status in (0, 503), answer
            lost.append(patient)
            time.sleep(0.3)


def half_written(hospital: Hospital) -> list[str]:
    """Bookings that lack a part of what one transaction writes."""
    wanted = {
        "people": "SELECT count(*) FROM scheduling_appointmentparticipant p WHERE p.appointment_id = a.id",
        "trail": "SELECT count(*) FROM core_auditevent e WHERE e.subject_id = a.id AND e.verb = 'appointment.booked'",
        "history": "SELECT count(*) FROM scheduling_appointment_history h WHERE h.id = a.id AND h.deed IS NOT NULL",
        "care": "SELECT count(*) FROM patients_carerelationship c WHERE c.source_id = a.id",
    }
    lacking = [
        f"{count[0]} bookings without {name}"
        for name, query in wanted.items()
        if (count := hospital.rows(f"SELECT count(*) FROM scheduling_appointment a WHERE ({query}) = 0")[0])[0]
    ]
    return lacking + (["overlaps"] if hospital.rows(OVERLAPS) != [(0,)] else [])


def all_done(hospital: Hospital) -> bool:
    with hospital.connect() as connection:
        # As if the lease of the dead had run out; a live worker's is renewed by nobody, and its messages take no time.
        connection.execute("UPDATE core_outboxmessage SET claimed_until = NULL WHERE state = 'due' AND attempts > 0")
    due = "SELECT count(*) FROM core_outboxmessage WHERE state = 'due' AND topic IN ('appointment.booked', 'mail.send')"
    return hospital.rows(due) == [(0,)]


def until(true: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.2)
