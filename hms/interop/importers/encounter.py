"""Encounter, with who took part. Care given elsewhere names its organisation; our facility only keeps the record."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Encounter, EncounterDiagnosis, EncounterParticipant
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coded, concept, cut, period
from hms.interop.importers.elements import codes_of
from hms.organization.models import ExternalOrganization, Facility
from hms.terminology.codes import SNOMED

_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
# Words for classes that exporters write where HL7 v3 codes belong (STU3 did so).
_CLASSES: Final = {
    "ambulatory": "AMB",
    "outpatient": "AMB",
    "inpatient": "IMP",
    "emergency": "EMER",
    "home": "HH",
    "field": "FLD",
    "virtual": "VR",
    "daytime": "SS",
}


def read(case: Case) -> list[Any]:
    """The encounter, its participants and its ranked diagnoses.

    FHIR asks for no period. A visit that is said to go on and not since when is of a status not known here: whether it
    still goes on, nobody can tell.
    """
    resource = case.resource
    if not case.patient(required=False):
        return []
    spent = case.period()
    status = resource.code("status", codes.EncounterStatus, required=True)
    if status in ("in-progress", "onleave") and spent.start is None:
        status = codes.EncounterStatus.UNKNOWN
    class_code, class_words = _class(case)
    what = concept(resource.first("type"), [SNOMED]).columns("type", text=300, version=True)
    what["type_text"] = what["type_text"] or class_words
    provider = case.link(resource.element("serviceProvider"), "Organization")
    ours = provider.id if provider and provider.model == Facility._meta.label else case.place.facility.pk
    elsewhere = provider.id if provider and provider.model == ExternalOrganization._meta.label else None
    stay = resource.element("hospitalization")
    row = Encounter(
        **case.row,
        facility_id=ours,
        service_provider_id=elsewhere,
        location_id=case.link_id(resource.first("location").element("location"), "Location"),
        part_of_id=case.link_id(resource.element("partOf"), "Encounter"),
        status=status,
        class_code=class_code,
        **what,
        priority=concept(resource.element("priority"), longest=4).coding.code,
        start_at=spent.start,
        end_at=spent.end,
        **concept(resource.first("reasonCode"), [SNOMED]).columns("reason", text=300),
        discharge_disposition=coded(stay.element("dischargeDisposition"), codes.DischargeDisposition),
    )
    return [row, *_participants(case, row), *_diagnoses(case, row)]


def _class(case: Case) -> tuple[str, str]:
    """Our code for the class, or none and its words: FHIR's binding is extensible, so others are right too."""
    if not case.resource.has("class"):
        case.resource.refuse("class", _("It does not say what kind of visit it is."), "required")
    found = case.resource.element("class")
    code, system = found.token("code"), found.token("system")
    if code.lower() in _CLASSES:
        return _CLASSES[code.lower()], ""
    # The same letters mean something else in somebody's own list.
    if code in codes_of(codes.EncounterClass) and system in ("", _SYSTEM):
        return code, ""
    return "", cut(found.string("display") or code, 300)


def _participants(case: Case, row: Encounter) -> list[EncounterParticipant]:
    found: dict[tuple[Any, str], EncounterParticipant] = {}
    for one in case.resource.elements("participant"):
        who = case.practitioner(one.element("individual"))
        if who is None:
            continue
        # Nobody said which part: the first one led, as far as anybody can tell.
        usual = codes.ParticipantType.PARTICIPATION if found else codes.ParticipantType.PRIMARY_PERFORMER
        part = coded(one.first("type"), codes.ParticipantType, default=usual)
        spent = period(one.element("period"), case.place.zone)
        found[who, part] = EncounterParticipant(
            encounter=row, practitioner_id=who, type=part, start_at=spent.start, end_at=spent.end
        )
    return list(found.values())


def _diagnoses(case: Case, row: Encounter) -> list[EncounterDiagnosis]:
    """By the rank they came with, the unranked behind; numbered anew, because two may claim one rank."""
    found: dict[Any, tuple[int, int, str]] = {}
    for place, one in enumerate(case.resource.elements("diagnosis")):
        target = case.link_id(one.element("condition"), "Condition")
        if target is not None and target not in found:
            rank = one.integer("rank", 10_000) or 10_001
            found[target] = (rank, place, coded(one.element("use"), codes.DiagnosisUse))
    ordered = sorted(found.items(), key=lambda pair: pair[1])
    return [
        EncounterDiagnosis(encounter=row, condition_id=target, rank=number, use=use)
        for number, (target, (_rank, _place, use)) in enumerate(ordered, 1)
    ]
