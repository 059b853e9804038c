"""The whole of ICD-10-CM, searched as clinicians do. On both engines the same assertions hold."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hms.terminology.codes import ICD10CM
from hms.terminology.models import CodeSystem, Concept
from hms.terminology.search import search
from hms.terminology.tables import rows
from hms.terminology.tests.everyday import EVERYDAY, LESS_COMMON

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def icd10cm(django_db_setup, django_db_blocker):
    """ICD-10-CM in full, loaded once for this file and rolled back after it."""
    with django_db_blocker.unblock():
        from django.db import transaction

        atomic = transaction.atomic()
        atomic.__enter__()
        call_command("load_icd10cm", verbosity=0)
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def places(queries, *, leaf_only):
    """Where the right category stands in each list, None for nowhere."""
    found = {}
    for typed, categories in queries.items():
        codes = [one.code for one in search(typed, system=ICD10CM, leaf_only=leaf_only, limit=10)]
        wanted = categories.split()
        found[typed] = next((n for n, code in enumerate(codes) if code[:3] in wanted), None)
    return found


@pytest.mark.parametrize("leaf_only", [False, True], ids=["all codes", "complete codes"])
def test_everyday_words_find_the_right_category(icd10cm, leaf_only):
    found = places(EVERYDAY, leaf_only=leaf_only)
    missed = [typed for typed, place in found.items() if place is None]
    assert len(EVERYDAY) == 50
    assert len(missed) <= 2, missed
    assert sum(place == 0 for place in found.values()) >= 45
    assert found["hypertension"] == 0


@pytest.mark.parametrize("leaf_only", [False, True], ids=["all codes", "complete codes"])
def test_less_common_misspelt_and_half_typed_words_do_too(icd10cm, leaf_only):
    found = places(LESS_COMMON, leaf_only=leaf_only)
    missed = [typed for typed, place in found.items() if place is None]
    assert len(missed) <= 0.06 * len(LESS_COMMON), missed


def test_all_of_the_release_is_there(icd10cm):
    assert Concept.objects.of(ICD10CM).count() > 98_000
    assert Concept.objects.of(ICD10CM).filter(is_leaf=True).count() > 74_000
    assert CodeSystem.objects.get(url=ICD10CM).released_on is not None
    leaf, heading = (Concept.objects.of(ICD10CM).get(code=code) for code in ("S72.001A", "S72.001"))
    assert leaf.billable
    assert not heading.billable
    assert leaf.parent == heading


def test_loading_it_again_does_nothing(icd10cm, capsys):
    call_command("load_icd10cm")
    assert "loaded already" in capsys.readouterr().out


def test_a_code_typed_in_part_lists_what_lies_below_it(icd10cm):
    assert search("I10", system=ICD10CM)[0].code == "I10"
    found = [one.code for one in search("e11.3", system=ICD10CM, leaf_only=True)]
    assert len(found) == 10
    assert all(code.startswith("E11.3") for code in found)
    assert [one.code for one in search("S72001A", system=ICD10CM)] == ["S72.001A"]


def test_every_everyday_word_and_mapped_code_is_a_complete_code_of_this_release(icd10cm):
    codes = {row["code"] for row in rows("icd10cm_synonyms")} | {row["icd10cm"] for row in rows("snomed_to_icd10cm")}
    complete = set(Concept.objects.of(ICD10CM).filter(code__in=codes, billable=True).values_list("code", flat=True))
    assert codes - complete == set()


def test_every_everyday_word_finds_its_own_code(icd10cm):
    lost = []
    for row in rows("icd10cm_synonyms"):
        codes = [one.code for one in search(row["term"], system=ICD10CM, leaf_only=True)]
        if row["code"] not in codes[:5]:
            lost.append((row["term"], row["code"], codes[:3]))
    assert lost == []


@pytest.mark.parametrize("typed", ["", "  ", "a", "of the", "%", "_", "'; --", "心臓", "x" * 500, "\x00"])
def test_whatever_is_typed_is_answered(icd10cm, typed):
    assert isinstance(search(typed, system=ICD10CM), list)


def test_a_search_takes_few_queries(icd10cm):
    search("warm up", system=ICD10CM)
    with CaptureQueriesContext(connection) as queries:
        search("fracture of femur", system=ICD10CM, leaf_only=True)
    assert len(queries) <= 4
