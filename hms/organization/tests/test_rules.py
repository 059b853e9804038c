"""Cases of the rules. No database."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from hms.organization import rules
from hms.organization.policies import KINDS, in_words

D = date


@pytest.mark.parametrize(
    ("time_zone", "currency", "country", "fields"),
    [
        ("Europe/Berlin", "EUR", "DE", []),
        ("Europe/Atlantis", "EUR", "DE", ["time_zone"]),
        ("", "EUR", "DE", ["time_zone"]),
        ("Asia/Tehran", "eur", "IRN", ["currency", "country"]),
    ],
)
def test_a_facility_has_a_known_zone_and_well_formed_codes(time_zone, currency, country, fields):
    found = rules.facility_problems(time_zone=time_zone, currency=currency, country=country)
    assert [problem.field for problem in found] == fields


TREE = {
    "a": rules.Branch("a", "north", None),
    "b": rules.Branch("b", "north", "a"),
    "c": rules.Branch("c", "north", "b"),
    "x": rules.Branch("x", "south", None),
    "r": rules.Branch("r", "north", None, active=False),
}


@pytest.mark.parametrize(
    ("branch", "refused"),
    [
        (rules.Branch("n", "north", None), False),
        (rules.Branch("n", "north", "c"), False),
        (rules.Branch("n", "north", "x"), True),  # another facility
        (rules.Branch("n", "north", "gone"), True),
        (rules.Branch("n", "north", "r"), True),  # retired
        (rules.Branch("a", "north", "c"), True),  # a ring of three
        (rules.Branch("a", "north", "a"), True),
        (rules.Branch("c", "north", "a"), False),
    ],
)
def test_a_department_hangs_in_its_own_facility_and_never_below_itself(branch, refused):
    assert bool(rules.parent_problems(branch, TREE)) is refused


def test_a_ring_that_is_there_already_does_not_hang_the_rule():
    ring = {"p": rules.Branch("p", 1, "q"), "q": rules.Branch("q", 1, "p")}
    assert rules.parent_problems(rules.Branch("n", 1, "p"), ring)


def test_the_tree_is_in_order_and_an_orphan_is_a_root():
    rows = [("b", "a", "Beta"), ("z", None, "Zeta"), ("a", None, "Alpha"), ("o", "gone", "Omega"), ("c", "a", "Air")]
    tree = rules.in_tree_order(rows, id=lambda r: r[0], parent=lambda r: r[1], name=lambda r: r[2])
    assert [(depth, row[2]) for depth, row in tree] == [
        (0, "Alpha"), (1, "Air"), (1, "Beta"), (0, "Omega"), (0, "Zeta"),
    ]  # fmt: skip


@pytest.mark.parametrize(("children", "roles", "count"), [(0, 0, 0), (1, 0, 1), (0, 3, 1), (2, 2, 2)])
def test_a_department_in_use_is_not_retired(children, roles, count):
    assert len(rules.retirement_problems(active_children=children, roles_in_force=roles)) == count


@pytest.mark.parametrize(
    ("start", "end", "others", "expected"),
    [
        (D(2026, 1, 1), None, [], False),
        (D(2026, 1, 1), None, [(D(2025, 1, 1), D(2026, 1, 1))], False),  # the first day without it
        (D(2026, 1, 1), None, [(D(2025, 1, 1), D(2026, 1, 2))], True),
        (D(2026, 1, 1), D(2026, 2, 1), [(D(2026, 2, 1), None)], False),
        (D(2026, 1, 1), D(2026, 2, 2), [(D(2026, 2, 1), None)], True),
        (D(2026, 1, 1), None, [(D(2025, 1, 1), None)], True),
    ],
)
def test_periods_are_half_open(start, end, others, expected):
    assert rules.overlaps(start, end, others) is expected


TODAY = D(2026, 11, 23)


@pytest.mark.parametrize(
    ("name", "value", "from_", "fields"),
    [
        ("billing.payment_days", 14, TODAY, []),
        ("billing.payment_days", 14, TODAY + timedelta(1), []),
        ("billing.payment_days", 14, TODAY - timedelta(1), ["in_force_from"]),
        ("billing.payment_days", 366, TODAY, ["value"]),
        ("billing.payment_days", -1, TODAY, ["value"]),
        ("billing.payment_days", True, TODAY, ["value"]),
        ("billing.payment_days", "14", TODAY, ["value"]),
        ("clinical.note_release", False, TODAY, []),
        ("clinical.note_release", 0, TODAY, ["value"]),
        ("scheduling.hold", timedelta(minutes=5), TODAY, []),
        ("scheduling.hold", timedelta(seconds=5), TODAY, ["value"]),
        ("messaging.quiet_start", time(22), TODAY, []),
    ],
)
def test_a_policy_takes_its_own_type_and_never_reaches_back(name, value, from_, fields):
    found = rules.policy_problems(KINDS[name], value, in_force_from=from_, today=TODAY)
    assert [problem.field for problem in found] == fields


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_default_is_a_value_its_policy_takes(kind):
    assert rules.policy_problems(kind, kind.default, in_force_from=TODAY, today=TODAY) == []
    assert str(kind.explanation).endswith(".")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "Yes"),
        (30, "30"),
        (time(21), "21:00"),
        (timedelta(hours=24), "1 day"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(0), "0 minutes"),
    ],
)
def test_values_are_shown_in_words(value, words):
    assert in_words(value) == words
