"""How a person's name is shown, shortened, sorted and checked.

A name is kept as the person gives it: one word or six, with or without a family name, in any script.
Capitals are made for display only and never stored. The display form is the one clinicians know from
the patient banner: `SURNAME, Given (Title)`.

Sources: NHS Common User Interface, Patient Banner and Patient Name Input and Display (2008-2010);
FHIR R4 HumanName; W3C, Personal names around the world (2011).
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

LONGEST = 200
# Scripts whose capitals mean "family name" to a reader. Georgian has capitals too, used for whole
# headlines only, so a Georgian name stays as written.
_SCRIPTS_WITH_CAPITALS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN")
_DOTTED_I = frozenset({"tr", "az", "crh", "tt"})
# FHIR name uses in the order in which one of them names the person on lists. A nickname or the name to
# use stands beside the usual or official name, it does not replace it on a wristband.
_PREFERENCE = ("usual", "official", "temp", "anonymous", "nickname", "old", "maiden")


class NameParts(Protocol):
    """Whatever has the parts of a name: a model row, a form, a parsed message."""

    use: str
    family: str
    given: str
    prefix: str
    suffix: str
    native: str


N = TypeVar("N", bound=NameParts)


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name. `given` holds all given names and a patronymic, `native` the name in its own script."""

    family: str = ""
    given: str = ""
    prefix: str = ""
    suffix: str = ""
    native: str = ""
    use: str = "official"
    start: dt.date | None = None
    end: dt.date | None = None
    id: uuid.UUID | None = None


def display(name: NameParts, language: str = "") -> str:
    """`GARCÍA MÁRMOL, Rosa (Mrs)`; a single name stands alone: `SUKARNO`; no Latin form: the native one."""
    family, given = tidy(name.family), tidy(name.given)
    if family and given:
        shown = f"{capitals(family, language)}, {given}"
    elif family or given:
        shown = capitals(family or given, language)
    else:
        shown = tidy(name.native)
    if suffix := tidy(name.suffix):
        shown = f"{shown} {suffix}"
    if prefix := tidy(name.prefix):
        shown = f"{shown} ({prefix})"
    return shown


def spoken(name: NameParts, *, family_first: bool = False) -> str:
    """As one writes a letter to somebody: `Mrs Rosa García Mármol`, or family name first where that is the custom."""
    parts = [name.family, name.given] if family_first else [name.given, name.family]
    words = [tidy(part) for part in (name.prefix, *parts, name.suffix)]
    return " ".join(word for word in words if word) or tidy(name.native)


def initials(name: NameParts) -> str:
    """One or two letters for the coloured disc: given name first. A Han or Hangul name gives its first character."""
    letters = [_first_letter(part) for part in (name.given, name.family)]
    return "".join(letter for letter in letters if letter) or _first_letter(name.native) or "?"


def preferred(names: Iterable[N]) -> N | None:
    """The name a list shows: the usual one, else the official, a temporary one, and former names last."""
    ranked = sorted(names, key=lambda name: _PREFERENCE.index(name.use) if name.use in _PREFERENCE else 99)
    return ranked[0] if ranked else None


def name_problems(name: NameParts) -> Mapping[str, str]:
    """Field → code of what is wrong: `required`, `long` or `control` (an invisible control character)."""
    problems: dict[str, str] = {}
    if not any(tidy(part) for part in (name.family, name.given, name.native)):
        problems["family"] = "required"
    for field in ("family", "given", "prefix", "suffix", "native"):
        value = getattr(name, field)
        if len(value) > LONGEST:
            problems[field] = "long"
        elif not value.isprintable() and any(unicodedata.category(character) == "Cc" for character in value):
            problems[field] = "control"
    return problems


def tidy(text: str) -> str:
    """Outer and doubled spaces removed, composed to one form; letters and case as the person wrote them."""
    # Plain ASCII has one form only.
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def capitals(text: str, language: str = "") -> str:
    """Capital letters for display, where the script has them and by the language's own rule.

    >>> capitals("d’Artagnan"), capitals("yılmaz ipek", "tr"), capitals("Weiß")
    ('D’ARTAGNAN', 'YILMAZ İPEK', 'WEISS')
    """
    if language[:3].rstrip("-_") in _DOTTED_I:
        text = text.replace("i", "İ")
    return "".join(character.upper() if _has_capitals(character) else character for character in text)


@lru_cache(maxsize=4096)
def _has_capitals(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_SCRIPTS_WITH_CAPITALS)


def _first_letter(text: str) -> str:
    for character in text:
        if character.isalpha():
            return capitals(character)[:1]
    return ""
