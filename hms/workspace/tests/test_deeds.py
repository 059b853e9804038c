"""The words for the trail: every verb a room writes about a patient has them, and none tells too much."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from hms.workspace import deeds

ROOT = Path(settings.BASE_DIR) / "hms"


def verbs_about_patients() -> Iterator[str]:
    """The verbs that are written out where a room records a deed about a patient."""
    for path in ROOT.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in {"trail.record", "trail.observe"}:
                continue
            if any(keyword.arg == "patient" for keyword in node.keywords):
                yield from (
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def test_every_verb_about_a_patient_has_words():
    verbs = set(verbs_about_patients())
    assert len(verbs) > 40
    assert [verb for verb in sorted(verbs) if deeds.deed_words(verb).startswith("Did something else")] == []


@pytest.mark.parametrize(
    ("verb", "page", "words"),
    [
        ("chart.read", "workspace:chart", "Read the summary"),
        ("chart.read", "diagnostics:test", "Read results"),
        ("chart.read", "moon:surface", "Read the record"),
        ("chart.read", "", "Read the record"),
        ("note.signed", "", "Signed a note"),
        ("condition.released", "", "Released something for the patient to read"),
        ("observations.imported", "", "Took over records from elsewhere"),
        ("moon-rock.weighed_twice", "", "Did something else: moon rock weighed twice"),
    ],
)
def test_in_words(verb, page, words):
    assert deeds.deed_words(verb, page) == words


def test_a_refusal_names_what_was_wanted():
    assert deeds.deed_words("clinical.sign_note", outcome="refused").endswith("Sign a note")
    assert deeds.deed_words("moon.walk", outcome="refused").endswith("moon walk")


@pytest.mark.parametrize("verb", ["person.blocked", "patient.restricted", "flag.recorded", "flag.ended"])
def test_what_a_guardian_may_not_learn_is_told_in_general_words(verb):
    assert deeds.deed_words(verb) == "Changed the settings of the record"


def test_roles_and_purposes():
    assert deeds.role_words("doctor,nurse") == "Doctor, Nurse"
    assert deeds.role_words("system") == ""
    assert deeds.purpose_words("TREAT") == "Treatment"
    assert deeds.purpose_words("XYZ") == "XYZ"
