"""What the chart tells the rules, and prescriptions that come from elsewhere."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Refused
from hms.diagnostics.models import Observation
from hms.formulary.codes import RXNORM
from hms.formulary.knowledge import current_knowledge
from hms.prescribing.actions import import_medication_requests
from hms.prescribing.facts import medication_facts
from hms.prescribing.models import MedicationRequest
from hms.prescribing.tests.visit import allergic

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def facts_of(visit, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC))
    return lambda: medication_facts(visit.patient, current_knowledge(), today=TODAY)


def observe(visit, code: str, value: str | None = None, unit: str = "", days_ago: int = 1, **fields):
    at = clock.now() - dt.timedelta(days=days_ago)
    return Observation.objects.create(
        patient=visit.patient,
        facility=visit.encounter.facility,
        status=fields.pop("status", "final"),
        code=code,
        text=code,
        value=Decimal(value) if value else None,
        unit=unit,
        effective_at=at,
        recorded_at=at,
        **fields,
    )


def test_measurements_come_in_the_rules_units(visit, facts_of):
    observe(visit, "29463-7", "180", "[lb_av]")
    observe(visit, "2160-0", "1.0", "mg/dL")
    observe(visit, "33914-3", "72", "mL/min/{1.73_m2}")
    facts = facts_of()
    assert round(facts.weight.value, 1) == Decimal("81.6")
    assert facts.creatinine.value == Decimal("88.4")
    assert facts.egfr.value == 72


def test_the_latest_value_counts_and_one_in_error_does_not(visit, facts_of):
    observe(visit, "29463-7", "70", "kg", days_ago=400)
    observe(visit, "29463-7", "80", "kg", days_ago=3)
    observe(visit, "29463-7", "8", "kg", status="entered-in-error")
    assert facts_of().weight.value == 80


def test_allergies_stated_listed_refuted_unknown(visit, facts_of):
    assert facts_of().allergies.status == "none-known"
    allergic(visit.patient, group="penicillins", verification_status="refuted")
    assert facts_of().allergies.status == "unknown"
    allergic(visit.patient, ingredient="ibuprofen", type="intolerance", reaction="Wheeze")
    [entry] = facts_of().allergies.entries
    assert (entry.ingredients, entry.intolerance, entry.reaction) == ({"ibuprofen"}, True, "Wheeze")


def test_an_imported_allergy_is_told_by_its_code(visit, facts_of):
    allergic(visit.patient, text="Allergy to penicillin", system="http://snomed.info/sct", code="91936005")
    assert facts_of().allergies.entries[0].groups == {"penicillins"}


def test_pregnancy_by_statement_and_week(visit, facts_of):
    visit.patient.sex_for_clinical_use = "female"
    assert facts_of().pregnancy.pregnant is None
    observe(visit, "82810-3", coded_code="LA15173-0", days_ago=70)
    observe(visit, "11884-4", "8", "wk", days_ago=70)
    pregnancy = facts_of().pregnancy
    assert (pregnancy.pregnant, pregnancy.week) == (True, 18)


def test_not_pregnant_holds_four_weeks(visit, facts_of):
    visit.patient.sex_for_clinical_use = "female"
    observe(visit, "82810-3", coded_code="LA26683-5", days_ago=27)
    assert facts_of().pregnancy.pregnant is False


def test_a_course_that_ran_out_is_stopped_and_an_old_one_gone(visit, facts_of):
    visit.takes("amoxicillin-500-mg-capsule", start_on=dt.date(2026, 11, 1), end_on=dt.date(2026, 11, 7))
    visit.takes("clarithromycin-500-mg-tablet", start_on=dt.date(2026, 1, 1), end_on=dt.date(2026, 1, 7))
    visit.takes("warfarin-5-mg-tablet")
    visit.takes("amiodarone-200-mg-tablet", status="stopped", status_changed_at=clock.now() - dt.timedelta(days=20))
    visit.takes("ibuprofen-400-mg-tablet", status="cancelled", status_changed_at=clock.now())
    found = {medicine.drug.name: medicine.source for medicine in facts_of().medicines}
    assert found == {"amoxicillin": "stopped", "warfarin": "home", "amiodarone": "stopped"}


def test_facts_take_a_fixed_number_of_queries(visit, facts_of, django_assert_max_num_queries):
    for code in ("warfarin-5-mg-tablet", "amlodipine-5-mg-tablet", "metformin-500-mg-tablet"):
        visit.takes(code)
    allergic(visit.patient, group="penicillins", reaction="Rash")
    knowledge = current_knowledge()
    with django_assert_max_num_queries(6):
        medication_facts(visit.patient, knowledge, today=TODAY)


def imported(visit, **fields) -> MedicationRequest:
    defaults = {
        "patient": visit.patient,
        "facility": visit.encounter.facility,
        "status": "active",
        "system": RXNORM,
        "code": "562251",
        "text": "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet",
        "source": "urn:uuid:1",
        "authored_at": dt.datetime(2013, 3, 22, tzinfo=dt.UTC),
    }
    return MedicationRequest(**defaults | fields)


def test_an_import_links_our_product_and_keeps_the_coding(visit):
    assert import_medication_requests(by=system("importer"), items=[imported(visit)]) == 1
    row = MedicationRequest.objects.get(source="urn:uuid:1")
    assert (row.system, row.code) == (RXNORM, "562251")
    assert row.medication.code == "amoxicillin-clavulanic-acid-250-mg-125-mg-tablet"
    assert row.signed_at is None
    assert AuditEvent.objects.filter(verb="medication_requests.imported", patient_id=visit.patient.pk).exists()


def test_what_nobody_can_tell_keeps_its_words(visit, facts_of):
    import_medication_requests(by=system("importer"), items=[imported(visit, system="", code="", text="Drops")])
    [medicine] = facts_of().medicines
    assert not medicine.drug.known
    assert medicine.drug.name == "Drops"


def test_a_status_fhir_does_not_know_is_refused(visit):
    with pytest.raises(Refused):
        import_medication_requests(by=system("importer"), items=[imported(visit, status="taken")])


@pytest.mark.parametrize(
    ("fields", "groups", "ingredients"),
    [
        ({"text": "Penicillin"}, {"penicillins"}, set()),
        ({"text": "penicillins"}, {"penicillins"}, set()),
        ({"text": "Sulfa"}, {"sulfonamide antibiotics"}, set()),
        ({"text": "Sulfonamides", "group": "sulfonamide-antibiotics"}, {"sulfonamide antibiotics"}, set()),
        ({"text": "Aspirin"}, set(), {"acetylsalicylic acid"}),
        ({"text": "Acetaminophen"}, set(), {"paracetamol"}),
        ({"text": "Reaction noted", "ingredient": "ibuprofen"}, set(), {"ibuprofen"}),
        ({"text": "the pink syrup", "group": "pink things"}, set(), set()),
    ],
)
def test_what_an_entry_is_to(visit, facts_of, fields, groups, ingredients):
    allergic(visit.patient, **fields)
    [entry] = facts_of().allergies.entries
    assert (entry.groups, entry.ingredients) == (groups, ingredients)


@pytest.mark.parametrize(
    ("fields", "goes_on"),
    [
        ({}, True),
        ({"status": "stopped"}, False),
        ({"status": "completed"}, False),
        ({"status": "unknown"}, False),
        ({"end_on": dt.date(2013, 4, 1)}, False),
    ],
)
def test_only_what_goes_on_reads_ongoing(visit, fields, goes_on):
    import_medication_requests(by=system("importer"), items=[imported(visit, **fields)])
    line = MedicationRequest.objects.get(source="urn:uuid:1").line
    assert ("ongoing" in line.rest) is goes_on


def test_the_words_of_whoever_prescribed_it_stand_in_the_line(visit):
    told = imported(visit, dosage_text="One in the evening\nwith milk")
    import_medication_requests(by=system("importer"), items=[told])
    line = MedicationRequest.objects.get(source="urn:uuid:1").line
    assert line.words == "One in the evening\nwith milk"
    assert str(line).endswith("One in the evening with milk")
