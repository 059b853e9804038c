"""`verify_audit` on a hospital's own sealed trail finds six kinds of tampering out of six and names the row."""

from __future__ import annotations

import pytest

from tests.hospital import Hospital, Template


@pytest.fixture(scope="module")
def said(hospital_template: Template):
    """What the command said: of the trail as it is, after each tampering, and when that is taken back."""
    hospital: Hospital = hospital_template.copy()
    yield hospital.program("tests.faults.tampering")
    hospital_template.remove(hospital)


@pytest.mark.parametrize("when", ["untouched", "afterwards"])
def test_a_trail_that_nobody_touched_is_as_it_was_sealed(said, when):
    assert said[when]["error"] == ""
    assert "all as they were sealed" in said[when]["said"]


@pytest.mark.parametrize("way", ["edit", "swap the actor", "delete", "insert", "reorder"])
def test_the_first_row_that_does_not_fit_is_named(said, way):
    found = said[way]
    assert found["error"].startswith("The trail does not match its seals.")
    assert any(touched in found["error"] for touched in found["touched"]), found


def test_a_tail_cut_off_with_its_seal_is_found_by_the_checkpoint_outside_the_database(said):
    assert "the trail was cut" in said["cut"]["error"]
