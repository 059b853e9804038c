"""Changing what is known of a person: one form over the whole aggregate, one version."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Forbidden, Problem, Refused
from hms.core.records import Owned, take
from hms.patients import codes, indexing
from hms.patients.actions import rows
from hms.patients.intake import NewPatient
from hms.patients.models import Patient, PrivacySettings, RelatedPerson
from hms.patients.models.scope import CORRECT_IDENTITY
from hms.patients.rules.partial_dates import PartialDate
from hms.patients.rules.relations import majority_day

# Columns of the patient that a form may change. Those of identity need the permission to correct it.
_IDENTITY = ("birth_date_text", "birth_date_estimated", "birth_at", "gender", "sex_for_clinical_use")
_PERSON = ("gender_identity", "marital_status", "language", "interpreter_needed", "multiple_birth", "birth_order")


@action("patients.edit_patient")
def edit_patient(*, by: Actor, patient: Patient, version: int | None, told: NewPatient) -> Patient:
    """Make the record say what `told` says: person, names, contacts, addresses and identifiers.

    Refused when the record changed since (Stale, with both versions), when something told is wrong, and
    when identity would change and the actor may not correct it.
    """
    patient = take(Patient.objects.editable_by(by), patient.pk, version)
    if found := rows.problems(told):
        raise Refused(*found)
    names, contacts = list(patient.names.all()), list(patient.contacts.all())
    addresses, identifiers = list(patient.addresses.all()), list(patient.identifiers.all())
    changed = _person(patient, told)
    plan = [
        _Plan("names", names, told.names, lambda one, _n: rows.name_row(patient, one)),
        _Plan("contacts", contacts, told.contacts, lambda one, rank: rows.contact_row(patient, one, rank)),
        _Plan("addresses", addresses, told.addresses, lambda one, _n: rows.address_row(patient, one)),
        _Plan("identifiers", identifiers, told.identifiers, lambda one, _n: rows.identifier_row(patient, one)),
    ]
    changed += [part.name for part in plan if part.changes]
    if _touches_identity(changed, plan) and not by.may(CORRECT_IDENTITY):
        raise Forbidden(
            Problem(
                code="forbidden",
                text=_("The front desk corrects names, birth date, sex and numbers. Nothing of yours was saved."),
            )
        )
    indexing.label(patient, plan[0].wanted)
    # The root first: the triggers of the owned rows then know that this deed has advanced it.
    patient.save()
    for part in plan:
        part.write()
    if {"names", *_IDENTITY} & set(changed):
        indexing.refresh(patient)
    if "birth_date_text" in changed:
        _move_majority(patient)
    trail.record("patient.edited", subject=patient, patient=patient, detail={"fields": changed})
    return patient


@action("patients.restrict_patient")
def restrict_patient(*, by: Actor, patient: Patient, restriction: str, version: int | None = None) -> Patient:
    """Keep a record closer than others, or no longer: `restriction` is a code of `Restriction`, empty to lift it.

    Refused when the record changed since.
    """
    if restriction not in codes.Restriction.values:
        raise Refused(Problem(code="invalid", field="restriction", text=_("Choose why the record is confidential.")))
    patient = take(Patient.objects.findable_by(by), patient.pk, version)
    patient.restriction = restriction
    patient.save()
    trail.record("patient.restricted", subject=patient, patient=patient, detail={"restriction": restriction})
    return patient


@action("patients.edit_patient")
def set_privacy(*, by: Actor, patient: Patient, version: int | None = None, **settings: bool) -> PrivacySettings:
    """Record what the patient decided about being found and written to. Refused when the record changed since."""
    patient = take(Patient.objects.editable_by(by), patient.pk, version)
    chosen, _made = PrivacySettings.objects.get_or_create(patient=patient)
    for name, value in settings.items():
        setattr(chosen, name, value)
    chosen.save()
    trail.record("patient.privacy_set", subject=chosen, patient=patient, detail={"fields": sorted(settings)})
    return chosen


@action("patients.record_death")
def record_death(
    *,
    by: Actor,
    patient: Patient,
    on: PartialDate | None = None,
    at: dt.datetime | None = None,
    version: int | None = None,
) -> Patient:
    """Record that the patient died, on a day as exactly as it is known. Guardians and proxies end with it, and whatever
    other rooms have planned: they answer `patient.died`.

    Refused for a future date, for one before the birth, and for somebody recorded as deceased already.
    """
    patient = take(Patient.objects.alertable_by(by), patient.pk, version)
    now = clock.now()
    if patient.deceased:
        raise Refused(Problem(code="business-rule", text=_("This person is recorded as deceased already.")))
    if (at and at > now) or (on and on.exact_range[0] > now.date() + dt.timedelta(days=1)):
        raise Refused(Problem(code="invalid", field="on", text=_("The date of death is in the future.")))
    if on and patient.birth_low and on.exact_range[1] < patient.birth_low:
        raise Refused(Problem(code="invalid", field="on", text=_("The date of death is before the date of birth.")))
    patient.deceased, patient.deceased_at = True, at
    patient.deceased_date_text = on.text if on else ""
    patient.deceased_date_estimated = bool(on and on.estimated)
    patient.save()
    for relative in RelatedPerson.objects.speaking(now).filter(patient=patient):
        relative.end_at = max(now, relative.start_at or now)
        relative.save()
    trail.record("patient.died", subject=patient, patient=patient)
    outbox.say("patient.died", patient, key=f"patient.died:{patient.pk}:{patient.version}")
    return patient


@action("patients.record_death")
def take_back_death(*, by: Actor, patient: Patient, version: int | None = None) -> Patient:
    """The person lives: the death was recorded in error. Guardians and proxies are given anew by hand.

    Refused for somebody who is not recorded as deceased.
    """
    patient = take(Patient.objects.alertable_by(by), patient.pk, version)
    if not patient.deceased:
        raise Refused(Problem(code="business-rule", text=_("This person is not recorded as deceased.")))
    patient.deceased, patient.deceased_at = False, None
    patient.deceased_date_text, patient.deceased_date_estimated = "", False
    patient.save()
    trail.record("patient.death_taken_back", subject=patient, patient=patient)
    outbox.say("patient.death_taken_back", patient, key=f"patient.death_taken_back:{patient.pk}:{patient.version}")
    return patient


# --- The aggregate, part by part -------------------------------------------------------------------------------
class _Plan:
    """What becomes of the rows of one part: changed, added, removed."""

    def __init__(
        self, name: str, standing: Sequence[Any], told: Iterable[Any], build: Callable[[Any, int], Any]
    ) -> None:
        self.name = name
        by_id: dict[uuid.UUID, Any] = {row.pk: row for row in standing}
        self.wanted: list[Any] = []
        self.saves: list[tuple[Any, bool]] = []  # (row, whether it is new)
        for number, one in enumerate(told, 1):
            fresh = build(one, number)
            row = by_id.pop(one.id, None) if one.id else None
            if row is None:
                self.wanted.append(fresh)
                self.saves.append((fresh, True))
            else:
                self.wanted.append(row)
                if _take_over(row, fresh):
                    self.saves.append((row, False))
        self.removed: list[Owned] = list(by_id.values())

    @property
    def changes(self) -> bool:
        return bool(self.saves or self.removed)

    def write(self) -> None:
        for row in self.removed:
            row.delete()
        for row, new in self.saves:
            row.save(force_insert=new)


def _take_over(row: Any, fresh: Any) -> bool:
    """Copy the fresh row's values onto the standing one; whether anything differs."""
    differs = False
    for field in row._meta.concrete_fields:
        if field.name in ("id", "version", "patient"):
            continue
        value = getattr(fresh, field.attname)
        old = getattr(row, field.attname)
        if (bytes(old) if isinstance(old, memoryview) else old) != value:
            setattr(row, field.attname, value)
            differs = True
    return differs


