"""Whatever FHIR R4 allows is mapped, or kept as original with the reason in the report: refused is what is broken."""

from __future__ import annotations

import pytest

from hms.clinical.models import CareTeam, Condition, Encounter, Immunization
from hms.diagnostics.models import Observation
from hms.interop.tests import fhir
from hms.patients.models import Patient
from hms.prescribing.models import MedicationRequest
from hms.terminology.codes import SNOMED

pytestmark = pytest.mark.django_db

ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
WHO = {"reference": "Patient/1"}
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def alone(make, **members):
    """A resource of the patient called 1."""
    name = "patient" if make in (fhir.allergy, fhir.immunization, fhir.claim) else "subject"
    return make({}, **{name: WHO, **members})


class TestMapped:
    """Cardinalities and bindings as R4 has them: period 0..1, class extensible, subject of a team 0..1, and so on."""

    @pytest.mark.parametrize("status", ["in-progress", "onleave"])
    @pytest.mark.parametrize("period", [None, {"end": "2013-05-14T20:27:41+00:00"}])
    def test_a_visit_that_goes_on_and_does_not_say_since_when(self, bring, status, period):
        report = bring(fhir.patient(id="1"), alone(fhir.encounter, status=status, period=period))
        assert report.words == []
        assert Encounter.objects.get().status == "unknown"

    @pytest.mark.parametrize(
        ("given", "code", "title"),
        [
            ({"system": ACT_CODE, "code": "IMP"}, "IMP", "Dialysis"),
            ({"code": "AMB"}, "AMB", "Dialysis"),
            ({"code": "outpatient"}, "AMB", "Dialysis"),
            ({"system": "urn:ours", "code": "DIA", "display": "Day unit"}, "", "Dialysis"),
            # The same letters in somebody's own list.
            ({"system": "urn:ours", "code": "SS", "display": "Social service"}, "", "Dialysis"),
            ({"display": "Day unit"}, "", "Dialysis"),
        ],
    )
    def test_a_visit_of_any_class(self, bring, given, code, title):
        report = bring(fhir.patient(id="1"), alone(fhir.encounter, **{"class": given, "type": [{"text": "Dialysis"}]}))
        assert report.words == []
        row = Encounter.objects.get()
        assert (row.class_code, row.title) == (code, title)

    def test_a_class_of_somebodys_own_gives_its_words_where_there_is_no_type(self, bring):
        told = {"class": {"system": "urn:ours", "code": "DIA", "display": "Day unit"}, "type": None}
        bring(fhir.patient(id="1"), alone(fhir.encounter, **told))
        assert Encounter.objects.get().title == "Day unit"

    def test_an_error_that_has_a_clinical_status_all_the_same(self, bring):
        """FHIR con-5 forbids it, exporters write it, and it says nothing that counts."""
        error = alone(fhir.condition, verificationStatus=fhir.concept("", "entered-in-error"))
        assert bring(fhir.patient(id="1"), error).words == []
        row = Condition.objects.get()
        assert (row.verification_status, row.clinical_status) == ("entered-in-error", "")

    def test_a_team_of_nobody_is_kept_and_one_of_somebody_mapped(self, bring):
        report = bring(
            fhir.patient(id="1"), fhir.made("CareTeam", {"subject": WHO}), fhir.made("CareTeam", {"name": "Night"})
        )
        assert (report.words, report.kept, CareTeam.objects.count()) == ([], {"CareTeam": 1}, 1)

    def test_a_vaccine_of_which_nobody_knows_when(self, bring):
        told = alone(fhir.immunization, occurrenceDateTime=None, _occurrenceDateTime=ABSENT)
        assert bring(fhir.patient(id="1"), told).words == []
        assert Immunization.objects.get().occurrence_text == "not known"

    def test_a_prescription_written_after_its_course(self, bring):
        repeat = {"repeat": {"boundsPeriod": {"end": "2021-01-01"}}}
        told = alone(fhir.medication_request, dosageInstruction=[{"text": "One a day", "timing": repeat}])
        assert bring(fhir.patient(id="1"), told).words == []
        row = MedicationRequest.objects.get()
        assert (row.start_on, str(row.end_on)) == (None, "2021-01-01")

    @pytest.mark.parametrize(
        "change",
        [
            {"dispenseRequest": {"numberOfRepeatsAllowed": 2**31 - 1}},
            {"dispenseRequest": {"quantity": {"value": 10**12, "code": "mg"}}},
            {"dispenseRequest": {"expectedSupplyDuration": {"value": 9999, "code": "wk"}}},
            {"dosageInstruction": [{"timing": {"repeat": {"frequency": 70000, "period": 1, "periodUnit": "d"}}}]},
            {"dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 10**12, "code": "mg"}}]}]},
        ],
    )
    def test_a_number_beyond_its_column_stays_in_the_original(self, bring, change):
        assert bring(fhir.patient(id="1"), alone(fhir.medication_request, **change)).words == []
        assert MedicationRequest.objects.count() == 1

    def test_a_name_longer_than_ours_and_a_register_longer_than_ours(self, bring):
        who = fhir.patient(
            name=[{"family": "x" * 300, "given": ["Ada\x7f"]}],
            identifier=[{"system": "urn:" + "x" * 300, "value": "1"}, {"system": "urn:a", "value": "2"}],
            multipleBirthBoolean=None,
            multipleBirthInteger=99,
        )
        assert bring(who).words == []
        row = Patient.objects.get()
        assert row.names.get().family == "x" * 200
        assert row.names.get().given == "Ada"
        assert (row.identifiers.count(), row.multiple_birth, row.birth_order) == (1, True, None)


class TestKeptWithTheReason:
    @pytest.mark.parametrize(
        ("resource", "path", "reason"),
        [
            (alone(fhir.observation, status=None, _status=ABSENT), "Observation.status", "A code must be here."),
            (alone(fhir.observation, code=ABSENT), "Observation.code", "It does not say what was observed."),
            (alone(fhir.observation, valueQuantity={"value": 10**17}), "Observation.valueQuantity.value",
             "This number is too large for its column."),
            (alone(fhir.observation, effectiveDateTime="9999-12-31T23:59:59-05:00"), "Observation.effectiveDateTime",
             "This moment lies outside the calendar that can be kept."),
            (alone(fhir.observation, subject={"display": "Somebody"}), "Observation.subject",
             "It does not say of which patient it is."),
            (alone(fhir.observation, subject={"reference": "Group/7"}), "Observation.subject",
             "It is about somebody or something that has no chart here."),
            (alone(fhir.condition, code=None), "Condition.code", "It does not say what it is."),
            (alone(fhir.condition, clinicalStatus=ABSENT), "Condition.clinicalStatus.coding", "It has no code."),
            (alone(fhir.condition, clinicalStatus=fhir.concept("", "resolved"), abatementDateTime="1980"),
             "Condition.abatement", "The end is before the beginning."),
            (alone(fhir.procedure, code=None), "Procedure.code", "It does not say what was done."),
            (alone(fhir.allergy, code=None), "AllergyIntolerance.code", "It does not say to what."),
            (alone(fhir.medication_request, status="draft"), "MedicationRequest.status",
             "A draft is no prescription."),
            (alone(fhir.medication_request, medicationCodeableConcept=ABSENT), "MedicationRequest.medication",
             "It does not say which medicine."),
            (alone(fhir.immunization, vaccineCode=ABSENT), "Immunization.vaccineCode",
             "It does not say which vaccine."),
            (fhir.made("PractitionerRole", {"code": []}), "PractitionerRole.practitioner",
             "It does not say whose it is."),
            (fhir.made("Device", {"patient": WHO}), "", "There is no table for it yet."),
        ],
    )  # fmt: skip
    def test_it_stops_no_bundle(self, bring, resource, path, reason):
        report = bring(fhir.patient(id="1"), resource, alone(fhir.observation, id="other"))
        type = resource["resourceType"]
        assert report.words == []
        assert report.kept == {type: 1}
        assert report.reasons == {(type, path, reason): 1}
        assert f"  1 × {path or type}: {reason}" in list(report.lines())
        assert Observation.objects.count() == 1

    def test_one_reason_is_counted_once_a_resource(self, bring):
        broken = {"code": fhir.concept(SNOMED, "1"), "valueQuantity": {"value": 10**17}}
        report = bring(fhir.patient(id="1"), alone(fhir.observation, valueQuantity=None, component=[broken, broken]))
        assert list(report.reasons.values()) == [1]
        assert ("Observation", "Observation.component.valueQuantity.value") in {key[:2] for key in report.reasons}

    def test_nobody_refers_to_it(self, bring):
        weight = alone(fhir.observation, code=ABSENT)
        report = bring(fhir.patient(id="1"), weight, fhir.diagnostic_report({}, weight, subject=WHO))
        assert (report.words, report.loose) == ([], 1)


class TestBroken:
    @pytest.mark.parametrize(
        ("resource", "path"),
        [
            (alone(fhir.encounter, **{"class": None}), "Encounter.class"),
            (alone(fhir.condition, subject=None), "Condition.subject"),
            (alone(fhir.condition, clinicalStatus=fhir.concept("", "well")), "Condition.clinicalStatus.coding"),
            (alone(fhir.immunization, occurrenceDateTime=None), "Immunization.occurrence"),
            (alone(fhir.medication_request, medicationCodeableConcept=None), "MedicationRequest.medication"),
            (alone(fhir.medication_request, dispenseRequest={"numberOfRepeatsAllowed": -1}),
             "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed"),
        ],
    )  # fmt: skip
    def test_it_is_refused_with_its_path(self, bring, resource, path):
        report = bring(fhir.patient(id="1"), resource)
        assert any(f" {path} " in line for line in report.words), report.words
