"""Money adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.core.money import Money

cents = st.integers(-(10**12), 10**12)


@given(cents, cents)
def test_adding_and_taking_away_again_changes_nothing(a, b):
    assert Money(a, "EUR") + Money(b, "EUR") - Money(b, "EUR") == Money(a, "EUR")


@given(cents, st.integers(1, 50))
def test_shares_add_up_to_the_whole(amount, parts):
    shares = Money(amount, "EUR").share(parts)
    assert sum(share.minor for share in shares) == amount
    assert max(shares).minor - min(shares).minor <= 1


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("0.30", "EUR", 30), ("1234", "JPY", 1234), ("1.234", "KWD", 1234), ("-5", "USD", -500)],
)
def test_minor_units_by_currency(amount, currency, minor):
    assert Money.of(amount, currency).minor == minor
    assert Money(minor, currency).amount == Decimal(amount)


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "EUR"), ("0.5", "JPY"), ("1", "euro"), ("1", "eur")])
def test_what_is_no_money_is_refused(amount, currency):
    with pytest.raises(ValueError, match=r".+"):
        Money.of(amount, currency)


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="don't add up"):
        Money(1, "EUR") + Money(1, "USD")


def test_rounding_is_half_to_even():
    assert [Money.rounded(Decimal(text), "EUR").minor for text in ("0.005", "0.015", "0.0251")] == [0, 2, 3]
