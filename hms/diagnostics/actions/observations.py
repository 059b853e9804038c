"""Measured values come in, and are corrected by a new version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hms.clinical.models import Encounter
from hms.clinical.people import open_chart, practitioner_of
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.diagnostics import codes, facts, tables
from hms.diagnostics.models import Observation, ObservationComponent
from hms.diagnostics.rules import interpreting, measuring
from hms.organization.models import Facility
from hms.organization.policies import policy
from hms.patients.models import Patient
from hms.terminology.codes import LOINC
from hms.terminology.tables import rows, unit_label

Status = codes.ObservationStatus
TOLERANCE = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Reading:
    """A vital sign as somebody typed it: LOINC code and number."""

    code: str
    text: str


@action("diagnostics.record_observations")
def record_observations(
    *,
    by: Actor,
    patient: Patient,
    facility: Facility,
    items: Sequence[Reading],
    encounter: Encounter | None = None,
    effective_at: dt.datetime | None = None,
    note: str = "",
    confirmed: bool = False,
) -> list[Observation]:
    """Record vital signs measured together; body mass index follows from weight and height.

    Refused: nothing measured, a value no living person has, half a blood pressure, a time ahead, a visit of
    another patient; and once, until `confirmed`, a value that differs oddly from the last one.
    """
    patient = open_chart(by, patient)
    if encounter is not None and encounter.patient_id != patient.pk:
        text = _("This visit belongs to another patient. Nothing was recorded.")
        raise Refused(Problem(severity="fatal", code="conflict", text=text))
    when = effective_at or clock.now()
    values = _read(items, when)
    person = facts.of(patient, when)
    if not confirmed:
        earlier = facts.earlier_values(patient, when)
        numbers = {code: measured.value for code, measured in values.items()}
        if warnings := measuring.change_warnings(numbers, earlier, person.ages[0] if person.ages else None):
            raise Refused(*warnings)
    made = _Maker(patient, facility, encounter, when, practitioner_of(by), person, note)
    for code, measured in values.items():
        if code not in (codes.SYSTOLIC, codes.DIASTOLIC):
            made.single(code, measured)
    if codes.SYSTOLIC in values:
        made.blood_pressure(values[codes.SYSTOLIC], values[codes.DIASTOLIC])
    if codes.BODY_WEIGHT in values and codes.BODY_HEIGHT in values:
        made.body_mass_index(values[codes.BODY_WEIGHT], values[codes.BODY_HEIGHT])
    Observation.objects.bulk_create(made.observations)
    ObservationComponent.objects.bulk_create(made.components)
    trail.record(
        "observations.recorded",
        subject=made.observations[0],
        patient=patient,
        facility=facility,
        detail={"codes": [one.code for one in made.observations]},
    )
    return made.observations


@action("diagnostics.correct_observation")
def correct_observation(
    *, by: Actor, observation: Observation, text: str, reason: str, version: int | None = None
) -> Observation:
    """Replace a final value by a corrected one; the old stays readable behind it.

    Refused: a value that was replaced already or entered in error, one without a number, no reason.
    """
    old = take(Observation.objects.visible_to(by), observation.pk, version)
    if not old.is_final or old.value is None or Observation.objects.filter(replaces=old).exists():
        text = _("Only the latest final value can be corrected. Reload the page to see it.")
        raise Refused(Problem(code="business-rule", text=text))
    if not reason.strip():
        raise Refused(Problem(code="required", text=_("Say why the value is corrected."), field="reason"))
    measured = measuring.read_number(text)
    vital = tables.vitals().get(old.code)
    problems = measuring.value_problems(old.code, measured, _plausible(vital), "text") if vital else []
    if measured is None and not problems:
        problems = [Problem(code="invalid", text=_("This is not a number."), field="text")]
    if problems:
        raise Refused(*problems)
    assert measured is not None
    new = _replace(by, old, measured, reason)
    if old.code in (codes.BODY_WEIGHT, codes.BODY_HEIGHT):
        _body_mass_index_follows(by, new, reason)
    return new


def _replace(by: Actor, old: Observation, measured: measuring.Measured, reason: str) -> Observation:
    """The corrected value in the place of the old one, and a word to whoever read that."""
    new = Observation(
        **{f.attname: getattr(old, f.attname) for f in Observation._meta.concrete_fields if f.name not in _OWN}
    )
    new.status, new.replaces, new.replacement_reason = Status.CORRECTED, old, reason
    new.value, new.value_text, new.comparator = measured.value, measured.text, measured.comparator
    limits = interpreting.fitting(tables.limits().get(old.code, ()), old.unit, facts.of(old.patient, old.effective_at))
    new.interpretation = interpreting.interpret(measured.value, limits, measured.comparator) or _against_range(
        old, measured.value
    )
    new.performer, new.recorded_at, new.issued_at = practitioner_of(by), clock.now(), clock.now()
    new.released_at = clock.now() + policy("diagnostics.release_delay", old.facility) if old.released_at else None
    new.save(force_insert=True)
    trail.record(
        "observation.corrected",
        subject=new,
        patient=new.patient_id,
        facility=new.facility_id,
        detail={"code": new.code},
    )
    outbox.say("observation.corrected", new, key=f"observation.corrected:{new.pk}")
    return new


def _body_mass_index_follows(by: Actor, corrected: Observation, reason: str) -> None:
    """The index that was worked out from this weight or height is worked out anew."""
    together = Observation.objects.filter(
        patient=corrected.patient_id,
        effective_at=corrected.effective_at,
        code__in=[codes.BODY_WEIGHT, codes.BODY_HEIGHT, codes.BODY_MASS_INDEX],
        source="",
        value__isnull=False,
    )
    found = {row.code: row for row in together.current().select_related("facility", "patient")}
    if len(found) == 3:
        index = measuring.body_mass_index(found[codes.BODY_WEIGHT].value, found[codes.BODY_HEIGHT].value)
        old = found[codes.BODY_MASS_INDEX]
        if index != old.value:
            _replace(by, old, measuring.Measured(index, str(index)), reason)


# What a corrected value does not take over from the old one.
_OWN = {"id", "version", "source", "status", "replaces", "replacement_reason", "error_reason", "value", "value_text"}


def _read(items: Sequence[Reading], when: dt.datetime) -> dict[str, measuring.Measured]:
    """The numbers by code. Raises Refused with every problem at once."""
    problems: list[Problem] = []
    values: dict[str, measuring.Measured] = {}
    if when > clock.now() + TOLERANCE:
        problems.append(Problem(code="business-rule", text=_("This lies in the future."), field="effective_at"))
    for item in items:
        if not item.text.strip():
            continue
        vital = tables.vitals().get(item.code)
        if vital is None:
            problems.append(Problem(code="code-invalid", text=_("This is no vital sign."), field=item.code))
            continue
        measured = measuring.read_number(item.text)
        found = measuring.value_problems(item.code, measured, _plausible(vital))
        problems += found
        if measured and not found:
            values[item.code] = measured
    if not values and not problems:
        problems.append(Problem(code="required", text=_("Enter at least one value.")))
    if not problems:
        problems += measuring.pressure_problems({code: measured.value for code, measured in values.items()})
    if problems:
        raise Refused(*problems)
    return values


def _plausible(vital: tables.Vital) -> measuring.Plausible:
    return measuring.Plausible(
        name=str(codes.VITAL_NAMES[vital.loinc]),
        unit_label=unit_label(vital.limits.unit),
        least=vital.refuse_below,
        most=vital.refuse_above,
        decimals=vital.decimals,
    )


def _against_range(old: Observation, value: Decimal) -> str:
    """By the range that came with the result, where our own tables say nothing."""
    limits = interpreting.Limits(unit=old.unit, low=old.range_low, high=old.range_high)
    return interpreting.interpret(value, limits)


class _Maker:
    """Makes the unsaved rows of one set of vital signs."""

    def __init__(
        self,
        patient: Patient,
        facility: Facility,
        encounter: Encounter | None,
        when: dt.datetime,
        performer: Any,
        person: interpreting.Facts,
        note: str,
    ) -> None:
        now = clock.now()
        self.person = person
        self.common = {
            "patient": patient,
            "facility": facility,
            "encounter": encounter,
            "status": Status.FINAL,
            "category": codes.ObservationCategory.VITAL_SIGNS,
            "effective_at": when,
            "issued_at": now,
            "recorded_at": now,
            "released_at": now,
            "performer": performer,
            "note": note,
        }
        self.observations: list[Observation] = []
        self.components: list[ObservationComponent] = []

    def single(self, code: str, measured: measuring.Measured) -> None:
        self.observations.append(Observation(**self.common, **self._measurement(code, measured)))

    def blood_pressure(self, systolic: measuring.Measured, diastolic: measuring.Measured) -> None:
        panel = Observation(**self.common, system=LOINC, code=codes.BLOOD_PRESSURE, text=_display(codes.BLOOD_PRESSURE))
        self.observations.append(panel)
        for position, (code, measured) in enumerate(((codes.SYSTOLIC, systolic), (codes.DIASTOLIC, diastolic))):
            self.components.append(
                ObservationComponent(observation=panel, position=position, **self._measurement(code, measured))
            )

    def body_mass_index(self, weight: measuring.Measured, height: measuring.Measured) -> None:
        value = measuring.body_mass_index(weight.value, height.value)
        self.observations.append(
            Observation(
                **self.common,
                system=LOINC,
                code=codes.BODY_MASS_INDEX,
                text=_display(codes.BODY_MASS_INDEX),
                value=value,
                value_text=str(value),
                unit="kg/m2",
            )
        )

    def _measurement(self, code: str, measured: measuring.Measured) -> dict[str, Any]:
        vital = tables.vitals()[code]
        limits = interpreting.fitting(tables.limits()[code], vital.limits.unit, self.person)
        return {
            "system": LOINC,
            "code": code,
            "text": _display(code),
            "value": measured.value,
            "value_text": measured.text,
            "comparator": measured.comparator,
            "unit": vital.limits.unit,
            "range_low": limits.low if limits else None,
            "range_high": limits.high if limits else None,
            "interpretation": interpreting.interpret(measured.value, limits, measured.comparator),
        }


def _display(code: str) -> str:
    return next((row["display"] for row in rows("loinc") if row["code"] == code), code)
