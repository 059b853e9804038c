"""The mapping alone, without a database: data types, and that nothing anybody writes makes it stumble."""

from __future__ import annotations

import copy
import datetime as dt
import random
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hms.core.money import Money
from hms.core.problems import Problem
from hms.interop.importers import datatypes, reading
from hms.interop.importers.case import Case, Place
from hms.interop.importers.elements import Element, Number
from hms.interop.importers.links import Links, Target, kind_of, name_of
from hms.interop.importers.registry import TYPES
from hms.interop.tests import fhir
from hms.organization.models import Facility
from hms.terminology.codes import LOINC, SNOMED

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


def element(value: Any) -> Element:
    return Element(value, "X", [])


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "start", "end", "day"),
        [
            ("2019", "2018-12-31T23:00:00", "2019-12-31T22:59:59", "2019"),
            ("2019-03", "2019-02-28T23:00:00", "2019-03-31T21:59:59", "2019-03"),
            ("2019-03-14", "2019-03-13T23:00:00", "2019-03-14T22:59:59", "2019-03-14"),
            ("2019-03-14T09:30:00Z", "2019-03-14T09:30:00", "2019-03-14T09:30:00", "2019-03-14"),
            ("2019-03-14T23:30:00-05:00", "2019-03-15T04:30:00", "2019-03-15T04:30:00", "2019-03-14"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59", "2016-12-31T23:59:59", "2016-12-31"),
        ],
    )
    def test_they_are_as_exact_as_they_were_written(self, text, start, end, day):
        found = datatypes.moment(element({"at": text}), "at", BERLIN)
        assert found is not None
        assert (found.start.isoformat()[:19], found.end.isoformat()[:19], found.date_text) == (start, end, day)

    @pytest.mark.parametrize(
        "text",
        ["yesterday", "2019-13", "2019-02-29", "2019-3-14", "14.03.2019", "2019-03-14T09:30:00", "2019-03-14T25:00:00Z",
         "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "20190314"],
    )  # fmt: skip
    def test_what_is_no_date_is_refused(self, text):
        told = element({"at": text})
        assert datatypes.moment(told, "at", BERLIN) is None
        assert [problem.field for problem in told.problems] == ["X.at"]

    def test_a_period_that_ends_before_it_begins(self):
        told = element({"start": "2019-03-14", "end": "2019-03-13"})
        datatypes.period(told, BERLIN)
        assert [problem.field for problem in told.problems] == ["X.end"]

    def test_a_period_of_one_day(self):
        told = element({"start": "2019-03-14", "end": "2019-03-14"})
        found = datatypes.period(told, BERLIN)
        assert found.start < found.end
        assert not told.problems


class TestNumbers:
    @pytest.mark.parametrize("text", ["72.50", "0.0", "1e2", "-3.140", "130.40758475889515"])
    def test_they_stay_as_they_were_written(self, text):
        [item] = reading.resources(b'{"resourceType": "Observation", "id": "1", "value": %s}' % text.encode(), "")
        number = item.resource["value"]
        assert (number.text, number) == (text, Decimal(text))

    @pytest.mark.parametrize(
        ("text", "digits", "places", "kept"),
        [
            ("1.23456", 12, 4, "1.2346"),
            ("99999999.9999", 12, 4, "99999999.9999"),
            ("100000000", 12, 4, None),
            ("1e30", 24, 8, None),
            ("1e-30", 24, 8, "0E-8"),
        ],
    )
    def test_a_column_keeps_its_places_and_refuses_what_is_too_large(self, text, digits, places, kept):
        told = element({"value": Number(text)})
        found = datatypes.fitted(told, "value", told.decimal("value"), digits, places)
        assert found == (Decimal(kept) if kept else None)
        assert bool(told.problems) == (kept is None)

    @pytest.mark.parametrize(
        ("value", "minor"), [("516.6500000000001", 51665), ("0.005", 0), ("0.015", 2), ("125", 12500)]
    )
    def test_money_has_the_digits_of_its_currency(self, value, minor):
        told = element({"value": Number(value), "currency": "USD"})
        assert datatypes.money(told, "EUR") == Money(minor, "USD")


class TestConcepts:
    def test_the_preferred_system_then_the_users_choice_then_the_first(self):
        codings = [
            {"system": "urn:a", "code": "1", "display": "one"},
            {"system": "urn:b", "code": "2", "userSelected": True},
            {"system": SNOMED, "code": "3"},
        ]
        told = element({"coding": codings})
        assert datatypes.concept(told, [SNOMED]).coding.code == "3"
        assert datatypes.concept(told).coding.code == "2"
        assert datatypes.concept(element({"coding": codings[:1]})).text == "one"

    def test_a_code_longer_than_its_column_stays_in_the_original(self):
        found = datatypes.concept(element({"coding": [{"system": SNOMED, "code": "1" * 65, "display": "Long"}]}))
        assert (found.coding.code, found.text) == ("", "Long")


@pytest.mark.parametrize(
    ("reference", "name", "kind"),
    [
        ("urn:uuid:5EE05359-57bf-4cee-8e89-91382c07e162", "urn:uuid:5ee05359-57bf-4cee-8e89-91382c07e162", ""),
        ("Encounter/12", "Encounter/12", "Encounter"),
        ("Encounter/12/_history/3", "Encounter/12", "Encounter"),
        ("https://ehr.example.org/fhir/Encounter/12", "Encounter/12", "Encounter"),
        ("Practitioner?identifier=urn:npi|9", "Practitioner?urn:npi|9", "Practitioner"),
        ("https://a.example/fhir/Practitioner?identifier=urn%3Anpi%7C9", "Practitioner?urn:npi|9", "Practitioner"),
        ("#med", "", ""),
        ("anything", "", ""),
    ],
)
def test_references_have_one_writing(reference, name, kind):
    assert name_of(reference) == name
    assert kind_of(reference) == kind


# --- Nothing makes it stumble ------------------------------------------------------------------------------------
WHO = fhir.patient(id="11111111-1111-4111-8111-111111111111")
ACTIVE = {"status": "active", "subject": fhir.to(WHO)}
PERSON_TO_CALL = {
    "relationship": [fhir.concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH")],
    "name": {"family": "Halvorsen", "given": ["Kari"]},
    "telecom": [{"system": "phone", "value": "+47 22 55 01 23"}],
    "period": {"start": "2019"},
}
WHOLE = [
    fhir.patient(contact=[PERSON_TO_CALL]),
    fhir.coverage(WHO),
    fhir.organization(),
    fhir.practitioner(),
    fhir.made("PractitionerRole", {"practitioner": {"reference": "Practitioner/1"}}),
    fhir.made("Location", {"name": "Room", "managingOrganization": {"reference": "Organization/1"}}),
    WHO,
    fhir.allergy(WHO),
    fhir.encounter(WHO, participant=[{"individual": {"reference": "Practitioner/1"}}], diagnosis=[{"rank": 1}]),
    fhir.condition(WHO, severity=fhir.concept(SNOMED, "6736007"), abatementString="soon"),
    fhir.observation(WHO, component=[{"code": fhir.concept(LOINC, "1"), "valueString": "a"}], referenceRange=[{}]),
    fhir.diagnostic_report(WHO, performer=[{"display": "The laboratory"}]),
    fhir.medication_request(WHO, dispenseRequest={"quantity": {"value": 30, "unit": "tablets"}}),
    fhir.immunization(WHO, doseQuantity={"value": 1, "code": "mL"}),
    fhir.procedure(WHO, note=[{"text": "a"}]),
    fhir.claim(WHO),
    fhir.made("Goal", {**ACTIVE, "lifecycleStatus": "active", "description": {"text": "a"}, "target": [{}]}),
    fhir.made("CareTeam", {**ACTIVE, "participant": [{"role": [{}]}]}),
    fhir.made("CarePlan", {**ACTIVE, "intent": "plan", "activity": [{"detail": {}}]}),
    fhir.made("ImagingStudy", {**ACTIVE, "status": "available", "series": [{"uid": "1"}]}),
    fhir.made("ExplanationOfBenefit", {"total": [{"amount": {}}], "payment": {}, "patient": fhir.to(WHO)}),
]  # fmt: skip
JUNK = [
    *(None, True, 0, -1, 2**63, 10**30, Number("1e-30"), "", "x" * 5000, "\x00", "\ud83d", "2019", "2019-13"),
    *("9999-12-31T23:59:59-14:00", [], {}, [None], [[]], {"a": 1}, {"coding": "x"}, {"reference": 7}, "active"),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from places(inner)


@pytest.mark.parametrize("resource", WHOLE, ids=lambda one: one["resourceType"])
def test_whatever_stands_in_a_resource_it_is_mapped_or_refused_with_a_path(resource):
    """200 times something else somewhere: rows, or problems that name a place; never an exception."""
    facility = Facility(time_zone="Europe/Berlin", currency="EUR")
    person = Target("Patient", "patients.Patient", uuid.UUID(WHO["id"]))
    rng, kind = random.Random(resource["resourceType"]), TYPES[resource["resourceType"]]
    for _turn in range(200):
        told = copy.deepcopy(resource)
        for _change in range(rng.choice([1, 1, 2])):
            holder, key = rng.choice([place for place in places(told) if place[1] != "id"])
            holder[key] = copy.deepcopy(rng.choice(JUNK))
        links = Links("elsewhere", targets={f"urn:uuid:{WHO['id']}": person})
        problems: list[Problem] = []
        case = Case(Element(told, kind.name, problems), uuid.uuid4(), "source", Place("e", facility, NOW), links)
        assert isinstance(kind.read(case), list)
        assert all(problem.field.startswith(kind.name) for problem in problems)


def test_every_type_is_among_them():
    assert {one["resourceType"] for one in WHOLE} == set(TYPES)
