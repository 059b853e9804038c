"""Practitioner and PractitionerRole.

Somebody whom a record from elsewhere names gets no login, no role and no place in a timetable here: an import gives
nobody a right. A PractitionerRole therefore only tells which practitioner is meant.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from hms.interop.importers.case import Case
from hms.interop.importers.links import Target
from hms.interop.importers.organization import identifiers
from hms.organization.codes import Gender
from hms.organization.models import Practitioner

NPI = "http://hl7.org/fhir/sid/us-npi"


@dataclass(frozen=True, slots=True)
class NewPractitioner:
    """What `organization.import_practitioner` takes."""

    id: uuid.UUID
    system: str
    value: str
    family: str
    given: str
    prefix: str = ""
    suffix: str = ""
    gender: str = Gender.UNKNOWN

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.prefix, self.given, self.family, self.suffix) if part)


def read(case: Case) -> list[NewPractitioner | Target]:
    """A Target where their number is known here."""
    resource = case.resource
    numbers = sorted(identifiers(resource, longest=64), key=lambda pair: pair[0] != NPI)
    for number in numbers:
        if known := case.links.practitioners.get(number):
            return [Target("Practitioner", Practitioner._meta.label, known.pk, name=known.full_name)]
    system, value = numbers[0] if numbers else (case.place.sender, resource.token("id"))
    name = resource.first("name")
    family, given = name.string("family", 100), " ".join(name.strings("given"))[:100]
    if not family and not given:
        family = name.string("text", 100) or value
    return [
        NewPractitioner(
            id=case.id,
            system=system,
            value=value,
            family=family,
            given=given,
            prefix=" ".join(name.strings("prefix"))[:40],
            suffix=" ".join(name.strings("suffix"))[:40],
            gender=resource.code("gender", Gender.values, default=Gender.UNKNOWN),
        )
    ]


def read_role(case: Case) -> list[Target]:
    """The practitioner it speaks of, under the role's own name; nothing where that is unknown."""
    target = case.link(case.resource.element("practitioner"), "Practitioner")
    return [Target("PractitionerRole", target.model, target.id, name=target.name)] if target else []
