"""How alike two folded words are, 0 to 100, as a person at a counter would judge it.

Weights are ours, set on the search bench (bench/search.py): one slip in a long name is nearly the same
name, in a name of three letters it is mostly another one.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from hms.patients.rules.equivalents import same_name, short_forms
from hms.patients.rules.normalise import metaphone, skeleton

SAME, TRANSLITERATED, CALLED = 100, 95, 86
# Likeness by number of slips (left out, put in, exchanged, swapped) and length of the longer word.
_ONE_SLIP = {3: 72, 4: 80, 5: 86}
_TWO_SLIPS = {5: 62, 6: 74, 7: 74}
LEAST = 62


@lru_cache(maxsize=200_000)
def likeness(one: str, other: str) -> int:
    """0 for words that are not alike at all; symmetric."""
    if one == other:
        return SAME
    if other in same_name(one):
        return TRANSLITERATED
    best = CALLED if other in short_forms(one) else 0
    if len(one) < 3 or len(other) < 3:
        return best
    length, slips = max(len(one), len(other)), OSA.distance(one, other, score_cutoff=3)
    if slips == 1:
        best = max(best, _ONE_SLIP.get(length, 90))
    elif slips == 2 and length >= 5:
        best = max(best, _TWO_SLIPS.get(length, 80))
    elif slips == 3 and length >= 9:
        best = max(best, 68)
    if (bones := skeleton(one)) and len(bones) > 1 and bones == skeleton(other):
        best = max(best, 82 if metaphone(one) == metaphone(other) else 76)
    return best


def typed_likeness(typed: str, word: str) -> int:
    """As `likeness`, and a word somebody has begun to type counts more the less is missing."""
    best = likeness(typed, word)
    if len(typed) >= 3 and word.startswith(typed) and typed != word:
        best = max(best, 92 - min(len(word) - len(typed), 8))
    return best
