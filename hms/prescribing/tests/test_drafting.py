"""The basket: what goes in, what comes out, who may touch it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused, Stale
from hms.formulary.dosage import Dosage
from hms.formulary.models import Medication
from hms.prescribing.actions import change_draft, draft_medication_request, remove_draft, renew_medication_request
from hms.prescribing.basket import open_basket
from hms.prescribing.models import MedicationRequest
from hms.prescribing.tests.visit import TWICE_A_DAY, a_visit
from tests import cast, make

pytestmark = pytest.mark.django_db


def test_an_order_starts_with_the_usual_dose_of_an_adult(visit):
    draft = draft_medication_request(
        by=visit.doctor,
        patient=visit.patient,
        encounter=visit.encounter,
        medication=make.medication("clarithromycin-500-mg-tablet"),
    )
    assert str(draft.line) == "Clarithromycin 500 mg tablet – 500 mg – by mouth – 2 times a day – for 7 days"
    assert draft.status == "draft"
    assert draft.quantity == Decimal(7000)
    assert (draft.system, draft.code) == ("urn:hms:formulary:medication", "clarithromycin-500-mg-tablet")
    assert draft.code_version.startswith("2026.11-")


def test_a_child_gets_no_usual_dose(visit):
    child = a_visit(born="2020")
    draft = draft_medication_request(
        by=child.doctor, patient=child.patient, encounter=child.encounter, medication=make.medication()
    )
    assert draft.dose is None
    assert draft.route == "oral"


def test_it_leaves_one_line(visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    line = AuditEvent.objects.get(verb="medication-request.drafted")
    assert line.subject_id == draft.pk
    assert line.detail == {"medication": "amoxicillin-500-mg-capsule"}


def test_a_changed_order_is_checked_against_its_version(visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    change_draft(by=visit.doctor, draft=draft, dosage=TWICE_A_DAY, version=1)
    draft.refresh_from_db()
    assert draft.frequency == 2
    with pytest.raises(Stale):
        change_draft(by=visit.doctor, draft=draft, dosage=TWICE_A_DAY, version=1)


def test_what_is_taken_out_is_gone_from_the_basket_and_from_the_chart(visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    remove_draft(by=visit.doctor, draft=draft)
    assert open_basket(visit.doctor, visit.patient, visit.encounter).items == []
    assert not MedicationRequest.objects.prescribed().filter(pk=draft.pk).exists()


def test_a_draft_is_its_authors_alone(visit):
    draft = visit.draft("amoxicillin-500-mg-capsule")
    colleague = make.user("doctor")
    make.care(visit.patient, make.practitioner(colleague))
    by = cast.actor("doctor", user=colleague)
    assert not MedicationRequest.objects.visible_to(by).filter(pk=draft.pk).exists()
    with pytest.raises(Missing):
        remove_draft(by=by, draft=draft)


def test_a_stranger_is_refused(visit):
    with pytest.raises(Missing):
        draft_medication_request(
            by=cast.actor("doctor", user=make.user("doctor")),
            patient=visit.patient,
            encounter=visit.encounter,
            medication=make.medication(),
        )
    with pytest.raises(Forbidden):
        draft_medication_request(
            by=cast.actor("front-desk"), patient=visit.patient, encounter=visit.encounter, medication=make.medication()
        )


def test_another_patients_visit_is_refused(visit):
    other = a_visit()
    make.care(other.patient, visit.practitioner)
    with pytest.raises(Refused) as refusal:
        draft_medication_request(
            by=visit.doctor, patient=visit.patient, encounter=other.encounter, medication=make.medication()
        )
    assert refusal.value.codes == ["conflict"]


def test_a_withdrawn_medicine_is_refused(visit):
    Medication.objects.filter(code="amoxicillin-500-mg-capsule").update(status="inactive")
    with pytest.raises(Refused) as refusal:
        visit.draft("amoxicillin-500-mg-capsule")
    assert refusal.value.codes == ["business-rule"]


def test_a_renewal_is_the_old_order_again_and_replaces_it(visit):
    old = visit.takes("atorvastatin-20-mg-tablet", dose=Decimal(20))
    draft = renew_medication_request(by=visit.doctor, request=old, encounter=visit.encounter)
    assert draft.dosage == Dosage(Decimal(20), "mg", "oral", 1, Decimal(1), "d")
    assert draft.replaces == old
    basket = open_basket(visit.doctor, visit.patient, visit.encounter)
    assert basket.all_shown == []
    assert basket.may_be_signed


def test_the_basket_takes_a_fixed_number_of_queries(visit, django_assert_max_num_queries):
    for code in ("amoxicillin-500-mg-capsule", "ibuprofen-400-mg-tablet"):
        visit.draft(code)
    open_basket(visit.doctor, visit.patient, visit.encounter)
    for code in ("metformin-500-mg-tablet", "amlodipine-5-mg-tablet", "simvastatin-20-mg-tablet"):
        visit.takes(code)
    with django_assert_max_num_queries(9):
        open_basket(visit.doctor, visit.patient, visit.encounter)


def test_another_patients_drafts_stay_out(visit):
    visit.draft("amoxicillin-500-mg-capsule")
    assert open_basket(visit.doctor, make.patient(), visit.encounter).items == []
