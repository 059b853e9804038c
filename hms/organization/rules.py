"""What must be true of facilities, departments, practitioners and policies. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import available_timezones

from hms.core.problems import Problem
from hms.organization import refusals
from hms.organization.codes import PolicyType
from hms.organization.policies import PolicyKind

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

_PYTHON_TYPES: dict[str, type] = {
    PolicyType.INTEGER: int,
    PolicyType.DECIMAL: Decimal,
    PolicyType.BOOLEAN: bool,
    PolicyType.TEXT: str,
    PolicyType.TIME: time,
    PolicyType.DURATION: timedelta,
}


def facility_problems(*, time_zone: str, currency: str, country: str) -> list[Problem]:
    """IANA zone, ISO 4217 currency and ISO 3166-1 country, by their form where no list ships with us."""
    problems = []
    if time_zone not in available_timezones():
        problems.append(refusals.UNKNOWN_ZONE)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        problems.append(refusals.MALFORMED_CURRENCY)
    if not re.fullmatch(r"[A-Z]{2}", country):
        problems.append(refusals.MALFORMED_COUNTRY)
    return problems


@dataclass(frozen=True, slots=True)
class Branch:
    """A department as far as the tree is concerned."""

    id: Hashable
    facility: Hashable
    parent: Hashable | None
    active: bool = True


def parent_problems(branch: Branch, tree: Mapping[Hashable, Branch]) -> list[Problem]:
    """Whether `branch` may hang where it says: same facility, parent in use, and no ring."""
    if branch.parent is None:
        return []
    parent = tree.get(branch.parent)
    if parent is None or parent.facility != branch.facility:
        return [refusals.PARENT_ELSEWHERE]
    if not parent.active:
        return [refusals.PARENT_RETIRED]
    above: Branch | None = parent
    for _step in range(len(tree) + 1):
        if above is None:
            return []
        if above.id == branch.id:
            break
        above = tree.get(above.parent) if above.parent is not None else None
    return [refusals.BELOW_ITSELF]


def in_tree_order(
    rows: Iterable[T], *, id: Callable[[T], K], parent: Callable[[T], K | None], name: Callable[[T], str]
) -> list[tuple[int, T]]:
    """Rows as (depth, row), each below its parent, siblings by name. A row whose parent is absent is a root."""
    rows = list(rows)
    known = {id(row) for row in rows}
    below: dict[K | None, list[T]] = {}
    for row in rows:
        above = parent(row)
        below.setdefault(above if above in known else None, []).append(row)
    ordered: list[tuple[int, T]] = []
    waiting = [(0, row) for row in sorted(below.get(None, []), key=name, reverse=True)]
    while waiting:
        depth, row = waiting.pop()
        ordered.append((depth, row))
        waiting += [(depth + 1, child) for child in sorted(below.get(id(row), []), key=name, reverse=True)]
    return ordered


def retirement_problems(*, active_children: int, roles_in_force: int) -> list[Problem]:
    """What keeps a department from being retired."""
    problems = []
    if active_children:
        problems.append(refusals.HAS_DEPARTMENTS_BELOW)
    if roles_in_force:
        problems.append(refusals.HAS_PEOPLE)
    return problems


def period_problems(start: date | None, end: date | None, field: str = "end") -> list[Problem]:
    """A half-open period `[start, end)` holds at least one day."""
    if start is not None and end is not None and end <= start:
        return [refusals.ends_too_early(field)]
    return []


def overlaps(start: date, end: date | None, others: Sequence[tuple[date, date | None]]) -> bool:
    """Whether `[start, end)` shares a day with any other half-open period; None has no end."""
    return any(
        (other_end is None or start < other_end) and (end is None or other_start < end)
        for other_start, other_end in others
    )


def policy_problems(kind: PolicyKind, value: Any, *, in_force_from: date, today: date) -> list[Problem]:
    """Type, bounds and effect date. A decision never reaches back: what was in force yesterday stays so."""
    problems = []
    expected = _PYTHON_TYPES[kind.type]
    # bool is an int to Python, not to a hospital.
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        problems.append(refusals.WRONG_TYPE)
    elif kind.least is not None and value < kind.least:
        problems.append(refusals.TOO_LOW)
    elif kind.most is not None and value > kind.most:
        problems.append(refusals.TOO_HIGH)
    elif kind.choices and value not in kind.choices:
        problems.append(refusals.NOT_A_CHOICE)
    if in_force_from < today:
        problems.append(refusals.BEGINS_IN_THE_PAST)
    return problems
