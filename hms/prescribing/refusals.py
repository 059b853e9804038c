"""Why a prescription is refused, in words: every sentence once."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from hms.core.problems import Problem


def _lacks(field: str, text: object) -> Problem:
    return Problem(code="required", text=text, field=field)


# --- What an order lacks ------------------------------------------------------------------------------------------
NO_DOSE: Final = _lacks("dose", _("Say how much one dose is."))
NO_UNIT: Final = _lacks("dose_unit", _("Say the unit of the dose."))
NO_ROUTE: Final = _lacks("route", _("Say how it is given."))
NO_TIMING: Final = _lacks("timing", _("Say how often it is taken."))
NO_CEILING: Final = _lacks("max_doses_a_day", _("As needed: say how many times a day at most."))
NO_INTERVAL: Final = _lacks("min_hours_between", _("As needed: say how many hours at least between two."))
COURSE_TOO_LONG: Final = Problem(
    code="value", text=_("A course lasts up to 366 days; leave it empty if it goes on."), field="days"
)
EMPTY_BASKET: Final = Problem(code="required", text=_("The basket is empty: there is nothing to sign."))

# --- Who and where --------------------------------------------------------------------------------------------------
OWN_CHART: Final = Problem(code="forbidden", text=_("You can't prescribe for yourself. Ask a colleague."))
NO_LICENCE: Final = Problem(
    code="business-rule",
    text=_("Your licence does not cover today, so you can't prescribe. Ask an administrator to check it."),
)
OTHER_PATIENTS_VISIT: Final = Problem(
    severity="fatal",
    code="conflict",
    text=_("This visit belongs to another patient. Nothing was prescribed."),
)
VISIT_CANCELLED: Final = Problem(
    code="business-rule", text=_("This visit was cancelled, so nothing can be prescribed in it.")
)
NO_VISIT: Final = Problem(code="invalid", text=_("Start a visit first; a prescription belongs to one."))
NO_PRODUCT_HERE: Final = Problem(
    code="business-rule",
    text=_("This came from elsewhere and has no product here. Look the medicine up and prescribe it anew."),
)

# --- Issues ---------------------------------------------------------------------------------------------------------
ALERT_GONE: Final = Problem(
    code="conflict", text=_("This alert no longer stands as it did. Look at the basket as it is now.")
)
CHECK_DID_NOT_RUN: Final = Problem(code="business-rule", text=_("Nobody can override a check that did not run."))
NO_OVERRIDE_REASON: Final = _lacks("override_reason", _("Choose a reason."))
NO_OVERRIDE_WORDS: Final = _lacks("override_text", _("Say it in your own words as well."))

# --- Endings --------------------------------------------------------------------------------------------------------
ENDED_ALREADY: Final = Problem(
    code="business-rule", text=_("This prescription has ended already. Write a new one."), field="status"
)
NO_SUCH_MOVE: Final = Problem(
    code="business-rule", text=_("This prescription can't be changed in that way."), field="status"
)
NO_ENDING_REASON: Final = _lacks("reason", _("Choose a reason."))
NO_ERROR_REASON: Final = _lacks("error_reason", _("Say why it was entered in error."))
