"""What follows from prices, quantities and payments. Pure: whole minor units, no database, no clock.

Rounding: each line by itself, half away from zero, net first and then the tax on the rounded net. Totals are
sums of lines, so an invoice adds up for whoever checks it with a pencil.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from hms.billing import refusals
from hms.billing.codes import InvoiceStatus
from hms.core.problems import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Minor units of one line or of an invoice: net + tax = total, always."""

    net: int
    tax: int

    @property
    def total(self) -> int:
        return self.net + self.tax

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.net + other.net, self.tax + other.tax)

    def __neg__(self) -> Amounts:
        return Amounts(-self.net, -self.tax)


NOTHING = Amounts(0, 0)


def line_amounts(unit_minor: int, quantity: Decimal, tax_percent: Decimal) -> Amounts:
    """Net and tax of `quantity` times `unit_minor` (net price of one) with `tax_percent` (19 for 19 %)."""
    net = rounded(Decimal(unit_minor) * quantity)
    return Amounts(net, rounded(Decimal(net) * tax_percent / 100))


def totals(lines: Iterable[Amounts]) -> Amounts:
    """The sum of lines."""
    whole = NOTHING
    for line in lines:
        whole += line
    return whole


def rounded(amount: Decimal) -> int:
    """Half away from zero, so that a credit note is the exact negative of what it credits."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def charge_problems(*, quantity: Decimal, unit_minor: int, on: date, today: date) -> list[Problem]:
    """A charge is for something given, in a positive amount, at a price that is not negative."""
    problems = []
    if quantity <= 0:
        problems.append(refusals.NO_QUANTITY)
    if unit_minor < 0:
        problems.append(refusals.NEGATIVE_PRICE)
    if on > today:
        problems.append(refusals.DAY_TO_COME)
    return problems


def payment_problems(*, amount: int, outstanding: int, status: str) -> list[Problem]:
    """A payment is positive, for an issued invoice, and not more than is owed."""
    if status == InvoiceStatus.BALANCED:
        return [refusals.PAID_ALREADY]
    if status != InvoiceStatus.ISSUED:
        return [refusals.NOT_ISSUED]
    if amount <= 0:
        return [refusals.NO_AMOUNT]
    if amount > outstanding:
        return [refusals.MORE_THAN_OWED]
    return []


@dataclass(frozen=True, slots=True)
class Owed(Generic[T]):
    """What is still open on one invoice or line, and since when."""

    what: T
    minor: int
    since: date


def allocate(amount: int, owed: Sequence[Owed[T]]) -> tuple[list[tuple[T, int]], int]:
    """Spread a payment, oldest first. Returns the shares, none of them zero, and what is left over."""
    shares: list[tuple[T, int]] = []
    for one in sorted(owed, key=lambda one: one.since):
        share = min(amount, one.minor)
        if share > 0:
            shares.append((one.what, share))
            amount -= share
    return shares, amount


def status_after(*, outstanding: int, credited: int, total: int, now: str) -> str:
    """The status of an issued invoice once a payment or credit note is booked.

    Wholly credited: cancelled. Nothing open: balanced. A payment taken back opens it again.
    """
    if credited >= total > 0:
        return InvoiceStatus.CANCELLED
    if now == InvoiceStatus.CANCELLED:
        return now
    return InvoiceStatus.BALANCED if outstanding <= 0 else InvoiceStatus.ISSUED


def credit_problems(*, status: str, kind: str, credited: int, total: int) -> list[Problem]:
    """An issued invoice can be credited, paid or not, but no more than once in whole."""
    if kind != "invoice" or status not in {InvoiceStatus.ISSUED, InvoiceStatus.BALANCED}:
        return [refusals.NOT_CREDITABLE]
    # One over nothing is credited like any other, for its services to be billed anew.
    if credited >= total > 0:
        return [refusals.CREDITED_ALREADY]
    return []
