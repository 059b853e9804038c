"""How words become search words, and how well a designation answers what was typed.

Pure: no database, no clock. The same functions normalise what is stored and what is typed, so both
database engines, and a search years later, agree on what matches.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hms.terminology.vocabulary import EQUIVALENTS, LETTERED, NEUTRAL_WORDS, ORGANS, REWRITES, STOP_WORDS

_TOKEN = re.compile(r"[a-z0-9]+")
_POSSESSIVE = re.compile(r"[’'`]s\b")
_PARENTHESES = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_ENCOUNTER = re.compile(r",? initial encounter( for closed fracture)?$", re.I)
_ICD = re.compile(r"^[a-z]\d[0-9a-z]\.?[0-9a-z]{0,4}$", re.I)


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """One search word in the spelling that British, American and plural forms share.

    anaemia = anemia, tumour = tumor, generalised = generalized, stones = stone. The folding is crude on
    purpose: it is applied to both sides, so it need not yield a word, only the same string.
    """
    word = word.replace("ae", "e").replace("oe", "e").replace("our", "or").replace("z", "s")
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def plain(text: str) -> str:
    """Lower case, without accents and possessive s; the letter of hepatitis A becomes a word."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
    return LETTERED.sub(r"\1 \1\2", _POSSESSIVE.sub("", bare))


def words(text: str) -> list[str]:
    """The search words of a text in their order, folded, without stop words."""
    return [fold(token) for token in _TOKEN.findall(plain(text)) if token not in STOP_WORDS]


@dataclass(frozen=True, slots=True)
class Analysed:
    """A designation cut into words: the first `essential` of them decide how well it is answered."""

    words: tuple[str, ...]
    essential: int


def analyse(text: str) -> Analysed:
    """Cut a designation into essential words, then the ones that may stay unsaid.

    ICD puts nonessential modifiers in parentheses ("hypertension (arterial) (benign)": ICD-10-CM Official
    Guidelines, section I.A.7). Neutral words and the seventh character's "initial encounter" count as such.
    """
    heart = _ENCOUNTER.sub("", _PARENTHESES.sub(" ", text))
    essential = [word for word in words(heart) if word not in NEUTRAL_WORDS]
    seen = set(essential)
    rest = [word for word in words(text) if word not in seen]
    if not essential:
        return Analysed(tuple(dict.fromkeys(rest)), len(set(rest)))
    unique = tuple(dict.fromkeys(essential))
    return Analysed((*unique, *dict.fromkeys(rest)), len(unique))


def looks_like_icd(text: str) -> str | None:
    """The code somebody typed, dotted and in capitals, or None when it isn't one."""
    bare = text.strip().replace(" ", "")
    if not _ICD.match(bare):
        return None
    bare = bare.replace(".", "").upper()
    return bare if len(bare) == 3 else f"{bare[:3]}.{bare[3:]}"


def phrasings(text: str) -> list[list[str]]:
    """What was typed as lists of search words: as typed first, then as the classification would say it."""
    typed = " ".join(_TOKEN.findall(plain(text)))
    variants = [typed]
    for pattern, replacement in REWRITES:
        rewritten = pattern.sub(replacement, typed)
        if rewritten != typed:
            variants.append(_name_the_organ(rewritten))
    seen: list[list[str]] = []
    for variant in variants:
        folded = list(dict.fromkeys(words(variant)))
        if folded and folded not in seen:
            seen.append(folded)
    return seen


def _name_the_organ(phrase: str) -> str:
    head, _, where = phrase.partition("malignant neoplasm ")
    if not where or head:
        return phrase
    return f"malignant neoplasm {' '.join(ORGANS.get(word, word) for word in where.split())}"


@dataclass(frozen=True, slots=True)
class Hit:
    """How one typed word was found in a designation: the word there, and what that is worth (1 = as typed)."""

    word: str
    worth: float


def alternatives(word: str) -> tuple[str, ...]:
    """Words that a title may use instead of the typed one, folded."""
    return tuple(fold(other) for other in _FOLDED_EQUIVALENTS.get(word, ()))


def score(
    typed: Sequence[str], designation: Analysed, *, lay: bool, common: bool, complete: bool, title: bool
) -> float:
    """How well a designation answers the typed words; higher is better.

    What counts, in this order: all typed words are there; little else is there (a short title beats a
    long one); the first typed word opens the title; the code is one of the everyday ones.
    `complete` says the last word was typed in full (a space or another word follows).
    """
    present = {word: place for place, word in enumerate(designation.words)}
    worth = 0.0
    matched: dict[str, float] = {}
    for position, word in enumerate(typed):
        hit = _find(word, present, prefix=not complete and position == len(typed) - 1)
        if hit:
            worth += hit.worth
            matched[hit.word] = hit.worth
    answered = worth / len(typed)
    essential = designation.words[: designation.essential]
    covered = sum(matched.get(word, 0) for word in essential) / len(essential)
    points = 100 * answered + 60 * covered
    if essential[0] in matched:
        points += 8
    if lay and all(word in matched for word in essential):
        points += 30
    if common:
        points += 14
    if title:
        points += 4
    return points


def _find(word: str, present: dict[str, int], *, prefix: bool) -> Hit | None:
    if word in present:
        return Hit(word, 1.0)
    if prefix:
        begun = [other for other in present if other.startswith(word)]
        if begun:
            best = min(begun, key=len)
            return Hit(best, 0.5 + 0.45 * len(word) / len(best))
    for other in alternatives(word):
        if other in present:
            return Hit(other, 0.85)
    return None


_FOLDED_EQUIVALENTS: Final = {fold(word): others for word, others in EQUIVALENTS.items()}
