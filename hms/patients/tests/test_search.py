"""Search as the front desk uses it, and the bulk verbs."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hms.core import clock
from hms.core.actor import system
from hms.core.problems import Refused
from hms.patients import actions
from hms.patients.intake import Contact, Identifier, NewPatient
from hms.patients.models import AllergyStatus, Patient, SearchKey, SearchName
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate
from hms.patients.search import _after, search_patients
from tests import cast, make

pytestmark = pytest.mark.django_db

PEOPLE = [
    # family, given, native, born, phone, identifier
    ("Halvorsen", "Ingrid", "", "1962-03-14", "+47 22 555123", "A1234567"),
    ("García Mármol", "Rosa", "", "1948-07-05", "+34 91 5550101", ""),
    ("Li", "Wei", "李伟", "1962-08-01", "", ""),
    ("Xu", "Xiaohong", "徐小红", "1980-01-02", "", ""),
    ("Müller", "Jürgen", "", "1971-12-24", "+49 30 5550123", ""),
    ("van den Berg", "Anna", "", "1990-05-17", "", ""),
    ("O’Reilly", "Maeve", "", "1996", "", ""),
    ("Ivanov", "Sergey", "Сергей Иванов", "1955-10", "", ""),
    ("Al-Sayed", "Mohammed", "", "1984-05-11", "", ""),
    ("", "Sukarno", "", "1950-06-06", "", ""),
    ("Østby", "Karin", "", "1953-03-21", "", ""),
]


@pytest.fixture
def hospital() -> dict[str, Patient]:
    told = [
        NewPatient(
            names=[Name(family=family, given=given, native=native)],
            birth=PartialDate(born),
            contacts=[Contact(phone)] if phone else [],
            identifiers=[Identifier(number, type="PPN")] if number else [],
        )
        for family, given, native, born, phone, number in PEOPLE
    ]
    made = actions.bulk_register_patients(by=system("test"), people=told)
    return {given: patient for patient, (_family, given, *_rest) in zip(made, PEOPLE, strict=True)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("halvorsen", "Ingrid"),
        ("Halvorson Ingrit", "Ingrid"),
        ("ingrid havlorsen", "Ingrid"),
        ("halv ing", "Ingrid"),
        ("14.3.1962", "Ingrid"),
        ("14-Mar-1962", "Ingrid"),
        ("1962-03-14", "Ingrid"),
        ("14 03 62", "Ingrid"),
        ("halvorsen 14.3.1926", "Ingrid"),
        ("+47 22 555123", "Ingrid"),
        ("22555123", "Ingrid"),
        ("a1234567", "Ingrid"),
        ("garcia rosa", "Rosa"),
        ("rosa marmol", "Rosa"),
        ("GARCIAMARMOL", "Rosa"),
        ("li", "Wei"),
        ("Lee Wei", "Wei"),
        ("li 1962", "Wei"),
        ("李伟", "Wei"),
        ("xu", "Xiaohong"),
        ("Hsu", "Xiaohong"),
        ("xu xiao hong", "Xiaohong"),
        ("mueller", "Jürgen"),
        ("Muller Jurgen", "Jürgen"),
        ("vandenberg", "Anna"),
        ("berg anna", "Anna"),
        ("o reilly", "Maeve"),
        ("oreilly 1996", "Maeve"),
        ("иванов", "Sergey"),
        ("Iwanow Sergei", "Sergey"),
        ("oct 1955", "Sergey"),
        ("muhammad sayed", "Mohammed"),
        ("محمد", "Mohammed"),
        ("sukarno", "Sukarno"),
        ("oestby", "Karin"),
        ("ostby karin 1953", "Karin"),
    ],
)
def test_the_one_who_is_meant_comes_first(hospital: dict[str, Patient], typed: str, meant: str) -> None:
    found = search_patients(cast.actor("front-desk"), typed)
    assert found, typed
    assert found[0].patient == hospital[meant]


def test_a_record_number_is_found_with_and_without_spaces_and_begun(hospital: dict[str, Patient]) -> None:
    desk, patient = cast.actor("front-desk"), hospital["Ingrid"]
    for typed in (patient.mrn, patient.grouped_mrn, patient.mrn[:7], f" {patient.grouped_mrn} "):
        assert search_patients(desk, typed)[0].patient == patient


def test_a_former_name_finds_and_counts_a_little_less() -> None:
    desk = cast.actor("front-desk")
    names = [Name("Solheim", "Kari"), Name("Nygaard", "Kari", use="maiden")]
    married, born_so = actions.bulk_register_patients(
        by=system("test"), people=[NewPatient(names=names), NewPatient(names=[Name("Nygaard", "Kari")])]
    )
    assert [found.patient for found in search_patients(desk, "kari nygaard")] == [born_so, married]


def test_who_may_not_search_finds_nobody(hospital: dict[str, Patient]) -> None:
    assert search_patients(cast.actor("administrator"), "halvorsen") == []
    assert search_patients(cast.stranger(), hospital["Ingrid"].mrn) == []


def test_merged_and_inactive_records_are_not_offered(hospital: dict[str, Patient]) -> None:
    gone = hospital["Ingrid"]
    gone.refresh_from_db()
    gone.merged_into = hospital["Rosa"]
    gone.save()
    assert search_patients(cast.actor("front-desk"), "halvorsen") == []


@pytest.mark.parametrize("typed", ["", "  ", "?!", "%", "_", "'; drop table patients_patient", "a" * 500, "\0"])
def test_odd_texts_find_nobody_and_break_nothing(hospital: dict[str, Patient], typed: str) -> None:
    assert search_patients(cast.actor("front-desk"), typed) == []


@pytest.mark.parametrize("typed", ["halvorsen ingrid 1962", "4071 8226", "rosa", "+47 22 555123"])
def test_three_queries_at_most(hospital: dict[str, Patient], typed: str) -> None:
    desk = cast.actor("front-desk")
    with CaptureQueriesContext(connection) as queries:
        search_patients(desk, typed)
    assert len(queries) <= 3


def test_a_batch_is_registered_whole_or_not_at_all() -> None:
    people = [NewPatient(names=[Name("Vale", "Robin")]), NewPatient()]
    with pytest.raises(Refused):
        actions.bulk_register_patients(by=system("test"), people=people)
    assert not Patient.objects.exists()


def test_a_batch_gives_each_a_number_and_teaches_each_word_once() -> None:
    people = [NewPatient(names=[Name("Vale", f"Robin{n}")]) for n in range(50)]
    made = actions.import_patients(by=system("importer"), people=people)
    assert len({one.mrn for one in made}) == 50
    assert SearchName.objects.filter(token="vale").count() == 50
    assert SearchKey.objects.filter(key="0vale").count() == 1


def test_an_estimated_birth_year_is_found_by_its_neighbours() -> None:
    actions.bulk_register_patients(
        by=system("test"), people=[NewPatient(names=[Name("Vale", "Robin")], birth=PartialDate("1960", estimated=True))]
    )
    desk = cast.actor("front-desk")
    assert search_patients(desk, "vale 1961")[0].score > search_patients(desk, "vale 1970")[0].score


def test_make_patient_is_found_too() -> None:
    patient = make.patient("Lindqvist", "Åsa")
    assert search_patients(cast.actor("front-desk"), "lindqvist asa")[0].patient == patient


def test_the_index_is_made_anew_after_names_changed_past_the_application(
    capsys: pytest.CaptureFixture[str], hospital: dict[str, Patient]
) -> None:
    patient, desk = hospital["Ingrid"], cast.actor("front-desk")
    patient.names.update(family="Lindqvist")
    assert search_patients(desk, "lindqvist") == []
    call_command("rebuild_search")
    assert "1 labels changed" in capsys.readouterr().out
    (found,) = search_patients(desk, "lindqvist")
    assert found.patient.label == "LINDQVIST, Ingrid"
    assert search_patients(desk, "halvorsen") == []


def test_allergies_statements_and_insurances_come_in_one_deed(hospital: dict[str, Patient]) -> None:
    penicillin = actions.NewAllergy(text="Penicillin", reactions=[actions.Reaction("rash", severity="mild")])
    none = AllergyStatus(patient=hospital["Rosa"], statement="no-known-allergies", recorded_at=clock.now())
    covered = [(hospital["Wei"], actions.NewCoverage(payor="AOK", subscriber_id="A1"))]
    number = actions.import_safety_facts(
        by=system("importer"), allergies=[(hospital["Ingrid"], penicillin)], statements=[none], coverages=covered
    )
    assert number == 3
    assert str(hospital["Ingrid"].allergies.get().reactions.get()) == "rash, mild"
    assert hospital["Wei"].coverages.get().subscriber_id == "A1"


@pytest.mark.parametrize(
    ("text", "longer"), [("schulz", "schulzmann"), ("d1969", "d19690314"), ("407182269", "407182269")]
)
def test_what_begins_so_lies_in_its_range_in_every_collation(text: str, longer: str) -> None:
    """In most collations ":" and "{" sort before every digit: a record number ending in 9 was found in "C" alone."""
    high = _after(text)
    assert high.isalnum()
    assert text <= longer < high
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT %s <= %s COLLATE "en-x-icu" AND %s < %s COLLATE "en-x-icu"', [text, longer, longer, high]
            )
            assert cursor.fetchone() == (True,)


def test_half_of_what_was_typed_is_shown_only_where_nobody_meets_the_whole() -> None:
    for name in ("Halvorsen Ingrid", "Halvorsen Peder", "Brandt Ingrid", "Halvorson Ingrit"):
        make.patient(*name.split())
    by = cast.actor("front-desk")

    def names(typed: str) -> list[str]:
        return [one.patient.sort_name for one in search_patients(by, typed)]

    assert names("ingrid halvorsen") == ["halvorsen ingrid", "halvorson ingrit"]
    assert set(names("solveig halvorsen")) >= {"halvorsen ingrid", "halvorsen peder"}
