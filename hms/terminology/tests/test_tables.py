"""The data files: whole, without doubles, each row with its source."""

import csv
import json
from pathlib import Path

import pytest

from hms.terminology import tables
from hms.terminology.codes import ICD10CM, LOINC, SNOMED, UCUM

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "synthea"


@pytest.mark.parametrize(
    ("name", "key"),
    [("loinc", "code"), ("ucum", "code"), ("cvx", "code"), ("snomed_to_icd10cm", "snomed_code")],
)
def test_no_code_stands_twice(name, key):
    codes = [row[key] for row in tables.rows(name)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("name", ["loinc", "ucum", "cvx"])
def test_each_row_names_its_source(name):
    assert all(row["source"] for row in tables.rows(name))


def test_each_row_of_each_table_has_every_column():
    for path in tables.DATA.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                whole = None not in row and None not in row.values()
                assert whole, (path.name, row)


def test_an_everyday_word_leads_to_one_place_once():
    pairs = [(row["term"].lower(), row["code"]) for row in tables.rows("icd10cm_synonyms")]
    assert len(pairs) == len(set(pairs))
    assert len(pairs) >= 150


def test_a_snomed_code_is_mapped_with_what_is_only_near():
    mapped = tables.map_snomed("59621000")
    assert mapped
    assert (mapped.system, mapped.code, mapped.note) == (ICD10CM, "I10", "")
    assert tables.map_snomed("125605004").note
    assert tables.map_snomed("000") is None


def test_units_are_shown_as_people_read_them():
    assert tables.unit_label("mm[Hg]") == "mm Hg"
    assert tables.unit_label("furlong") == "furlong"
    assert not any("µ" in row["label"] for row in tables.rows("ucum"))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample bundles are not beside this checkout")
def test_every_loinc_unit_and_vaccine_code_of_the_sample_bundles_is_known():
    known = {
        LOINC: {row["code"] for row in tables.rows("loinc")},
        UCUM: {row["code"] for row in tables.rows("ucum")},
        "http://hl7.org/fhir/sid/cvx": {row["code"] for row in tables.rows("cvx")},
    }
    unknown = set()

    def walk(node):
        if isinstance(node, dict):
            system, code = node.get("system"), node.get("code")
            if system in known and code not in known[system]:
                unknown.add((system, code))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for path in SAMPLES.glob("*.json"):
        walk(json.loads(path.read_text(encoding="utf-8")))
    assert unknown == set()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample bundles are not beside this checkout")
def test_most_disorders_of_the_sample_bundles_have_an_icd_code():
    codes = set()
    for path in SAMPLES.glob("*.json"):
        for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]:
            if entry["resource"]["resourceType"] == "Condition":
                for coding in entry["resource"]["code"]["coding"]:
                    if coding["system"] == SNOMED:
                        codes.add(coding["code"])
    mapped = {code for code in codes if tables.map_snomed(code)}
    assert len(mapped) >= 0.7 * len(codes), codes - mapped
