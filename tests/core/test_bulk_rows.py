"""Many rows at once: mixed values in one column, ciphertexts of their own, and a line of the trail for each patient."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from hms.clinical.actions import import_encounters
from hms.clinical.models import Encounter
from hms.core import bulk, trail
from hms.core.actions import action, registry
from hms.core.actor import system
from hms.core.history import versions
from hms.core.models import AuditEvent
from hms.diagnostics.models import Observation
from hms.patients import codes
from hms.patients.models import PatientName
from tests import make

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=dt.UTC)


def observation(patient, facility, **fields):
    defaults = {"status": "final", "text": "Weight", "recorded_at": AT}
    return Observation(patient=patient, facility=facility, **defaults | fields)


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"value": Decimal("72.50"), "value_text": "72.50", "effective_at": AT, "value_boolean": False},
        {"value_at": AT.replace(tzinfo=dt.timezone(dt.timedelta(hours=5))), "value_words": "ärztlich, “gut”\t\\N"},
        {"note": "line\nline", "source": "x/1", "category": "laboratory"},
    ],
)
def test_a_row_is_what_a_saved_one_would_be(fields):
    patient, facility = make.patient(), make.facility()
    one = observation(patient, facility, **fields)
    bulk.insert([one])
    assert not one._state.adding
    fields.pop("source", None)
    other = observation(patient, facility, **fields)
    other.save()
    read = Observation.objects.in_bulk([one.pk, other.pk])
    left_out = {"source"}
    assert {k: v for k, v in columns(read[one.pk]).items() if k not in left_out} == {
        k: v for k, v in columns(read[other.pk]).items() if k not in left_out
    }
    assert [version.change for version in versions(Observation, one.pk)] == ["+"]


def test_rows_of_different_kinds_of_nothing_go_in_together():
    patient, facility = make.patient(), make.facility()
    rows = [observation(patient, facility), observation(patient, facility, value=Decimal(1), encounter_id=None)]
    visit = make.encounter(patient)
    # A foreign key by the text of an id, a choice by its name.
    rows.append(observation(patient, facility, encounter_id=str(visit.pk)))
    bulk.insert(iter(rows))
    bulk.insert([])
    assert Observation.objects.filter(encounter=visit).count() == 1
    bulk.insert([PatientName(patient=patient, family="Bø", use=codes.NameUse.MAIDEN)])
    assert PatientName.objects.get(family="Bø").use == "maiden"


def test_an_encrypted_value_is_bound_to_its_row():
    patient, facility = make.patient(), make.facility()
    rows = [observation(patient, facility, note="the same") for _number in range(2)]
    bulk.insert(rows)
    stored = list(Observation.objects.values_list("note", flat=True))
    assert stored[0] != stored[1]
    assert b"the same" not in bytes(stored[0])
    assert {row.note for row in Observation.objects.all()} == {"the same"}


def test_a_line_for_each_patient_is_as_full_as_one_alone(monkeypatch):
    one, other = make.patient(), make.patient()
    # The registry knows the real action again afterwards.
    monkeypatch.setitem(registry, "clinical.import_encounters", import_encounters)

    @action("clinical.import_encounters")
    def brought(*, by):
        trail.record("encounters.imported", patient=one, detail={"count": 1})
        trail.record_each("encounters.imported", {one: {"count": 1}, other.pk: {"count": 2}, None: {"count": 0}})

    brought(by=system("importer", "clinical.import_encounters"))
    alone, *each = AuditEvent.objects.filter(verb="encounters.imported").order_by("id")
    assert [(line.patient_id, line.detail) for line in each] == [
        (one.pk, {"count": 1}),
        (other.pk, {"count": 2}),
        (None, {"count": 0}),
    ]
    same = [name for name, value in columns(alone).items() if name not in ("patient_id", "detail")]
    assert all(getattr(line, name) == getattr(alone, name) for line in each for name in same)
    assert not Encounter.objects.exists()


def test_a_line_for_each_belongs_inside_an_action():
    with pytest.raises(RuntimeError):
        trail.record_each("encounters.imported", {None: {}})
