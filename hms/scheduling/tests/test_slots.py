"""Ids of slots."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.scheduling.codes import AppointmentType
from hms.scheduling.rules import slots

SLOT = slots.Slot(
    uuid.UUID(int=19_620_314), uuid.UUID(int=4_071_822_65), datetime(2026, 11, 24, 8, 20, tzinfo=UTC), "FOLLOWUP"
)


def test_an_id_is_what_fhir_allows():
    assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", str(SLOT))


@given(st.uuids(), st.uuids(), st.integers(0, 200 * 365 * 24 * 60), st.sampled_from(AppointmentType.values))
def test_an_id_says_everything(schedule, service, minutes, appointment_type):
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    slot = slots.Slot(schedule, service, start, appointment_type)
    assert slots.parse(str(slot)) == slot


@pytest.mark.parametrize("text", ["", "x", str(SLOT)[:-1], str(SLOT) + "f", str(SLOT).upper(), str(SLOT) + "\n"])
def test_anything_else_is_no_slot(text):
    assert slots.parse(text) is None
