"""Records that may be the person now being registered: found by words, dates and numbers, weighed by rules/matching.

Used by the live panel while somebody types, by the registering action, and by the nightly work queue.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from hms.patients import codes
from hms.patients.intake import NewPatient
from hms.patients.models import Address, ContactPoint, Patient, PatientIdentifier, PatientName
from hms.patients.models.contact import contact_index, identifier_index
from hms.patients.models.scope import PatientQuerySet
from hms.patients.rules.matching import KnownName, Match, Profile, match
from hms.patients.rules.query import each_word
from hms.patients.search import candidates

_FORMER = frozenset({codes.NameUse.OLD, codes.NameUse.MAIDEN})
SHOWN = 5
_COMPARED = 40


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A record that may be the same person."""

    patient: Patient
    match: Match

    @property
    def reasons(self) -> list[str]:
        """The reasons in words."""
        return [text for code in self.match.reasons if (text := reason_text(code))]


def look_alikes(told: NewPatient, *, without: uuid.UUID | None = None) -> list[LookAlike]:
    """Records that may be this person, likeliest first. Those that are not even possible are left out."""
    return _compared(told, _candidates(told), without)


def look_alikes_registered_since(since: dt.datetime, told: NewPatient) -> list[LookAlike]:
    """Those among the people registered from then on who can have been born on the day that was told."""
    new = Patient.objects.filter(registered_at__gte=since).order_by("-registered_at")
    if told.birth is not None:
        first, last = told.birth.range
        new = new.filter(birth_low__lte=last, birth_high__gte=first)
    return _compared(told, _with_profile(new)[:_COMPARED], None)


def _compared(told: NewPatient, patients: Iterable[Patient], without: uuid.UUID | None) -> list[LookAlike]:
    mine = profile_told(told)
    found = []
    for patient in patients:
        if patient.pk != without and (evidence := match(mine, profile_of(patient))).is_possible:
            found.append(LookAlike(patient, evidence))
    found.sort(key=lambda one: (-one.match.bits, one.patient.sort_name, one.patient.pk))
    return found[:SHOWN]


def _candidates(told: NewPatient) -> Iterable[Patient]:
    words = [word for name in told.names for part in (name.family, name.given, name.native) for word in each_word(part)]
    ids = candidates(words, told.birth)[:_COMPARED]
    numbers = [contact_index(one.system, one.value) for one in told.contacts if one.value.strip()]
    identifiers = [identifier_index(one.value) for one in told.identifiers if one.value.strip()]
    also = Q(pk__in=ids)
    if numbers:
        also |= Q(
            pk__in=list(ContactPoint.objects.filter(value_index__in=numbers).values_list("patient_id", flat=True)[:50])
        )
    if identifiers:
        also |= Q(
            pk__in=list(
                PatientIdentifier.objects.filter(value_index__in=identifiers).values_list("patient_id", flat=True)[:50]
            )
        )
    return _with_profile(Patient.objects.filter(also))


def _with_profile(patients: PatientQuerySet) -> PatientQuerySet:
    """Those who stand and have a name, with what they are compared by."""
    return (
        patients.standing()
        .filter(unidentified=False)
        .prefetch_related(
            Prefetch("names", PatientName.objects.all()),
            Prefetch("contacts", ContactPoint.objects.all()),
            Prefetch("identifiers", PatientIdentifier.objects.all()),
            Prefetch("addresses", Address.objects.all()),
        )
    )


# --- Two shapes of one profile ---------------------------------------------------------------------------------
def profile_told(told: NewPatient) -> Profile:
    """What somebody told about a person, for comparison."""
    return Profile(
        names=tuple(KnownName(name.family or name.native, name.given, name.use in _FORMER) for name in told.names),
        birth=told.birth,
        sex=told.gender,
        phones=tuple(one.value for one in told.contacts if one.system != codes.ContactSystem.EMAIL),
        emails=tuple(one.value for one in told.contacts if one.system == codes.ContactSystem.EMAIL),
        identifiers=tuple((one.type, one.value) for one in told.identifiers),
        addresses=tuple(f"{one.lines} {one.postal_code}" for one in told.addresses if one.lines),
        multiple_birth=bool(told.multiple_birth),
        birth_order=told.birth_order,
    )


def profile_of(patient: Patient) -> Profile:
    """What the record says of a person, for comparison. Reads names, contacts, identifiers and addresses."""
    contacts = list(patient.contacts.all())
    return Profile(
        names=tuple(
            KnownName(name.family or name.native, name.given, name.use in _FORMER) for name in patient.names.all()
        ),
        birth=patient.birth_date,
        sex=patient.gender,
        phones=tuple(one.value for one in contacts if one.system != codes.ContactSystem.EMAIL),
        emails=tuple(one.value for one in contacts if one.system == codes.ContactSystem.EMAIL),
        identifiers=tuple((one.type, one.value) for one in patient.identifiers.all()),
        addresses=tuple(f"{one.lines} {one.postal_code}" for one in patient.addresses.all() if one.lines),
        multiple_birth=bool(patient.multiple_birth),
        birth_order=patient.birth_order,
    )


def reason_text(code: str) -> str:
    """A reason of rules/matching in words."""
    return {
        "family-same": _("same family name"),
        "family-alike": _("family name sounds or looks alike"),
        "family-other": _("other family name"),
        "former-family": _("same former family name"),
        "given-same": _("same given name"),
        "given-alike": _("given name sounds or looks alike"),
        "given-short": _("given name is a short form"),
        "given-initial": _("same initial"),
        "given-part": _("only one of the given names is the same"),
        "given-other": _("other given name"),
        "names-swapped": _("given and family name exchanged"),
        "birth-same": _("same date of birth"),
        "birth-slip": _("date of birth differs by one slip"),
        "birth-fits": _("date of birth fits"),
        "birth-other": _("other date of birth"),
        "birth-order": _("other birth order"),
        "sex-other": _("other sex"),
        "phone-same": _("same telephone number"),
        "email-same": _("same e-mail address"),
        "address-same": _("same address"),
        "identifier-same": _("same number on a card or document"),
        "identifier-other": _("other national number"),
        "twins": _("a twin is recorded"),
    }.get(code, "")
