"""Practitioner and PractitionerRole.

Somebody whom a record from elsewhere names gets no login, no role and no place in a timetable here: an import gives
nobody a right. A PractitionerRole therefore only tells which practitioner is meant.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from hms.interop.importers.case import Case
from hms.interop.importers.links import Target
from hms.interop.importers.organization import identifiers
from hms.organization.codes import Gender
from hms.organization.models import Practitioner, PractitionerIdentifier

NPI = "http://hl7.org/fhir/sid/us-npi"


def read(case: Case) -> list[Practitioner | PractitionerIdentifier | Target]:
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
    row = Practitioner(
        id=case.id,
        family=family,
        given=given,
        prefix=" ".join(name.strings("prefix"))[:40],
        suffix=" ".join(name.strings("suffix"))[:40],
        gender=resource.code("gender", Gender, default=Gender.UNKNOWN),
        active=False,
    )
    return [row, PractitionerIdentifier(practitioner=row, system=system, value=value)]


def read_role(case: Case) -> list[Target]:
    """The practitioner it speaks of, under the role's own name; nothing where that is unknown."""
    target = case.link(case.resource.element("practitioner"), "Practitioner")
    if target is None:
        case.resource.keep("practitioner", _("It does not say whose it is."))
        return []
    return [Target("PractitionerRole", target.model, target.id, name=target.name)]
