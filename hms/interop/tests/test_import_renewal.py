"""The same resource with another content: its row takes it over, as long as nobody changed it here."""

from __future__ import annotations

import pytest

from hms.clinical.models import Condition, Encounter, EncounterDiagnosis, Goal
from hms.core.history import versions
from hms.diagnostics.models import DiagnosticReport, Observation
from hms.documents.models import StoredOriginal
from hms.interop.tests import fhir
from hms.interop.tests.test_import_bundles import everything
from hms.patients.models import Patient
from hms.prescribing.models import MedicationRequest
from hms.terminology.codes import LOINC, UCUM
from tests import make

pytestmark = pytest.mark.django_db


def said(report) -> str:
    return "\n".join(report.lines())


class TestTakenOver:
    def test_what_differs_with_its_history(self, bring):
        who, doctor = fhir.patient(), fhir.practitioner()
        visit = fhir.encounter(
            who, status="in-progress", period={"start": "2013-05-14T19:57:41+00:00"},
            participant=[{"individual": fhir.to(doctor)}],
        )  # fmt: skip
        bring(who, doctor, visit)
        ended = {**visit, "status": "finished", "period": {**visit["period"], "end": "2013-05-14T21:00:00+00:00"}}
        report = bring(who, doctor, ended)
        assert report.renewed == {"Encounter": 1}
        row = Encounter.objects.get()
        assert (row.status, row.version, row.minutes) == ("finished", 2, 62)
        assert row.participants.count() == 1
        before, after = versions(Encounter, row.pk)
        assert (before.row.status, after.row.status) == ("in-progress", "finished")
        assert after.actor_label == "importer"
        assert StoredOriginal.objects.filter(mapped_to_id=row.pk).count() == 2

    def test_and_the_same_again_changes_nothing(self, bring):
        who = fhir.patient()
        problem = fhir.condition(who)
        resolved = {**problem, "clinicalStatus": fhir.concept("", "resolved"), "abatementDateTime": "2001"}
        bring(who, problem)
        bring(who, resolved)
        before = everything()
        assert bring(who, resolved).known.total() == 2
        # Nor does the older file, whose content was here.
        assert bring(who, problem).known.total() == 2
        assert everything() == before
        row = Condition.objects.get()
        assert (row.clinical_status, row.abatement_text, str(row.abatement_on)) == ("resolved", "2001", "2001-12-31")

    def test_a_new_version_that_says_the_same_leaves_the_row_alone(self, bring):
        who = fhir.patient()
        problem = fhir.condition(who)
        bring(who, problem)
        report = bring(who, {**problem, "meta": {"versionId": "2", "lastUpdated": "2024-01-01T00:00:00Z"}})
        assert (report.renewed.total(), report.kept, report.named) == (0, {"Condition": 1}, {})
        assert Condition.objects.get().version == 1

    def test_what_it_owns(self, bring):
        who, one, other = fhir.patient(), fhir.practitioner(), fhir.practitioner()
        visit = fhir.encounter(who, participant=[{"individual": fhir.to(one)}])
        bring(who, one, visit)
        bring(who, one, other, {**visit, "participant": [{"individual": fhir.to(other)}]})
        row = Encounter.objects.get()
        assert str(row.participants.get().practitioner_id) == other["id"]
        assert row.version == 2

    def test_a_diagnosis_that_the_visit_did_not_have(self, bring):
        who = fhir.patient()
        visit, problem, more = fhir.encounter(who), fhir.condition(who), fhir.condition(who)
        visit["diagnosis"] = [{"condition": fhir.to(problem)}]
        bring(who, visit, problem)
        visit = {**visit, "status": "unknown", "diagnosis": [*visit["diagnosis"], {"condition": fhir.to(more)}]}
        bring(who, visit, problem, more)
        assert list(EncounterDiagnosis.objects.order_by("rank").values_list("rank", flat=True)) == [1, 2]

    def test_a_final_result_is_replaced_by_the_corrected_one(self, bring):
        who = fhir.patient()
        parts = [
            {"code": fhir.concept(LOINC, "8480-6"), "valueQuantity": {"value": 130, "code": "mm[Hg]", "system": UCUM}}
        ]
        pressure = fhir.observation(who, valueQuantity=None, component=parts)
        panel = fhir.diagnostic_report(who, pressure)
        bring(who, pressure, panel)
        old = Observation.objects.get()
        parts = [{**parts[0], "valueQuantity": {**parts[0]["valueQuantity"], "value": 120}}]
        report = bring(who, {**pressure, "status": "corrected", "component": parts}, {**panel, "status": "corrected"})
        assert report.renewed == {"Observation": 1, "DiagnosticReport": 1}
        new = Observation.objects.current().get()
        assert (new.replaces, new.status, new.components.get().value) == (old, "corrected", 120)
        old.refresh_from_db()
        assert (old.status, old.version) == ("final", 1)
        # The report gathers the result that holds.
        assert DiagnosticReport.objects.current().get().results.get() == new
        # And again: each corrects the one before.
        bring(who, {**pressure, "status": "corrected", "component": []})
        assert Observation.objects.current().get().replaces == new

    def test_what_was_never_true(self, bring):
        who = fhir.patient()
        weight, goal = fhir.observation(who), fhir.made("Goal", {
            "lifecycleStatus": "active", "description": {"text": "Less salt"}, "subject": fhir.to(who),
        })  # fmt: skip
        bring(who, weight, goal)
        report = bring(who, {**weight, "status": "entered-in-error"}, {**goal, "lifecycleStatus": "entered-in-error"})
        assert report.renewed == {"Observation": 1, "Goal": 1}
        assert Observation.objects.get().status == "entered-in-error"
        assert Goal.objects.get().lifecycle_status == "entered-in-error"

    def test_a_prescription_that_was_stopped(self, bring):
        who = fhir.patient()
        told = fhir.medication_request(who)
        bring(who, told)
        assert bring(who, {**told, "status": "stopped"}).renewed == {"MedicationRequest": 1}
        assert MedicationRequest.objects.get().status == "stopped"

    def test_a_prescription_with_another_dose_takes_the_place_of_the_first(self, bring):
        who = fhir.patient()
        told = fhir.medication_request(who)
        bring(who, told)
        dose = {"doseAndRate": [{"doseQuantity": {"value": 3, "code": "mg"}}]}
        bring(who, {**told, "dosageInstruction": [dose]})
        old, new = MedicationRequest.objects.order_by("id")
        if old.replaces_id:
            old, new = new, old
        assert (old.status, old.status_reason, old.dose) == ("stopped", "replaced", 5)
        assert (new.status, new.replaces, new.dose) == ("active", old, 3)


