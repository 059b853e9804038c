"""An edition comes in whole, a second load changes nothing, and emptied tables are seen at the next check."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from hms.core.actor import ANONYMOUS, system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden
from hms.formulary import models
from hms.formulary.actions import is_current, load_formulary
from hms.formulary.knowledge import current_knowledge
from hms.formulary.rules.assemble import assemble
from hms.formulary.sheets import read_sheets

pytestmark = pytest.mark.django_db


def test_the_tables_hold_what_the_sheets_say(formulary):
    sheets = read_sheets()
    assert current_knowledge() == assemble(sheets.tables, sheets.version)
    assert models.Medication.objects.count() == len(sheets.tables["medications"])
    assert is_current(sheets)


def test_a_second_load_changes_nothing(formulary, capsys):
    before = (list(models.Medication.objects.values_list("pk", "version")), models.KnowledgeVersion.objects.count())
    call_command("load_formulary")
    assert "loaded already" in capsys.readouterr().out
    assert before == (
        list(models.Medication.objects.values_list("pk", "version")),
        models.KnowledgeVersion.objects.count(),
    )


def test_a_load_leaves_one_line(formulary):
    line = AuditEvent.objects.get(verb="formulary.loaded")
    assert line.detail["added"] == len(read_sheets().tables["medications"])


def test_a_changed_medicine_gets_a_new_version_and_the_others_keep_theirs(formulary):
    sheets = read_sheets()
    first, *others = sheets.tables["medications"]
    tables = {**sheets.tables, "medications": [first | {"usual_days": 10}, *others]}
    loaded = load_formulary(by=system("tests"), sheets=replace(sheets, digest="other", version="next", tables=tables))
    assert (loaded.added, loaded.changed, loaded.withdrawn) == (0, 1, 0)
    assert models.Medication.objects.filter(version=2).count() == 1
    assert current_knowledge().version == "next"


def test_a_medicine_that_left_is_inactive_and_stays(formulary):
    sheets = read_sheets()
    gone, *others = sheets.tables["medications"]
    tables = {**sheets.tables, "medications": others}
    loaded = load_formulary(by=system("tests"), sheets=replace(sheets, digest="other", tables=tables))
    assert loaded.withdrawn == 1
    assert models.Medication.objects.get(code=gone["code"]).status == "inactive"


def test_who_lacks_the_permission_is_refused():
    with pytest.raises(Forbidden):
        load_formulary(by=ANONYMOUS, sheets=read_sheets())


def test_the_knowledge_is_built_once_and_asked_for_with_one_query(formulary, django_assert_num_queries):
    known = current_knowledge()
    with django_assert_num_queries(1):
        assert current_knowledge() is known


@pytest.mark.parametrize(
    "model",
    [
        models.Interaction,
        models.ClassMember,
        models.CrossReaction,
        models.DoseLimit,
        models.GenericIngredient,
        models.Lingering,
        models.MedicationIngredient,
        models.PregnancyRule,
        models.RenalRule,
    ],
)
def test_a_table_emptied_behind_our_back_is_seen(formulary, model):
    assert current_knowledge().ready
    model.objects.all().delete()
    assert not current_knowledge().ready
    assert not is_current(read_sheets())


def test_nothing_loaded_is_not_ready():
    assert not current_knowledge().ready


def test_every_medicine_of_the_tables_is_known_by_code_and_by_product(formulary):
    known = current_knowledge()
    assert known.drug(medication="clarithromycin-500-mg-tablet").atc == ("J01FA09",)
    imported = known.drug(system="http://www.nlm.nih.gov/research/umls/rxnorm", code="562251", text="Amoxicillin …")
    assert imported.ingredients == {"amoxicillin", "clavulanic acid"}
    assert not known.drug(system="x", code="y", text="Grandmother's drops").known


def test_every_medicine_of_the_sample_bundles_is_told():
    bundles = Path(__file__).resolve().parents[4] / "shared" / "data" / "synthea"
    if not bundles.is_dir():
        pytest.skip("the sample bundles are not beside the checkout")
    sheets = read_sheets()
    known = assemble(sheets.tables, sheets.version)
    for path in bundles.glob("*.json"):
        for entry in json.loads(path.read_text()).get("entry", []):
            if entry["resource"]["resourceType"] == "MedicationRequest":
                for coding in entry["resource"]["medicationCodeableConcept"]["coding"]:
                    drug = known.drug(system=coding["system"], code=coding["code"], text=coding["display"])
                    assert drug.known, coding
