"""Organization → ExternalOrganization; one of our own facilities is recognised by its registry number."""

from __future__ import annotations

from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept
from hms.interop.importers.elements import Element
from hms.interop.importers.links import Target
from hms.organization.models import ExternalOrganization, Facility


def read(case: Case) -> list[ExternalOrganization | Target]:
    """A Target where it is known already under its number, as facility or as organisation."""
    for key in identifiers(case.resource):
        if facility := case.links.facilities.get(key):
            return [Target("Organization", Facility._meta.label, facility.pk, name=facility.name)]
    if known := case.links.organizations.get(number_of(case)):
        return [Target("Organization", ExternalOrganization._meta.label, known.pk, name=known.name)]
    return [row(case)]


def row(case: Case) -> ExternalOrganization:
    """The unsaved row of what is told."""
    resource = case.resource
    system, value = number_of(case)
    return ExternalOrganization(
        id=case.id,
        identifier_system=system,
        identifier_value=value,
        name=resource.string("name", 200) or value[:200],
        kind=concept(resource.first("type")).text[:100],
        address=address_line(resource.first("address"))[:300],
        phone=phone(resource)[:60],
    )


def number_of(case: Case) -> tuple[str, str]:
    """The number by which it is found again: its first with a register, else its id at the sender."""
    found = next(iter(identifiers(case.resource)), None)
    return found or (case.place.sender, case.resource.token("id"))


def identifiers(resource: Element, longest: int = 200) -> list[tuple[str, str]]:
    """(register, number) of all identifiers that have both and fit."""
    pairs = [(one.token("system"), one.string("value")) for one in resource.elements("identifier")]
    return [(system, value) for system, value in pairs if system and value and max(len(system), len(value)) <= longest]


def address_line(address: Element) -> str:
    """A postal address on one line."""
    parts = [*address.strings("line"), address.string("postalCode"), address.string("city"), address.string("state")]
    return address.string("text") or ", ".join(part for part in (*parts, address.string("country")) if part)


def phone(resource: Element) -> str:
    numbers = [one.string("value") for one in resource.elements("telecom") if one.token("system") == "phone"]
    return next((number for number in numbers if number), "")
