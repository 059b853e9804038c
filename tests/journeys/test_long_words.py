"""A chart from elsewhere, with the longest names and numbers that other systems write: it fits a narrow phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hms.interop.tests import fhir
from hms.terminology.codes import LOINC, RXNORM, SNOMED, UCUM
from tests.hospital import Hospital
from tests.journeys import looks
from tests.journeys.conftest import Enter

FAMILY = "Wolfeschlegelsteinhausenbergerdorff"
ILLNESS = "Pneumonoultramicroscopicsilicovolcanoconiosis/pseudopseudohypoparathyroidism (disorder)"
TEST = "Cytomegalovirus-hexosaminidase-dehydrogenase-electrophoresis [Presence] in Serum or Plasma by Immunoassay"
MEDICINE = "Paracetamol/dextromethorphan/doxylamine/hydroxypropylmethylcellulose 21.7 MG/ML Oral Solution"
PAGES = [
    "/chart/{}/",
    "/clinical/patients/{}/conditions/",
    "/prescribing/patients/{}/medications/",
    "/diagnostics/patients/{}/results/",
    "/diagnostics/patients/{}/results/8302-2/",
    "/diagnostics/patients/{}/vitals/",
    "/clinical/patients/{}/notes/",
    "/clinical/patients/{}/encounters/",
    "/documents/patients/{}/",
    "/patients/{}/profile/",
    "/patients/{}/changes/",
]


@pytest.fixture
def patient(hospital: Hospital, tmp_path: Path) -> str:
    """The id of the patient, imported and seen by Dr Nakamura a fortnight ago."""
    hospital.manage("import_fhir", str(fhir.write(tmp_path / "bundle.json", bundle())))
    asked = f"from tests.journeys.scene import treat; treat('Nakamura', {FAMILY!r})"
    return str(json.loads(hospital.manage("shell", "--no-imports", "-c", asked).splitlines()[-1]))


def bundle() -> fhir.Resource:
    who = fhir.patient(name=[{"use": "official", "family": FAMILY, "given": ["Hubert-Blaine-Maximilian"]}])
    visit = fhir.encounter(who, type=[fhir.concept(SNOMED, "185345009", ILLNESS)])
    illness = {"code": fhir.concept(SNOMED, "15777000", ILLNESS)}
    height = {"code": fhir.concept(LOINC, "8302-2", "Body height")}
    laboratory = [fhir.concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")]
    words = {
        "code": fhir.concept(LOINC, "72166-2", TEST), "category": laboratory, "valueQuantity": None,
        "valueCodeableConcept": fhir.concept(SNOMED, "8517006", f"Indeterminate; suggestive of {ILLNESS}"),
    }  # fmt: skip
    numbers = {
        "code": fhir.concept(LOINC, "2339-0", f"Glucose {TEST}"), "category": laboratory,
        "valueQuantity": {"value": 99.89240538715447, "unit": "copies/milliliter/1.73squaremeters"},
    }  # fmt: skip
    medicine = {"medicationCodeableConcept": fhir.concept(RXNORM, "1043400", MEDICINE)}
    return fhir.bundle(
        who,
        visit,
        fhir.condition(who, **illness),
        fhir.condition(who, clinicalStatus=None, verificationStatus=fhir.concept("", "provisional"), **illness),
        *(
            fhir.observation(
                who,
                effectiveDateTime=f"20{year}-11-13T08:30:00+01:00",
                valueQuantity={"value": 158.7513833185737, "unit": "cm", "system": UCUM, "code": "cm"},
                **height,
            )
            for year in (18, 19, 20)
        ),
        fhir.observation(who, **words),
        fhir.observation(who, **numbers),
        fhir.medication_request(who, **medicine),
        fhir.medication_request(who, status="stopped", **medicine),
    )


def test_a_chart_of_the_longest_words_fits_a_phone(enter: Enter, patient: str):
    doctor = enter("nakamura")
    for page in PAGES:
        doctor.open(page.format(patient))
        expect(doctor.banner).to_contain_text(FAMILY.upper())
        looks.narrow(doctor.page)
    doctor.open(PAGES[0].format(patient))
    doctor.sees("158.8")
    doctor.sees_not("158.75")
    doctor.look()
