"""The six real patients of the shared samples, with their hospitals and practitioners."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from hms.clinical.models import Condition, Encounter, EncounterParticipant
from hms.diagnostics.models import DiagnosticReport, DiagnosticReportResult, Observation
from hms.documents.models import StoredOriginal
from hms.interop.tests.test_import_bundles import everything
from hms.patients.models import Patient
from hms.prescribing.models import MedicationRequest
from hms.terminology.tables import map_snomed
from tests import make

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "data" / "synthea"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample bundles (../shared/data/synthea) are not here"),
]
EXPECTED = {
    "Organization": 108,
    "Practitioner": 108,
    "Patient": 6,
    "Encounter": 57,
    "Condition": 21,
    "Goal": 5,
    "CarePlan": 4,
    "Procedure": 18,
    "Immunization": 50,
    "Observation": 358,
    "ImagingStudy": 1,
    "DiagnosticReport": 19,
    "MedicationRequest": 17,
    "Claim": 74,
    "ExplanationOfBenefit": 57,
}


@pytest.fixture
def imported(place):
    """The table the command prints, cell by cell; importing again appends to it."""

    def do() -> dict[str, list[str]]:
        out = StringIO()
        call_command("import_fhir", str(SAMPLES), source="synthea", stdout=out, stderr=out)
        lines = [line.split() for line in out.getvalue().splitlines()]
        return {cells[0]: cells[1:] for cells in lines if len(cells) == 7 and cells[1].replace(",", "").isdigit()}

    return do


def test_everything_comes_nothing_is_refused_and_again_nothing_changes(imported, place):
    table = imported()
    assert {type: int(cells[0]) for type, cells in table.items() if type != "all"} == EXPECTED
    # Each patient's bundle brings hospital and doctor in another content than the two lists.
    assert table["all"] == ["903", "891", "0", "0", "12", "0"]
    before = everything()
    assert imported()["all"] == ["903", "0", "0", "903", "0", "0"]
    assert everything() == before


def test_the_charts_hang_together(imported):
    make.icd10cm()
    imported()
    assert Patient.objects.filter(label="FERNÁNDEZ, Raúl (Mr.)", language="es").exists()
    dead = Patient.objects.get(deceased=True)
    assert (dead.label, dead.deceased_date_text) == ("ABBOTT, Barney (Mr.)", "1989-02-15")
    assert not Encounter.objects.filter(service_provider=None).exists()
    # A death certification has no doctor.
    assert EncounterParticipant.objects.count() == 56
    assert not Observation.objects.filter(encounter=None).exists()
    assert DiagnosticReportResult.objects.count() == 160
    assert DiagnosticReport.objects.filter(results=None).count() == 0
    assert not Condition.objects.filter(in_encounters=None).exists()
    assert MedicationRequest.objects.filter(reason__isnull=False).count() == 7
    for condition in Condition.objects.all():
        assert bool(condition.icd_code) == bool(map_snomed(condition.code)), condition.text


def test_every_original_is_a_stretch_of_its_file(imported):
    imported()
    texts = b"".join(path.read_bytes() for path in sorted(SAMPLES.glob("*.json")))
    originals = StoredOriginal.objects.select_related("blob")
    assert originals.count() == sum(EXPECTED.values())
    assert all(one.read() in texts for one in originals[::40])
    assert not originals.exclude(resource_type__in=["Organization", "Practitioner"]).filter(patient=None).exists()
