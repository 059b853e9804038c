"""Stretches of time as engines hand them over, joined before they become instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hms.core.stretches import joined

DAY = datetime(2026, 11, 24, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def as_text(moment: datetime) -> str:
    """As SQLite keeps it."""
    return moment.replace(tzinfo=None).isoformat(" ")


def as_number(moment: datetime) -> str:
    """As PostgreSQL hands it over: microseconds."""
    return str((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))


@pytest.mark.parametrize("written", [as_text, as_number])
def test_what_touches_is_one_stretch(written):
    nine, ten, eleven = (DAY + hours * timedelta(hours=1) for hours in (9, 10, 11))
    text = ",".join(f"{written(start)}/{written(end)}" for start, end in ((ten, eleven), (nine, ten)))
    assert joined(text) == ([nine], [eleven])


@pytest.mark.parametrize("written", [as_text, as_number])
def test_a_part_of_a_second_is_kept(written):
    start = DAY + timedelta(microseconds=500_000)
    assert joined(f"{written(DAY)}/{written(start)},{written(start + MINUTE)}/{written(start + 2 * MINUTE)}") == (
        [DAY, start + MINUTE],
        [start, start + 2 * MINUTE],
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 20)), min_size=1, max_size=9),
    st.sampled_from([as_text, as_number]),
)
def test_a_minute_is_in_what_is_joined_if_it_is_in_any(stretches, written):
    spans = [(DAY + start * MINUTE, DAY + (start + length) * MINUTE) for start, length in stretches]
    starts, ends = joined(",".join(f"{written(start)}/{written(end)}" for start, end in spans))
    whole = list(zip(starts, ends, strict=True))
    for minute in (DAY + number * MINUTE for number in range(120)):
        assert any(start <= minute < end for start, end in whole) == any(start <= minute < end for start, end in spans)
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
