"""Import of chart rows in sets: few statements, codes checked, SNOMED mapped, twice the same."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hms.clinical.actions import import_care_plans, import_conditions, import_encounters
from hms.clinical.importing import known_sources
from hms.clinical.models import CarePlan, CarePlanActivity, Condition, Encounter, EncounterParticipant
from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from hms.organization.models import ExternalOrganization
from hms.terminology.codes import SNOMED
from tests import cast, make

pytestmark = pytest.mark.django_db
IMPORTER = system("importer")
BEGAN = dt.datetime(2019, 3, 1, 9, tzinfo=dt.UTC)


def visits(patient, facility, count):
    return [
        Encounter(
            patient=patient,
            facility=facility,
            status="finished",
            source=f"urn:uuid:{n}",
            start_at=BEGAN,
            end_at=BEGAN,
            released_at=BEGAN,
        )
        for n in range(count)
    ]


def condition(patient, **fields):
    defaults = {
        "clinical_status": "active",
        "verification_status": "confirmed",
        "system": SNOMED,
        "code": "195662009",
        "text": "Acute viral pharyngitis (disorder)",
        "onset_text": "2019-03",
        "recorded_at": BEGAN,
        "source": "urn:uuid:c",
    }
    return Condition(patient=patient, **defaults | fields)


def test_many_visits_take_few_statements_and_one_line_a_patient():
    patient, facility, practitioner = make.patient(), make.facility(), make.practitioner()
    items = visits(patient, facility, 200)
    people = [EncounterParticipant(encounter=one, practitioner=practitioner) for one in items]
    with CaptureQueriesContext(connection) as queries:
        assert import_encounters(by=IMPORTER, items=items, participants=people) == 200
    assert len(queries) < 25
    line = AuditEvent.objects.get(verb="encounters.imported")
    assert (line.patient_id, line.detail) == (patient.pk, {"count": 200})
    assert EncounterParticipant.objects.count() == 200


def test_what_is_here_is_known_by_its_source():
    patient, facility = make.patient(), make.facility()
    import_encounters(by=IMPORTER, items=visits(patient, facility, 2))
    known = known_sources(Encounter, ["urn:uuid:0", "urn:uuid:1", "urn:uuid:2", ""])
    assert known == {one.source: one.pk for one in Encounter.objects.all()}
    with pytest.raises(IntegrityError), transaction.atomic():
        import_encounters(by=IMPORTER, items=visits(patient, facility, 1))


def test_a_snomed_diagnosis_keeps_its_coding_and_gets_the_icd_code():
    make.icd10cm()
    patient = make.patient()
    import_conditions(
        by=IMPORTER,
        items=[
            condition(patient, code="59621000", text="Essential hypertension", source="1"),
            condition(patient, code="125605004", text="Fracture of bone", source="2"),
            condition(patient, code="73595000", text="Stress", source="3"),
        ],
    )
    mapped, near, none = Condition.objects.order_by("source")
    assert (mapped.system, mapped.code, mapped.icd_code, mapped.icd_version) == (
        SNOMED,
        "59621000",
        "I10",
        "2026-04-01",
    )
    assert mapped.icd_text == "Essential (primary) hypertension"
    assert not mapped.icd_note
    assert near.icd_code
    assert near.icd_note
    assert none.icd_code == ""
    assert none.onset_on == dt.date(2019, 3, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"clinical_status": "better"},
        {"verification_status": "sure"},
        {"category": "x"},
        {"text": "x" * 401},
        {"patient": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_value_that_fhir_does_not_know_refuses_the_set(wrong):
    patient = make.patient()
    good, bad = condition(patient, source="1"), condition(patient, source="2")
    for name, value in wrong.items():
        setattr(bad, name, value)
    with pytest.raises(Refused):
        import_conditions(by=IMPORTER, items=[good, bad])
    assert not Condition.objects.exists()


def test_a_care_plan_comes_with_its_activities():
    plan = CarePlan(
        patient=make.patient(),
        status="active",
        intent="order",
        category_text="Respiratory therapy",
        recorded_at=clock.now(),
    )
    activity = CarePlanActivity(plan=plan, text="Recommendation to rest", status="in-progress")
    import_care_plans(by=IMPORTER, items=[plan], owned=[activity])
    plan.refresh_from_db()
    assert plan.activities.get().text == "Recommendation to rest"
    assert str(plan) == "Respiratory therapy"


def test_nobody_imports_by_hand():
    with pytest.raises(Forbidden):
        import_encounters(by=cast.actor("doctor"), items=[])


@pytest.mark.parametrize("status", ["arrived", "triaged", "in-progress", "onleave"])
def test_a_visit_that_goes_on_elsewhere_is_nobodys_work_here(status):
    doctor = make.practitioner()
    here = make.encounter(practitioner=doctor)
    clinic = ExternalOrganization.objects.create(identifier_system="x", identifier_value="1", name="Elm Street Clinic")
    # Recognised by number, so that both visits name the same person.
    make.encounter(practitioner=doctor, status=status, source="elsewhere/Encounter/1")
    make.encounter(practitioner=doctor, status=status, service_provider=clinic)
    assert list(Encounter.objects.live().of_practitioner(doctor.pk)) == [here]
    assert [one.is_live for one in Encounter.objects.order_by("source", "service_provider")].count(True) == 1


def test_a_visit_of_a_kind_we_have_no_code_for_has_a_title():
    assert make.encounter(class_code="", type_text="Dialysis").title == "Dialysis"
    assert make.encounter(class_code="").title == "Visit"
