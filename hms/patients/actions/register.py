"""Registering a person: with a name, without one, and just born."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hms.core import clock, locks, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Forbidden, Problem, Refused
from hms.core.records import take
from hms.patients import codes, duplicates, indexing
from hms.patients.actions import rows
from hms.patients.intake import NewPatient
from hms.patients.models import DuplicateDecision, Flag, Patient, PatientName, RelatedPerson
from hms.patients.rules import aliases, newborns
from hms.patients.rules.names import Name, preferred
from hms.patients.rules.partial_dates import PartialDate
from hms.patients.rules.relations import majority_day

LONGEST_NEWBORN = dt.timedelta(days=366)
LONGEST_LABOUR = dt.timedelta(hours=36)
# A record bears the moment at which its deed began, and is seen when the deed ends.
_LONGEST_DEED = dt.timedelta(minutes=1)
_REGISTERING = uuid.UUID("7f6d0f0c-2f0e-4c57-9a52-9a9c1b8a5f11")


class LooksRegistered(Refused):
    """Somebody already registered is probably this person. `look_alikes` are the records and their reasons."""

    def __init__(self, look_alikes: Sequence[duplicates.LookAlike]) -> None:
        self.look_alikes = look_alikes
        super().__init__(
            Problem(
                code="duplicate",
                field="duplicate_reason",
                text=_(
                    "Somebody like this is registered already. Open that record, or say why this is another person."
                ),
            )
        )


def _look(*, told: NewPatient, patient: Patient | None = None, **_other: Any) -> dict[str, Any]:
    """Who is probably this person, found before the transaction: comparing must not keep other writers waiting."""
    looked_at = clock.now()
    found = duplicates.look_alikes(told, without=patient.pk if patient else None)
    return {"probable": [one for one in found if one.match.is_probable], "looked_at": looked_at}


@action("patients.register_patient", look=_look)
def register_patient(
    *,
    by: Actor,
    told: NewPatient,
    facility: Any,
    duplicate_reason: str = "",
    probable: Sequence[duplicates.LookAlike] = (),
    looked_at: dt.datetime | None = None,
) -> Patient:
    """Register a person.

    Refused when something told is wrong, and (`LooksRegistered`) when a record is probably this person and
    no reason says that it is another one. The reason is kept with the evidence. `probable` and `looked_at` are
    filled in by the look beforehand.
    """
    _works_here(by, facility)
    if found := rows.problems(told):
        raise Refused(*found)
    probable = _probable_now(told, probable, looked_at, duplicate_reason)
    patient = rows.save(rows.build(told, facility=facility))
    _decide(by, patient, probable, duplicate_reason)
    trail.record(
        "patient.registered",
        subject=patient,
        patient=patient,
        facility=facility,
        detail={"look_alikes": [str(one.patient.pk) for one in probable]},
    )
    return patient


def _probable_now(
    told: NewPatient, probable: Sequence[duplicates.LookAlike], looked_at: dt.datetime | None, reason: str
) -> list[duplicates.LookAlike]:
    """Who is probably this person, with those registered since the look; refuses without a reason.

    Two desks may have looked before either wrote: people of one date of birth are registered one after the other.
    """
    locks.lock_actors([uuid.uuid5(_REGISTERING, told.birth.text if told.birth else "")])
    known = {one.patient.pk for one in probable}
    since = (looked_at or clock.now()) - _LONGEST_DEED
    new = [one for one in duplicates.look_alikes_registered_since(since, told) if one.match.is_probable]
    found = [*probable, *(one for one in new if one.patient.pk not in known)]
    if found and not reason.strip():
        raise LooksRegistered(found)
    return found


@action("patients.register_patient")
def register_unidentified(*, by: Actor, facility: Any, sex: str, age_band: str, note: str = "") -> Patient:
    """Register somebody whose name is not known, under an alias of their own. Refuses nothing but nonsense."""
    _works_here(by, facility)
    if age_band not in aliases.AGE_BANDS:
        raise Refused(Problem(code="required", field="age_band", text=_("Choose about how old the person is.")))
    if sex not in codes.AdministrativeGender.values:
        raise Refused(Problem(code="required", field="sex", text=_("Choose the sex, or “Not known”.")))
    today = clock.today(facility.time_zone)
    told = NewPatient(
        names=[Name(family=_next_alias(), given=_("Unknown"), use=codes.NameUse.ANONYMOUS)],
        birth=PartialDate(f"{aliases.middle_year(age_band, today):04d}", estimated=True),
        gender=sex,
        unidentified=True,
    )
    built = rows.build(told, facility=facility)
    built.patient.birth_low, built.patient.birth_high = aliases.born_between(age_band, today)
    patient = rows.save(built)
    if note.strip():
        Flag.objects.create(
            patient=patient,
            code=codes.FlagCode.OTHER,
            category=codes.FlagCategory.ADMINISTRATIVE,
            note=note.strip(),
            start_at=clock.now(),
            recorded_by_id=by.id,
        )
    trail.record(
        "patient.registered", subject=patient, patient=patient, facility=facility, detail={"unidentified": True}
    )
    return patient


@action("patients.register_patient")
def register_newborn(
    *, by: Actor, mother: Patient, born_at: dt.datetime, sex: str, facility: Any, birth_order: int | None = None
) -> Patient:
    """Register a child just born, under its mother's name, with its own record number and the mother as guardian.

    Refused for a birth in the future or over a year ago, for a mother the actor can't find, and for a child of this
    birth and order that is registered already. `birth_order` is given for twins and more.
    """
    _works_here(by, facility)
    # Locked: two desks that register one child at once come one after the other, and the second is refused.
    mother = take(Patient.objects.findable_by(by).standing(), mother.pk)
    now = clock.now()
    if born_at > now + dt.timedelta(minutes=5):
        raise Refused(Problem(code="invalid", field="born_at", text=_("The time of birth is in the future.")))
    if born_at < now - LONGEST_NEWBORN:
        text = _("This child was born more than a year ago. Check the year, or register it like any other patient.")
        raise Refused(Problem(code="invalid", field="born_at", text=text))
    siblings = _born_together(mother, born_at)
    if any(one.birth_order == birth_order for one in siblings):
        raise Refused(
            Problem(
                code="duplicate",
                field="birth_order",
                text=_("A child of this birth is registered already. Give twins their place in the order of birth."),
            )
        )
    name = preferred(list(mother.names.all()))
    assert name is not None, "a patient always has a name"
    local = clock.local(born_at, facility.time_zone)
    together = bool(siblings) or birth_order is not None
    told = NewPatient(
        names=[newborns.newborn_name(name, birth_order)],
        birth=PartialDate.of(local.date()),
        birth_at=born_at,
        gender=sex,
        language=mother.language,
        multiple_birth=True if together else None,
        birth_order=birth_order,
        restriction=mother.restriction,
    )
    child = rows.save(rows.build(told, facility=facility))
    for sibling in siblings:
        if not sibling.multiple_birth:
            sibling.multiple_birth = True
            sibling.save()
    RelatedPerson.objects.create(
        patient=child,
        related_patient=mother,
        kind=codes.RelatedKind.GUARDIAN,
        relationship=codes.Relationship.MOTHER,
        name=mother.label,
        may_view=True,
        may_book=True,
        may_message=True,
        may_pay=True,
        start_at=min(born_at, now),
        end_at=_majority(child, facility),
        ends_at_majority=True,
        document=_("Birth in this hospital"),
    )
    trail.record(
        "patient.registered", subject=child, patient=child, facility=facility, detail={"mother": str(mother.pk)}
    )
    return child


@action("patients.correct_identity", look=_look)
def identify_patient(
    *,
    by: Actor,
    patient: Patient,
    version: int | None,
    told: NewPatient,
    duplicate_reason: str = "",
    probable: Sequence[duplicates.LookAlike] = (),
    looked_at: dt.datetime | None = None,
) -> Patient:
    """Give somebody registered under an alias their true name. Orders and bills stay where they are.

    Refused, as registration is, when the person is probably registered under their own name: then the two
    records are merged instead.
    """
    patient = take(Patient.objects.findable_by(by).standing(), patient.pk, version)
    if not patient.unidentified:
        raise Refused(
            Problem(code="business-rule", text=_("This person's identity is known. Edit the profile instead."))
        )
    if found := rows.problems(told):
        raise Refused(*found)
    probable = _probable_now(told, probable, looked_at, duplicate_reason)
    patient.unidentified = False
    if told.birth is not None:
        # Without one the age somebody guessed stays: doses and limits go by it.
        patient.birth_date = told.birth
    patient.gender = told.gender
    patient.sex_for_clinical_use = told.sex_for_clinical_use or rows.same_sex(told.gender)
    names = [rows.name_row(patient, name) for name in told.names]
    kept = list(patient.names.all())
    indexing.label(patient, names)
    patient.save()
    for name in kept:
        # The alias stays findable: it is on every label and slip printed so far.
        if name.use == codes.NameUse.ANONYMOUS:
            name.use = codes.NameUse.OLD
            name.save()
    PatientName.objects.bulk_create(names)
    indexing.refresh(patient)
    _decide(by, patient, probable, duplicate_reason)
    trail.record("patient.identified", subject=patient, patient=patient)
    return patient


# --- Helpers ------------------------------------------------------------------------------------------------------
def _works_here(by: Actor, facility: Any) -> None:
    if not by.in_facility(facility.pk, "patients.register_patient"):
        raise Forbidden(Problem(code="forbidden", text=_("You do not work at this facility.")))


def _decide(by: Actor, patient: Patient, look_alikes: Sequence[duplicates.LookAlike], reason: str) -> None:
    """Keep what was decided about each look-alike."""
    for one in look_alikes:
        DuplicateDecision.objects.create(
            patient=patient,
            other=one.patient,
            verdict=codes.DuplicateVerdict.DIFFERENT,
            score=one.match.percent,
            reasons=" ".join(one.match.reasons)[:300],
            reason=reason.strip(),
            decided_at=clock.now(),
            decided_by_id=by.id,
        )


def _next_alias() -> str:
    names = PatientName.objects.filter(use=codes.NameUse.ANONYMOUS, patient__unidentified=True, patient__active=True)
    # NB: two at once may draw one alias; both still differ by record number, and the next page shows a name alert.
    turn = PatientName.objects.filter(use__in=[codes.NameUse.ANONYMOUS, codes.NameUse.OLD], given=_("Unknown")).count()
    return aliases.free_alias(set(names.values_list("family", flat=True)), turn)


def _born_together(mother: Patient, born_at: dt.datetime) -> list[Patient]:
    """Children of this mother born within one labour."""
    children = RelatedPerson.objects.filter(related_patient=mother, relationship=codes.Relationship.MOTHER).values(
        "patient"
    )
    around = (born_at - LONGEST_LABOUR, born_at + LONGEST_LABOUR)
    return list(Patient.objects.standing().filter(pk__in=children, birth_at__range=around).select_for_update())


def _majority(child: Patient, facility: Any) -> dt.datetime:
    from hms.organization.policies import policy

    assert child.birth_date is not None
    day = majority_day(child.birth_date, policy("patients.majority_age", facility))
    return clock.day_bounds(day, facility.time_zone)[0]
