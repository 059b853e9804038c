"""How somebody says who they are: an e-mail address, a phone number or the number on their card.

One normal form each, so that what is typed at the login page finds what an administrator once wrote.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from hms.core.problems import Problem

LONGEST = 254
# E.164 (ITU-T, 2010): at most 15 digits behind the plus.
_PHONE = re.compile(r"\+\d{7,15}")
_CARD = re.compile(r"(?=.*\d)[0-9A-Z]{4,32}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SEPARATORS = re.compile(r"[\s().\-/\u2010-\u2015]+")


def normalise(typed: str) -> str:
    """The one form of a login name: "Ana@Example.ORG " → "ana@example.org", "0049 (30) 123-4567" → "+49301234567".

    Card numbers lose blanks and hyphens and are written large. Text that is none of the three comes back
    lower-cased and matches nobody.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if "@" in text:
        return text.lower()[:LONGEST]
    compact = _SEPARATORS.sub("", text).upper()
    # 00 is how a plus is dialled (ITU-T E.123); shorter strings of digits are card numbers.
    if compact.startswith("00") and _PHONE.fullmatch("+" + compact[2:]):
        compact = "+" + compact[2:]
    if _PHONE.fullmatch(compact) or _CARD.fullmatch(compact):
        return compact
    return text.lower()[:LONGEST]


def login_name_problems(name: str) -> list[Problem]:
    """Why a normalised name can't become somebody's login name."""
    if not name:
        return [
            Problem(
                code="required",
                field="login_name",
                text=_("Enter an e-mail address, a phone number with country code, or a card number."),
            )
        ]
    if len(name) > LONGEST or not (_EMAIL.fullmatch(name) or _PHONE.fullmatch(name) or _CARD.fullmatch(name)):
        return [
            Problem(
                code="invalid",
                field="login_name",
                text=_(
                    "This is no e-mail address, phone number with country code, or card number (4 to 32 characters)."
                ),
            )
        ]
    return []
