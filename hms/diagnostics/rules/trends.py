"""What a series of values does, in words and as numbers for a line. Pure; oldest value first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

# So many values make a line worth drawing; older ones would make it unreadable.
SHOWN = 12
# A change below this share of the older value is no change.
NOTICEABLE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Trend:
    """The last values of one test in one unit."""

    numbers: tuple[float, ...]
    words: str


def trend(values: Sequence[Decimal]) -> Trend | None:
    """The trend of the last values, or None for fewer than two."""
    last = list(values)[-SHOWN:]
    if len(last) < 2:
        return None
    return Trend(tuple(float(value) for value in last), direction(last))


def direction(values: Sequence[Decimal]) -> str:
    """ "rising", "falling", "steady" or "varying", from the last three values at most."""
    recent = values[-3:]
    steps = [_step(older, newer) for older, newer in pairwise(recent)]
    if all(step == 0 for step in steps):
        return _("steady")
    if all(step >= 0 for step in steps):
        return _("rising")
    if all(step <= 0 for step in steps):
        return _("falling")
    return _("varying")


def _step(older: Decimal, newer: Decimal) -> int:
    if abs(newer - older) <= abs(older) * NOTICEABLE:
        return 0
    return 1 if newer > older else -1
