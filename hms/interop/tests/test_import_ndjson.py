"""Bulk NDJSON: line by line, in any order, each line for itself."""

from __future__ import annotations

import gc
import gzip
import json
from pathlib import Path

import pytest

from hms.clinical.models import Condition, Encounter
from hms.core.models import AuditEvent
from hms.core.problems import Busy, Conflict
from hms.diagnostics.models import Observation
from hms.documents import store
from hms.documents.models import StoredOriginal
from hms.interop.importers import reading, run
from hms.interop.importers.run import Pace
from hms.interop.tests import fhir
from hms.interop.tests.test_import_bundles import everything
from hms.patients.models import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A bulk export of three patients with two visits each, as servers write it: one file a type."""
    folder = tmp_path / "export"
    folder.mkdir()
    people = [fhir.patient(name=[{"family": f"Abbott{number}"}]) for number in range(3)]
    visits = [fhir.encounter(who, subject=fhir.at(who)) for who in people for _number in range(2)]
    problems = [fhir.condition({}, subject=one["subject"], encounter=fhir.at(one)) for one in visits]
    weights = [fhir.observation({}, subject=one["subject"], encounter=fhir.at(one)) for one in visits]
    fhir.write(folder / "Condition.000.ndjson", *problems)
    fhir.write(folder / "Encounter.000.ndjson", *visits)
    fhir.write(folder / "Patient.000.ndjson", *people)
    text = "".join(json.dumps(one) + "\n" for one in weights)
    (folder / "Observation.000.ndjson.gz").write_bytes(gzip.compress(text.encode()))
    return folder


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch):
    """Stretches of two lines, so that a small file has many."""
    monkeypatch.setattr(run, "FEWEST", 2)
    monkeypatch.setattr(run, "MOST", 2)


def test_a_folder_is_read_in_the_order_in_which_it_hangs_together(bring, export):
    report = bring(export)
    assert report.words == []
    assert report.mapped == {"Patient": 3, "Encounter": 6, "Condition": 6, "Observation": 6}
    assert Observation.objects.exclude(encounter=None).count() == 6
    assert set(Encounter.objects.values_list("diagnoses__rank", flat=True)) == {1}


def test_the_same_again_changes_nothing(bring, export):
    bring(export)
    before = everything()
    report = bring(export)
    assert everything() == before
    assert report.known.total() == 21


def test_lines_in_the_wrong_order_wait_for_what_they_need(bring, tmp_path):
    who = fhir.patient()
    visit = fhir.encounter(who, subject=fhir.at(who))
    weights = [fhir.observation({}, subject=fhir.at(who), encounter=fhir.at(visit)) for _number in range(5)]
    report = bring(fhir.write(tmp_path / "all.ndjson", *weights, visit, who))
    assert report.words == []
    assert report.read == {"Patient": 1, "Encounter": 1, "Observation": 5}
    assert Observation.objects.filter(encounter=visit["id"]).count() == 5


def test_what_never_comes_is_left_out_or_refused(bring, tmp_path):
    who = fhir.patient()
    without_visit = fhir.observation({}, subject=fhir.at(who), encounter={"reference": "Encounter/gone"})
    without_patient = fhir.observation({}, subject={"reference": "Patient/gone"})
    report = bring(fhir.write(tmp_path / "all.ndjson", without_patient, without_visit, who))
    assert report.mapped == {"Patient": 1, "Observation": 1}
    assert report.loose == 1
    [line] = report.words
    assert line.startswith(f"all.ndjson line 1 Observation/{without_patient['id']}  Observation.subject ")


def test_a_wrong_line_stops_itself_alone(bring, tmp_path):
    who = fhir.patient()
    right = [fhir.observation({}, subject=fhir.at(who)) for _number in range(4)]
    wrong = fhir.observation({}, subject=fhir.at(who), status="done")
    report = bring(fhir.write(tmp_path / "all.ndjson", who, *right[:2], wrong, *right[2:]))
    assert (report.mapped["Observation"], report.refused) == (4, {"Observation": 1})
    [line] = report.words
    assert line.startswith(f"all.ndjson line 4 Observation/{wrong['id']}  Observation.status ")
    assert not StoredOriginal.objects.filter(resource_id=wrong["id"]).exists()
    assert AuditEvent.objects.filter(verb="interop.import", outcome="refused").count() == 1


def test_what_leans_on_a_wrong_line_does_not_come_either(bring, tmp_path):
    who = fhir.patient()
    wrong = fhir.encounter(who, subject=fhir.at(who), status="done")
    leaning = fhir.condition({}, subject=fhir.at(who), encounter=fhir.at(wrong))
    report = bring(fhir.write(tmp_path / "all.ndjson", who, wrong, leaning))
    assert report.mapped == {"Patient": 1, "Condition": 1}
    assert Condition.objects.get().encounter is None


def test_what_the_database_refuses_is_found_by_halving(bring, tmp_path, monkeypatch):
    """The mapping lets a row through that a constraint knows better: only its line is lost."""
    monkeypatch.setattr(run, "FEWEST", 50)
    monkeypatch.setattr(run, "MOST", 50)
    monkeypatch.setattr("hms.interop.importers.datatypes.per_1", lambda *_told: False)
    who = fhir.patient()
    visits = [fhir.encounter(who, subject=fhir.at(who)) for _number in range(5)]
    visits[3]["period"] = {"start": "2013-05-14T19:57:41+00:00", "end": "2013-05-14T18:00:00+00:00"}
    report = bring(fhir.write(tmp_path / "all.ndjson", who, *visits))
    assert (report.mapped["Encounter"], report.refused["Encounter"]) == (4, 1)
    [line] = report.words
    assert line.startswith("all.ndjson line 5 ")
    assert "clinical_encounter_period" in line


def test_a_line_may_hold_a_bundle(bring, tmp_path):
    one, other = fhir.patient(), fhir.patient()
    bad = fhir.bundle(other, fhir.observation(other, status="done"))
    report = bring(fhir.write(tmp_path / "bundles.ndjson", fhir.bundle(one, fhir.observation(one)), bad))
    assert (report.mapped.total(), report.bundles_refused) == (2, 1)
    assert "bundles.ndjson line 2 entry[1] " in report.words[0]
    assert str(Patient.objects.get().pk) == one["id"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"resourceType": "Patient", "id": "1", "birthDate": 19', "line 1  This is no JSON at line 1, column"),
        (b'{"resourceType": "Patient", "id": "1"} {}', "line 1  This is no JSON at line 1, column 40"),
        (b"[]", "line 1  A resource begins with a brace."),
        (b'{"id": "1"}', "line 1 resourceType  A resource says of what type it is."),
        (b'{"resourceType": "Patient", "id": "a b"}', "line 1 Patient.id  An id has up to 64"),
        (b'{"resourceType": "Patient", "id": "\xff"}', "line 1  Byte 35 is no UTF-8."),
        (b'{"resourceType": "Patient", "a": ' + b"[" * 200_000, "line 1  This is nested too deeply."),
        (b'{"resourceType": "Patient", "a": NaN}', "line 1  A number in here is none"),
        (b'{"resourceType": "Patient", "a": 1e99999999999999999999}', "line 1  A number in here is none"),
        (b'{"resourceType": "Patient", "a": ' + b"9" * 5000 + b"}", "line 1  A number in here is none"),
        (b'{"resourceType": "Bundle", "type": "document", "entry": []}', "line 1 Bundle.type  A bundle of this type"),
        (b'{"resourceType": "Bundle", "type": "batch", "entry": [{"resource": 1}]}', "line 1 entry[0]  Here belongs"),
    ],
)  # fmt: skip
def test_a_text_that_is_none_is_told_with_its_place(bring, tmp_path, line, says):
    path = tmp_path / "a.ndjson"
    who = fhir.patient()
    path.write_bytes(line + b"\n" + json.dumps(who).encode())
    report = bring(path)
    assert report.words[0].startswith(f"a.ndjson  {says}")
    assert str(Patient.objects.get().pk) == who["id"]


def test_a_line_without_end_is_refused_and_the_next_is_read(bring, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_LINE", 2000)
    path = tmp_path / "a.ndjson"
    path.write_bytes(b'{"a": "' + b"x" * 9000 + b'"}\n' + json.dumps(fhir.patient()).encode() + b"\n")
    report = bring(path)
    assert "a.ndjson  line 1  This line is longer than" in report.words[0]
    assert Patient.objects.count() == 1


def test_a_bundle_without_end_is_refused_in_words(bring, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_BUNDLE", 1000)
    report = bring(fhir.write(tmp_path / "a.json", fhir.bundle(*(fhir.patient() for _number in range(9)))))
    assert "Export it as NDJSON" in report.words[0]
    assert report.bundles_refused == 1


def test_a_broken_archive_is_told(bring, tmp_path):
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(json.dumps(fhir.patient()).encode() * 50)[:-200])
    assert "can't be read to its end" in bring(path).words[0]


def test_the_pace_follows_the_writer_for_each_type(monkeypatch):
    monkeypatch.setattr(run, "FEWEST", 20)
    monkeypatch.setattr(run, "MOST", 2000)
    pace = Pace()
    pace.learn("Observation", 20, 0.001)
    # Up slowly,
    assert pace.of("Observation") == 40
    for _time in range(9):
        pace.learn("Observation", pace.of("Observation"), 0.001)
    assert pace.of("Observation") == 2000
    assert pace.of("Patient") == 20
    # and down at once.
    pace.learn("Observation", 2000, 2 * run.HOLD)
    assert pace.of("Observation") == 1000
    pace.learn("Observation", 1000, 60)
    assert pace.of("Observation") == 20


class TestOthersWriteToo:
    @pytest.fixture
    def fails(self, monkeypatch):
        """Let the first so many writes fail."""

        def do(*refusals):
            waiting, write, slept = list(refusals), run.import_resources, []
            monkeypatch.setattr(run.time, "sleep", slept.append)

            def first_fail(**told):
                if waiting:
                    raise waiting.pop(0)
                return write(**told)

            monkeypatch.setattr(run, "import_resources", first_fail)
            return slept

        return do

    def test_a_busy_database_is_asked_again(self, bring, fails):
        slept = fails(Busy(), Busy())
        assert bring(fhir.patient()).mapped == {"Patient": 1}
        assert len(slept) == 2

    def test_one_that_stays_busy_ends_the_import_and_nothing_is_left(self, bring, fails):
        fails(*(Busy() for _number in range(9)))
        with pytest.raises(Busy):
            bring(fhir.patient())
        assert list(store.files()) == []

    def test_what_somebody_imported_meanwhile_is_looked_at_anew(self, bring, fails):
        fails(Conflict())
        assert bring(fhir.patient()).mapped == {"Patient": 1}


def test_what_was_written_is_let_go_of(bring, tmp_path, monkeypatch):
    """However long the file, two stretches are in memory at most. bench/imports.py measures the megabytes."""
    monkeypatch.setattr(run, "FEWEST", 20)
    monkeypatch.setattr(run, "MOST", 20)
    who = fhir.patient()
    lines = [fhir.observation({}, subject=fhir.at(who)) for _number in range(400)]
    path = fhir.write(tmp_path / "Observation.ndjson", who, *lines)
    alive: list[int] = []
    prepare = run.prepare

    def watched(*told, **more):
        alive.append(sum(type(one) is reading.Item for one in gc.get_objects()))
        return prepare(*told, **more)

    monkeypatch.setattr(run, "prepare", watched)
    bring(path)
    assert len(alive) > 10
    assert max(alive[4:]) <= 60