class TestKept:
    def test_what_somebody_changed_here(self, bring):
        who = fhir.patient()
        problem = fhir.condition(who)
        bring(who, problem)
        row = Condition.objects.get()
        row.note = "Seen today"
        row.save()
        report = bring(who, {**problem, "clinicalStatus": fhir.concept("", "resolved")})
        assert report.renewed.total() == 0
        assert f"changed here, kept: Condition/{problem['id']}" in said(report)
        assert Condition.objects.get().clinical_status == "active"
        assert StoredOriginal.objects.filter(resource_type="Condition").count() == 2

    def test_what_is_newer_here(self, bring):
        who = fhir.patient()
        problem = fhir.condition(who, meta={"lastUpdated": "2024-05-01T00:00:00.000Z"})
        bring(who, problem)
        older = {
            **problem,
            "clinicalStatus": fhir.concept("", "resolved"),
            "meta": {"lastUpdated": "2024-04-01T00:00:00Z"},
        }
        assert f"older than what is here: Condition/{problem['id']}" in said(bring(who, older))
        assert Condition.objects.get().clinical_status == "active"

    def test_what_may_not_change_any_more(self, bring):
        who = fhir.patient()
        problem = fhir.condition(who)
        bring(who, problem)
        report = bring(who, {**problem, "code": fhir.concept("urn:other", "1", "Something else")})
        assert f"signed or entered in error, kept: Condition/{problem['id']}" in said(report)
        assert (report.renewed.total(), report.kept) == (0, {"Condition": 1})
        assert Condition.objects.get().text == "Prediabetes"

    def test_a_record_that_would_change_its_patient(self, bring):
        who, other = fhir.patient(), fhir.patient(name=[{"family": "Other"}])
        weight = fhir.observation(who)
        bring(who, other, weight)
        report = bring({**weight, "subject": fhir.at(other)})
        assert "in another chart here: Observation/" in said(report)
        assert str(Observation.objects.get().patient_id) == who["id"]

    def test_people_and_allergies_are_named_where_they_were_told_anew(self, bring):
        who = fhir.patient()
        allergy = fhir.allergy(who)
        bring(who, allergy)
        report = bring({**who, "meta": {"versionId": "2"}}, {**allergy, "meta": {"versionId": "2"}})
        assert (report.beside.total(), report.named) == (2, {})
        report = bring({**who, "birthDate": "1965-01-01"}, {**allergy, "criticality": "low"})
        assert set(report.named["told anew, not taken over"]) == {
            f"Patient/{who['id']}",
            f"AllergyIntolerance/{allergy['id']}",
        }
        assert Patient.objects.get().birth_date_text == "1964-03-18"

    def test_one_that_was_merged_here(self, bring):
        who = fhir.patient()
        problem = fhir.condition(who)
        bring(who, problem)
        stays = make.patient()
        Condition.objects.filter(pk=problem["id"]).update(patient=stays)
        Patient.objects.filter(pk=who["id"]).update(merged_into=stays)
        report = bring(who, {**problem, "clinicalStatus": fhir.concept("", "resolved")})
        assert "changed here, kept" in said(report)

    def test_only_the_first_are_named(self, bring, monkeypatch):
        monkeypatch.setattr("hms.interop.importers.report._NAMED", 1)
        who = fhir.patient()
        problems = [fhir.condition(who) for _number in range(3)]
        bring(who, *problems)
        Condition.objects.update(category="health-concern")
        report = bring(who, *({**one, "clinicalStatus": fhir.concept("", "resolved")} for one in problems))
        assert "changed here, kept: Condition/" in said(report)
        assert " and 2 more" in said(report)
