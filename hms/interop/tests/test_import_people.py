"""Who belongs to a patient: people to call, and who pays."""

from __future__ import annotations

import datetime as dt

import pytest

from hms.core import clock
from hms.core.actor import system
from hms.core.problems import Refused
from hms.documents.models import StoredOriginal
from hms.interop.tests import fhir
from hms.interop.tests.test_import_bundles import everything
from hms.patients.actions import import_patients
from hms.patients.models import Coverage, Patient, RelatedPerson

pytestmark = pytest.mark.django_db

ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
V2_0131 = "http://terminology.hl7.org/CodeSystem/v2-0131"


def contact(code: str = "", system: str = ROLE, **members):
    relationship = [fhir.concept(system, code)] if code else []
    return {"relationship": relationship, "name": {"family": "Halvorsen", "given": ["Tor", "Ivar"]}, **members}


class TestPeopleToCall:
    def test_a_contact_with_telephone_and_address(self, bring):
        ways = [{"system": "email", "value": "tor@example.org"}, {"system": "phone", "value": "+47 22 55 01 23"}]
        report = bring(fhir.patient(contact=[contact("HUSB", telecom=ways)]))
        assert report.words == []
        row = RelatedPerson.objects.get()
        assert (row.name, row.kind, row.relationship) == ("Tor Ivar Halvorsen", "emergency-contact", "SPS")
        assert (row.phone, row.email, row.rank, row.scopes) == ("+47 22 55 01 23", "tor@example.org", 1, frozenset())
        assert list(RelatedPerson.objects.in_force(clock.now())) == [row]

    @pytest.mark.parametrize(
        ("told", "kind", "relationship"),
        [
            (contact("N", V2_0131), "next-of-kin", "O"),
            (contact("C", V2_0131), "emergency-contact", "O"),
            (contact("MTH"), "emergency-contact", "MTH"),
            # Whoever may act for a child here has shown a document here.
            (contact("GUARD"), "emergency-contact", "GUARD"),
            (contact(), "emergency-contact", ""),
        ],
    )
    def test_what_they_are_to_the_patient(self, bring, told, kind, relationship):
        bring(fhir.patient(contact=[told]))
        row = RelatedPerson.objects.get()
        assert (row.kind, row.relationship) == (kind, relationship)
        assert not RelatedPerson.objects.speaking(clock.now()).exists()

    def test_nobody_gets_a_right_by_an_import(self, db):
        guardian = RelatedPerson(kind="guardian", name="Tor", may_view=True)
        with pytest.raises(Refused):
            import_patients(by=system("x", "patients.import_patients"), people=[], relatives=[guardian])

    def test_in_their_order_and_without_offices(self, bring):
        employer = contact("E", V2_0131, name=None, organization={"display": "Fishery"})
        neighbour = {"relationship": [{"text": "Neighbour"}], "telecom": [{"system": "phone", "value": "123456"}]}
        bring(fhir.patient(contact=[contact("MTH"), employer, neighbour, {"gender": "female"}]))
        assert list(RelatedPerson.objects.values_list("name", "rank")) == [("Tor Ivar Halvorsen", 1), ("Neighbour", 3)]

    def test_one_that_is_over(self, bring):
        bring(fhir.patient(contact=[contact(period={"start": "1990", "end": "1995-03"})]))
        assert RelatedPerson.objects.count() == 1
        assert not RelatedPerson.objects.in_force(clock.now()).exists()

    def test_a_period_that_ends_before_it_begins_is_refused(self, bring):
        report = bring(fhir.patient(contact=[contact(period={"start": "1995", "end": "1990"})]))
        assert "Patient.contact[0].period.end" in report.words[0]
        assert not Patient.objects.exists()

    def test_the_same_again_changes_nothing_and_another_one_is_named(self, bring):
        who = fhir.patient(contact=[contact("MTH")])
        bring(who)
        before = everything()
        bring(who)
        assert everything() == before
        report = bring({**who, "contact": [contact("FTH")]})
        assert report.named == {"told anew, not taken over": [f"Patient/{who['id']}"]}
        assert RelatedPerson.objects.get().relationship == "MTH"


class TestWhoPays:
    def test_an_insurance_that_the_desk_has_yet_to_check(self, bring):
        who, payor = fhir.patient(), fhir.organization()
        told = fhir.coverage(who, payor=[fhir.to(payor)])
        report = bring(who, payor, told)
        assert report.words == []
        row = Coverage.objects.get()
        assert (str(row.pk), str(row.patient_id), row.status, row.kind) == (told["id"], who["id"], "draft", "public")
        assert (row.payor_organization.name, row.payor_label) == ("Elm Street Clinic", "Elm Street Clinic")
        assert (row.plan, row.group_number, row.subscriber_id, row.order) == ("Gold", "G7", "A 123", 2)
        assert (row.relationship, row.start, row.end) == ("child", dt.date(2020, 1, 1), dt.date(2030, 1, 1))
        assert StoredOriginal.objects.get(resource_type="Coverage").mapped_to_id == row.pk

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"status": "cancelled"}, ("cancelled", "public", "Blue Star")),
            ({"type": None}, ("draft", "other", "Blue Star")),
            ({"type": fhir.concept("", "pay"), "payor": [{"display": "Myself"}]}, ("draft", "self-pay", "")),
        ],
    )
    def test_of_every_kind(self, bring, change, expected):
        who = fhir.patient()
        bring(who, fhir.coverage(who, **change))
        row = Coverage.objects.get()
        assert (row.status, row.kind, row.payor) == expected

    def test_somebody_who_pays_themselves(self, bring):
        who = fhir.patient()
        bring(who, fhir.coverage(who, payor=[fhir.to(who)]))
        assert Coverage.objects.get().kind == "self-pay"

    @pytest.mark.parametrize(("change", "path"), [({"status": "entered-in-error"}, "status"), ({"payor": []}, "payor")])
    def test_what_can_only_be_kept(self, bring, change, path):
        who = fhir.patient()
        report = bring(who, fhir.coverage(who, **change))
        assert [key[1] for key in report.reasons] == [f"Coverage.{path}"]
        assert not Coverage.objects.exists()

    def test_for_ever(self, bring):
        who = fhir.patient()
        bring(who, fhir.coverage(who, period={"end": "9999-12-31"}))
        assert Coverage.objects.get().end is None
