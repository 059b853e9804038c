"""From what is told (intake) to the rows of one patient. Writes nothing itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hms.core import bulk, clock
from hms.core.actor import Actor
from hms.core.problems import Problem
from hms.core.records import uuid7
from hms.patients import codes, indexing
from hms.patients.intake import Contact, Identifier, NewPatient, PostalAddress
from hms.patients.models import Address, ContactPoint, Patient, PatientIdentifier, PatientName
from hms.patients.rules import names as name_rules
from hms.patients.rules.mrn import new_mrn
from hms.patients.rules.normalise import identifier_key, phone_digits
from hms.patients.rules.partial_dates import OLDEST


@dataclass(slots=True)
class Rows:
    """A patient with the rows of their aggregate, unsaved."""

    patient: Patient
    names: list[PatientName] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    identifiers: list[PatientIdentifier] = field(default_factory=list)


def build(told: NewPatient, *, facility: Any = None) -> Rows:
    """The unsaved rows of a new patient, the record number still to be drawn."""
    patient = Patient(
        id=told.id or uuid7(),
        registered_in=facility,
        registered_at=clock.now(),
        birth_at=told.birth_at,
        multiple_birth=told.multiple_birth,
        birth_order=told.birth_order,
        gender=told.gender,
        sex_for_clinical_use=told.sex_for_clinical_use or same_sex(told.gender),
        gender_identity=told.gender_identity,
        marital_status=told.marital_status,
        language=told.language,
        interpreter_needed=told.interpreter_needed,
        deceased=told.deceased,
        deceased_at=told.deceased_at,
        deceased_date_text=told.deceased_date.text if told.deceased_date else "",
        deceased_date_estimated=bool(told.deceased_date and told.deceased_date.estimated),
        unidentified=told.unidentified,
        restriction=told.restriction,
    )
    patient.birth_date = told.birth
    rows = Rows(
        patient,
        names=[name_row(patient, name) for name in told.names],
        contacts=[contact_row(patient, contact, rank) for rank, contact in enumerate(told.contacts, 1)],
        addresses=[address_row(patient, address) for address in told.addresses],
        identifiers=[identifier_row(patient, one) for one in told.identifiers],
    )
    indexing.label(patient, rows.names)
    return rows


def name_row(patient: Patient, name: Any) -> PatientName:
    parts = {part: name_rules.tidy(getattr(name, part)) for part in ("family", "given", "prefix", "suffix", "native")}
    return PatientName(patient=patient, use=name.use, start=name.start, end=name.end, **parts)


def contact_row(patient: Patient, contact: Contact, rank: int = 1) -> ContactPoint:
    return ContactPoint(
        patient=patient,
        system=contact.system,
        use=contact.use,
        value=contact.value.strip(),
        rank=rank,
        shared=contact.shared,
        confidential=contact.confidential,
    ).indexed()


def address_row(patient: Patient, address: PostalAddress) -> Address:
    return Address(
        patient=patient,
        use=address.use,
        lines=address.lines.strip(),
        postal_code=address.postal_code.strip(),
        city=address.city.strip(),
        state=address.state.strip(),
        country=address.country.strip(),
        confidential=address.confidential,
    ).indexed()


def identifier_row(patient: Patient, identifier: Identifier) -> PatientIdentifier:
    return PatientIdentifier(
        patient=patient,
        type=identifier.type,
        use=identifier.use,
        system=identifier.system,
        value=identifier.value.strip(),
        issuer=identifier.issuer,
        start=identifier.start,
        end=identifier.end,
    ).indexed()


def save(rows: Rows) -> Patient:
    """Write one new patient, drawing a record number until it meets a free one."""
    for _attempt in range(20):
        rows.patient.mrn = new_mrn()
        try:
            with transaction.atomic():
                rows.patient.save(force_insert=True)
            break
        except IntegrityError:
            if (
                Patient.objects.filter(pk=rows.patient.pk).exists()
                or not Patient.objects.filter(mrn=rows.patient.mrn).exists()
            ):
                raise
    for row in (*rows.names, *rows.contacts, *rows.addresses, *rows.identifiers):
        row.save(force_insert=True)
    indexing.add([(rows.patient, rows.names)])
    return rows.patient


def save_all(batch: list[Rows]) -> None:
    """Write many new patients by a handful of statements."""
    _draw_numbers([rows.patient for rows in batch])
    bulk.insert(rows.patient for rows in batch)
    bulk.insert(row for rows in batch for row in rows.names)
    bulk.insert(row for rows in batch for row in rows.contacts)
    bulk.insert(row for rows in batch for row in rows.addresses)
    bulk.insert(row for rows in batch for row in rows.identifiers)
    indexing.add((rows.patient, rows.names) for rows in batch)


def _draw_numbers(patients: list[Patient]) -> None:
    """Give each a record number that neither the table nor the batch holds."""
    waiting = list(patients)
    given: set[str] = set()
    while waiting:
        for patient in waiting:
            while (number := new_mrn()) in given:
                pass
            given.add(number)
            patient.mrn = number
        taken = set(Patient.objects.filter(mrn__in=[one.mrn for one in waiting]).values_list("mrn", flat=True))
        waiting = [one for one in waiting if one.mrn in taken]


def same_sex(gender: str) -> str:
    return gender if gender in ("male", "female") else codes.SexForClinicalUse.UNKNOWN


# --- What is refused ---------------------------------------------------------------------------------------------
def problems(told: NewPatient, by: Actor | None = None) -> list[Problem]:
    """Everything wrong with what was told, each problem with its field."""
    found: list[Problem] = []
    if not told.names:
        found.append(_required_name())
    for name in told.names:
        found += _name_problems(name)
    found += birth_problems(told)
    for contact in told.contacts:
        found += contact_problems(contact)
    for one in told.identifiers:
        if not identifier_key(one.value):
            found.append(
                Problem(code="required", field="identifier", text=_("Enter the number as it stands on the card."))
            )
    return found


def birth_problems(told: NewPatient) -> Iterable[Problem]:
    """Nobody is born tomorrow or before 1850, and nobody dies before they are born."""
    # A day ahead: it is already tomorrow on the other side of the world.
    tomorrow = clock.now().date() + dt.timedelta(days=1)
    if told.birth and told.birth.exact_range[0] > tomorrow:
        yield Problem(code="invalid", field="birth", text=_("The date of birth is in the future. Check the year."))
    if told.birth and told.birth.exact_range[1].year < OLDEST:
        text = _("Nobody who was born before %(year)d can come here. Check the year.") % {"year": OLDEST}
        yield Problem(code="invalid", field="birth", text=text)
    if told.birth_at and told.birth and told.birth.day and abs((told.birth_at.date() - told.birth.day).days) > 1:
        yield Problem(
            code="invalid", field="birth_at", text=_("The time of birth is on another day than the date of birth.")
        )
    if told.deceased_date and told.birth and told.deceased_date.range[1] < told.birth.range[0]:
        yield Problem(code="invalid", field="deceased_date", text=_("The date of death is before the date of birth."))


def contact_problems(contact: Contact) -> Iterable[Problem]:
    """A number has at least six digits, or three for a short number inside the house; an address is one."""
    if contact.system == codes.ContactSystem.EMAIL:
        try:
            validate_email(contact.value.strip())
        except ValidationError:
            yield Problem(code="invalid", field="email", text=_("Enter an e-mail address like name@example.org."))
    elif contact.system != codes.ContactSystem.OTHER and len(phone_digits(contact.value)) < 3:
        yield Problem(code="invalid", field="phone", text=_("Enter a telephone number with its area code."))


def _name_problems(name: Any) -> Iterable[Problem]:
    for field_name, code in name_rules.name_problems(name).items():
        if code == "required":
            yield _required_name()
        elif code == "long":
            yield Problem(
                code="too-long",
                field=field_name,
                text=_("This name is longer than %(longest)s characters.") % {"longest": name_rules.LONGEST},
            )
        else:
            yield Problem(
                code="invalid", field=field_name, text=_("This name contains an invisible character. Type it again.")
            )


def _required_name() -> Problem:
    return Problem(
        code="required",
        field="family",
        text=_("Enter at least one name. For somebody whose name is not known, use emergency arrival."),
    )
