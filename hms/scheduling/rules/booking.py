"""Whether a visit may be placed, cancelled or written off: every reason why not, in one answer.

Facts come as dataclasses, the clock as an argument. What only the database can know for certain (is the time
still free?) is not asked here: the constraint decides that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hms.core.problems import Problem
from hms.scheduling import codes, refusals
from hms.scheduling.rules.availability import NOTHING, Busy, Session, Visit

# A walk-in is booked for "now", and writing it down takes a moment.
WALK_IN_LAG = timedelta(minutes=30)
# Nobody is written off as absent before this much of the visit's time has passed.
NOSHOW_GRACE = timedelta(minutes=15)
# Later than this before the visit, a cancellation is a late one.
LATE_CANCEL = timedelta(hours=24)
# Visits one patient may have booked ahead through the portal.
MOST_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """The visit somebody asks for.

    `by_patient`: the patient or a proxy asks, not staff. `beyond` is 0 for a free time, otherwise which one beyond
    the session's plan this would be. `reason` is why the rules of the timetable should give way.
    """

    start: datetime
    visit: Visit
    by_patient: bool = False
    beyond: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about the people and things the visit needs.

    `licensed` is None where no licence is recorded. `ahead` counts the patient's visits to come.
    `overbooking_cap` is of the session the start falls into. `may_override` is the right to place a visit
    against the timetable, with a reason. `closed_things`: kinds of things of which none can be used then.
    """

    service_active: bool = True
    patients_may_book: bool = True
    patient_deceased: bool = False
    patient_merged: bool = False
    practitioner_active: bool = True
    licensed: bool | None = None
    ahead: int = 0
    overbooking_cap: int = 0
    may_overbook: bool = False
    may_override: bool = False
    closed_things: frozenset[str] = frozenset()


def booking_problems(
    asked: Asked, standing: Standing, sittings: Iterable[Session], closed: Busy = NOTHING, *, now: datetime
) -> list[Problem]:
    """Every reason against placing this visit; empty when there is none.

    Rules of the timetable (hours, leave, horizon) give way to staff with the right and a reason: then they are
    warnings. Rules about people and about the past never do.
    """
    problems = list(_about_people(asked, standing))
    problems += _about_now(asked, now)
    timetable = [*_about_timetable(asked, list(sittings), closed, now), *_about_things(standing)]
    overridden = standing.may_override and not asked.by_patient and bool(asked.reason.strip())
    problems += [refusals.as_warning(problem) if overridden else problem for problem in timetable]
    if asked.beyond:
        problems += _about_overbooking(asked, standing)
    return problems


def forbidding(problems: Iterable[Problem]) -> list[Problem]:
    """Those that forbid the deed; the others are warnings."""
    return [problem for problem in problems if problem.severity in ("error", "fatal")]


def is_late_cancel(start: datetime, now: datetime, notice: timedelta = LATE_CANCEL) -> bool:
    """Whether a cancellation comes too late for somebody else to use the time."""
    return now > start - notice


def noshow_problems(start: datetime, *, now: datetime, grace: timedelta = NOSHOW_GRACE) -> list[Problem]:
    """Why the patient can't be written off as absent yet. Being checked in is a matter of status, not of time."""
    return [] if now >= start + grace else [refusals.still_to_come(grace // timedelta(minutes=1))]


def _about_people(asked: Asked, standing: Standing) -> Iterator[Problem]:
    if standing.patient_merged:
        yield refusals.MERGED
    if standing.patient_deceased:
        yield refusals.DECEASED
    if not standing.service_active:
        yield refusals.NOT_OFFERED
    if asked.by_patient and not standing.patients_may_book:
        yield refusals.STAFF_BOOKS_IT
    if not standing.practitioner_active:
        yield refusals.NOT_HERE_THEN
    if standing.licensed is False:
        yield refusals.NOT_LICENSED
    if asked.by_patient and standing.ahead >= MOST_AHEAD:
        yield refusals.too_many_ahead(standing.ahead)


def _about_now(asked: Asked, now: datetime) -> Iterator[Problem]:
    if asked.start < (now if asked.by_patient else now - WALK_IN_LAG):
        yield refusals.PASSED
    elif asked.by_patient and asked.start < asked.visit.bookable(now).start:
        yield refusals.TOO_SOON


def _about_timetable(asked: Asked, sittings: list[Session], closed: Busy, now: datetime) -> Iterator[Problem]:
    visit, seen = asked.visit, asked.visit.seen(asked.start)
    around = [one for one in sittings if one.span.contains(seen) and one.offers(visit.service)]
    if not around:
        yield refusals.NO_HOURS
    # Staff may place a visit between the marks, a patient takes what was offered.
    elif asked.by_patient and all((asked.start - one.span.start) % visit.step for one in around):
        yield refusals.NOT_ON_OFFER
    elif not any(one.open_part(now).contains(seen) for one in around):
        yield refusals.KEPT_FOR_THE_DAY
    if closed.until(seen) is not None:
        yield refusals.AWAY
    if asked.start >= (visit.bookable(now).end if asked.by_patient else now + visit.horizon):
        yield refusals.TOO_FAR


def _about_things(standing: Standing) -> Iterator[Problem]:
    if codes.ThingKind.ROOM in standing.closed_things:
        yield refusals.ROOM_CLOSED
    if codes.ThingKind.DEVICE in standing.closed_things:
        yield refusals.DEVICE_CLOSED


def _about_overbooking(asked: Asked, standing: Standing) -> Iterator[Problem]:
    if asked.by_patient or not standing.may_overbook:
        yield refusals.MAY_NOT_OVERBOOK
    if not asked.reason.strip():
        yield refusals.WHY_OVERBOOK
    if asked.beyond > standing.overbooking_cap:
        yield refusals.beyond_cap(standing.overbooking_cap)
