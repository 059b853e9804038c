"""Slips people make when they write other people's names, numbers and dates. Seeded by the caller's generator."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata

from hms.patients.rules.equivalents import same_name
from hms.patients.rules.normalise import fold

_NEXT_KEY = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "kö", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "rz",
    "u": "iz", "v": "cb", "w": "qe", "x": "yc", "y": "x", "z": "tu",
}  # fmt: skip
_BY_EAR = [
    ("ph", "f"), ("ck", "k"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"), ("sch", "sh"),
    ("ei", "ai"), ("ie", "i"), ("th", "t"), ("y", "i"), ("w", "v"), ("z", "s"), ("c", "k"), ("ou", "u"), ("ee", "i"),
    ("oo", "u"), ("rr", "r"), ("d", "t"),
]  # fmt: skip
_CYRILLIC = [
    ("shch", "щ"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("yu", "ю"), ("ya", "я"),
    ("ey", "ей"), ("iy", "ий"), *zip("abvgdeziyklmnoprstufhwj", "абвгдезийклмнопрстуфхвй", strict=True),
]  # fmt: skip
_ARABIC = {
    "Mohammed": "محمد", "Ahmed": "أحمد", "Hassan": "حسن", "Hussein": "حسين", "Youssef": "يوسف", "Ibrahim": "إبراهيم",
    "Mahmoud": "محمود", "Mustafa": "مصطفى", "Khalid": "خالد", "Karim": "كريم", "Layla": "ليلى", "Fatima": "فاطمة",
}  # fmt: skip


def slip(rng: random.Random, name: str) -> str:
    """One letter left out, doubled, exchanged for its neighbour on the keyboard, or swapped with the next."""
    letters = [place for place, character in enumerate(name) if character.isalpha()]
    if len(letters) < 4:
        return name
    place = rng.choice(letters[1:])
    kind = rng.randrange(4)
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[:place] + name[place] + name[place:]
    if kind == 2:
        near = _NEXT_KEY.get(fold(name[place])[:1], "e")
        return name[:place] + rng.choice(near) + name[place + 1 :]
    if place + 1 < len(name) and name[place + 1].isalpha() and name[place] != name[place + 1]:
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


def by_ear(rng: random.Random, name: str) -> str:
    """As somebody writes it who only heard it."""
    fits = [(heard, written) for heard, written in _BY_EAR if heard in name.lower()]
    if not fits:
        return slip(rng, name)
    heard, written = rng.choice(fits)
    place = name.lower().index(heard)
    return name[:place] + written + name[place + len(heard) :]


def without_accents(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).translate(
        str.maketrans("ØøŁłĐđß", "OoLlDds")
    )


def other_office(rng: random.Random, name: str) -> str:
    """The same name as another passport office transliterates it, or unchanged."""
    others = sorted(same_name(fold(name)))
    return rng.choice(others).title() if others else name


def cyrillic(name: str) -> str:
    text = fold(name)
    for latin, letter in _CYRILLIC:
        text = text.replace(latin, letter)
    return text.title()


def arabic(name: str) -> str:
    return _ARABIC.get(name, name)


def second_spelling(name: str) -> str:
    return name.translate(
        str.maketrans(
            {
                "ä": "ae",
                "ö": "oe",
                "ü": "ue",
                "ß": "ss",
                "ø": "oe",
                "å": "aa",
                "Ø": "Oe",
                "Å": "Aa",
                "Ö": "Oe",
                "Ü": "Ue",
            }
        )
    )


def date_notation(rng: random.Random, day: dt.date) -> str:
    """A date as a person might type it."""
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
    return rng.choice(
        [
            f"{day.day}.{day.month}.{day.year}",
            f"{day.day:02d}-{month}-{day.year}",
            day.isoformat(),
            f"{day.day:02d} {day.month:02d} {day.year % 100:02d}",
            f"{day.day}/{day.month}/{day.year}",
            f"{day:%d%m%Y}",
            f"{day.day} {month} {day.year}",
        ]
    )


def date_slip(rng: random.Random, day: dt.date) -> dt.date:
    """The date with day and month exchanged, or one digit wrong."""
    if day.day <= 12 and day.day != day.month and rng.random() < 0.5:
        return day.replace(month=day.day, day=day.month)
    for _attempt in range(50):
        digits = list(day.strftime("%Y%m%d"))
        place = rng.randrange(3, 8)
        digits[place] = rng.choice("0123456789")
        try:
            changed = dt.datetime.strptime("".join(digits), "%Y%m%d").date()
        except ValueError:
            continue
        if changed != day and 1900 < changed.year <= 2026:
            return changed
    return day
