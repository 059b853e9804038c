"""Forms as the house writes them: renderer, fields, and the guard against stale and double writes.

Forms turn people's words into clean values; what is allowed is decided by rules and actions, whose problems come back
through `HouseForm.add_problems`.
"""

from hms.core.forms.fields import ClockField, DayField, MeasureField, MomentField, PartialDateField
from hms.core.forms.guard import FormGuard, guard_of
from hms.core.forms.house import HouseForm
from hms.core.forms.renderer import HouseBoundField, Renderer
from hms.core.forms.widgets import (
    Card,
    CheckboxCards,
    CheckboxSlots,
    ClockInput,
    DayInput,
    MomentInput,
    RadioCards,
    RadioSegment,
    RadioSlots,
    SearchInput,
)

__all__ = [
    "Card",
    "CheckboxCards",
    "CheckboxSlots",
    "ClockField",
    "ClockInput",
    "DayField",
    "DayInput",
    "FormGuard",
    "HouseBoundField",
    "HouseForm",
    "MeasureField",
    "MomentField",
    "MomentInput",
    "PartialDateField",
    "RadioCards",
    "RadioSegment",
    "RadioSlots",
    "Renderer",
    "SearchInput",
    "guard_of",
]
