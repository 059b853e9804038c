"""record_allergy, refute_allergy, withdraw_allergy, state_allergies, record_flag, end_flag."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused, Stale
from hms.patients import actions
from hms.patients.models import AllergyIntolerance, AllergyStatus, Flag, Patient
from tests import cast, make

pytestmark = pytest.mark.django_db

PENICILLIN = actions.NewAllergy(
    text="Penicillin",
    type="allergy",
    category="medication",
    criticality="high",
    allergy_group="penicillins",
    reactions=[actions.Reaction("anaphylaxis", severity="severe")],
    note="After an injection in 1994",
)


@pytest.fixture
def treated() -> tuple[object, Patient]:
    """A doctor and a patient of theirs."""
    user, patient = make.user("doctor"), make.patient()
    make.care(patient, make.practitioner(user=user))
    return cast.actor("doctor", user=user), patient


def test_an_allergy_is_recorded_with_its_reactions(treated: tuple[object, Patient]) -> None:
    doctor, patient = treated
    allergy = actions.record_allergy(by=doctor, patient=patient, told=PENICILLIN)
    allergy.refresh_from_db()
    assert allergy.note == "After an injection in 1994"
    assert str(allergy.reactions.get()) == "anaphylaxis, severe"
    assert allergy.recorded_by_id == doctor.id  # type: ignore[attr-defined]
    line = AuditEvent.objects.get(verb="allergy.recorded")
    assert (line.patient_id, line.detail) == (patient.pk, {})


def test_strangers_and_the_unrelated_record_nothing(treated: tuple[object, Patient]) -> None:
    _doctor, patient = treated
    with pytest.raises(Missing):
        actions.record_allergy(by=cast.actor("doctor"), patient=patient, told=PENICILLIN)
    with pytest.raises(Forbidden):
        actions.record_allergy(by=cast.actor("front-desk"), patient=patient, told=PENICILLIN)


def test_the_same_substance_twice_and_none_at_all_are_refused(treated: tuple[object, Patient]) -> None:
    doctor, patient = treated
    actions.record_allergy(by=doctor, patient=patient, told=PENICILLIN)
    with pytest.raises(Refused, match="duplicate"):
        actions.record_allergy(by=doctor, patient=patient, told=actions.NewAllergy(text="penicillin "))
    with pytest.raises(Refused, match="required"):
        actions.record_allergy(by=doctor, patient=patient, told=actions.NewAllergy(text=" "))


def test_a_refuted_allergy_stays_with_its_reason(treated: tuple[object, Patient]) -> None:
    doctor, patient = treated
    allergy = actions.record_allergy(by=doctor, patient=patient, told=PENICILLIN)
    with pytest.raises(Refused):
        actions.refute_allergy(by=doctor, allergy=allergy, version=allergy.version, reason="")
    with pytest.raises(Stale):
        actions.refute_allergy(by=doctor, allergy=allergy, version=99, reason="Tolerated amoxicillin in 2025")
    refuted = actions.refute_allergy(
        by=doctor, allergy=allergy, version=allergy.version, reason="Tolerated amoxicillin in 2025"
    )
    assert not refuted.is_live
    assert AllergyIntolerance.objects.get().refutation == "Tolerated amoxicillin in 2025"
    assert not AllergyIntolerance.objects.live().exists()


def test_an_entry_made_in_error_is_never_revived(treated: tuple[object, Patient]) -> None:
    doctor, patient = treated
    allergy = actions.record_allergy(by=doctor, patient=patient, told=PENICILLIN)
    allergy = actions.withdraw_allergy(by=doctor, allergy=allergy, version=allergy.version)
    allergy.verification_status = "confirmed"
    with pytest.raises(IntegrityError, match="frozen"):
        allergy.save()


def test_none_known_is_a_statement_by_somebody_at_a_time(treated: tuple[object, Patient]) -> None:
    doctor, patient = treated
    said = actions.state_allergies(by=doctor, patient=patient, statement="no-known-allergies")
    assert said.recorded_by_label == doctor.label  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        actions.state_allergies(by=doctor, patient=patient, statement="none")


def test_an_allergy_ends_the_statement_and_a_statement_is_refused_while_there_is_one(
    treated: tuple[object, Patient],
) -> None:
    doctor, patient = treated
    actions.state_allergies(by=doctor, patient=patient, statement="no-known-allergies")
    allergy = actions.record_allergy(by=doctor, patient=patient, told=PENICILLIN)
    assert AllergyStatus.objects.get().ended_at is not None
    with pytest.raises(Refused, match="conflict"):
        actions.state_allergies(by=doctor, patient=patient, statement="no-known-allergies")
    actions.refute_allergy(by=doctor, allergy=allergy, version=allergy.version, reason="Tolerated since")
    actions.state_allergies(by=doctor, patient=patient, statement="no-known-allergies")
    assert AllergyStatus.objects.filter(ended_at__isnull=True).count() == 1


def test_no_drug_allergies_stands_beside_an_allergy_to_food(treated: tuple[object, Patient]) -> None:
    doctor, patient = treated
    make.allergy(patient, "Peanut", category="food")
    actions.state_allergies(by=doctor, patient=patient, statement="no-known-drug-allergies")


def test_the_desk_sets_an_alert_once_and_ends_it() -> None:
    desk, patient = cast.actor("front-desk", user=make.user()), make.patient()
    flag = actions.record_flag(by=desk, patient=patient, code="hearing", note="Left ear")
    with pytest.raises(Refused, match="duplicate"):
        actions.record_flag(by=desk, patient=patient, code="hearing")
    with pytest.raises(Refused, match="required"):
        actions.record_flag(by=desk, patient=patient, code="x")
    actions.end_flag(by=desk, flag=flag)
    assert Flag.objects.get().status == "inactive"
    actions.record_flag(by=desk, patient=patient, code="hearing")


def test_a_nurse_sets_alerts_on_her_own_patients_only() -> None:
    nurse, patient = cast.actor("nurse", user=make.user()), make.patient()
    with pytest.raises(Missing):
        actions.record_flag(by=nurse, patient=patient, code="fall-risk")
