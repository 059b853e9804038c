"""load_code_system: what it adds, changes, retires and refuses."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from hms.terminology.actions import Edition, load_code_system
from hms.terminology.codes import ConceptKind, RubricKind
from hms.terminology.index import ConceptRow
from hms.terminology.models import CodeSystem, Concept
from hms.terminology.search import lookup, search
from tests import cast

pytestmark = pytest.mark.django_db
URL = "http://example.org/flowers"
ROWS = [
    ConceptRow("A", "Flowers", ConceptKind.CATEGORY, "", False),
    ConceptRow(
        "A.1", "Red rose", ConceptKind.SUBCATEGORY, "A", True, True, ((RubricKind.INCLUSION_TERM, "Crimson rose"),)
    ),
    ConceptRow("A.2", "White lily", ConceptKind.SUBCATEGORY, "A", True, True),
]


def load(rows, version="1", **how):
    return load_code_system(by=system("test"), edition=Edition(URL, "Flowers", version, "here"), concepts=rows, **how)


def test_a_release_is_loaded_with_its_tree_and_notes():
    done = load(ROWS)
    assert (done.added, done.changed, done.retired) == (3, 0, 0)
    rose = lookup(URL, "A.1")
    assert rose.parent.code == "A"
    assert [rubric.text for rubric in rose.rubrics.all()] == ["Crimson rose"]
    assert [found.code for found in search("crimson", system=URL)] == ["A.1"]
    assert AuditEvent.objects.get().verb == "code-system.loaded"


def test_loading_the_same_again_changes_no_concept():
    load(ROWS)
    before = list(Concept.objects.order_by("id").values())
    done = load(ROWS)
    assert (done.added, done.changed, done.retired, done.unchanged) == (0, 0, 0, 3)
    assert list(Concept.objects.order_by("id").values()) == before


def test_a_new_release_changes_titles_and_retires_what_is_gone():
    load(ROWS)
    new = [ROWS[0], ConceptRow("A.1", "Red garden rose", ConceptKind.SUBCATEGORY, "A", True, True)]
    done = load(new, "2")
    assert (done.added, done.changed, done.retired) == (0, 1, 1)
    assert lookup(URL, "A.1").display == "Red garden rose"
    retired = lookup(URL, "A.2")
    assert retired.display == "White lily"
    assert retired.valid_to is not None
    assert search("lily", system=URL) == []
    assert search("garden", system=URL)[0].version == "2"


def test_a_retired_code_that_comes_back_is_valid_again():
    load(ROWS)
    load(ROWS[:2], "2")
    load(ROWS, "3")
    assert lookup(URL, "A.2").valid_to is None


def test_a_part_of_a_release_retires_nothing():
    load(ROWS)
    assert load(ROWS[:2], partial=True).retired == 0


def test_the_database_refuses_to_delete_a_concept():
    load(ROWS)
    with pytest.raises(IntegrityError, match="terminology_concept_kept"), transaction.atomic():
        Concept.objects.filter(code="A.2").delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeSystem.objects.all().delete()


@pytest.mark.parametrize("rows", [ROWS[1:], [*ROWS, ROWS[1]]], ids=["parent missing", "code twice"])
def test_a_broken_release_is_refused_whole(rows):
    with pytest.raises(Refused):
        load(rows)
    assert not Concept.objects.exists()


def test_a_stranger_loads_nothing():
    with pytest.raises(Forbidden):
        load_code_system(by=cast.stranger(), edition=Edition(URL, "Flowers", "1", "here"), concepts=ROWS)


def test_the_small_tables_are_loaded_by_one_command_twice_without_change(capsys):
    call_command("load_terminology")
    count = Concept.objects.count()
    call_command("load_terminology")
    assert Concept.objects.count() == count
    assert "LOINC: 0 added" in capsys.readouterr().out
    assert [found.code for found in search("systolic", system="http://loinc.org")] == ["8480-6"]
    assert "Regenstrief" in CodeSystem.objects.get(url="http://loinc.org").copyright
