"""Encounters, conditions and notes: cases without a database."""

import datetime as dt
import uuid

import pytest

from hms.clinical import codes
from hms.clinical.rules import conditions, encounters, notes

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
HOUR = dt.timedelta(hours=1)
S = codes.EncounterStatus


def fields(problems):
    return [problem.field for problem in problems]


# --- Encounters ----------------------------------------------------------------------
def test_every_status_has_its_moves():
    assert set(encounters.MOVES) == set(S.values)
    for allowed in encounters.MOVES.values():
        assert allowed <= set(S.values)


@pytest.mark.parametrize(
    ("status", "wanted", "may"),
    [
        (S.PLANNED, S.IN_PROGRESS, True),
        (S.ARRIVED, S.PLANNED, True),
        (S.IN_PROGRESS, S.FINISHED, True),
        (S.IN_PROGRESS, S.CANCELLED, False),
        (S.FINISHED, S.IN_PROGRESS, False),
        (S.FINISHED, S.ENTERED_IN_ERROR, True),
        (S.CANCELLED, S.IN_PROGRESS, False),
        (S.ENTERED_IN_ERROR, S.FINISHED, False),
    ],
)
def test_a_visit_goes_on_but_never_back_from_what_is_over(status, wanted, may):
    assert encounters.may_become(status, wanted) is may
    assert bool(encounters.move_problems(status, wanted)) is not may


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        (NOW - HOUR, NOW, []),
        (NOW - HOUR, None, []),
        (None, None, []),
        (NOW + dt.timedelta(minutes=1), None, []),
        (NOW + HOUR, None, ["start_at"]),
        (NOW - HOUR, NOW + HOUR, ["end_at"]),
        (NOW, NOW - HOUR, ["end_at"]),
    ],
)
def test_a_visit_lies_behind_us_and_ends_after_it_began(start, end, wrong):
    assert fields(encounters.period_problems(start, end, NOW)) == wrong


# --- Conditions ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (conditions.Coded("I10", "Hypertension", billable=True), None),
        (conditions.Coded("E11", "Type 2 diabetes mellitus", billable=False), "code-invalid"),
        (conditions.Coded("I10", "Hypertension", billable=True, retired=True), "code-invalid"),
        (None, "required"),
    ],
)
def test_only_a_complete_code_in_use_is_recorded(chosen, code):
    assert [problem.code for problem in conditions.coding_problems(chosen)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("onset", "abatement", "status", "wrong"),
    [
        ("2019", "", "active", []),
        ("2019-03", "2019-04", "resolved", []),
        ("2019", "2019-02", "resolved", []),
        ("", "2020", "inactive", []),
        ("2020", "2019", "resolved", ["abatement_text"]),
        ("2019-02-30", "", "active", ["onset_text"]),
        ("next year", "", "active", ["onset_text"]),
        ("2031", "", "active", ["onset_text"]),
        ("2019", "2020", "active", ["clinical_status"]),
        ("2026-11-23", "", "active", []),
    ],
)
def test_onset_and_end_are_dates_in_order(onset, abatement, status, wrong):
    assert fields(conditions.period_problems(onset, abatement, status, TODAY)) == wrong


@pytest.mark.parametrize(
    ("status", "wanted", "may"),
    [
        ("provisional", "confirmed", True),
        ("confirmed", "refuted", True),
        ("confirmed", "provisional", False),
        ("refuted", "confirmed", True),
        ("entered-in-error", "confirmed", False),
        ("confirmed", "confirmed", True),
    ],
)
def test_certainty_changes_only_forwards(status, wanted, may):
    assert bool(conditions.verification_problems(status, wanted)) is not may


@pytest.mark.parametrize(
    ("status", "wanted", "may"),
    [
        ("active", "resolved", True),
        ("relapse", "remission", True),
        ("resolved", "resolved", False),
        ("active", "active", False),
        ("active", "gone", False),
    ],
)
def test_only_something_open_ends_and_in_one_of_three_ways(status, wanted, may):
    assert bool(conditions.resolve_problems(status, wanted)) is not may


@pytest.mark.parametrize(
    ("display", "side", "may"),
    [
        ("Pain in right knee", "right", True),
        ("Pain in right knee", "left", False),
        ("Pain in right knee", "", True),
        ("Pneumonia, unspecified organism", "right", True),
        ("Unilateral primary osteoarthritis, left knee", "bilateral", False),
    ],
)
def test_a_side_must_not_contradict_the_code(display, side, may):
    assert bool(conditions.laterality_problems(display, side)) is not may


# --- Notes ----------------------------------------------------------------------
def problems(status="preliminary", sections=None, occurred_at=NOW, is_author=True):
    return notes.signing_problems(
        status=status,
        sections={"subjective": "Cough."} if sections is None else sections,
        occurred_at=occurred_at,
        is_author=is_author,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({}, None),
        ({"status": "final"}, "business-rule"),
        ({"status": "amended"}, "business-rule"),
        ({"status": "entered-in-error"}, "business-rule"),
        ({"sections": {"subjective": "  "}}, "required"),
        ({"sections": {}}, "required"),
        ({"occurred_at": NOW + HOUR}, "business-rule"),
        ({"is_author": False}, "forbidden"),
        ({"sections": {"subjective": "x" * 50_001}}, "too-long"),
        ({"sections": {"poetry": "x"}}, "invalid"),
    ],
)
def test_a_note_is_signed_once_by_its_author_with_words_about_the_past(how, code):
    found = [problem.code for problem in problems(**how)]
    assert (code in found) if code else found == []


@pytest.mark.parametrize(
    ("status", "text", "may"),
    [
        ("final", "More.", True),
        ("amended", "More.", True),
        ("preliminary", "More.", False),
        ("entered-in-error", "More.", False),
        ("final", " ", False),
        ("final", "x" * 50_001, False),
    ],
)
def test_only_a_signed_note_takes_an_addendum_with_words(status, text, may):
    assert bool(notes.addendum_problems(status, text)) is not may


def test_what_is_written_a_day_later_is_a_late_entry():
    assert not notes.is_late(NOW, NOW + dt.timedelta(hours=23))
    assert notes.is_late(NOW, NOW + dt.timedelta(hours=25))


CONTENT = notes.NoteContent(
    id=uuid.UUID(int=1),
    patient=uuid.UUID(int=2),
    encounter=None,
    author=uuid.UUID(int=3),
    author_label="Dr Leila Farahani",
    type="11506-3",
    occurred_at=NOW,
    recorded_at=NOW,
    signed_at=NOW,
    sections={"subjective": "Müde.", "plan": ""},
)


@pytest.mark.parametrize(
    "change",
    [
        {"patient": uuid.UUID(int=9)},
        {"author": uuid.UUID(int=9)},
        {"author_label": "Dr Nobody"},
        {"type": "11488-4"},
        {"occurred_at": NOW - HOUR},
        {"recorded_at": NOW - HOUR},
        {"signed_at": NOW + HOUR},
        {"sections": {"subjective": "Mude.", "plan": ""}},
        {"sections": {"subjective": "", "plan": "Müde."}},
        {"encounter": uuid.UUID(int=9)},
        {"id": uuid.UUID(int=9)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_changes_the_signed_bytes(change):
    from dataclasses import replace

    assert notes.canonical_note(replace(CONTENT, **change)) != notes.canonical_note(CONTENT)


def test_the_same_instant_in_another_zone_is_the_same_bytes():
    from dataclasses import replace

    local = NOW.astimezone(dt.timezone(dt.timedelta(hours=13)))
    assert notes.canonical_note(replace(CONTENT, signed_at=local)) == notes.canonical_note(CONTENT)
