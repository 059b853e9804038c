"""Transaction bundles: mapped whole, refused whole, and the same again changes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from hms.billing.models import ImportedStatement
from hms.clinical.models import Condition, Encounter, EncounterDiagnosis, Immunization, Procedure
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden
from hms.diagnostics.models import DiagnosticReport, Observation
from hms.documents import store
from hms.documents.models import StoredOriginal
from hms.formulary.codes import RXNORM
from hms.interop.tests import fhir
from hms.organization.models import ExternalOrganization, Practitioner, PractitionerRole
from hms.patients.models import AllergyIntolerance, AllergyStatus, CareRelationship, Patient, PatientIdentifier
from hms.prescribing.models import MedicationRequest
from hms.scheduling.actions import book_appointment
from hms.scheduling.tests.conftest import NOW, build
from hms.terminology.codes import ICD10CM, LOINC, SNOMED, UCUM
from tests import cast, make

pytestmark = pytest.mark.django_db


def everything() -> dict[str, object]:
    """How many rows each table has, and the newest of each history. The trail grows: it says that somebody tried."""
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(("core_auditevent", "sqlite_", "core_currentdeed")):
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                found[table] = cursor.fetchone()[0]
    for model in apps.get_models():
        if any(field.name == "version" for field in model._meta.concrete_fields):
            found[f"{model._meta.label} versions"] = sum(model._base_manager.values_list("version", flat=True))
    found["files"] = sum(1 for _ in store.files())
    return found


def whole_chart() -> list[fhir.Resource]:
    clinic, doctor, who = fhir.organization(), fhir.practitioner(), fhir.patient()
    visit = fhir.encounter(
        who,
        serviceProvider=fhir.to(clinic),
        participant=[{"individual": fhir.to(doctor)}],
        reasonCode=[fhir.concept(SNOMED, "43878008", "Streptococcal sore throat")],
    )
    problem = fhir.condition(who, encounter=fhir.to(visit))
    weight = fhir.observation(who, encounter=fhir.to(visit))
    return [
        # Out of order, because FHIR asks for none.
        fhir.diagnostic_report(who, weight, encounter=fhir.to(visit)),
        weight,
        problem,
        fhir.medication_request(who, requester=fhir.to(doctor), reasonReference=[fhir.to(problem)]),
        fhir.procedure(who, reasonReference=[fhir.to(problem)]),
        fhir.immunization(who),
        fhir.allergy(who),
        fhir.claim(who),
        fhir.made("Device", {"patient": fhir.to(who), "status": "active"}),
        visit,
        who,
        doctor,
        clinic,
    ]


class TestWhatBecomesOfABundle:
    def test_every_row_is_where_it_belongs(self, bring):
        resources = whole_chart()
        report = bring(*resources)
        by_type = {one["resourceType"]: one for one in resources}
        assert report.words == []
        assert report.mapped.total() == 12
        assert report.kept == {"Device": 1}
        patient = Patient.objects.get()
        assert str(patient.pk) == by_type["Patient"]["id"]
        assert patient.label == "ABBOTT701, Barney Lee (Mr.)"
        assert (patient.birth_date_text, patient.gender, patient.marital_status) == ("1964-03-18", "male", "S")
        assert patient.registered_in.code == "here"
        visit = Encounter.objects.get()
        assert (str(visit.pk), visit.class_code, visit.facility) == (
            by_type["Encounter"]["id"],
            "AMB",
            patient.registered_in,
        )
        assert visit.service_provider.name == "Elm Street Clinic"
        assert visit.participants.get().practitioner.full_name == "Dr. Elizbeth Ratke629"
        assert visit.reason_text == "Streptococcal sore throat"
        assert visit.released_at is not None
        condition = visit.diagnoses.get().condition
        assert (condition.text, condition.onset_text, condition.category) == (
            "Prediabetes",
            "1991-05-30",
            "problem-list-item",
        )
        assert DiagnosticReport.objects.get().results.get() == Observation.objects.get()
        assert Procedure.objects.get().reason_condition == condition
        assert Immunization.objects.get().primary_source
        request = MedicationRequest.objects.get()
        assert (request.reason, request.prescriber) == (condition, "Dr. Ratke629")
        assert ImportedStatement.objects.get().original.resource_type == "Claim"

    def test_the_original_is_kept_byte_for_byte_with_what_it_became(self, bring, tmp_path):
        who = fhir.patient()
        text = json.dumps(fhir.bundle(who, fhir.observation(who)), indent=1).replace("72.5,", "72.50,")
        path = tmp_path / "one.json"
        path.write_text(text)
        bring(path)
        original = StoredOriginal.objects.get(resource_type="Observation")
        assert original.read().decode() in text
        assert b"72.50" in original.read()
        observation = Observation.objects.get()
        assert (original.mapped_to_type, original.mapped_to_id) == ("diagnostics.Observation", observation.pk)
        assert original.patient_id == observation.patient_id
        # 72.50 stays 72.50.
        assert (observation.value, observation.value_text) == (Decimal("72.5"), "72.50")

    def test_what_has_no_table_is_kept_and_belongs_to_its_patient(self, bring):
        who = fhir.patient()
        bring(who, fhir.made("Device", {"patient": fhir.to(who), "status": "active"}))
        kept = StoredOriginal.objects.get(resource_type="Device")
        assert (kept.mapped_to_type, kept.mapped_to_id, str(kept.patient_id)) == ("", None, who["id"])

    @pytest.mark.parametrize(
        "resource",
        [
            fhir.condition({}, subject={"reference": "Patient/1"}, code=None),
            fhir.procedure({}, subject={"reference": "Patient/1"}, code={}),
            fhir.allergy({}, patient={"reference": "Patient/1"}, code=None),
            fhir.observation({}, subject={"reference": "Device/7"}),
            fhir.observation({}, subject=None),
            fhir.observation({}, subject={"reference": "#contained"}),
            fhir.made("Location", {"name": "A place of nobody's"}),
        ],
    )
    def test_what_is_right_and_fits_no_table_is_kept(self, bring, resource):
        visit = fhir.encounter({}, subject={"reference": "Patient/1"}, diagnosis=[{"condition": fhir.to(resource)}])
        report = bring(fhir.patient(id="1"), visit, resource)
        assert (report.kept, report.words) == ({resource["resourceType"]: 1}, [])
        assert not EncounterDiagnosis.objects.exists()

    def test_the_trail_says_who_brought_how_much(self, bring, place):
        bring(*whole_chart())
        line = AuditEvent.objects.get(verb="resources.imported")
        assert line.facility_id == place.facility.pk
        assert line.detail["source"] == "elsewhere"
        assert line.detail["counts"]["mapped"]["Encounter"] == 1
        # One deed, whatever the rooms wrote.
        assert set(AuditEvent.objects.values_list("deed", flat=True)) == {line.deed}


class TestTheSameAgain:
    def test_changes_no_table_no_version_no_history_and_no_file(self, bring, tmp_path):
        path = fhir.write(tmp_path / "chart.json", fhir.bundle(*whole_chart()))
        bring(path)
        before = everything()
        report = bring(path)
        assert everything() == before
        assert (report.known.total(), report.mapped.total(), report.kept.total()) == (13, 0, 0)
        assert AuditEvent.objects.filter(verb="resources.recognised").count() == 1

    def test_new_rows_join_those_that_are_here(self, bring):
        who = fhir.patient()
        visit = fhir.encounter(who)
        first, second = fhir.condition(who, encounter=fhir.to(visit)), fhir.condition(who, encounter=fhir.to(visit))
        bring(who, visit, first)
        report = bring(who, visit, first, second)
        assert report.mapped == {"Condition": 1}
        assert list(EncounterDiagnosis.objects.order_by("rank").values_list("rank", flat=True)) == [1, 2]

    def test_an_organisations_new_address_is_taken_over(self, bring):
        clinic = fhir.organization()
        bring(clinic)
        bring({**clinic, "name": "Elm Street Hospital"})
        assert ExternalOrganization.objects.get().name == "Elm Street Hospital"

    def test_another_person_under_the_same_id_is_refused(self, bring):
        who = fhir.patient()
        bring(who)
        other = {**who, "name": [{"family": "Zapata", "given": ["Inés"]}], "birthDate": "2001-01-01"}
        report = bring(other, fhir.observation(other))
        assert report.bundles_refused == 1
        assert "Patient.id" in report.words[0]
        assert not Observation.objects.exists()

    def test_the_same_id_of_another_sender_is_somebody_else(self, bring, place):
        who = fhir.patient(id="1")
        bring(who)
        bring({**who, "name": [{"family": "Zapata"}]}, sender=dataclasses.replace(place, sender="the other system"))
        assert set(Patient.objects.values_list("label", flat=True)) == {"ABBOTT701, Barney Lee (Mr.)", "ZAPATA"}

    def test_a_merged_record_leads_to_the_one_that_stayed(self, bring):
        who = fhir.patient()
        bring(who)
        stays = make.patient()
        Patient.objects.filter(pk=who["id"]).update(merged_into=stays)
        bring(who, fhir.observation(who))
        assert Observation.objects.get().patient == stays


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"status": "done"}, "Observation.status"),
            ({"status": None}, "Observation.status"),
            ({"code": None}, "Observation.code"),
            ({"effectiveDateTime": "2019-02-30"}, "Observation.effectiveDateTime"),
            ({"effectiveDateTime": "2019-11-13T08:30:00"}, "Observation.effectiveDateTime"),
            ({"valueQuantity": {"value": "72.5"}}, "Observation.valueQuantity.value"),
            ({"valueQuantity": [1]}, "Observation.valueQuantity"),
            ({"valueString": "heavy"}, "Observation.valueString"),
            ({"valueQuantity": {"value": 1, "comparator": "~"}}, "Observation.valueQuantity.comparator"),
            ({"subject": {"reference": "urn:uuid:11111111-1111-4111-8111-111111111111"}}, "Observation.subject"),
            ({"note": [{"text": "half\x00"}]}, "Observation.note[0].text"),
            ({"component": [{"code": fhir.concept(LOINC, "1"), "valueQuantity": {"value": True}}]},
             "Observation.component[0].valueQuantity.value"),
            ({"component": {"code": 1}}, "Observation.component"),
        ],
    )  # fmt: skip
    def test_a_wrong_resource_stops_its_bundle_with_its_path(self, bring, change, path):
        who = fhir.patient()
        report = bring(who, fhir.observation(who), fhir.observation(who, **change))
        assert report.bundles_refused == 1
        assert report.refused == {"Patient": 1, "Observation": 2}
        assert any(f" {path} " in line and " entry[2] " in line for line in report.words), report.words
        assert not Patient.objects.exists()
        assert not StoredOriginal.objects.exists()
        assert list(store.files()) == []

    def test_it_stops_no_other_bundle(self, bring, tmp_path):
        wrong, right = fhir.patient(), fhir.patient()
        one = fhir.write(tmp_path / "a.json", fhir.bundle(wrong, fhir.observation(wrong, status="done")))
        other = fhir.write(tmp_path / "b.json", fhir.bundle(right, fhir.observation(right)))
        report = bring(one, other)
        assert (report.bundles_refused, report.mapped.total()) == (1, 2)
        assert str(Patient.objects.get().pk) == right["id"]

    def test_the_refusal_is_in_the_trail_by_code_alone(self, bring):
        bring(fhir.patient(birthDate="Barney's"))
        line = AuditEvent.objects.get(outcome="refused")
        assert line.verb == "interop.import"
        assert line.detail["codes"] == ["value"]
        assert "Barney" not in json.dumps(line.detail)

    @pytest.mark.parametrize(
        ("resource", "path"),
        [
            (fhir.patient(gender="M"), "Patient.gender"),
            (fhir.patient(birthDate="2999-01-01"), "Patient.birthDate"),
            (fhir.patient(deceasedDateTime="1900"), "Patient.deceased"),
            (fhir.patient(name="Barney"), "Patient.name"),
        ],
    )
    def test_a_wrong_person_with_its_path(self, bring, resource, path):
        report = bring(resource)
        assert any(f" {path}" in line for line in report.words), report.words

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"clinicalStatus": fhir.concept("", "well")}, "Condition.clinicalStatus"),
            ({"abatementDateTime": "1995"}, "Condition.abatement"),
        ],
    )
    def test_a_condition_that_breaks_a_rule_of_fhir(self, bring, change, path):
        who = fhir.patient()
        report = bring(who, fhir.condition(who, **change))
        assert any(f" {path}" in line for line in report.words), report.words

    def test_a_row_of_another_patients_chart(self, bring):
        one, other = fhir.patient(), fhir.patient(name=[{"family": "Other"}])
        visit = fhir.encounter(other)
        report = bring(one, other, visit, fhir.observation(one, encounter=fhir.to(visit)))
        assert "Observation.encounter.reference" in report.words[0]
        assert not Patient.objects.exists()

    def test_whoever_may_not_import(self, bring):
        with pytest.raises(Forbidden):
            bring(fhir.patient(), by=cast.actor("doctor"))
        assert not Patient.objects.exists()

    def test_an_analyst_may(self, bring):
        by = cast.actor("integration-analyst", label="Ada")
        bring(fhir.patient(), by=by)
        assert set(AuditEvent.objects.filter(verb="patients.imported").values_list("actor_label", flat=True)) == {"Ada"}


class TestReferences:
    def test_conditional_references_find_the_directory(self, bring):
        clinic, doctor = fhir.organization(), fhir.practitioner()
        bring(clinic)
        bring(doctor)
        who = fhir.patient()
        number = doctor["identifier"][0]
        register = clinic["identifier"][0]
        bring(
            who,
            fhir.encounter(
                who,
                participant=[
                    {"individual": {"reference": f"Practitioner?identifier={number['system']}|{number['value']}"}}
                ],
                serviceProvider={"reference": f"Organization?identifier={register['system']}%7C{register['value']}"},
            ),
        )
        visit = Encounter.objects.get()
        assert visit.participants.get().practitioner.family == "Ratke629"
        assert str(visit.service_provider_id) == clinic["id"]

    def test_the_same_number_is_the_same_person_whatever_the_id(self, bring):
        doctor = fhir.practitioner()
        here = make.practitioner(family="Ratke")
        here.identifiers.create(system=doctor["identifier"][0]["system"], value=doctor["identifier"][0]["value"])
        who = fhir.patient()
        bring(doctor, who, fhir.encounter(who, participant=[{"individual": fhir.to(doctor)}]))
        assert Encounter.objects.get().participants.get().practitioner == here
        assert Practitioner.objects.count() == 1

    def test_one_of_our_facilities_keeps_its_own_visits(self, bring):
        ours = make.facility(identifier_system="urn:register", identifier_value="77")
        clinic = fhir.organization(identifier=[{"system": "urn:register", "value": "77"}])
        who = fhir.patient()
        bring(clinic, who, fhir.encounter(who, serviceProvider=fhir.to(clinic)))
        visit = Encounter.objects.get()
        assert (visit.facility, visit.service_provider) == (ours, None)
        assert not ExternalOrganization.objects.exists()

    def test_a_role_leads_to_its_practitioner_and_gives_nobody_a_role_here(self, bring):
        doctor, who = fhir.practitioner(), fhir.patient()
        role = fhir.made("PractitionerRole", {"practitioner": fhir.to(doctor)})
        bring(role, doctor, who, fhir.encounter(who, participant=[{"individual": fhir.to(role)}]))
        assert str(Encounter.objects.get().participants.get().practitioner_id) == doctor["id"]
        assert not PractitionerRole.objects.exists()

    def test_a_place_belongs_to_its_organisation(self, bring):
        clinic, who = fhir.organization(), fhir.patient()
        room = fhir.made("Location", {"name": "Room 4", "managingOrganization": fhir.to(clinic)})
        bring(room, clinic, who, fhir.encounter(who, location=[{"location": fhir.to(room)}]))
        assert Encounter.objects.get().location.name == "Room 4"
        assert Encounter.objects.get().location.facility is None

    def test_a_reference_to_nothing_is_counted_and_the_row_stands(self, bring):
        who = fhir.patient()
        report = bring(who, fhir.observation(who, encounter={"reference": "Encounter/not-here"}))
        assert Observation.objects.get().encounter is None
        assert report.loose == 1

    def test_an_id_that_is_no_uuid_is_kept_as_identifier(self, bring):
        bring(fhir.patient(id="pat-0042"))
        row = PatientIdentifier.objects.get(type="RI")
        assert (row.system, row.value) == ("elsewhere", "pat-0042")

    def test_an_id_that_is_taken_here_gets_another(self, bring):
        taken = make.patient()
        bring(fhir.patient(id=str(taken.pk)))
        assert Patient.objects.count() == 2

    def test_a_medicine_contained_beside_and_kept_before(self, bring):
        who = fhir.patient()
        code = fhir.concept(RXNORM, "855332", "Warfarin Sodium 5 MG Oral Tablet")
        beside, before = fhir.made("Medication", {"code": code}), fhir.made("Medication", {"code": code})
        bring(before)
        bare = {"medicationCodeableConcept": None}
        inside = fhir.medication_request(
            who,
            contained=[{"resourceType": "Medication", "id": "m", "code": code}],
            medicationReference={"reference": "#m"},
            **bare,
        )
        bring(
            who,
            beside,
            inside,
            fhir.medication_request(who, medicationReference=fhir.to(beside), **bare),
            fhir.medication_request(who, medicationReference=fhir.at(before), **bare),
        )
        assert set(MedicationRequest.objects.values_list("code", flat=True)) == {"855332"}
        assert MedicationRequest.objects.count() == 3

    def test_a_mixture_is_called_by_what_is_in_it(self, bring):
        who = fhir.patient()
        parts = [{"itemCodeableConcept": fhir.concept(RXNORM, code, name)} for code, name in (("1", "A"), ("2", "B"))]
        mixture = fhir.made("Medication", {"ingredient": parts})
        request = fhir.medication_request(who, medicationCodeableConcept=None, medicationReference=fhir.to(mixture))
        bring(who, mixture, request)
        assert MedicationRequest.objects.values_list("text", "code").get() == ("A + B", "")


class TestNobodySeesMore:
    def test_the_desk_finds_them_and_a_booking_opens_the_chart_to_the_doctor(self, bring):
        with time_machine.travel(NOW, tick=False):
            clinic, who = build(), fhir.patient()
            bring(who, fhir.observation(who))
            patient = Patient.objects.findable_by(clinic.desk).get(pk=who["id"])
            assert not CareRelationship.objects.filter(patient=patient).exists()
            assert not Observation.objects.visible_to(clinic.doctor).exists()
            book_appointment(**clinic.asked(patient=patient))
            assert Observation.objects.visible_to(clinic.doctor).get().patient == patient

    def test_an_imported_practitioner_is_not_in_practice_here(self, bring):
        bring(fhir.practitioner())
        assert not Practitioner.objects.get().active


class TestSafetyFacts:
    def test_an_allergy_is_known_to_the_formulary(self, bring, place):
        codes = {("http://snomed.info/sct", "91936005"): ("group", "penicillins")}
        who = fhir.patient()
        allergy = fhir.allergy(who)
        bring(who, allergy, sender=dataclasses.replace(place, allergy_codes=codes))
        row = AllergyIntolerance.objects.get()
        assert (str(row.pk), row.allergy_group, row.criticality) == (allergy["id"], "penicillins", "high")
        assert row.reactions.get().severity == "severe"
        assert row.recorded_at == dt.datetime(1990, 5, 1, 10, tzinfo=dt.UTC)

    def test_no_known_allergy_is_a_statement(self, bring):
        who = fhir.patient()
        bring(who, fhir.allergy(who, code=fhir.concept(SNOMED, "716186003", "No known allergy")))
        assert AllergyStatus.objects.get().statement == "no-known-allergies"
        assert not AllergyIntolerance.objects.exists()

    def test_and_is_over_where_an_allergy_is_on_the_list(self, bring):
        who = fhir.patient()
        bring(who, fhir.allergy(who, code=fhir.concept(SNOMED, "716186003")), fhir.allergy(who))
        assert AllergyStatus.objects.get().ended_at is not None

    def test_an_allergy_that_comes_later_ends_it(self, bring):
        who = fhir.patient()
        bring(who, fhir.allergy(who, code=fhir.concept(SNOMED, "716186003")))
        bring(who, fhir.allergy(who))
        assert AllergyStatus.objects.get().ended_at is not None


class TestTheCodesOfADiagnosis:
    def test_snomed_stays_and_icd_comes_where_the_map_has_it(self, bring):
        who = fhir.patient()
        bring(who, fhir.condition(who), fhir.condition(who, code=fhir.concept(SNOMED, "410429000", "Cardiac Arrest")))
        rows = Condition.objects.order_by("text").values_list("system", "code", "icd_code")
        assert list(rows) == [(SNOMED, "410429000", ""), (SNOMED, "15777000", "R73.03")]

    def test_both_codings_at_once(self, bring):
        who = fhir.patient()
        both = {
            "coding": [
                {"system": ICD10CM, "code": "I10", "display": "Essential (primary) hypertension"},
                {"system": SNOMED, "code": "59621000", "display": "Essential hypertension"},
            ]
        }
        bring(who, fhir.condition(who, code=both))
        row = Condition.objects.get()
        assert (row.code, row.icd_code, row.text) == ("59621000", "I10", "Essential hypertension")

    def test_how_somebody_lives_is_no_problem(self, bring):
        who = fhir.patient()
        visit = fhir.encounter(who)
        work = fhir.concept(SNOMED, "160903007", "Full-time employment (finding)")
        bring(who, visit, fhir.condition(who, code=work, encounter=fhir.to(visit)))
        assert Condition.objects.get().category == "health-concern"
        assert not EncounterDiagnosis.objects.exists()

    def test_the_visits_own_order_of_diagnoses(self, bring):
        who = fhir.patient()
        first, second = fhir.condition(who), fhir.condition(who)
        visit = fhir.encounter(
            who,
            diagnosis=[
                {"condition": fhir.to(second), "rank": 2},
                {"condition": fhir.to(first), "rank": 1, "use": fhir.concept("", "AD")},
            ],
        )
        first["encounter"] = second["encounter"] = fhir.to(visit)
        bring(visit, who, second, first)
        rows = EncounterDiagnosis.objects.order_by("rank").values_list("rank", "condition", "use")
        assert [(rank, str(condition), use) for rank, condition, use in rows] == [
            (1, first["id"], "AD"),
            (2, second["id"], ""),
        ]


class TestPartialDatesAndValues:
    @pytest.mark.parametrize("text", ["1964", "1964-03"])
    def test_partial_dates_stay_partial(self, bring, text):
        who = fhir.patient(birthDate=text, deceasedDateTime="2019-11")
        bring(
            who,
            fhir.condition(who, onsetDateTime=text),
            fhir.immunization(who, occurrenceDateTime=text),
        )
        patient = Patient.objects.get()
        assert (patient.birth_date_text, patient.deceased_date_text, patient.deceased_at) == (text, "2019-11", None)
        assert Condition.objects.get().onset_text == text
        assert Immunization.objects.get().occurrence_text == text

    def test_a_day_begins_at_the_facilitys_midnight(self, bring):
        who = fhir.patient()
        bring(who, fhir.observation(who, effectiveDateTime="2019-11-13"))
        assert Observation.objects.get().effective_at == dt.datetime(2019, 11, 13, 5, tzinfo=dt.UTC)

    def test_the_day_of_an_onset_is_the_one_that_was_written(self, bring):
        who = fhir.patient()
        bring(who, fhir.condition(who, onsetDateTime="2019-11-13T23:30:00-05:00"))
        assert Condition.objects.get().onset_text == "2019-11-13"

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}}, "<5"),
            ({"valueCodeableConcept": fhir.concept(SNOMED, "266919005", "Never smoked")}, "Never smoked"),
            ({"valueString": "Clear"}, "Clear"),
            ({"valueBoolean": True}, "Yes"),
            ({"valueInteger": 7}, "7"),
            ({"valueRange": {"low": {"value": 1.50, "unit": "g"}, "high": {"value": 2, "unit": "g"}}}, "1.5 g - 2 g"),
            ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1 : 128"),
            ({"dataAbsentReason": fhir.concept("", "not-performed")}, "Not done"),
        ],
    )  # fmt: skip
    def test_values_of_every_kind(self, bring, value, shown):
        who = fhir.patient()
        bring(who, fhir.observation(who, **{"valueQuantity": None, **value}))
        assert Observation.objects.get().shown == shown

    def test_a_blood_pressure_has_two_parts(self, bring):
        who = fhir.patient()
        parts = [
            {"code": fhir.concept(LOINC, code), "valueQuantity": {"value": value, "code": "mm[Hg]", "system": UCUM}}
            for code, value in (("8462-4", 83.08901302041639), ("8480-6", 130))
        ]
        bring(who, fhir.observation(who, code=fhir.concept(LOINC, "55284-4"), valueQuantity=None, component=parts))
        row = Observation.objects.get()
        assert row.shown == "130/83"
        assert row.any_unit == "mm Hg"

    def test_a_dose_without_a_unit_is_words_not_a_number(self, bring):
        who = fhir.patient()
        dosage = [{"doseAndRate": [{"doseQuantity": {"value": 1}}], "timing": {"repeat": {"frequency": 2}}}]
        bring(who, fhir.medication_request(who, dosageInstruction=dosage))
        row = MedicationRequest.objects.get()
        assert (row.dose, row.frequency, row.dosage_text) == (None, None, "1")

    def test_a_dose_in_our_units(self, bring):
        who = fhir.patient()
        bring(who, fhir.medication_request(who))
        row = MedicationRequest.objects.get()
        assert (row.dose, row.dose_unit, row.route, row.frequency, row.period_unit, row.when) == (
            Decimal(5), "mg", "oral", 1, "d", "EVE",
        )  # fmt: skip
        assert row.dosage_text == "One in the evening"

    def test_somebody_elses_draft_is_no_prescription(self, bring):
        who = fhir.patient()
        report = bring(who, fhir.medication_request(who, status="draft"))
        assert report.kept == {"MedicationRequest": 1}

    @pytest.mark.parametrize("code", ["AMB", "EMER", "IMP", "HH", "VR"])
    def test_every_class_of_visit(self, bring, code):
        who = fhir.patient()
        bring(who, fhir.encounter(who, **{"class": {"code": code}}))
        assert Encounter.objects.get().class_code == code

    def test_money_is_rounded_to_its_currency_and_days_are_as_written(self, bring):
        who = fhir.patient()
        bring(who, fhir.claim(who, total={"value": 516.6500000000001, "currency": "USD"}))
        row = ImportedStatement.objects.get()
        assert (row.total_minor, row.currency, row.insurer, row.item_count) == (51665, "USD", "Blue Star", 2)
        assert (row.billable_start, row.billable_end) == (dt.date(2021, 2, 2), dt.date(2021, 2, 3))

    def test_a_person_without_a_name_can_be_shown(self, bring):
        bring(fhir.patient(id="3f228315", name=None))
        assert Patient.objects.get().label == "UNNAMED 3F228315"

    def test_a_telephone_number_that_is_none_is_kept_for_people(self, bring):
        bring(fhir.patient(telecom=[{"system": "phone", "value": "ask the son"}, {"system": "email", "value": "none"}]))
        assert set(Patient.objects.get().contacts.values_list("system", flat=True)) == {"other"}
