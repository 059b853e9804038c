"""Patient.contact → whom to call, and the next of kin. By it they see nothing: an import gives nobody a right.

A guardian from elsewhere is somebody to call too. Whoever may act for a patient here has shown a document here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept, period
from hms.interop.importers.elements import Element
from hms.patients import codes
from hms.patients.models import RelatedPerson

# HL7 v2 table 0131: next of kin; and the parts that are no people to be called: employer, agencies, insurer.
_NEXT_OF_KIN: Final = "N"
_OFFICES: Final = {"E", "F", "I", "S"}
# v3-RoleCode beside the codes that are ours.
_RELATIONS: Final = {
    "NMTH": codes.Relationship.MOTHER,
    "NFTH": codes.Relationship.FATHER,
    "SON": codes.Relationship.CHILD,
    "SONC": codes.Relationship.CHILD,
    "DAU": codes.Relationship.CHILD,
    "DAUC": codes.Relationship.CHILD,
    "NCHILD": codes.Relationship.CHILD,
    "HUSB": codes.Relationship.SPOUSE,
    "WIFE": codes.Relationship.SPOUSE,
    "SIGOTHR": codes.Relationship.PARTNER,
    "BRO": codes.Relationship.SIBLING,
    "SIS": codes.Relationship.SIBLING,
    "GRMTH": codes.Relationship.GRANDPARENT,
    "GRFTH": codes.Relationship.GRANDPARENT,
}


def relatives(case: Case) -> Iterator[RelatedPerson]:
    """The people of a Patient's contacts. One without a name is called by what they are to the patient."""
    for rank, one in enumerate(case.resource.elements("contact"), 1):
        relations = [concept(each) for each in one.elements("relationship")]
        told = [coding.code for each in relations for coding in each.codings]
        words = next((each.text for each in relations if each.text), "")
        name = _name(one.element("name")) or one.element("organization").string("display", 200) or words[:200]
        if not name or _OFFICES & set(told):
            continue
        spent = period(one.element("period"), case.place.zone)
        kin = _NEXT_OF_KIN in told
        yield RelatedPerson(
            patient_id=case.id,
            kind=codes.RelatedKind.NEXT_OF_KIN if kin else codes.RelatedKind.EMERGENCY_CONTACT,
            relationship=_relationship(told, words),
            name=name,
            phone=_way(one, "phone", "sms"),
            email=_way(one, "email"),
            rank=min(rank, 32767),
            start_at=spent.start,
            end_at=spent.end,
        )


def _name(name: Element) -> str:
    parts = [*name.strings("prefix"), *name.strings("given"), name.string("family"), *name.strings("suffix")]
    return (name.string("text") or " ".join(part for part in parts if part))[:200]


def _way(contact: Element, *systems: str) -> str:
    found = (one.string("value") for one in contact.elements("telecom") if one.token("system") in systems)
    return next((value for value in found if value), "")


def _relationship(told: list[str], words: str) -> str:
    for code in told:
        if found := _RELATIONS.get(code):
            return found
        if code in codes.Relationship.values:
            return code
    return codes.Relationship.OTHER if words else ""
