"""One normaliser for names, the same on every database.

A name is folded to lower-case ASCII words: accents fall, other scripts are transliterated, a Han name
gives its syllables. Each word has keys under which a misspelt word meets it: two phonetic keys and the
word with one letter left out (after Garbe's symmetric delete: two words one slip apart share such a
form). Databases only compare these keys for equality or order, so no extension, collation or trigram
index is needed, names of two letters work, and both engines give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import jellyfish
from anyascii import anyascii

# Kinds of key, as the first character: digits sort before letters in every collation.
WHOLE, ONE_LESS, SOUND, SKELETON = "0", "1", "2", "3"
_PREFIX = 7  # letters of a word that take part in the one-letter-less keys
_LONGEST_WORD = 40

# Words of a family name that people leave out, move, or run together.
_PARTICLES = """
al ap ben bin bint da dal das de del della den der di do dos du el ibn la las le los mac o of san st te ten ter
und van ve vom von y zu zum zur e af av abu um
"""
PARTICLES = frozenset(_PARTICLES.split())

# German, Nordic and Old English letters have a second customary spelling: Müller is Muller or Mueller.
_SECOND_SPELLING = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)
_APOSTROPHES = re.compile(r"['’‘ʼʻ`´′]")
_NO_DIGIT = re.compile(r"[^0-9]+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")


def fold(text: str) -> str:
    """Lower-case ASCII words, one space between them.

    >>> fold("García-Mármol"), fold("O’Reilly"), fold("Щукин"), fold("王小红")
    ('garcia marmol', 'oreilly', 'shchukin', 'wang xiao hong')
    """
    # Each Han character is a syllable of its own; anyascii would run them together.
    if not text.isascii():
        text = anyascii(_APOSTROPHES.sub("", _HAN.sub(lambda found: f" {anyascii(found.group())} ", text)))
    return _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", text).lower()).strip()


def spellings(text: str) -> list[str]:
    """The folded forms of a text: plain, and with the second customary spelling of its letters if it has one."""
    plain, second = fold(text), fold(text.translate(_SECOND_SPELLING))
    return [plain] if plain == second else [plain, second]


@lru_cache(maxsize=50_000)
def name_words(text: str) -> tuple[str, ...]:
    """Every word under which one part of a name is found, in order and without repetition.

    The single words, the part behind a leading apostrophe (Reilly of O’Reilly), and the words run
    together, because people type `vandenberg`, `garciamarmol` and `xiaohong`.
    """
    found: dict[str, None] = {}
    for spelling in spellings(text):
        words = [word[:_LONGEST_WORD] for word in spelling.split()]
        found.update(dict.fromkeys(words))
        for start in range(len(words)):
            for end in range(start + 2, min(start + 3, len(words)) + 1):
                found["".join(words[start:end])[:_LONGEST_WORD]] = None
        if len(words) > 3:
            found["".join(words)[:_LONGEST_WORD]] = None
    for piece in text.split():
        head, *rest = _APOSTROPHES.split(piece, maxsplit=1)
        if rest and len(head) <= 2 and (tail := fold(rest[0])):
            found.update(dict.fromkeys(tail.split()))
    return tuple(found)


def keys(word: str) -> Iterator[str]:
    """The keys of one folded word, each with its kind as first character. The whole word comes first."""
    yield WHOLE + word
    if word.isdigit():
        return
    yield from {ONE_LESS + short for short in one_letter_less(word)}
    if len(word) > 2:
        if sound := metaphone(word):
            yield SOUND + sound
        if len(bones := skeleton(word)) > 1:
            yield SKELETON + bones


def one_letter_less(word: str) -> set[str]:
    """The word's beginning, and it with each letter left out in turn."""
    start = word[:_PREFIX]
    if len(start) < 3:
        return {start}
    return {start} | {start[:place] + start[place + 1 :] for place in range(len(start))}


@lru_cache(maxsize=50_000)
def metaphone(word: str) -> str:
    """How an English reader says it (Philips, 1990)."""
    return jellyfish.metaphone(word)


_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^x", "s"),  # Xu, Xavier
        (r"(.)\1+", r"\1"),
        (r"tsch|tch|sch|sh|zh|sz|cz|ts|tz|ch(?![lrn])", "s"),
        (r"ch|ck|kh|gh|qu", "k"),
        (r"ph|pf", "f"),
        (r"th|dt", "t"),
        (r"dj|dzh", "j"),
        (r"x", "ks"),
        (r"c(?=[eiy])|(?<=i)c$", "s"),  # Cecilia; Ivanović
    )
)
_CLASSES = str.maketrans(
    {"b": "p", "v": "f", "w": "f", "c": "k", "g": "k", "q": "k", "d": "t", "z": "s", "j": "i", "y": "i"}
)
_VOWELS_AND_H = re.compile(r"[aeiouh]")


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """The consonants that survive another language's spelling: Mohammed and mhmd, Schulz and Shults, Iwanow and Ivanov.

    A coarse relative of Postel's Kölner Phonetik (1969) without its German bias: labials, velars,
    dentals and sibilants fall together, vowels and h go, a leading vowel leaves a mark.
    """
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    classes = word.translate(_CLASSES)
    mark = "A" if classes[:1] in tuple("aeiou") else ""
    return mark + _VOWELS_AND_H.sub("", classes).upper()


def phone_tail(text: str) -> str:
    """The last seven digits of a telephone number, by which national and international writing meet.

    +49 30 5550123, 0049305550123 and 030 5550123 share 5550123. Empty for fewer than six digits.
    NB: a candidate only: whoever uses it compares the whole numbers with `same_phone`.
    """
    digits = phone_digits(text)
    return digits[-7:] if len(digits) >= 6 else ""


def phone_digits(text: str) -> str:
    """The digits without leading zeros: neither the trunk 0 nor an exit 00 is part of the number."""
    return _NO_DIGIT.sub("", text if text.isascii() else anyascii(text)).lstrip("0")


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers can be the same line: one ends with the other, at least six digits of it."""
    short, long = sorted((phone_digits(one), phone_digits(other)), key=len)
    return len(short) >= 6 and long.endswith(short)


def email_key(text: str) -> str:
    """An e-mail address for comparison. The part before the @ is case-sensitive in theory and nowhere in fact."""
    return text.strip().casefold()


def identifier_key(text: str) -> str:
    """An identifier for comparison: letters and digits only, capital letters."""
    return _NOT_ALPHANUMERIC.sub("", (text if text.isascii() else anyascii(text)).upper())
