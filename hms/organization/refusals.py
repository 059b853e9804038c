"""What the rules of this room say no with: each a whole sentence that says what to do.

Apart from the rules, which know no language.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from hms.core.problems import Problem

UNKNOWN_ZONE: Final = Problem(
    code="invalid", field="time_zone", text=_("Choose a time zone from the list, for example Europe/Berlin.")
)
MALFORMED_CURRENCY: Final = Problem(
    code="invalid", field="currency", text=_("Write the currency as three capital letters, for example EUR.")
)
MALFORMED_COUNTRY: Final = Problem(
    code="invalid", field="country", text=_("Write the country as two capital letters, for example DE.")
)
PARENT_ELSEWHERE: Final = Problem(code="invalid", field="parent", text=_("Choose a department of the same facility."))
PARENT_RETIRED: Final = Problem(
    code="business-rule", field="parent", text=_("The department above is retired. Choose one that is in use.")
)
BELOW_ITSELF: Final = Problem(
    code="invalid", field="parent", text=_("A department can't be a part of itself or of one below it.")
)
HAS_DEPARTMENTS_BELOW: Final = Problem(
    code="business-rule", text=_("Departments below this one are still in use. Retire or move them first.")
)
HAS_PEOPLE: Final = Problem(
    code="business-rule", text=_("People still work in this department. End their roles here first.")
)
WRONG_TYPE: Final = Problem(code="invalid", field="value", text=_("This policy does not take such a value."))
TOO_LOW: Final = Problem(code="invalid", field="value", text=_("The value is lower than this policy allows."))
TOO_HIGH: Final = Problem(code="invalid", field="value", text=_("The value is higher than this policy allows."))
NOT_A_CHOICE: Final = Problem(code="invalid", field="value", text=_("Choose one of the values offered."))
BEGINS_IN_THE_PAST: Final = Problem(
    code="business-rule",
    field="in_force_from",
    text=_("A policy can't begin in the past. Choose today or a later day."),
)


def ends_too_early(field: str) -> Problem:
    """A period that holds no day."""
    return Problem(code="invalid", field=field, text=_("The last day must come after the first."))
