"""How words of the formulary are compared: lower case, no accents, no punctuation."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """'Co-amoxiclav 500' → 'co amoxiclav 500'."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_A_LETTER.sub(" ", plain.lower()).strip()
