"""The queue between the door and the room: a place in it, the call, and everything that may come between.

Whoever calls holds the department's lock, so two who call at once call two people. What a colleague did meanwhile is
never overwritten: each verb names the status it starts from, and is refused where that has passed.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from hms.core import clock, locks, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.numbering import next_number
from hms.core.problems import Conflict, Problem, Refused
from hms.core.records import missing, take
from hms.organization.models import Department, Location, Practitioner
from hms.organization.policies import policy
from hms.patients.models import Patient
from hms.patients.rules.partial_dates import age_range
from hms.scheduling import codes, refusals
from hms.scheduling.models import Appointment, AppointmentParticipant, QueueEntry
from hms.scheduling.queues import GRACE, customs_of, room_of
from hms.scheduling.rules import queue as rules
from hms.scheduling.rules import transitions
from hms.scheduling.rules.queue import is_walk_in

CALL, RANK = "scheduling.call_patient", "scheduling.set_priority"
TESTS, START = "scheduling.send_for_tests", "scheduling.start_appointment"
Status, Priority = codes.QueueStatus, codes.QueuePriority
# iCalendar's PRIORITY: 1 to 4 is high (RFC 5545, 3.8.1.9).
HIGH = range(1, 5)


# --- Calling ------------------------------------------------------------------------------------------------------
@action("scheduling.call_patient")
def call_next(
    *,
    by: Actor,
    department: Department,
    practitioner: Practitioner | None = None,
    location: Location | None = None,
) -> QueueEntry:
    """Call who is next of a practitioner, or of the whole department. Refused: nobody waits.

    `location` is the room they are called to; without it, the room of their visit.
    """
    locks.lock_actors([department.pk])
    today = clock.today(department.facility.time_zone)
    waiting = QueueEntry.objects.visible_to(by, CALL).of_day(department.pk, today).waiting()
    if practitioner is not None:
        waiting = waiting.filter(practitioner=practitioner)
    entries = {one.pk: one for one in waiting}
    order = rules.in_order((one.waiter for one in entries.values()), customs_of(department.facility))
    if not order:
        raise Refused(refusals.NOBODY_WAITS)
    return _call(take(QueueEntry.objects.visible_to(by, CALL), order[0].key), by, location)


@action("scheduling.call_patient")
def call(*, by: Actor, entry: QueueEntry, location: Location | None = None, version: int | None = None) -> QueueEntry:
    """Call somebody out of turn. Refused: they do not wait any more."""
    return _call(_locked(by, CALL, entry, version, Status.ARRIVED, refusals.NOT_IN_QUEUE), by, location)


@action("scheduling.call_patient")
def recall(*, by: Actor, entry: QueueEntry, version: int | None = None) -> QueueEntry:
    """Call once more who was called and did not come. Refused: a colleague has seen to it."""
    called = _locked(by, CALL, entry, version, Status.CALLED, refusals.NOT_CALLED)
    called.called_at, called.called_by_id = clock.now(), by.id
    called.calls += 1
    return _kept(called, "queue.recalled")


@action("scheduling.call_patient")
def skip(*, by: Actor, entry: QueueEntry, version: int | None = None) -> QueueEntry:
    """Who was called did not answer: they wait on, with a place by this moment. Refused: not called any more."""
    skipped = _locked(by, CALL, entry, version, Status.CALLED, refusals.NOT_CALLED)
    skipped.place_at, skipped.place_by = rules.on_skip(skipped.place_at, clock.now())
    skipped.status = Status.ARRIVED
    skipped.skips += 1
    return _kept(skipped, "queue.skipped")


@action("scheduling.call_patient")
def undo_call(*, by: Actor, entry: QueueEntry, version: int | None = None) -> QueueEntry:
    """The wrong patient was called: they wait again where they were. Refused: after ten minutes."""
    waiting = _locked(by, CALL, entry, version, Status.CALLED, refusals.NOT_CALLED)
    if not transitions.may_undo(waiting.called_at, clock.now()):
        raise Refused(refusals.UNDO_OVER)
    waiting.status = Status.ARRIVED
    return _kept(waiting, "queue.call_undone")


@action("scheduling.set_priority")
def set_priority(*, by: Actor, entry: QueueEntry, priority: str, version: int | None = None) -> QueueEntry:
    """Let somebody who waits go before others, or in turn again. Refused: they do not wait any more."""
    if priority not in Priority.values:
        raise Refused(refusals.NO_SUCH_PRIORITY)
    ranked = _locked(by, RANK, entry, version, Status.ARRIVED, refusals.NOT_IN_QUEUE)
    before, ranked.priority = ranked.priority, priority
    return _kept(ranked, "queue.ranked", {"from": before, "to": priority})


# --- To the laboratory, and back ----------------------------------------------------------------------------------
@action("scheduling.send_for_tests")
def send_for_tests(*, by: Actor, entry: QueueEntry, version: int | None = None) -> QueueEntry:
    """They go to the laboratory or for a picture, and come back. Refused: seen, or left already."""
    away = _locked(by, TESTS, entry, version)
    if not away.may_become(Status.ONLEAVE):
        raise Conflict(refusals.NOT_IN_QUEUE)
    if away.is_waiting:
        away.waited = rules.waited(away.place_at, clock.now())
    away.status, away.left_at = Status.ONLEAVE, clock.now()
    return _kept(away, "queue.sent_for_tests")


@action("scheduling.send_for_tests")
def come_back(*, by: Actor, entry: QueueEntry, version: int | None = None) -> QueueEntry:
    """They are back, and what they had waited before counts on. Refused: back already."""
    back = _locked(by, TESTS, entry, version, Status.ONLEAVE, refusals.NOT_AWAY)
    back.place_at, back.place_by = rules.on_return(clock.now(), back.waited)
    back.status = Status.ARRIVED
    return _kept(back, "queue.returned")


@action("scheduling.start_appointment")
def resume(*, by: Actor, entry: QueueEntry) -> QueueEntry:
    """The visit goes on with somebody who was called again after the laboratory. Refused: not here any more."""
    inside = _locked(by, START, entry, None)
    if not inside.may_become(Status.IN_PROGRESS):
        raise Conflict(refusals.NOT_IN_QUEUE)
    inside.status = Status.IN_PROGRESS
    return _kept(inside, "queue.resumed")


# --- Parts of the visit's own deeds -------------------------------------------------------------------------------
def enter(visit: Appointment, now: datetime) -> QueueEntry | None:
    """A place and a token for who has just arrived; the same as before for who is checked in again.

    None where the visit belongs to no department, or to the telephone: nobody is called there.
    """
    if visit.department_id is None or visit.delivery != codes.Delivery.IN_PERSON:
        return None
    locks.lock_actors([visit.department_id])
    entry = QueueEntry.objects.filter(appointment=visit).first() or _new(visit)
    walk_in = is_walk_in(visit.booked_at, visit.start_at, visit.appointment_type)
    grace = policy(GRACE, visit.facility)
    entry.walk_in, entry.arrived_at, entry.status = walk_in, now, Status.ARRIVED
    entry.place_at, entry.place_by = rules.on_arrival(visit.start_at, now, walk_in=walk_in, grace=grace)
    entry.priority = _priority(visit)
    entry.save()
    return entry


def follow(visit: Appointment, status: str) -> None:
    """The visit went on, was undone or called off: its place in the queue goes with it, where it has one."""
    entry = QueueEntry.objects.select_for_update(of=("self",)).filter(appointment=visit).first()
    if entry is not None and entry.may_become(status):
        entry.status = status
        entry.save()


def _new(visit: Appointment) -> QueueEntry:
    """Who has none gets the next token of the department's day. Held under the department's lock."""
    assert visit.department_id is not None
    day = visit.local_start.date()
    last = QueueEntry.objects.filter(department=visit.department_id).order_by("-day").first()
    letter = last.letter if last is not None else rules.letter_of(next_number(f"queue.letter:{visit.facility_id}"))
    practitioner = visit.practitioner
    return QueueEntry(
        appointment=visit,
        facility_id=visit.facility_id,
        department_id=visit.department_id,
        practitioner=practitioner,
        location=visit.room or (room_of(practitioner.pk, visit.facility, visit.start_at) if practitioner else None),
        day=day,
        letter=letter,
        number=next_number(f"queue.token:{visit.department_id}:{day}"),
    )


def _priority(visit: Appointment) -> str:
    patient = visit.patient
    low, high = _ages(patient, visit.local_start.date()) if patient is not None else (None, None)
    return rules.priority_of(
        urgent=visit.appointment_type == codes.AppointmentType.EMERGENCY or visit.priority in HIGH,
        youngest=low,
        oldest=high,
        customs=customs_of(visit.facility),
    )


def _ages(patient: Patient, on: date) -> tuple[int | None, int | None]:
    if patient.birth_low is None or patient.birth_high is None:
        return None, None
    return age_range(patient.birth_low, patient.birth_high, on)


def _call(entry: QueueEntry, by: Actor, location: Location | None) -> QueueEntry:
    if location is not None and location.facility_id != entry.facility_id:
        raise missing()
    now = clock.now()
    entry.status, entry.called_at, entry.called_by_id = Status.CALLED, now, by.id
    entry.location = location or entry.location
    entry.waited = rules.waited(entry.place_at, now)
    entry.calls += 1
    return _kept(entry, "queue.called")


def _locked(
    by: Actor,
    permission: str,
    entry: QueueEntry,
    version: int | None,
    status: str = "",
    otherwise: Problem = refusals.NOT_IN_QUEUE,
) -> QueueEntry:
    """The entry under its department's lock, if it still stands as the verb needs it."""
    locks.lock_actors([entry.department_id])
    found = take(QueueEntry.objects.visible_to(by, permission), entry.pk)
    # What a colleague did is told in words, before any talk of versions.
    if status and found.status != status:
        raise Conflict(otherwise)
    return take(QueueEntry.objects.visible_to(by, permission), entry.pk, version) if version is not None else found


def _kept(entry: QueueEntry, verb: str, detail: dict[str, str] | None = None) -> QueueEntry:
    entry.save()
    trail.record(
        verb,
        subject=entry,
        patient=patient_id_of(entry.appointment_id),
        facility=entry.facility_id,
        detail={"token": entry.token, **(detail or {})},
    )
    return entry


def patient_id_of(appointment: UUID) -> UUID | None:
    """Whom the audit line of a visit is about: the first of a group."""
    rows = AppointmentParticipant.objects.taking_part().filter(appointment=appointment, patient__isnull=False)
    return rows.order_by("place").values_list("patient", flat=True).first()
