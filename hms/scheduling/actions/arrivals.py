"""The day of the visit: who is here, who is being seen, who did not come, and taking back a wrong tap."""

from __future__ import annotations

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import ALL_FACILITIES, Actor
from hms.core.problems import Refused
from hms.core.records import missing, take
from hms.organization.models import Facility
from hms.organization.policies import policies, policy
from hms.scheduling import codes, refusals
from hms.scheduling.actions import cancelling, placing, queue
from hms.scheduling.models import Appointment
from hms.scheduling.queues import GRACE, OPENS, coming
from hms.scheduling.rules import transitions
from hms.scheduling.rules.arriving import self_check_in_problems
from hms.scheduling.rules.booking import noshow_problems
from hms.scheduling.rules.wall_clock import Span

CHECK_IN, ONESELF = "scheduling.check_in", "scheduling.check_in_oneself"
NO_SHOW, START = "scheduling.mark_no_show", "scheduling.start_appointment"
UNDO_FOR = "scheduling.check_in_undo"
Status, Queue = codes.AppointmentStatus, codes.QueueStatus


@action("scheduling.check_in")
def check_in(*, by: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """The patient is here, waits, and has a token. Refused: not on the day of the visit, or not booked any more."""
    # Only from booked: a visit that was begun is taken back by `undo_start`.
    arrived = _taken(by, CHECK_IN, appointment, version, Status.ARRIVED, only_from=Status.BOOKED)
    if arrived.local_start.date() != clock.local(clock.now(), arrived.zone).date():
        raise Refused(refusals.NOT_TODAY)
    return _arrive(arrived)


@action("scheduling.check_in_oneself")
def check_in_oneself(*, by: Actor, appointment: Appointment, at: Facility | None = None) -> Appointment:
    """A patient says that they are here: by phone, or at the kiosk. `at` is the house they stand in, where it is known.

    Refused: another day, another house, too early, too late; each with what to do instead.
    """
    arrived = _taken(by, ONESELF, appointment, None, Status.ARRIVED, only_from=Status.BOOKED)
    decided = policies([OPENS, GRACE], arrived.facility)
    problems = self_check_in_problems(coming(arrived, at), now=clock.now(), opens=decided[OPENS], grace=decided[GRACE])
    if problems:
        raise Refused(*problems)
    return _arrive(arrived)


@action("scheduling.check_in")
def undo_check_in(*, by: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """Take back the check-in of the wrong person. Refused: after the facility's time for it, ten minutes at first."""
    booked = _taken(by, CHECK_IN, appointment, version, Status.BOOKED, only_from=Status.ARRIVED)
    if not transitions.may_undo(booked.checked_in_at, clock.now(), policy(UNDO_FOR, booked.facility)):
        raise Refused(refusals.UNDO_OVER)
    booked.status, booked.checked_in_at = Status.BOOKED, None
    queue.follow(booked, Queue.CANCELLED)
    return _kept(booked, "appointment.check_in_undone")


@action("scheduling.mark_no_show")
def mark_noshow(*, by: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """The patient did not come. Frees the time. Refused: before the grace is over, or when they are checked in."""
    absent = _taken(by, NO_SHOW, appointment, version, Status.NOSHOW)
    if problems := noshow_problems(absent.start_at, now=clock.now(), grace=policy(GRACE, absent.facility)):
        raise Refused(*problems)
    absent.status, absent.noshow_at = Status.NOSHOW, clock.now()
    _kept(absent, "appointment.noshow")
    cancelling.free(absent)
    return absent


@action("scheduling.mark_no_show")
def undo_noshow(*, by: Actor, appointment: Appointment, version: int | None = None, reason: str = "") -> Appointment:
    """The patient did come. Refused: somebody else has the time by now; after ten minutes without a reason."""
    placing.lock_visit(appointment)
    booked = _taken(by, NO_SHOW, appointment, version, Status.BOOKED, only_from=Status.NOSHOW)
    late = not transitions.may_undo(booked.noshow_at, clock.now())
    if late and not reason.strip():
        raise Refused(refusals.WHY_SO_LATE)
    booked.status, booked.noshow_at = Status.BOOKED, None
    if late:
        booked.override_reason = reason
    _kept(booked, "appointment.noshow_undone")
    _take_time_again(booked)
    return booked


@action("scheduling.start_appointment")
def start_appointment(*, by: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """The clinician begins the visit. Refused: not booked or checked in any more."""
    begun = _taken(by, START, appointment, version, Status.CHECKED_IN)
    now = clock.now()
    begun.status, begun.started_at = Status.CHECKED_IN, now
    # Straight into the room, past the desk.
    begun.checked_in_at = begun.checked_in_at or now
    queue.follow(begun, Queue.IN_PROGRESS)
    return _kept(begun, "appointment.started")


@action("scheduling.start_appointment")
def undo_start(*, by: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """The visit was begun by mistake: the patient waits again. Refused: after ten minutes."""
    waiting = _taken(by, START, appointment, version, Status.ARRIVED, only_from=Status.CHECKED_IN)
    if not transitions.may_undo(waiting.started_at, clock.now()):
        raise Refused(refusals.UNDO_OVER)
    waiting.status, waiting.started_at = Status.ARRIVED, None
    queue.follow(waiting, Queue.ARRIVED)
    return _kept(waiting, "appointment.start_undone")


@action("scheduling.start_appointment")
def fulfil_appointment(*, by: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """The visit is finished, also one nobody wrote the beginning of. Refused: the patient is not here."""
    seen = _taken(by, START, appointment, version, Status.FULFILLED)
    seen.status, seen.fulfilled_at = Status.FULFILLED, clock.now()
    queue.follow(seen, Queue.FINISHED)
    return _kept(seen, "appointment.fulfilled")


def _arrive(visit: Appointment) -> Appointment:
    visit.status, visit.checked_in_at = Status.ARRIVED, clock.now()
    queue.enter(visit, visit.checked_in_at)
    return _kept(visit, "appointment.checked_in")


def _taken(
    by: Actor, permission: str, appointment: Appointment, version: int | None, status: str, *, only_from: str = ""
) -> Appointment:
    """The visit, locked, if it may take the status, where this actor has the permission."""
    visit = take(Appointment.objects.visible_to(by), appointment.pk, version)
    if visit.facility_id not in by.reach.get(permission, ALL_FACILITIES):
        raise missing()
    if not visit.may_become(status) or (only_from and visit.status != only_from):
        raise Refused(refusals.WRONG_STATUS)
    return visit


def _kept(visit: Appointment, verb: str) -> Appointment:
    visit.save()
    trail.record(verb, subject=visit, patient=queue.patient_id_of(visit.pk), facility=visit.facility_id)
    return visit


def _take_time_again(visit: Appointment) -> None:
    """Everybody's time once more, if it is still there."""
    rows = list(visit.participants.filter(status=codes.ParticipationStatus.ACCEPTED))
    whole = Span(min(row.start_at for row in rows), max(row.end_at for row in rows))
    placing.end_ran_out([row.actor for row in rows], whole)
    with placing.taken_if_refused():
        for row in rows:
            row.blocking = True
            row.save()
