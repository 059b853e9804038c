"""manage.py import_fhir: what it is told, and what it says."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hms.interop.tests import fhir
from hms.organization.models import Facility
from hms.patients.models import Patient
from tests import make

pytestmark = pytest.mark.django_db


def bring(*paths, **options):
    out, err = StringIO(), StringIO()
    call_command("import_fhir", *map(str, paths), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_it_prints_the_table(place, tmp_path):
    who = fhir.patient()
    path = fhir.write(tmp_path / "a.json", fhir.bundle(who, fhir.made("Device", {"patient": fhir.to(who)})))
    out, err = bring(path)
    assert out.splitlines()[:2] == [
        "a.json read.",
        "type     read  mapped  renewed  here already  original only  refused",
    ]
    assert "Patient     1       1        0             0              0        0" in out
    assert "Device      1       0        0             0              1        0" in out
    assert "Kept as original only:\n  1 × Device: There is no table for it yet.\n" in out
    assert err == ""


def test_it_fails_when_something_was_refused_and_keeps_the_rest(place, tmp_path):
    fhir.write(tmp_path / "a.json", fhir.bundle(fhir.patient(gender="M")))
    fhir.write(tmp_path / "b.json", fhir.bundle(fhir.patient()))
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="refused"):
        call_command("import_fhir", str(tmp_path), stdout=out, stderr=err)
    assert "a.json entry[0] Patient/" in err.getvalue()
    assert "Patient.gender  “M” is not one of female, male, other, unknown." in err.getvalue()
    assert "1 bundle is refused as a whole" in out.getvalue()
    assert Patient.objects.count() == 1


def test_the_facility_is_the_first_one_or_the_one_named(place, tmp_path):
    other = make.facility(code="there")
    bring(fhir.write(tmp_path / "a.json", fhir.bundle(fhir.patient())))
    assert Patient.objects.get().registered_in == place.facility
    bring(fhir.write(tmp_path / "b.json", fhir.bundle(fhir.patient())), facility="there")
    assert Patient.objects.filter(registered_in=other).count() == 1
    with pytest.raises(CommandError, match="There are: here, there"):
        bring(tmp_path, facility="nowhere")


@pytest.mark.parametrize(
    ("name", "says"),
    [("gone.json", "There is no"), ("notes.txt", "neither .json nor .ndjson"), ("empty", "no .ndjson")],
)
def test_a_path_that_is_none(place, tmp_path, name, says):
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match=says):
        bring(tmp_path / name)


def test_a_hospital_comes_first(tmp_path):
    assert not Facility.objects.exists()
    with pytest.raises(CommandError, match="Set the hospital up first"):
        bring(tmp_path)


def test_what_an_import_lends_is_the_importers_own_and_no_more():
    from hms.accounts.roles import PERMISSIONS
    from hms.interop.actions import _WRITER

    assert set(_WRITER.permissions) <= set(PERMISSIONS)
    assert not any(PERMISSIONS[one].duties for one in _WRITER.permissions)
