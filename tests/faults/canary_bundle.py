"""A patient from elsewhere, every free text of whom is a canary: what the importer must not leave in the clear."""

from __future__ import annotations

from typing import Any

from tests.faults.canaries import Flock

_SNOMED, _LOINC = "http://snomed.info/sct", "http://loinc.org"
_ME = {"reference": "urn:uuid:11111111-1111-4111-8111-111111111111"}
_WHEN = "2026-02-03T10:00:00+01:00"


def bundle(flock: Flock) -> dict[str, Any]:
    """A transaction bundle of FHIR R4."""

    def said(what: str) -> list[dict[str, str]]:
        return [{"text": flock.text(f"import: {what}")}]

    def code(code: str, words: str, system: str = _SNOMED) -> dict[str, Any]:
        return {"coding": [{"system": system, "code": code, "display": words}], "text": words}

    resources: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "name": [{"family": "Brenninkmeijer", "given": ["Ottilie"]}],
            "gender": "female",
            "birthDate": "1959-04-01",
            "telecom": [
                {"system": "phone", "value": flock.phone("import: telephone"), "use": "home"},
                {"system": "email", "value": flock.email("import: e-mail")},
            ],
            "address": [{"line": [flock.text("import: address")], "city": "Alder Valley", "postalCode": "12345"}],
            "identifier": [{"system": "urn:oid:1.2.3", "value": flock.text("import: identifier")}],
        },
        {
            "resourceType": "Condition",
            "subject": _ME,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": code("38341003", "Hypertension"),
            "note": said("condition"),
        },
        {
            "resourceType": "AllergyIntolerance",
            "patient": _ME,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": code("91936005", "Allergy to penicillin"),
            "note": said("allergy"),
            "reaction": [
                {"manifestation": [code("271807003", "Rash")], "description": flock.text("import: allergic reaction")}
            ],
        },
        {
            "resourceType": "Observation",
            "subject": _ME,
            "status": "final",
            "category": [{"coding": [{"code": "laboratory"}]}],
            "code": code("2345-7", "Glucose", _LOINC),
            "effectiveDateTime": _WHEN,
            "valueString": flock.text("import: observed words"),
            "note": said("observation"),
        },
        {
            "resourceType": "DiagnosticReport",
            "subject": _ME,
            "status": "final",
            "category": [{"coding": [{"code": "LAB"}]}],
            "code": code("51990-0", "Basic metabolic panel", _LOINC),
            "effectiveDateTime": _WHEN,
            "issued": _WHEN,
            "conclusion": flock.text("import: conclusion of a report"),
        },
        {
            "resourceType": "MedicationRequest",
            "subject": _ME,
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "Metformin 500 mg"},
            "authoredOn": _WHEN,
            "dosageInstruction": [
                {"text": flock.text("import: dosage"), "patientInstruction": flock.text("import: instruction")}
            ],
            "note": said("prescription"),
        },
        {
            "resourceType": "Procedure",
            "subject": _ME,
            "status": "completed",
            "code": code("80146002", "Appendectomy"),
            "performedDateTime": _WHEN,
            "note": said("procedure"),
        },
        {
            "resourceType": "Immunization",
            "patient": _ME,
            "status": "completed",
            "vaccineCode": code("140", "Influenza", "http://hl7.org/fhir/sid/cvx"),
            "occurrenceDateTime": _WHEN,
            "note": said("immunisation"),
        },
        {
            "resourceType": "CarePlan",
            "subject": _ME,
            "status": "active",
            "intent": "plan",
            "description": flock.text("import: care plan"),
            "activity": [
                {
                    "detail": {
                        "status": "in-progress",
                        "code": code("229065009", "Exercise therapy"),
                        "description": flock.text("import: activity of a care plan"),
                    }
                }
            ],
        },
        {
            "resourceType": "Goal",
            "subject": _ME,
            "lifecycleStatus": "active",
            "description": {"text": flock.text("import: goal")},
            "note": said("goal"),
        },
        {
            "resourceType": "ImagingStudy",
            "subject": _ME,
            "status": "available",
            "started": _WHEN,
            "description": flock.text("import: imaging study"),
            "series": [
                {
                    "uid": "1.2.3.4",
                    "modality": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CR"},
                    "description": flock.text("import: series of pictures"),
                }
            ],
        },
    ]
    entries = []
    for number, resource in enumerate(resources, 1):
        url = _ME["reference"] if number == 1 else f"urn:uuid:22222222-2222-4222-8222-{number:012d}"
        resource["id"] = url.removeprefix("urn:uuid:")
        entries.append(
            {"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}
        )
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
