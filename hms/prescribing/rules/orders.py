"""Whether an order is complete, and who may sign it.

Sources: domain rules 36-40; HL7 MedicationRequest; ISMP. A dose, a unit, a route and a timing; as-needed
orders with the most a day and the least time between two; nobody prescribes for themselves.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from hms.core.problems import Problem
from hms.formulary.dosage import Dosage
from hms.prescribing.codes import OVER, STATUS_MOVES

LONGEST_COURSE_DAYS = 366


def dosage_problems(dosage: Dosage) -> list[Problem]:
    """What an order lacks that the one who gives the medicine must know."""
    problems = []
    if dosage.dose is None or dosage.dose <= 0:
        problems.append(_required("dose", _("Say how much one dose is.")))
    if not dosage.unit:
        problems.append(_required("dose_unit", _("Say the unit of the dose.")))
    if not dosage.route:
        problems.append(_required("route", _("Say how it is given.")))
    timed = bool(dosage.frequency and dosage.period and dosage.period_unit) or bool(dosage.when)
    if not dosage.as_needed and not timed:
        problems.append(_required("frequency", _("Say how often it is taken.")))
    if dosage.as_needed and not dosage.max_doses_a_day:
        problems.append(_required("max_doses_a_day", _("As needed: say how many times a day at most.")))
    if dosage.as_needed and not dosage.min_hours_between:
        problems.append(_required("min_hours_between", _("As needed: say how many hours at least between two.")))
    if dosage.days is not None and not 1 <= dosage.days <= LONGEST_COURSE_DAYS:
        text = _("A course lasts 1 to %(most)d days; leave it empty if it goes on.") % {"most": LONGEST_COURSE_DAYS}
        problems.append(Problem(code="value", text=text, field="days"))
    return problems


def course(dosage: Dosage, start: dt.date) -> tuple[dt.date, dt.date | None]:
    """First and last day it is taken; no last day for what goes on."""
    return start, start + dt.timedelta(days=dosage.days - 1) if dosage.days else None


def signer_problems(*, own_chart: bool, licensed: bool) -> list[Problem]:
    """Why this person may not sign."""
    problems = []
    if own_chart:
        text = _("You can't prescribe for yourself. Ask a colleague.")
        problems.append(Problem(code="forbidden", text=text))
    if not licensed:
        text = _("Your licence does not cover today, so you can't prescribe. Ask an administrator to check it.")
        problems.append(Problem(code="business-rule", text=text))
    return problems


def move_problems(before: str, after: str) -> list[Problem]:
    """Why a prescription can't go from one status to another."""
    if (before, after) in STATUS_MOVES:
        return []
    if before in OVER:
        text = _("This prescription has ended already. Write a new one.")
    else:
        text = _("This prescription can't be changed in that way.")
    return [Problem(code="business-rule", text=text, field="status")]


def override_problems(reason: str, text: str) -> list[Problem]:
    """An override wants a reason from the list and words of one's own."""
    problems = []
    if not reason:
        problems.append(_required("override_reason", _("Choose a reason.")))
    if len(text.strip()) < 3:
        problems.append(_required("override_text", _("Say it in your own words as well.")))
    return problems


def _required(field: str, text: str) -> Problem:
    return Problem(code="required", text=text, field=field)
