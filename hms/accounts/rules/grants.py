"""Which duties may be given to whom, and by how many.

Two people give power over people or medicines (21 CFR 1311.125-130 asks it for prescribing controlled
substances: one nominates, another approves).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hms.accounts.codes import Duty, GrantStatus
from hms.accounts.roles import TWO_PERSON_DUTIES
from hms.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Held:
    """A duty somebody holds or is to hold: `[start_at, end_at)` at one facility, or at all (None)."""

    duty: str
    facility_id: uuid.UUID | None
    start_at: dt.datetime
    end_at: dt.datetime | None
    status: str = GrantStatus.ACTIVE


def needs_second_person(duty: str, *, given_by_a_person: bool) -> bool:
    """Whether this duty waits for a second person. What the installation itself gives does not."""
    return given_by_a_person and duty in TWO_PERSON_DUTIES


def grant_problems(new: Held, held: Iterable[Held]) -> list[Problem]:
    """Why this duty can't be given to somebody who holds those."""
    if new.duty not in Duty.values:
        return [Problem(code="invalid", field="duty", text=_("Choose one of the duties."))]
    if new.end_at is not None and new.end_at <= new.start_at:
        return [Problem(code="invalid", field="end_at", text=_("The duty must end after it starts."))]
    if any(_clash(new, other) for other in held):
        return [
            Problem(
                code="duplicate",
                field="duty",
                text=_("This person already has this duty in that period, or somebody has asked for it."),
            )
        ]
    return []


def approval_problems(
    *, granted_by: uuid.UUID | None, granted_to: uuid.UUID, approver: uuid.UUID | None, status: str
) -> list[Problem]:
    """Why this person can't be the second one."""
    if status != GrantStatus.PENDING:
        return [Problem(code="conflict", text=_("This duty no longer waits for a decision."))]
    if approver is not None and approver == granted_by:
        return [Problem(code="business-rule", text=_("You gave this duty yourself. Somebody else has to approve it."))]
    if approver is not None and approver == granted_to:
        return [Problem(code="business-rule", text=_("Nobody approves a duty for themselves."))]
    return []


def _clash(new: Held, other: Held) -> bool:
    if other.status not in (GrantStatus.ACTIVE, GrantStatus.PENDING) or other.duty != new.duty:
        return False
    if other.facility_id is not None and other.facility_id != new.facility_id:
        return False
    return (new.end_at is None or other.start_at < new.end_at) and (other.end_at is None or new.start_at < other.end_at)
