"""Who may not come: a sum whose terms can be read."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from hms.scheduling.rules.noshow import Past, Sign, likelihood

DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("past", "days", "told", "signs"),
    [
        (Past(), 3, False, ()),
        # Nothing is held against somebody new, however far ahead.
        (Past(), 60, False, (Sign.FAR_AHEAD,)),
        (Past(kept=8), 60, False, (Sign.FAR_AHEAD,)),
        (Past(kept=9, missed=1), 3, False, (Sign.MISSED,)),
        (Past(kept=1, missed=1), 3, False, (Sign.MISSED,)),
        (Past(kept=1, missed=2), 3, True, (Sign.MISSED,)),
        (Past(kept=3, missed=3, cancelled_late=2), 20, True, (Sign.MISSED, Sign.CANCELLED_LATE, Sign.FAR_AHEAD)),
    ],
)
def test_the_score(past, days, told, signs):
    found = likelihood(past, days * DAYS)
    assert (found.told, found.signs) == (told, signs)
    assert 0 <= found.score <= 1


def test_one_missed_visit_more_never_lowers_it():
    scores = [likelihood(Past(kept=5, missed=missed), DAYS).score for missed in range(8)]
    assert scores == sorted(scores)


def test_it_knows_nothing_about_who_somebody_is():
    assert {field.name for field in fields(Past)} == {"kept", "missed", "cancelled_late"}
