"""Which PINs may open a shared workstation again.

NIST SP 800-63B (2017), 5.1.1: at least 4 digits for a secret that is throttled and never the only factor;
guessable ones are refused against a list. The PIN only hands over a workstation on which its owner signed
in with everything else within the shift.
"""

from __future__ import annotations

from itertools import pairwise

from django.utils.translation import gettext as _

from hms.core.problems import Problem

SHORTEST, LONGEST = 4, 8
# The commonest in published counts of leaked PINs that are neither runs nor one digit repeated.
_COMMON = frozenset(
    {
        "1212",
        "2580",
        "0852",
        "1122",
        "1313",
        "1004",
        "2468",
        "1357",
        "6969",
        "4200",
        "5683",
        "112233",
        "121212",
        "123123",
        "147258",
        "159753",
    }
)


def pin_problems(pin: str) -> list[Problem]:
    """Why this can't be somebody's PIN."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return [Problem(code="invalid", field="pin", text=_("A PIN has 4 to 8 digits."))]
    if _is_run(pin) or len(set(pin)) == 1 or pin in _COMMON or _is_year(pin):
        return [
            Problem(
                code="invalid",
                field="pin",
                text=_("This PIN is too easy to guess. Choose another, not a year or a row of digits."),
            )
        ]
    return []


def _is_run(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return steps in ({1}, {9})


def _is_year(pin: str) -> bool:
    return len(pin) == 4 and 1920 <= int(pin) <= 2039
