"""Patient → the intake that registering takes: names as people have them, partial dates, contacts, numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from hms.core.problems import Problem
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coded, day, moment
from hms.interop.importers.elements import Element
from hms.interop.importers.relatives import relatives
from hms.patients import codes
from hms.patients.actions import rows
from hms.patients.intake import Contact, Identifier, NewPatient, PostalAddress
from hms.patients.models import RelatedPerson
from hms.patients.rules.names import LONGEST, Name
from hms.patients.rules.normalise import identifier_key
from hms.patients.rules.partial_dates import PartialDate

_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/"
_REPRESENTATION: Final = f"{_EXTENSION}iso21090-EN-representation"
_BIRTH_TIME: Final = f"{_EXTENSION}patient-birthTime"
_INTERPRETER: Final = f"{_EXTENSION}patient-interpreterRequired"
_BIRTH_SEX: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
_SEXES: Final = {"F": "female", "M": "male"}
_CONTACTS: Final = {"phone": "phone", "sms": "sms", "email": "email", "fax": "fax"}
# Where a problem found by the room lies in FHIR.
_PATHS: Final = {
    "family": "name",
    "birth": "birthDate",
    "birth_at": "birthDate.extension",
    "deceased_date": "deceased",
    "identifier": "identifier",
    "email": "telecom",
    "phone": "telecom",
}


def read(case: Case) -> list[NewPatient | RelatedPerson]:
    """The person as told, and whom to call. What the room would refuse (a birth in the future) is refused here."""
    resource = case.resource
    told = NewPatient(
        id=case.id,
        names=_names(resource) or [_unnamed(case)],
        gender=resource.code("gender", codes.AdministrativeGender, default=codes.AdministrativeGender.UNKNOWN),
        sex_for_clinical_use=_SEXES.get(_extension(resource, _BIRTH_SEX).token("valueCode"), ""),
        marital_status=coded(resource.element("maritalStatus"), codes.MaritalStatus),
        language=_language(resource),
        interpreter_needed=bool(_extension(resource, _INTERPRETER).boolean("valueBoolean")),
        contacts=list(_contacts(resource)),
        addresses=[_address(one) for one in resource.elements("address")],
        identifiers=list(_identifiers(case)),
    )
    _birth(case, told)
    _death(case, told)
    for problem in rows.problems(told):
        path = f"{resource.path}.{_PATHS.get(problem.field, problem.field)}".rstrip(".")
        resource.problems.append(Problem(code=problem.code, text=problem.text, field=path))
    return [told, *relatives(case)]


# --- Names -------------------------------------------------------------------------------------------------------
def _names(resource: Element) -> list[Name]:
    found = []
    for one in resource.elements("name"):
        family, given = _tidy(one.string("family")), _tidy(" ".join(one.strings("given")))
        if not family and not given:
            family = _tidy(one.string("text"))
        if not family and not given:
            continue
        inner = one.element("period")
        start, end = day(inner, "start"), day(inner, "end")
        native = _extension(one, _REPRESENTATION).token("valueCode") == "IDE"
        found.append(
            Name(
                family="" if native else family,
                given="" if native else given,
                native=f"{family}{given}"[:LONGEST] if native else "",
                prefix=_tidy(" ".join(one.strings("prefix")))[:60],
                suffix=_tidy(" ".join(one.strings("suffix")))[:60],
                use=one.code("use", codes.NameUse, default=codes.NameUse.OFFICIAL),
                start=start,
                end=end if not (start and end and end < start) else None,
            )
        )
    return found


def _unnamed(case: Case) -> Name:
    """De-identified exports have no names; a record without one could not be shown or found."""
    return Name(family=f"Unnamed {case.resource.token('id')[:8]}", use=codes.NameUse.ANONYMOUS)


def _tidy(text: str) -> str:
    """Without what FHIR allows in a string and nobody sees, as long as a column of ours."""
    shown = "".join(one for one in text if one.isspace() or unicodedata.category(one) != "Cc")
    return " ".join(shown.split())[:LONGEST].rstrip()


# --- Birth and death ---------------------------------------------------------------------------------------------
def _birth(case: Case, told: NewPatient) -> None:
    resource = case.resource
    if born := case.moment("birthDate"):
        told.birth = PartialDate(born.date_text)
    extension = _extension(Element(resource.value.get("_birthDate"), resource.path, resource.problems), _BIRTH_TIME)
    told.birth_at = _at(case, extension, "valueDateTime")
    match resource.one_of("multipleBirthBoolean", "multipleBirthInteger"):
        case "multipleBirthBoolean":
            told.multiple_birth = resource.boolean("multipleBirthBoolean")
        case "multipleBirthInteger":
            told.multiple_birth, told.birth_order = True, resource.integer("multipleBirthInteger", 20)


def _death(case: Case, told: NewPatient) -> None:
    resource = case.resource
    match resource.one_of("deceasedBoolean", "deceasedDateTime"):
        case "deceasedBoolean":
            told.deceased = bool(resource.boolean("deceasedBoolean"))
        case "deceasedDateTime":
            told.deceased = True
            if died := case.moment("deceasedDateTime"):
                told.deceased_date = PartialDate(died.date_text)
                told.deceased_at = None if died.is_partial else died.start


def _at(case: Case, element: Element, name: str) -> Any:
    found = moment(element, name, case.place.zone) if element else None
    return found.start if found and not found.is_partial else None


# --- Where and by what number they are known ---------------------------------------------------------------------
def _contacts(resource: Element) -> Any:
    found = []
    for one in resource.elements("telecom"):
        value = " ".join(one.string("value").split())
        if value:
            use = one.code("use", codes.ContactUse)
            system = _CONTACTS.get(one.token("system"), codes.ContactSystem.OTHER)
            found.append((one.integer("rank") or 99, Contact(value, system, use)))
    for _rank, contact in sorted(found, key=lambda pair: pair[0]):
        # A number that is none ("see above") is kept as it is, for people to read.
        wrong = any(True for _problem in rows.contact_problems(contact))
        yield Contact(contact.value, codes.ContactSystem.OTHER, contact.use) if wrong else contact


def _address(one: Element) -> PostalAddress:
    lines = one.strings("line")
    country = one.string("country")
    code = country.upper() if re.fullmatch("[A-Za-z]{2}", country) else ""
    if country and not code:
        lines.append(country)
    known = any(one.has(name) for name in ("line", "city", "postalCode"))
    return PostalAddress(
        lines="\n".join(line for line in lines if line) if known else one.string("text"),
        postal_code=one.string("postalCode"),
        city=one.string("city", 100),
        state=one.string("state", 100),
        country=code,
        use=one.code("use", codes.AddressUse, default=codes.AddressUse.HOME),
    )


def _identifiers(case: Case) -> Any:
    for one in case.resource.elements("identifier"):
        value, system = one.string("value"), one.token("system")
        # Without its register a number says something else: one whose register is too long stays in the original.
        if not identifier_key(value) or len(system) > 200:
            continue
        inner = one.element("period")
        start, end = day(inner, "start"), day(inner, "end")
        yield Identifier(
            value=value,
            type=coded(one.element("type"), codes.IdentifierType, default=codes.IdentifierType.OTHER),
            system=system,
            issuer=one.element("assigner").string("display", 150),
            use=one.code("use", codes.IdentifierUse, default=codes.IdentifierUse.OFFICIAL),
            start=start,
            end=end if not (start and end and end < start) else None,
        )
    source_id = case.resource.token("id")
    if source_id.lower() != str(case.id):
        # Our id is another one than the sender's: keep theirs, so that people can ask by it.
        yield Identifier(value=source_id, type=codes.IdentifierType.RESOURCE, system=case.place.sender)


def _language(resource: Element) -> str:
    spoken = sorted(resource.elements("communication"), key=lambda one: not one.boolean("preferred"))
    for one in spoken:
        for coding in one.element("language").elements("coding"):
            if (code := coding.token("code")) and len(code) <= 16:
                return code
    return ""


def _extension(element: Element, url: str) -> Element:
    return next(
        (one for one in element.elements("extension") if one.token("url") == url), Element(None, element.path, [])
    )
