"""Login names, PINs, waits, ends of sessions, grants: cases without a database."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from hms.accounts.codes import Duty, GrantStatus, Role, SessionEnd
from hms.accounts.roles import PERMISSIONS, POWERFUL, TWO_PERSON_DUTIES, permissions_of
from hms.accounts.rules import sessions
from hms.accounts.rules.grants import Held, approval_problems, grant_problems, needs_second_person
from hms.accounts.rules.login_names import login_name_problems, normalise
from hms.accounts.rules.pins import pin_problems
from hms.accounts.rules.slowdown import SlowDown

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
LIMITS = sessions.Limits(idle={"clinical": 900, "administrator": 600, "patient": 1800}, absolute=12 * 3600)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("  Ana.Silva@Example.ORG ", "ana.silva@example.org"),
        ("ＡＮＡ@example.org", "ana@example.org"),
        ("0049 (30) 123-4567", "+49301234567"),
        ("+49 30 123 4567", "+49301234567"),
        ("+49–30–1234567", "+49301234567"),
        ("ab 12-34", "AB1234"),
        ("00471199", "00471199"),
        ("a b", "a b"),
        ("Robert'); DROP", "robert'); drop"),
    ],
)
def test_every_spelling_of_a_login_name_has_one_form(typed, form):
    assert normalise(typed) == form
    assert normalise(form) == form


@pytest.mark.parametrize(
    "name", ["", "ana@", "@example.org", "a@b", "a", "ana silva", "+49", "x" * 300 + "@example.org"]
)
def test_what_is_no_login_name_is_refused(name):
    assert login_name_problems(normalise(name))


@pytest.mark.parametrize("name", ["ana@example.org", "+49301234567", "AB1234", "00471199"])
def test_login_names_are_accepted(name):
    assert login_name_problems(name) == []


@pytest.mark.parametrize(
    "pin", ["", "123", "1234", "4321", "9012", "0000", "55555555", "2580", "1987", "12a4", "123456789", "١٢٣٤"]
)
def test_easy_pins_are_refused(pin):
    assert pin_problems(pin)


@pytest.mark.parametrize("pin", ["7394", "80516", "19870324"])
def test_other_pins_are_accepted(pin):
    assert pin_problems(pin) == []


def test_the_wait_grows_and_stays_below_its_bound():
    policy = SlowDown(free=5, first=15, longest=900, forget_after=HOUR)
    waits = [int(policy.wait_after(tries).total_seconds()) for tries in range(1, 14)]
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]
    assert policy.wait_after(10**9).total_seconds() == 900
    assert [policy.tries_left(tries) for tries in (1, 4, 5, 6)] == [4, 1, 0, 0]


@pytest.mark.parametrize(
    ("duties", "role", "kind"),
    [
        ({"doctor"}, Role.STAFF, "clinical"),
        ({"doctor", "administrator"}, Role.STAFF, "administrator"),
        ({"patient"}, Role.PATIENT, "patient"),
        ({"doctor", "patient"}, Role.PATIENT, "patient"),
        (set(), "", "clinical"),
    ],
)
def test_the_strictest_duty_decides_the_idle_time(duties, role, kind):
    assert sessions.kind_of(duties, role) == kind


@pytest.mark.parametrize(
    ("started", "seen", "kind", "why"),
    [
        (HOUR, 14 * MINUTE, "clinical", None),
        (HOUR, 15 * MINUTE, "clinical", SessionEnd.IDLE),
        (HOUR, 9 * MINUTE, "administrator", None),
        (HOUR, 10 * MINUTE, "administrator", SessionEnd.IDLE),
        (HOUR, 29 * MINUTE, "patient", None),
        (HOUR, 30 * MINUTE, "patient", SessionEnd.IDLE),
        (12 * HOUR, MINUTE, "patient", SessionEnd.ABSOLUTE),
        # The clock was put back: nothing is won by it.
        (-HOUR, -HOUR, "clinical", SessionEnd.ABSOLUTE),
        (HOUR, -10 * MINUTE, "clinical", SessionEnd.IDLE),
    ],
)
def test_when_a_session_is_over(started, seen, kind, why):
    assert sessions.why_over(NOW, started_at=NOW - started, last_seen_at=NOW - seen, kind=kind, limits=LIMITS) == why


def test_seconds_left_is_the_nearer_end():
    left = {"kind": "clinical", "limits": LIMITS}
    assert sessions.seconds_left(NOW, started_at=NOW - HOUR, last_seen_at=NOW - 14 * MINUTE, **left) == 60
    assert sessions.seconds_left(NOW, started_at=NOW - 12 * HOUR + MINUTE, last_seen_at=NOW, **left) == 60
    assert sessions.seconds_left(NOW, started_at=NOW - 13 * HOUR, last_seen_at=NOW, **left) == 0


HERE, THERE = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("new", "held", "codes"),
    [
        (Held("nurse", None, NOW, None), [], []),
        (Held("nurse", None, NOW, NOW), [], ["invalid"]),
        (Held("superuser", None, NOW, None), [], ["invalid"]),
        (Held("nurse", HERE, NOW, None), [Held("nurse", None, NOW - HOUR, None)], ["duplicate"]),
        (Held("nurse", HERE, NOW, None), [Held("nurse", THERE, NOW - HOUR, None)], []),
        (Held("nurse", HERE, NOW, None), [Held("nurse", HERE, NOW - HOUR, NOW)], []),
        (Held("nurse", HERE, NOW, None), [Held("nurse", HERE, NOW - HOUR, None, GrantStatus.WITHDRAWN)], []),
        (Held("doctor", None, NOW, None), [Held("doctor", None, NOW, None, GrantStatus.PENDING)], ["duplicate"]),
    ],
)
def test_which_duties_may_be_given(new, held, codes):
    assert [problem.code for problem in grant_problems(new, held)] == codes


def test_power_waits_for_a_second_person_unless_the_installation_gives_it():
    waiting = {duty for duty in Duty if needs_second_person(duty, given_by_a_person=True)}
    assert waiting == {Duty.ADMINISTRATOR, Duty.DOCTOR} == TWO_PERSON_DUTIES
    assert not any(needs_second_person(duty, given_by_a_person=False) for duty in Duty)


def test_nobody_approves_what_they_gave_or_are_given():
    giver, taker, other = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    facts = {"granted_by": giver, "granted_to": taker, "status": GrantStatus.PENDING}
    assert approval_problems(approver=other, **facts) == []
    assert approval_problems(approver=giver, **facts)
    assert approval_problems(approver=taker, **facts)
    assert approval_problems(approver=other, **facts | {"status": GrantStatus.ACTIVE})


def test_duties_add_up_and_never_take_away():
    for one in Duty:
        for other in Duty:
            both = permissions_of(frozenset({one, other}))
            assert both == permissions_of(frozenset({one})) | permissions_of(frozenset({other}))


def test_the_administrator_touches_no_patient():
    clinical = {"patients", "clinical", "diagnostics", "prescribing", "documents"}
    assert {
        name for name in permissions_of(frozenset({"administrator"})) if name.partition(".")[0] in clinical
    } == set()
    assert not any(
        "administrator" in PERMISSIONS[power].duties and power.startswith("prescribing") for power in POWERFUL
    )


def test_glass_is_never_broken_by_billing_the_desk_or_the_administrator():
    assert PERMISSIONS["patients.break_glass"].duties.isdisjoint(
        {"billing", "front-desk", "administrator", "privacy-officer", "laboratory"}
    )
