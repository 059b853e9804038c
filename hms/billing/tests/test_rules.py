"""Cases and properties of the rules of money. No database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.billing import rules
from hms.billing.forms import MoneyField
from hms.billing.rules import Amounts, Owed

D = Decimal
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("unit", "quantity", "tax", "net", "total"),
    [
        (1000, "1", "19", 1000, 1190),
        (1000, "3", "0", 3000, 3000),
        (999, "3", "19", 2997, 3566),  # 569.43 of tax
        (333, "1.5", "7", 500, 535),  # 499.5 goes up
        (1, "0.5", "0", 1, 1),  # half a cent goes up
        (1, "0.499", "0", 0, 0),
        (50, "1", "19", 50, 60),  # 9.5 goes up
        (0, "1", "19", 0, 0),
    ],
)
def test_a_line_is_rounded_net_first_then_tax_half_away_from_zero(unit, quantity, tax, net, total):
    amounts = rules.line_amounts(unit, D(quantity), D(tax))
    assert (amounts.net, amounts.total) == (net, total)


units = st.integers(0, 10**9)
quantities = st.decimals("0.001", "99999.999", places=3)
taxes = st.decimals("0", "99.99", places=2)
amounts = st.builds(rules.line_amounts, units, quantities, taxes)


@given(units, quantities, taxes)
def test_a_credit_is_the_exact_negative(unit, quantity, tax):
    assert rules.line_amounts(unit, -quantity, tax) == -rules.line_amounts(unit, quantity, tax)


@given(units, quantities, taxes)
def test_rounding_is_never_off_by_more_than_half_a_unit(unit, quantity, tax):
    line = rules.line_amounts(unit, quantity, tax)
    assert abs(D(line.net) - D(unit) * quantity) <= D("0.5")
    assert abs(D(line.tax) - D(line.net) * tax / 100) <= D("0.5")


@given(st.lists(amounts))
def test_an_invoice_is_the_sum_of_its_lines_in_any_order(lines):
    whole = rules.totals(lines)
    assert whole == rules.totals(reversed(lines))
    assert whole.total == sum(line.total for line in lines)


@given(st.integers(0, 10**9), st.lists(st.builds(Owed, st.text(max_size=3), st.integers(0, 10**6), st.dates())))
def test_allocation_neither_makes_nor_loses_money(amount, owed):
    shares, left = rules.allocate(amount, owed)
    assert sum(share for _what, share in shares) + left == amount
    assert all(share > 0 for _what, share in shares)
    assert left == 0 or sum(share for _what, share in shares) == sum(one.minor for one in owed)


def test_the_oldest_is_paid_first():
    owed = [Owed("new", 50, date(2026, 2, 1)), Owed("old", 30, date(2026, 1, 1))]
    assert rules.allocate(40, owed) == ([("old", 30), ("new", 10)], 0)
    assert rules.allocate(100, owed) == ([("old", 30), ("new", 50)], 20)


@pytest.mark.parametrize(
    ("quantity", "unit", "on", "fields"),
    [
        ("1", 10, TODAY, []),
        ("0", 10, TODAY, ["quantity"]),
        ("-1", 10, TODAY, ["quantity"]),
        ("1", -1, TODAY, ["unit_price"]),
        ("1", 0, TODAY, []),
        ("1", 10, date(2026, 11, 24), ["occurred_on"]),
    ],
)
def test_what_can_be_charged(quantity, unit, on, fields):
    found = rules.charge_problems(quantity=D(quantity), unit_minor=unit, on=on, today=TODAY)
    assert [problem.field for problem in found] == fields


@pytest.mark.parametrize(
    ("amount", "outstanding", "status", "code"),
    [
        (100, 100, "issued", None),
        (1, 100, "issued", None),
        (101, 100, "issued", "invalid"),
        (0, 100, "issued", "invalid"),
        (-5, 100, "issued", "invalid"),
        (100, 0, "balanced", "conflict"),
        (100, 100, "draft", "business-rule"),
        (100, 0, "cancelled", "business-rule"),
    ],
)
def test_what_can_be_paid(amount, outstanding, status, code):
    found = rules.payment_problems(amount=amount, outstanding=outstanding, status=status)
    assert [problem.code for problem in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("outstanding", "credited", "total", "now", "after"),
    [
        (100, 0, 100, "issued", "issued"),
        (40, 0, 100, "issued", "issued"),
        (0, 0, 100, "issued", "balanced"),
        (100, 0, 100, "balanced", "issued"),  # a payment was taken back
        (0, 100, 100, "issued", "cancelled"),
        (0, 100, 100, "balanced", "cancelled"),
        (0, 100, 100, "cancelled", "cancelled"),
        (0, 0, 0, "issued", "balanced"),  # everything was free
    ],
)
def test_the_status_follows_the_money(outstanding, credited, total, now, after):
    assert rules.status_after(outstanding=outstanding, credited=credited, total=total, now=now) == after


@pytest.mark.parametrize(
    ("status", "kind", "credited", "refused"),
    [
        ("issued", "invoice", 0, False),
        ("balanced", "invoice", 0, False),  # paid ones can be credited too
        ("draft", "invoice", 0, True),
        ("cancelled", "invoice", 100, True),
        ("issued", "invoice", 100, True),
        ("balanced", "credit-note", 0, True),
    ],
)
def test_what_can_be_credited(status, kind, credited, refused):
    assert bool(rules.credit_problems(status=status, kind=kind, credited=credited, total=100)) is refused


def test_amounts_add_up():
    assert Amounts(10, 2) + Amounts(-10, -2) == rules.NOTHING


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("18.5", "EUR", 1850),
        ("18,50", "EUR", 1850),
        ("1 234.50", "EUR", 123450),
        ("1'234,50", "CHF", 123450),
        ("1000", "JPY", 1000),
        ("1.234", "KWD", 1234),
        ("", "EUR", None),
    ],
)
def test_an_amount_is_read_as_it_was_meant(text, currency, minor):
    assert MoneyField(currency=currency, required=False).clean(text) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1,234", "EUR"),
        ("1.234", "EUR"),
        ("10.505", "EUR"),
        ("10.5", "JPY"),
        ("ten", "EUR"),
        ("1e5", "EUR"),
        ("1,2,3", "EUR"),
    ],
)
def test_an_amount_that_could_be_two_is_refused(text, currency):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        MoneyField(currency=currency).clean(text)
