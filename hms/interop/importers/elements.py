"""One JSON object of a resource and its FHIR path. What is wrong in it is noted beside its path, never raised.

Two kinds of note: `refuse` for what FHIR forbids, which stops the resource; `keep` for what FHIR allows and our tables
can't say, which leaves it as original alone, with the reason in the report.

Refuses to repeat what people wrote: a problem names the place and what belongs there, and of the values codes alone.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from hms.core.problems import Problem

# What a code may be: one of our classes of choices, or codes named one by one.
Choices = type[TextChoices] | tuple[str, ...]
# The severity (FHIR's IssueSeverity) of a note that leaves a resource as original alone.
KEPT = "information"
# The characters FHIR's string may not hold; NUL is refused by PostgreSQL too.
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


class Number(Decimal):
    """A decimal that remembers how it was written: 72.50 is not 72.5, and 1e2 not 100 (FHIR R4, decimal)."""

    text: str

    def __new__(cls, text: str) -> Number:
        made = super().__new__(cls, text)
        made.text = text
        return made


class Element:
    """Typed access to the members of one object. An absent one is empty: falsy, and everything asked of it is too."""

    __slots__ = ("path", "problems", "value")

    def __init__(self, value: Any, path: str, problems: list[Problem]) -> None:
        self.path, self.problems = path, problems
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if value is not None and not isinstance(value, dict):
            self._structure("", _("Here belongs an object."))

    def __bool__(self) -> bool:
        return bool(self.value)

    def refuse(self, name: str, text: str, code: str = "invalid") -> None:
        """Note that a member is wrong."""
        self.problems.append(Problem(code=code, text=text, field=f"{self.path}.{name}" if name else self.path))

    def keep(self, name: str, text: str) -> None:
        """Note that a member is right and fits no column of ours, so that the resource is kept as original alone."""
        field = f"{self.path}.{name}" if name else self.path
        self.problems.append(Problem(severity=KEPT, code="not-supported", text=text, field=field))

    def lack(self, name: str, text: str) -> None:
        """Note that a member FHIR asks for says nothing. Refused where it is not there at all.

        One that is there without a value is legal: by an extension (data-absent-reason), or without a code or words.
        `name` of a choice is its beginning: "medication" for medicationReference and _medicationReference.
        """
        if any(key.removeprefix("_").startswith(name) for key in self.value):
            self.keep(name, text)
        else:
            self.refuse(name, text, "required")

    def has(self, name: str) -> bool:
        return name in self.value

    def one_of(self, *names: str) -> str:
        """Which of the types of a value[x] is there; "" for none. Refused: two of them."""
        found = [name for name in names if name in self.value]
        if len(found) > 1:
            self.refuse(found[1], _("Only one of %(names)s may be there.") % {"names": ", ".join(found)})
        return found[0] if found else ""

    # --- Objects ---------------------------------------------------------------------------------------------
    def element(self, name: str) -> Element:
        return Element(self.value.get(name), f"{self.path}.{name}", self.problems)

    def elements(self, name: str) -> list[Element]:
        return [
            Element(one, f"{self.path}.{name}[{place}]", self.problems) for place, one in enumerate(self._list(name))
        ]

    def first(self, name: str) -> Element:
        """The first of several, or an empty one."""
        found = self.elements(name)
        return found[0] if found else Element(None, f"{self.path}.{name}", self.problems)

    # --- Values ----------------------------------------------------------------------------------------------
    def string(self, name: str, longest: int = 0) -> str:
        """Words for people: tidied at both ends, cut to what a column holds (the original has them whole)."""
        return self._string(self.value.get(name), name, longest)

    def strings(self, name: str) -> list[str]:
        return [self._string(one, f"{name}[{place}]") for place, one in enumerate(self._list(name))]

    def token(self, name: str, longest: int = 0) -> str:
        """Words for machines (uri, id, code). Refused: too long, because a part of one is another one."""
        text = self._string(self.value.get(name), name)
        if longest and len(text) > longest:
            self.refuse(name, _("Longer than %(limit)d characters.") % {"limit": longest}, "too-long")
            return ""
        return text

    def code(self, name: str, choices: Choices, *, required: bool = False, default: str = "") -> str:
        """A code with a required binding. Refused: another one; none where one must be."""
        text = self.token(name)
        if not text:
            if required:
                self.lack(name, _("A code must be here."))
            return default
        if text not in (allowed := codes_of(choices)):
            self.refuse(name, not_one_of(text, allowed), "code-invalid")
            return default
        return text

    def boolean(self, name: str) -> bool | None:
        value = self.value.get(name)
        if value is None or isinstance(value, bool):
            return value
        return self._structure(name, _("Here belongs true or false."))

    def integer(self, name: str, most: int = 2**31 - 1) -> int | None:
        """A whole number from 0 up; one beyond `most` stays in the original. Refused: others."""
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            return self._structure(name, _("Here belongs a whole number."))
        if value < 0:
            self.refuse(name, _("Here belongs a number from 0 up."))
        return value if 0 <= value <= most else None

    def decimal(self, name: str) -> Number | None:
        value = self.value.get(name)
        if value is None or isinstance(value, Number):
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            return self._structure(name, _("Here belongs a number."))
        return Number(str(value))

    # --- Below -------------------------------------------------------------------------------------------------
    def _list(self, name: str) -> list[Any]:
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self._structure(name, _("Here belongs a list."))
            return []
        return value

    def _string(self, value: Any, name: str, longest: int = 0) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self._structure(name, _("Here belongs a text."))
            return ""
        if not value.isprintable() and (value != value.translate(_CONTROL) or not _is_unicode(value)):
            self.refuse(name, _("This text holds a character that no text may hold."))
            return ""
        value = value.strip()
        return value if not longest or len(value) <= longest else value[: longest - 1] + "…"

    def _structure(self, name: str, text: str) -> None:
        self.refuse(name, text, "structure")


@cache
def codes_of(choices: Choices) -> tuple[str, ...]:
    """The codes of a class of choices, or those that are named."""
    return tuple(choices) if isinstance(choices, tuple) else tuple(choices.values)


def not_one_of(code: str, choices: Choices) -> str:
    """The sentence for a code outside its binding."""
    allowed = codes_of(choices)
    named = ", ".join(allowed) if len(allowed) <= 12 else ", ".join(allowed[:12]) + ", …"
    return _("“%(code)s” is not one of %(allowed)s.") % {"code": code[:40], "allowed": named}


def _is_unicode(text: str) -> bool:
    # Half a surrogate pair ("\ud83d" alone) is legal JSON and can't be stored.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
