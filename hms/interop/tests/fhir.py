"""FHIR resources for tests: one function for each, small, whole, and changed by whoever calls."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from hms.terminology.codes import CVX, LOINC, RXNORM, SNOMED, UCUM

Resource = dict[str, Any]


def id_() -> str:
    return str(uuid.uuid4())


def concept(system: str, code: str, display: str = "") -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display or code}], "text": display or code}


def to(resource: Resource) -> Resource:
    """A reference as transaction bundles write it."""
    return {"reference": f"urn:uuid:{resource.get('id', '')}"}


def at(resource: Resource) -> Resource:
    """A reference as bulk exports write it."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def made(kind: str, told: Resource, **members: Any) -> Resource:
    """Members of the value None are left out."""
    whole = {"resourceType": kind, "id": id_(), **told, **members}
    return {name: value for name, value in whole.items() if value is not None}


# --- The directory -----------------------------------------------------------------------------------------------
def organization(**members: Any) -> Resource:
    told = {
        "identifier": [{"system": "urn:register", "value": id_()}],
        "name": "Elm Street Clinic",
        "telecom": [{"system": "phone", "value": "555-0100"}],
        "address": [{"line": ["1 Elm Street"], "city": "Springfield", "postalCode": "01109", "country": "US"}],
    }
    return made("Organization", told, **members)


def practitioner(**members: Any) -> Resource:
    told = {
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": id_()[:10]}],
        "name": [{"family": "Ratke629", "given": ["Elizbeth"], "prefix": ["Dr."]}],
        "gender": "female",
    }
    return made("Practitioner", told, **members)


# --- The person --------------------------------------------------------------------------------------------------
def patient(**members: Any) -> Resource:
    told = {
        "name": [{"use": "official", "family": "Abbott701", "given": ["Barney", "Lee"], "prefix": ["Mr."]}],
        "gender": "male",
        "birthDate": "1964-03-18",
        "telecom": [{"system": "phone", "value": "555-901-9296", "use": "home"}],
        "address": [{"line": ["440 Russel Common"], "city": "Framingham", "postalCode": "01701", "country": "US"}],
        "maritalStatus": concept("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "S"),
    }
    return made("Patient", told, **members)


def allergy(who: Resource, **members: Any) -> Resource:
    told = {
        "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        "verificationStatus": concept(
            "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed"
        ),
        "type": "allergy",
        "category": ["medication"],
        "criticality": "high",
        "code": concept(SNOMED, "91936005", "Allergy to penicillin"),
        "patient": to(who),
        "recordedDate": "1990-05-01T10:00:00+00:00",
        "reaction": [{"manifestation": [concept(SNOMED, "247472004", "Wheal")], "severity": "severe"}],
    }
    return made("AllergyIntolerance", told, **members)


# --- The chart ----------------------------------------------------------------------------------------------------
def encounter(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [concept(SNOMED, "185345009", "Encounter for symptom")],
        "subject": to(who),
        "period": {"start": "2013-05-14T19:57:41+00:00", "end": "2013-05-14T20:27:41+00:00"},
    }
    return made("Encounter", told, **members)


def condition(who: Resource, **members: Any) -> Resource:
    told = {
        "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "verificationStatus": concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
        "code": concept(SNOMED, "15777000", "Prediabetes"),
        "subject": to(who),
        "onsetDateTime": "1991-05-30T19:57:41+00:00",
        "recordedDate": "1991-05-30T19:57:41+00:00",
    }
    return made("Condition", told, **members)


def observation(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "final",
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
        "code": concept(LOINC, "29463-7", "Body weight"),
        "subject": to(who),
        "effectiveDateTime": "2019-11-13T08:30:00+01:00",
        "issued": "2019-11-13T08:30:00.742+01:00",
        "valueQuantity": {"value": 72.5, "unit": "kg", "system": UCUM, "code": "kg"},
    }
    return made("Observation", told, **members)


def diagnostic_report(who: Resource, *results: Resource, **members: Any) -> Resource:
    told = {
        "status": "final",
        "category": [concept("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")],
        "code": concept(LOINC, "58410-2", "Complete blood count"),
        "subject": to(who),
        "effectiveDateTime": "2019-11-13",
        "result": [to(one) for one in results],
        "conclusion": "Nothing to worry about.",
    }
    return made("DiagnosticReport", told, **members)


def medication_request(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept(RXNORM, "855332", "Warfarin Sodium 5 MG Oral Tablet"),
        "subject": to(who),
        "authoredOn": "2021-02-02T10:00:00+00:00",
        "dosageInstruction": [
            {
                "text": "One in the evening",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["EVE"]}},
                "route": concept(SNOMED, "26643006", "Oral route"),
                "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg", "system": UCUM, "code": "mg"}}],
            }
        ],
    }
    return made("MedicationRequest", told, **members)


def immunization(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "completed",
        "vaccineCode": concept(CVX, "140", "Influenza"),
        "patient": to(who),
        "occurrenceDateTime": "2019-10-02T08:00:00+00:00",
        "primarySource": True,
    }
    return made("Immunization", told, **members)


def procedure(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "completed",
        "code": concept(SNOMED, "274474001", "Bone immobilization"),
        "subject": to(who),
        "performedPeriod": {"start": "2012-06-07T23:44:32+00:00", "end": "2012-06-08T00:44:32+00:00"},
    }
    return made("Procedure", told, **members)


def claim(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "active",
        "use": "claim",
        "type": concept("http://terminology.hl7.org/CodeSystem/claim-type", "institutional"),
        "patient": to(who),
        "created": "2021-02-02T10:00:00+00:00",
        "billablePeriod": {"start": "2021-02-02T23:30:00-05:00", "end": "2021-02-03"},
        "provider": {"display": "Elm Street Clinic"},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "Blue Star"}}],
        "item": [{"sequence": 1}, {"sequence": 2}],
        "total": {"value": 516.65, "currency": "USD"},
    }
    return made("Claim", told, **members)


def coverage(who: Resource, **members: Any) -> Resource:
    told = {
        "status": "active",
        "beneficiary": to(who),
        "payor": [{"display": "Blue Star"}],
        "type": concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "PUBLICPOL"),
        "subscriberId": "A 123",
        "relationship": concept("http://terminology.hl7.org/CodeSystem/subscriber-relationship", "child"),
        "order": 2,
        "period": {"start": "2020-01-01", "end": "2029-12-31"},
        "class": [
            {"type": concept("", "group"), "value": "G7"},
            {"type": concept("", "plan"), "value": "p", "name": "Gold"},
        ],
    }
    return made("Coverage", told, **members)


# --- Files ----------------------------------------------------------------------------------------------------------
def bundle(*resources: Resource, type: str = "transaction", **members: Any) -> Resource:
    entries = [
        {
            "fullUrl": f"urn:uuid:{one['id']}",
            "resource": one,
            "request": {"method": "POST", "url": one["resourceType"]},
        }
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": type, "entry": entries, **members}


def write(path: Path, *resources: Resource) -> Path:
    """A file: lines for .ndjson, else the one resource."""
    lines = path.suffix == ".ndjson"
    text = "".join(json.dumps(one) + "\n" for one in resources) if lines else json.dumps(resources[0], indent=2)
    path.write_text(text, encoding="utf-8")
    return path
