"""What the banner on every page about a patient says, gathered in three queries at most.

'No known allergies' names who asked and when; 'Allergies not recorded' is another thing and looks like it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import DateTimeField, UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hms.core import clock
from hms.core.prepared import Given, Prepared
from hms.patients import codes
from hms.patients.models import AllergyIntolerance, AllergyStatus, Flag, Patient

_ICONS = {
    codes.FlagCode.FALL_RISK: "person-walking",
    codes.FlagCode.ISOLATION: "shield-exclamation",
    codes.FlagCode.BLEEDING_RISK: "droplet",
    codes.FlagCode.NAME_ALERT: "people",
    codes.FlagCode.HEARING: "ear",
    codes.FlagCode.SIGHT: "eye-slash",
    codes.FlagCode.ADVANCE_DIRECTIVE: "file-earmark-text",
    codes.FlagCode.AGGRESSION: "exclamation-triangle-fill",
    codes.FlagCode.COMMUNICATION: "chat-left-text",
}
_TO_KNOW = frozenset(
    {codes.FlagCode.HEARING, codes.FlagCode.SIGHT, codes.FlagCode.COMMUNICATION, codes.FlagCode.ADVANCE_DIRECTIVE}
)

# Asked on every page about a patient.
_PATIENT = Given("patient", UUIDField())
_ALLERGIES = Prepared(
    lambda: (
        AllergyIntolerance.objects.live()
        .filter(patient=_PATIENT)
        .order_by("-criticality", "text", "id", "reactions__id")
        .values_list("id", "text", "type", "verification_status", "reactions__manifestation", "reactions__severity")
    )
)
_STATUS = Prepared(lambda: AllergyStatus.objects.filter(patient=_PATIENT, ended_at__isnull=True).order_by("pk")[:1])
_FLAGS = Prepared(lambda: Flag.objects.active(Given("now", DateTimeField())).filter(patient=_PATIENT))


class _Row(NamedTuple):
    """An allergy with one of its reactions, or with none."""

    id: Any
    text: str
    type: str
    verification_status: str
    manifestation: str | None
    severity: str | None


@dataclass(frozen=True, slots=True)
class Alert:
    """A pill of the banner."""

    text: str
    icon: str
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class AllergyLine:
    """One allergy in full: `penicillin – anaphylaxis, severe`."""

    text: str
    reactions: tuple[str, ...] = ()
    intolerance: bool = False
    unconfirmed: bool = False

    def __str__(self) -> str:
        shown = f"{self.text} – {'; '.join(self.reactions)}" if self.reactions else self.text
        if self.intolerance:
            shown = _("%(substance)s (intolerance)") % {"substance": shown}
        if self.unconfirmed:
            shown = _("%(substance)s (not confirmed)") % {"substance": shown}
        return shown


@dataclass(slots=True)
class Allergies:
    """The list, a statement that there is nothing to list, or neither: nobody has asked."""

    lines: list[AllergyLine] = field(default_factory=list)
    statement: str = ""
    stated_at: dt.datetime | None = None
    stated_by: str = ""

    @property
    def none_known(self) -> bool:
        return not self.lines and self.statement == codes.AllergyStatement.NONE_KNOWN

    @property
    def not_recorded(self) -> bool:
        return not self.lines and self.statement in ("", codes.AllergyStatement.UNABLE_TO_ASK)

    @property
    def text(self) -> str:
        return "\N{NO-BREAK SPACE}· ".join(str(line) for line in self.lines)


@dataclass(slots=True)
class Banner:
    """Everything the banner shows beside the patient's own columns."""

    allergies: Allergies
    alerts: list[Alert]
    states: list[Alert]


def banner_of(patient: Patient) -> Banner:
    """The banner's facts. Two queries, three where no allergy is on the list."""
    return Banner(allergies_of(patient), _alerts(patient), _states(patient))


def allergies_of(patient: Patient) -> Allergies:
    """What is known about allergies, in the three ways it can be known."""
    lines = _lines(_Row(*row) for row in _ALLERGIES(patient=patient.pk))
    if lines:
        return Allergies(lines)
    said = _STATUS.first(patient=patient.pk)
    if said is None:
        return Allergies()
    return Allergies([], said.statement, said.recorded_at, said.recorded_by_label)


def _lines(rows: Iterable[_Row]) -> list[AllergyLine]:
    severities = dict(codes.ReactionSeverity.choices)
    found: dict[Any, tuple[Any, list[str]]] = {}
    for row in rows:
        _row, reactions = found.setdefault(row.id, (row, []))
        if row.manifestation:
            severity = severities.get(row.severity)
            reactions.append(f"{row.manifestation}, {severity}" if severity else row.manifestation)
    return [
        AllergyLine(
            row.text,
            tuple(reactions),
            intolerance=row.type == codes.AllergyType.INTOLERANCE,
            unconfirmed=row.verification_status == codes.AllergyVerificationStatus.UNCONFIRMED,
        )
        for row, reactions in found.values()
    ]


def _alerts(patient: Patient) -> list[Alert]:
    alerts = [
        Alert(
            str(flag) if flag.code != codes.FlagCode.OTHER else (flag.note[:60] or str(flag)),
            _ICONS.get(flag.code, "exclamation-triangle"),
            "info" if flag.code in _TO_KNOW else "warn",
        )
        for flag in _FLAGS(patient=patient.pk, now=clock.now())
    ]
    if patient.interpreter_needed:
        words = (
            _("Interpreter: %(language)s") % {"language": language_name(patient.language)}
            if patient.language
            else _("Needs an interpreter")
        )
        alerts.append(Alert(words, "translate", "info"))
    if patient.multiple_birth:
        alerts.append(Alert(pgettext("alert: one of several born together", "Twin or more"), "people", "info"))
    return alerts


def _states(patient: Patient) -> list[Alert]:
    states = []
    if patient.merged_into_id:
        states.append(Alert(_("Merged into another record: write nothing here"), "sign-merge-right"))
    if patient.deceased:
        states.append(Alert(death_text(patient), "person-x"))
    if patient.unidentified:
        states.append(Alert(_("Identity not known: this name is an alias"), "person-fill-exclamation"))
    if patient.restricted:
        states.append(Alert(_("Confidential record: every look is reviewed"), "shield-lock"))
    return states


def death_text(patient: Patient) -> str:
    """Died 21-Nov-2026, as exactly as it is known."""
    from hms.core.values import day_text, partial_date_text

    when = day_text(patient.deceased_at) if patient.deceased_at else partial_date_text(patient.deceased_date_text)
    if not when:
        return _("Deceased")
    about = f"~{when}" if patient.deceased_date_estimated else when
    return _("Died %(day)s – reminders and visits are stopped") % {"day": about}


def language_name(code: str) -> str:
    """A language in the reader's own words; the code itself where nobody has a name for it."""
    from django.utils.translation import get_language_info

    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
