"""Whether an order is complete, who may sign it, and how it may end.

Sources: domain rules 36-40; HL7 MedicationRequest; ISMP. A dose, a unit, a route and a timing; as-needed
orders with the most a day and the least time between two; nobody prescribes for themselves.
"""

from __future__ import annotations

import datetime as dt

from hms.core.problems import Problem
from hms.formulary.dosage import Dosage
from hms.prescribing import refusals
from hms.prescribing.codes import OVER, STATUS_MOVES

LONGEST_COURSE_DAYS = 366
SHORTEST_WORDS = 3


def dosage_problems(dosage: Dosage) -> list[Problem]:
    """What an order lacks that the one who gives the medicine must know."""
    lacks = [
        (dosage.dose is None or dosage.dose <= 0, refusals.NO_DOSE),
        (not dosage.unit, refusals.NO_UNIT),
        (not dosage.route, refusals.NO_ROUTE),
        (not dosage.as_needed and not dosage.is_timed, refusals.NO_TIMING),
        (dosage.as_needed and not dosage.max_doses_a_day, refusals.NO_CEILING),
        (dosage.as_needed and not dosage.min_hours_between, refusals.NO_INTERVAL),
        (dosage.days is not None and not 1 <= dosage.days <= LONGEST_COURSE_DAYS, refusals.COURSE_TOO_LONG),
    ]
    return [problem for lacking, problem in lacks if lacking]


def course(dosage: Dosage, start: dt.date) -> tuple[dt.date, dt.date | None]:
    """First and last day it is taken; no last day for what goes on."""
    return start, start + dt.timedelta(days=dosage.days - 1) if dosage.days else None


def signer_problems(*, own_chart: bool, licensed: bool) -> list[Problem]:
    """Why this person may not sign."""
    return [
        problem for stands, problem in ((own_chart, refusals.OWN_CHART), (not licensed, refusals.NO_LICENCE)) if stands
    ]


def move_problems(before: str, after: str) -> list[Problem]:
    """Why a prescription can't go from one status to another."""
    if (before, after) in STATUS_MOVES:
        return []
    return [refusals.ENDED_ALREADY if before in OVER else refusals.NO_SUCH_MOVE]


def override_problems(reason: str, text: str) -> list[Problem]:
    """An override wants a reason from the list and words of one's own."""
    problems = [] if reason else [refusals.NO_OVERRIDE_REASON]
    if len(text.strip()) < SHORTEST_WORDS:
        problems.append(refusals.NO_OVERRIDE_WORDS)
    return problems
