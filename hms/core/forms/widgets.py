"""Controls: plain HTML that works without JavaScript, by touch and by keyboard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms

from hms.core import values


@dataclass(frozen=True, slots=True)
class Card:
    """A choice's label with a second line and an icon, for `RadioCards` and `CheckboxCards`."""

    label: Any
    detail: Any = ""
    icon: str = ""

    def __str__(self) -> str:
        return str(self.label)


class RadioCards(forms.RadioSelect):
    """One of a few, each a card with room for a second line."""

    template_name = "ui/widgets/cards.html"


class CheckboxCards(forms.CheckboxSelectMultiple):
    """Some of a few, each a card."""

    template_name = "ui/widgets/cards.html"


class RadioSlots(forms.RadioSelect):
    """One of many short ones, as a grid of buttons: times."""

    template_name = "ui/widgets/slots.html"


class CheckboxSlots(forms.CheckboxSelectMultiple):
    """Some of a few short ones, as a grid of buttons: days of the week."""

    template_name = "ui/widgets/slots.html"


class RadioSegment(forms.RadioSelect):
    """One of two to four, side by side."""

    template_name = "ui/widgets/segment.html"


class SearchInput(forms.TextInput):
    """A search box."""

    input_type = "search"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})


class DayInput(forms.DateInput):
    """A date as text, 23-Nov-2026: a browser's picker would show it in the browser's own order."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "class": "hms-short", **(attrs or {})})

    def format_value(self, value: Any) -> str:
        return values.day_text(value) if isinstance(value, dt.date) else str(value or "")


class ClockInput(forms.TimeInput):
    """A time as text, 24 hours."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "inputmode": "numeric", "class": "hms-short", **(attrs or {})})

    def format_value(self, value: Any) -> str:
        return values.clock_text(value) if isinstance(value, dt.time | dt.datetime) else str(value or "")


class MomentInput(forms.MultiWidget):
    """Date and time side by side."""

    template_name = "ui/widgets/moment.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        short = {"class": "form-control hms-short"}
        super().__init__({"day": DayInput(short), "clock": ClockInput(short)}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, dt.datetime):
            return [None, None]
        wall = values.wall(value)
        return [wall.date(), wall.time()]
