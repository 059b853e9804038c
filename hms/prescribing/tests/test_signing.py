"""Signing: warned, changed, overridden, refused; and what a signature leaves behind."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from hms.core.models import AuditEvent
from hms.core.problems import Refused
from hms.formulary import models as formulary
from hms.formulary.dosage import Dosage
from hms.prescribing.actions import (
    Held,
    override_issue,
    renew_medication_request,
    sign_medication_requests,
    take_instead,
)
from hms.prescribing.basket import open_basket
from hms.prescribing.models import DetectedIssue, MedicationRequest
from hms.prescribing.tests.visit import THREE_A_DAY, TWICE_A_DAY, Visit, allergic

pytestmark = pytest.mark.django_db
CLARITHROMYCIN, AMOXICILLIN = "clarithromycin-500-mg-tablet", "amoxicillin-500-mg-capsule"


def sign(visit: Visit) -> list[MedicationRequest]:
    return sign_medication_requests(by=visit.doctor, patient=visit.patient, encounter=visit.encounter)


def test_a_harmless_order_is_signed_at_once(visit):
    visit.draft(AMOXICILLIN)
    [signed] = sign(visit)
    signed.refresh_from_db()
    assert signed.status == "active"
    assert signed.requester == visit.practitioner
    assert signed.signed_at == signed.authored_at == signed.released_at
    assert signed.signed_patient == visit.patient.pk
    assert signed.knowledge_version.startswith("2026.11-")
    assert (signed.end_on - signed.start_on).days == 6
    assert not DetectedIssue.objects.exists()


def test_the_line_in_the_trail(visit):
    visit.draft(AMOXICILLIN)
    sign(visit)
    line = AuditEvent.objects.get(verb="medication-request.signed")
    assert line.patient_id == visit.patient.pk
    assert line.detail["medication"] == AMOXICILLIN
    assert line.detail["issues"] == 0


class TestMacrolideOnWarfarin:
    def test_it_warns_and_does_not_interrupt(self, visit):
        visit.takes("warfarin-5-mg-tablet")
        visit.draft(CLARITHROMYCIN, TWICE_A_DAY)
        basket = open_basket(visit.doctor, visit.patient, visit.encounter)
        [shown] = basket.all_shown
        assert shown.words.title == "Watch: clarithromycin and warfarin"
        assert "ANSM thesaurus" in shown.words.source
        assert shown.safest.generic in ("amoxicillin", "doxycycline", "azithromycin")
        assert basket.may_be_signed

    def test_the_safer_one_can_be_taken_instead(self, visit):
        visit.takes("warfarin-5-mg-tablet")
        draft = visit.draft(CLARITHROMYCIN, TWICE_A_DAY)
        [shown] = open_basket(visit.doctor, visit.patient, visit.encounter).all_shown
        new = take_instead(by=visit.doctor, draft=draft, generic="doxycycline", fingerprint=shown.issue.fingerprint)
        basket = open_basket(visit.doctor, visit.patient, visit.encounter)
        assert [item.request for item in basket.items] == [new]
        assert new.code == "doxycycline-100-mg-tablet"
        kept = DetectedIssue.objects.get()
        assert (kept.outcome, kept.taken_instead, kept.status) == ("accepted", "doxycycline", "final")
        assert kept.rule == "interaction:Vitamin K antagonists|Macrolides (CYP3A4 inhibiting)"

    def test_what_was_not_offered_can_not_be_taken(self, visit):
        visit.takes("warfarin-5-mg-tablet")
        draft = visit.draft(CLARITHROMYCIN, TWICE_A_DAY)
        [shown] = open_basket(visit.doctor, visit.patient, visit.encounter).all_shown
        with pytest.raises(Refused):
            take_instead(by=visit.doctor, draft=draft, generic="metformin", fingerprint=shown.issue.fingerprint)

    def test_signed_all_the_same_the_note_stays_with_it(self, visit):
        visit.takes("warfarin-5-mg-tablet")
        draft = visit.draft(CLARITHROMYCIN, TWICE_A_DAY)
        sign(visit)
        kept = DetectedIssue.objects.get()
        assert (kept.outcome, kept.severity, kept.status) == ("noted", "moderate", "final")
        assert kept.title == "Watch: clarithromycin and warfarin"
        assert [row.medication_request_id for row in kept.implicated.all()] == [draft.pk]
        assert kept.knowledge_version == MedicationRequest.objects.get(pk=draft.pk).knowledge_version


class TestPenicillinAllergy:
    @pytest.fixture
    def allergic_visit(self, visit):
        allergic(visit.patient, group="penicillins", reaction="anaphylaxis", criticality="high")
        return visit

    def test_signing_is_refused_in_words(self, allergic_visit):
        draft = allergic_visit.draft(AMOXICILLIN)
        with pytest.raises(Held) as held:
            sign(allergic_visit)
        texts = [str(problem) for problem in held.value.problems]
        assert texts[0] == "1 order waits for a decision. Nothing was signed."
        assert texts[1] == "Allergic to penicillins: amoxicillin belongs to the same group"
        assert held.value.problems[1].field == str(draft.pk)
        assert held.value.basket.items[0].held
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_the_refusal_is_recorded(self, allergic_visit):
        allergic_visit.draft(AMOXICILLIN)
        with pytest.raises(Held):
            sign(allergic_visit)
        line = AuditEvent.objects.get(verb="prescribing.sign_medication_request")
        assert line.outcome == "refused"

    def test_doxycycline_is_the_first_offer(self, allergic_visit):
        allergic_visit.draft(AMOXICILLIN)
        [shown] = open_basket(allergic_visit.doctor, allergic_visit.patient, allergic_visit.encounter).all_shown
        assert shown.waits
        assert shown.safest.generic == "doxycycline"

    def test_with_a_reason_and_words_it_can_be_signed(self, allergic_visit):
        v = allergic_visit
        v.draft(AMOXICILLIN)
        [shown] = open_basket(v.doctor, v.patient, v.encounter).all_shown
        override = {
            "by": v.doctor,
            "patient": v.patient,
            "encounter": v.encounter,
            "fingerprint": shown.issue.fingerprint,
        }
        for reason, text in (("", "words"), ("specialist", " ")):
            with pytest.raises(Refused):
                override_issue(**override, override_reason=reason, override_text=text)
        override_issue(**override, override_reason="specialist", override_text="Desensitised in 2025")
        sign(v)
        kept = DetectedIssue.objects.get()
        assert (kept.status, kept.outcome, kept.override_reason) == ("final", "overridden", "specialist")
        assert kept.override_text == "Desensitised in 2025"
        line = AuditEvent.objects.get(verb="medication-request.signed")
        assert line.detail["overridden"] == ["allergy:penicillins>penicillins"]

    def test_a_reason_answers_the_order_it_was_given_for_alone(self, allergic_visit):
        v = allergic_visit
        first = v.draft(AMOXICILLIN)
        [shown] = open_basket(v.doctor, v.patient, v.encounter).all_shown
        override_issue(
            by=v.doctor,
            patient=v.patient,
            encounter=v.encounter,
            fingerprint=shown.issue.fingerprint,
            override_reason="tolerated",
            override_text="Had it twice since",
        )
        from hms.prescribing.actions import remove_draft

        remove_draft(by=v.doctor, draft=first)
        v.draft(AMOXICILLIN)
        with pytest.raises(Held):
            sign(v)


@pytest.mark.parametrize("table", ["Interaction", "ClassMember", "CrossReaction", "DoseLimit", "MedicationIngredient"])
def test_with_a_knowledge_table_emptied_signing_is_refused_in_words(visit, table):
    getattr(formulary, table).objects.all().delete()
    visit.draft(AMOXICILLIN)
    with pytest.raises(Held) as held:
        sign(visit)
    assert [str(problem) for problem in held.value.problems] == ["The safety check did not run: nothing can be signed"]
    [shown] = held.value.basket.all_shown
    with pytest.raises(Refused):
        override_issue(
            by=visit.doctor,
            patient=visit.patient,
            encounter=visit.encounter,
            fingerprint=shown.issue.fingerprint,
            override_reason="tolerated",
            override_text="I know",
        )


def test_an_incomplete_order_waits(visit):
    visit.draft(AMOXICILLIN, Dosage(route="oral", as_needed=True))
    with pytest.raises(Held) as held:
        sign(visit)
    assert any("say how many times a day at most" in str(problem) for problem in held.value.problems)


def test_nobody_prescribes_for_themselves(visit):
    from hms.patients.models import Patient

    visit.draft(AMOXICILLIN)
    Patient.objects.filter(pk=visit.patient.pk).update(user_id=visit.doctor.id)
    with pytest.raises(Refused):
        sign(visit)
    assert not MedicationRequest.objects.filter(status="active").exists()


def test_a_licence_that_ended_signs_nothing(visit):
    import datetime as dt

    visit.draft(AMOXICILLIN)
    visit.practitioner.licence_end = dt.date(2020, 1, 1)
    visit.practitioner.save()
    with pytest.raises(Refused) as refusal:
        sign(visit)
    assert "licence" in str(refusal.value.problems[0])


def test_an_empty_basket_is_refused(visit):
    with pytest.raises(Refused):
        sign(visit)


def test_a_renewal_ends_the_old_one(visit):
    old = visit.takes("atorvastatin-20-mg-tablet", dose=Decimal(20))
    renew_medication_request(by=visit.doctor, request=old, encounter=visit.encounter)
    sign(visit)
    old.refresh_from_db()
    assert (old.status, old.status_reason) == ("completed", "replaced")


@pytest.mark.parametrize(
    "change", [{"dose": Decimal(5000)}, {"text": "Morphine"}, {"quantity": 1}, {"repeats": 9}, {"status": "draft"}]
)
def test_a_signed_prescription_never_changes(visit, change):
    visit.draft(AMOXICILLIN, THREE_A_DAY)
    [signed] = sign(visit)
    with pytest.raises(IntegrityError, match="prescribing_medicationrequest_frozen"), transaction.atomic():
        MedicationRequest.objects.filter(pk=signed.pk).update(**change)


def test_an_issue_that_was_kept_never_changes(visit):
    visit.takes("warfarin-5-mg-tablet")
    visit.draft(CLARITHROMYCIN, TWICE_A_DAY)
    sign(visit)
    with pytest.raises(IntegrityError, match="prescribing_detectedissue_frozen"), transaction.atomic():
        DetectedIssue.objects.update(severity="minor")
