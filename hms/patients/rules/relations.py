"""Who may act for whom, and until when.

A guardian's access ends by itself when the patient comes of age; a proxy's ends a year after it was given
at the latest, so that it is asked for again. Who is born on 29 February comes of age on 1 March (in law a
year is completed when the anniversary begins, and there is none; the later day keeps the child protected).

Where the birth date is known to the year only, the last day it can be counts: a child is not left
without a guardian because a register is vague.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from hms.patients.rules.partial_dates import PartialDate, age_range, birthday

MAJORITY = 18
LONGEST_PROXY = dt.timedelta(days=366)
# From this age on a guardian no longer sees what teenagers keep to themselves (categories named by each room).
CONFIDENTIAL_FROM = 12


def majority_day(birth: PartialDate, age: int = MAJORITY) -> dt.date:
    """The day from which the person certainly is of age."""
    return birthday(birth.range[1], age)


def may_be_minor(birth: PartialDate | None, on: dt.date, age: int = MAJORITY) -> bool:
    """Whether the person can be under age on that day. Without a birth date nobody is taken for a child."""
    return birth is not None and on < majority_day(birth, age)


def keeps_confidence(birth: PartialDate | None, on: dt.date, age: int = MAJORITY) -> bool:
    """Whether what a teenager keeps confidential is hidden from guardians on that day.

    By the whole range: whoever can be twelve already is treated so.
    """
    if birth is None:
        return False
    _youngest, oldest = age_range(*birth.range, on)
    return oldest >= CONFIDENTIAL_FROM and may_be_minor(birth, on, age)


def proxy_problems(
    *,
    kind: str,
    scopes: Collection[str],
    start: dt.datetime | None,
    end: dt.datetime | None,
    minor: bool,
    document: str,
) -> Iterable[str]:
    """Codes of what is wrong with a new guardian or proxy."""
    if not scopes:
        yield "no-scope"
    elif "view" not in scopes:
        # Booking or paying for somebody shows their visits and bills.
        yield "view-first"
    if start and end and end <= start:
        yield "ends-before-start"
    if kind == "guardian":
        if not document.strip():
            yield "no-document"
        if not minor:
            yield "of-age"
    if kind == "proxy" and start and (end is None or end - start > LONGEST_PROXY):
        yield "proxy-too-long"
