"""How an encounter may go on.

Source: FHIR R4, Encounter (8.11) "Encounter.status"; its status machine is left to the implementer, so the
table below is ours: what a hospital does, and nothing that rewrites what is over.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from hms.clinical.codes import EncounterStatus as S
from hms.core.problems import Problem

MOVES: Final[dict[str, frozenset[str]]] = {
    S.PLANNED: frozenset({S.ARRIVED, S.TRIAGED, S.IN_PROGRESS, S.CANCELLED, S.ENTERED_IN_ERROR}),
    S.ARRIVED: frozenset({S.PLANNED, S.TRIAGED, S.IN_PROGRESS, S.CANCELLED, S.FINISHED, S.ENTERED_IN_ERROR}),
    S.TRIAGED: frozenset({S.ARRIVED, S.IN_PROGRESS, S.CANCELLED, S.FINISHED, S.ENTERED_IN_ERROR}),
    S.IN_PROGRESS: frozenset({S.ONLEAVE, S.FINISHED, S.ENTERED_IN_ERROR}),
    S.ONLEAVE: frozenset({S.IN_PROGRESS, S.FINISHED, S.ENTERED_IN_ERROR}),
    S.FINISHED: frozenset({S.ENTERED_IN_ERROR}),
    S.CANCELLED: frozenset({S.ENTERED_IN_ERROR}),
    S.ENTERED_IN_ERROR: frozenset(),
    # Only imports say so; once more is known it may become anything but planned.
    S.UNKNOWN: frozenset({S.IN_PROGRESS, S.FINISHED, S.CANCELLED, S.ENTERED_IN_ERROR}),
}
# A clock a little ahead of ours is no late charting.
TOLERANCE: Final = dt.timedelta(minutes=2)


def may_become(status: str, wanted: str) -> bool:
    """Whether an encounter in `status` may move to `wanted`."""
    return wanted in MOVES.get(status, frozenset())


def move_problems(status: str, wanted: str) -> list[Problem]:
    """Why an encounter can't become `wanted`, in words."""
    if may_become(status, wanted):
        return []
    if status == S.FINISHED:
        text = _("This visit is finished. What is wrong with it can be marked as entered in error.")
    elif status in (S.CANCELLED, S.ENTERED_IN_ERROR):
        text = _("This visit was cancelled or entered in error, so it can't go on.")
    else:
        text = _("A visit that is “%(status)s” can't become “%(wanted)s”.") % {
            "status": S(status).label,
            "wanted": S(wanted).label,
        }
    return [Problem(code="business-rule", text=text, field="status")]


def period_problems(start: dt.datetime | None, end: dt.datetime | None, now: dt.datetime) -> list[Problem]:
    """A visit ends after it began, and neither lies ahead."""
    problems = []
    if start and start > now + TOLERANCE:
        problems.append(Problem(code="business-rule", text=_("A visit can't begin in the future."), field="start_at"))
    if end and end > now + TOLERANCE:
        problems.append(Problem(code="business-rule", text=_("A visit can't end in the future."), field="end_at"))
    if start and end and end < start:
        problems.append(Problem(code="invalid", text=_("The visit would end before it began."), field="end_at"))
    return problems
