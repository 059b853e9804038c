"""register_patient, register_unidentified, register_newborn, identify_patient."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from hms.core import clock
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Missing, Refused, Stale
from hms.patients import actions, duplicates
from hms.patients.intake import Contact, Identifier, NewPatient, PostalAddress
from hms.patients.models import DuplicateDecision, Flag, Patient, SearchName
from hms.patients.rules.mrn import is_mrn
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate
from tests import cast, make

pytestmark = pytest.mark.django_db


def told(family: str = "García Mármol", given: str = "Rosa", born: str = "1948-07-05", **fields: object) -> NewPatient:
    fields = {"gender": "female", **fields}
    return NewPatient(names=[Name(family=family, given=given, prefix="Mrs")], birth=PartialDate(born), **fields)  # type: ignore[arg-type]


def test_a_person_gets_a_number_a_label_and_everything_told() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    patient = actions.register_patient(
        by=desk,
        facility=facility,
        told=told(
            contacts=[Contact("+49 30 5550123"), Contact("rosa@example.org", system="email")],
            addresses=[PostalAddress(lines="1 Alder Road", postal_code="12345", city="Berlin", country="DE")],
            identifiers=[Identifier("X 123-456", type="PPN")],
        ),
    )
    patient.refresh_from_db()
    assert is_mrn(patient.mrn)
    assert patient.label == "GARCÍA MÁRMOL, Rosa (Mrs)"
    assert patient.sex_for_clinical_use == "female"
    assert patient.version == 1, "one deed, one version"
    assert [one.value for one in patient.contacts.all()] == ["+49 30 5550123", "rosa@example.org"]
    assert patient.addresses.get().postal_area == "12"
    assert patient.identifiers.get().value == "X 123-456"
    assert {"garcia", "marmol", "garciamarmol", "rosa", "d19480705"} <= set(
        SearchName.objects.filter(patient=patient).values_list("token", flat=True)
    )


def test_the_trail_says_who_registered_whom_without_a_name() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    patient = actions.register_patient(by=desk, facility=facility, told=told())
    line = AuditEvent.objects.get(verb="patient.registered")
    assert (line.actor_id, line.patient_id, line.facility_id) == (desk.id, patient.pk, facility.pk)
    assert "Rosa" not in str(line.detail)


def test_a_stranger_is_refused_and_the_refusal_recorded() -> None:
    with pytest.raises(Forbidden):
        actions.register_patient(by=cast.stranger(), facility=make.facility(), told=told())
    assert AuditEvent.objects.get().outcome == "refused"
    assert not Patient.objects.exists()


def test_the_desk_of_another_facility_is_refused() -> None:
    desk = cast.actor("front-desk", facilities=[make.facility()])
    with pytest.raises(Forbidden):
        actions.register_patient(by=desk, facility=make.facility(), told=told())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (NewPatient(), "family"),
        (NewPatient(names=[Name(family=" ")]), "family"),
        (NewPatient(names=[Name(family="a" * 201)]), "family"),
        (told(born="2199-01-01"), "birth"),
        (told(contacts=[Contact("rosa(at)example", system="email")]), "email"),
        (told(contacts=[Contact("12")]), "phone"),
        (told(identifiers=[Identifier("---")]), "identifier"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(wrong: NewPatient, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.register_patient(by=cast.actor("front-desk", user=make.user()), facility=make.facility(), told=wrong)
    assert field in [problem.field for problem in refusal.value.problems]


def test_somebody_registered_already_stops_the_desk_until_it_says_why() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    first = actions.register_patient(by=desk, facility=facility, told=told())
    again = told(family="Garcia Marmól", given="Rossa", contacts=[Contact("+49 30 5550123")])
    with pytest.raises(actions.LooksRegistered) as refusal:
        actions.register_patient(by=desk, facility=facility, told=again)
    assert refusal.value.look_alikes[0].patient == first
    assert refusal.value.codes == ["duplicate"]
    assert "same date of birth" in refusal.value.look_alikes[0].reasons

    second = actions.register_patient(
        by=desk, facility=facility, told=again, duplicate_reason="Her cousin, passport seen"
    )
    decision = DuplicateDecision.objects.get()
    assert (decision.patient, decision.other, decision.verdict) == (second, first, "different")
    assert decision.reason == "Her cousin, passport seen"


def test_two_desks_that_looked_before_either_wrote_do_not_both_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    # As the second desk sees it: its look came before the first had written.
    monkeypatch.setattr(duplicates, "look_alikes", lambda *_told, **_without: [])
    first = actions.register_patient(by=desk, facility=facility, told=told())
    with pytest.raises(actions.LooksRegistered) as refusal:
        actions.register_patient(by=desk, facility=facility, told=told())
    assert [one.patient for one in refusal.value.look_alikes] == [first]
    # Somebody else of that birthday, and who was there long before, are not compared again.
    actions.register_patient(by=desk, facility=facility, told=told(family="Ivanov", given="Pyotr", contacts=[]))
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2)):
        actions.register_patient(by=desk, facility=facility, told=told())


def test_a_twin_is_not_stopped() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    home = [PostalAddress(lines="1 Alder Road")]
    phone = [Contact("+49 30 5550123")]
    actions.register_patient(by=desk, facility=facility, told=told(given="Rosa", contacts=phone, addresses=home))
    actions.register_patient(by=desk, facility=facility, told=told(given="Carmen", contacts=phone, addresses=home))
    assert Patient.objects.count() == 2


def test_an_emergency_arrival_needs_three_fields() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    patient = actions.register_unidentified(
        by=desk, facility=facility, sex="male", age_band="adult", note="Grey coat, by ambulance 12"
    )
    assert patient.unidentified
    assert patient.label.endswith(", Unknown")
    assert patient.birth_date_estimated
    assert patient.age_text().startswith("~")
    assert Flag.objects.get(patient=patient).note == "Grey coat, by ambulance 12"
    other = actions.register_unidentified(by=desk, facility=facility, sex="male", age_band="adult")
    assert other.label != patient.label


def test_an_unknown_age_band_is_refused() -> None:
    with pytest.raises(Refused):
        actions.register_unidentified(
            by=cast.actor("front-desk", user=make.user()), facility=make.facility(), sex="male", age_band="x"
        )


def test_an_unknown_person_is_named_later_and_still_found_by_the_alias() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    patient = actions.register_unidentified(by=desk, facility=facility, sex="male", age_band="adult")
    alias = patient.names.get().family
    named = actions.identify_patient(
        by=desk, patient=patient, version=patient.version, told=told("Okafor", "Chidi", "1980-01-02", gender="male")
    )
    assert named.label == "OKAFOR, Chidi (Mrs)"
    assert not named.unidentified
    assert named.birth_date_text == "1980-01-02"
    assert SearchName.objects.filter(patient=named, token=alias.lower(), kind="o").exists()
    with pytest.raises(Stale):
        actions.identify_patient(by=desk, patient=patient, version=1, told=told())


def test_a_newborn_has_a_number_of_its_own_and_its_mother() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    mother = make.patient("O’Reilly", "Maeve", born="1996-01-01")
    born = clock.now() - dt.timedelta(hours=3)
    child = actions.register_newborn(by=desk, mother=mother, born_at=born, sex="female", facility=facility)
    assert child.label == "O’REILLY, Baby of Maeve"
    assert child.mrn != mother.mrn
    assert child.age_text() == "3 h"
    guardian = child.relatives.get()
    assert (guardian.related_patient, guardian.kind, guardian.relationship) == (mother, "guardian", "MTH")
    assert guardian.end_at.year == born.year + 18


def test_twins_are_told_apart_by_order_and_both_marked() -> None:
    desk, facility = cast.actor("front-desk", user=make.user()), make.facility()
    mother, born = make.patient("O’Reilly", "Maeve", born="1996-01-01"), clock.now() - dt.timedelta(hours=3)
    first = actions.register_newborn(by=desk, mother=mother, born_at=born, sex="female", facility=facility)
    with pytest.raises(Refused) as refusal:
        actions.register_newborn(by=desk, mother=mother, born_at=born, sex="female", facility=facility)
    assert refusal.value.codes == ["duplicate"]
    second = actions.register_newborn(
        by=desk, mother=mother, born_at=born + dt.timedelta(minutes=9), sex="female", facility=facility, birth_order=2
    )
    first.refresh_from_db()
    assert first.multiple_birth
    assert second.multiple_birth
    assert second.label == "O’REILLY, Baby 2 of Maeve"


def test_a_birth_in_the_future_or_of_an_unknown_mother_is_refused() -> None:
    desk, facility, mother = cast.actor("front-desk", user=make.user()), make.facility(), make.patient()
    tomorrow = clock.now() + dt.timedelta(days=1)
    with pytest.raises(Refused):
        actions.register_newborn(by=desk, mother=mother, born_at=tomorrow, sex="male", facility=facility)
    mother.active = False
    mother.save()
    with pytest.raises(Missing):
        actions.register_newborn(by=desk, mother=mother, born_at=clock.now(), sex="male", facility=facility)
