"""The medical record number: nine digits, opaque, with a check digit.

Eight digits are drawn at random and say nothing about the person or the day; the ninth is Damm's
check digit, which catches every single wrong digit and every pair of neighbours swapped, the two
slips people make when they copy a number. A number is never used again: a merged or purged patient
keeps the row that holds it, so the unique index refuses it to anybody else.

Source: H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004 (the table of order ten).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

LENGTH = 9
_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """Damm's check digit of a run of digits."""
    state = "0"
    for digit in digits:
        state = _TABLE[int(state)][int(digit)]
    return state


def new_mrn(draw: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh number, stored as nine digits without spaces. `draw(n)` gives 0 … n-1.

    NB: it may meet a number already given; the caller draws again.
    """
    digits = str(10_000_000 + draw(90_000_000))  # never a leading zero: spreadsheets eat it
    return digits + check_digit(digits)


def is_mrn(text: str) -> bool:
    """Whether nine digits end in their own check digit."""
    return len(text) == LENGTH and text.isascii() and text.isdigit() and check_digit(text) == "0"


def typed_mrn(text: str) -> str:
    """What somebody typed or scanned, as stored: `4071 8226-5` is `407182265`. Empty if it can't be one."""
    digits = "".join(character for character in text if character.isalnum())
    return digits if is_mrn(digits) else ""


def grouped(mrn: str) -> str:
    """As people read it aloud: `4071 8226 5`."""
    return f"{mrn[:4]} {mrn[4:8]} {mrn[8:]}" if len(mrn) == LENGTH else mrn
