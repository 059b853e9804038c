"""What a diagnosis may say.

Sources: FHIR R4, Condition (9.2), constraints con-3, con-4, con-5; ICD-10-CM Official Guidelines FY 2026,
section I.B.2 (a code has its full number of characters) and section IV.H (uncertain outpatient diagnoses).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from hms.clinical.codes import (
    ENDED_CONDITION,
    OPEN_CONDITION,
    ConditionClinicalStatus,
    ConditionVerificationStatus,
    Laterality,
)
from hms.core.problems import Problem
from hms.patients.rules.partial_dates import PartialDate

V = ConditionVerificationStatus

# What is ruled out or entered in error is never taken back silently: it is recorded anew.
VERIFICATION_MOVES: Final[dict[str, frozenset[str]]] = {
    V.UNCONFIRMED: frozenset({V.PROVISIONAL, V.DIFFERENTIAL, V.CONFIRMED, V.REFUTED, V.ENTERED_IN_ERROR}),
    V.PROVISIONAL: frozenset({V.UNCONFIRMED, V.DIFFERENTIAL, V.CONFIRMED, V.REFUTED, V.ENTERED_IN_ERROR}),
    V.DIFFERENTIAL: frozenset({V.UNCONFIRMED, V.PROVISIONAL, V.CONFIRMED, V.REFUTED, V.ENTERED_IN_ERROR}),
    V.CONFIRMED: frozenset({V.REFUTED, V.ENTERED_IN_ERROR}),
    V.REFUTED: frozenset({V.CONFIRMED, V.ENTERED_IN_ERROR}),
    V.ENTERED_IN_ERROR: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Coded:
    """A code somebody chose, with what the code system says of it."""

    code: str
    display: str
    billable: bool
    retired: bool = False


def coding_problems(chosen: Coded | None) -> list[Problem]:
    """Whether the code may be recorded today."""
    if chosen is None:
        text = _("Choose a diagnosis from the list: a diagnosis in free words alone can't be checked or billed.")
        return [Problem(code="required", text=text, field="code")]
    if chosen.retired:
        text = _("%(code)s is no longer in use. Choose the code that replaced it.") % {"code": chosen.code}
        return [Problem(code="code-invalid", text=text, field="code")]
    if not chosen.billable:
        text = _("%(code)s is only a heading. Choose one of the complete codes below it.") % {"code": chosen.code}
        return [Problem(code="code-invalid", text=text, field="code")]
    return []


def period_problems(onset: str, abatement: str, clinical_status: str, today: dt.date) -> list[Problem]:
    """Onset and end are dates that can be, in order, not ahead; and only what is over has an end (con-4)."""
    problems: list[Problem] = []
    ranges: dict[str, tuple[dt.date, dt.date]] = {}
    for field, text in (("onset_text", onset), ("abatement_text", abatement)):
        if not text:
            continue
        try:
            ranges[field] = PartialDate(text).exact_range
        except ValueError:
            problems.append(Problem(code="invalid", text=_("This is not a date."), field=field))
            continue
        if ranges[field][0] > today:
            problems.append(Problem(code="business-rule", text=_("This date lies in the future."), field=field))
    if len(ranges) == 2 and ranges["abatement_text"][1] < ranges["onset_text"][0]:
        problems.append(Problem(code="invalid", text=_("It would end before it began."), field="abatement_text"))
    if abatement and clinical_status not in ENDED_CONDITION:
        text = _("Something with an end can't be active. Mark it as resolved, inactive or in remission.")
        problems.append(Problem(code="invariant", text=text, field="clinical_status"))
    return problems


def verification_problems(status: str, wanted: str) -> list[Problem]:
    """Whether the certainty may change so."""
    if status == wanted or wanted in VERIFICATION_MOVES.get(status, frozenset()):
        return []
    return [
        Problem(
            code="business-rule",
            text=_("A diagnosis that is “%(status)s” can't become “%(wanted)s”.")
            % {"status": V(status).label, "wanted": V(wanted).label},
            field="verification_status",
        )
    ]


def resolve_problems(clinical_status: str, wanted: str) -> list[Problem]:
    """Only something open is ended, and it is ended as one of three."""
    if clinical_status not in OPEN_CONDITION:
        return [Problem(code="business-rule", text=_("This diagnosis has ended already."), field="clinical_status")]
    if wanted not in ENDED_CONDITION:
        wanted_label = ConditionClinicalStatus(wanted).label if wanted in ConditionClinicalStatus.values else wanted
        text = _("“%(status)s” is no way to end a diagnosis.") % {"status": wanted_label}
        return [Problem(code="code-invalid", text=text, field="clinical_status")]
    return []


def laterality_problems(display: str, laterality: str) -> list[Problem]:
    """A side chosen beside a code that names another side (domain.md 52, 57: laterality must agree)."""
    named = named_side(display)
    if not laterality or not named or named == laterality:
        return []
    return [
        Problem(
            code="conflict",
            text=_(
                "The code says “%(named)s” and you chose “%(chosen)s”. Choose the other code, or leave the side out."
            )
            % {"named": Laterality(named).label, "chosen": Laterality(laterality).label},
            field="laterality",
        )
    ]


def named_side(display: str) -> str:
    """The side an ICD-10-CM title names: "left", "right", "bilateral", or "" where it names none."""
    found = {word for word in display.lower().replace(",", " ").split() if word in Laterality.values}
    return found.pop() if len(found) == 1 else ""


def likely_same(icd_code: str, other: str) -> bool:
    """Whether two codes are of one category, so that the second is probably the same illness again."""
    return bool(icd_code) and icd_code[:3] == other[:3]