def _person(patient: Patient, told: NewPatient) -> list[str]:
    """Copy the person's own columns; the names of those that changed."""
    before = {name: getattr(patient, name) for name in (*_IDENTITY, *_PERSON)}
    if (told.birth.text if told.birth else "") != patient.birth_date_text or (
        bool(told.birth and told.birth.estimated) != patient.birth_date_estimated
    ):
        patient.birth_date = told.birth
    patient.birth_at = told.birth_at
    patient.gender = told.gender
    patient.sex_for_clinical_use = told.sex_for_clinical_use or rows.same_sex(told.gender)
    for name in _PERSON:
        setattr(patient, name, getattr(told, name))
    return [name for name, value in before.items() if getattr(patient, name) != value]


def _touches_identity(changed: list[str], plan: list[_Plan]) -> bool:
    """Whether a birth date, sex, number or official name changes. Anybody who edits may add a name to use."""
    names, identifiers = plan[0], plan[3]
    official = any(row.use != codes.NameUse.USUAL for row, _new in names.saves) or bool(names.removed)
    return official or identifiers.changes or bool(set(_IDENTITY) & set(changed))


def _move_majority(patient: Patient) -> None:
    """Guardians' access ends with majority: on the new day, now that the birth date is another."""
    from hms.organization.policies import policy

    facility = patient.registered_in
    if patient.birth_date is None:
        return
    day = majority_day(patient.birth_date, policy("patients.majority_age", facility))
    end = clock.day_bounds(day, facility.time_zone if facility else "UTC")[0]
    ends_so = RelatedPerson.objects.filter(patient=patient, ends_at_majority=True, status=codes.RelatedStatus.ACTIVE)
    for relative in ends_so:
        relative.end_at = max(end, relative.start_at or end)
        relative.save()
