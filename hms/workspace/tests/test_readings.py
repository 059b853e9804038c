"""Who opened the record: what is gathered into one entry, what is folded, what is told, and what it costs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hms.core.models import AuditEvent
from hms.patients.actions import break_glass
from hms.workspace import readings
from tests import cast, make

pytestmark = pytest.mark.django_db

ZONE = "Europe/Berlin"
NOON = dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
YOU, DOCTOR, NURSE = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()


def line(
    patient: Any, who: Any = DOCTOR, label: str = "Dr Leila Farahani", at: dt.datetime = NOON, **fields: Any
) -> Any:
    defaults = {
        "deed": uuid.uuid4(), "verb": "chart.read", "actor_kind": "user", "actor_role": "doctor", "purpose": "TREAT",
        "channel": "web", "detail": {"page": "workspace:chart"},
    }  # fmt: skip
    return AuditEvent.objects.create(patient_id=patient.pk, actor_id=who, actor_label=label, at=at, **defaults | fields)


def days_of(patient: Any, number: Any = 1) -> list[readings.Day]:
    return readings.page_of(patient.pk, ZONE, you=YOU, number=number)[1]


@pytest.fixture
def patient():
    return make.patient()


def test_one_entry_for_a_persons_day(patient):
    line(patient)
    line(patient, at=NOON + 5 * MINUTE, detail={"page": "diagnostics:results"})
    line(patient, at=NOON + 6 * MINUTE, detail={"page": "diagnostics:test"})
    line(patient, at=NOON + 9 * MINUTE, verb="note.signed", detail={})
    (day,) = days_of(patient)
    (entry,) = day.people
    assert (entry.label, entry.role_words, entry.purpose_words) == ("Dr Leila Farahani", "Doctor", "Treatment")
    assert (entry.first_at, entry.last_at, entry.count) == (NOON, NOON + 9 * MINUTE, 4)
    assert entry.deeds == ["Read the summary", "Read results", "Signed a note"]


def test_days_are_the_hospitals_newest_first(patient):
    line(patient, at=dt.datetime(2026, 11, 22, 22, 59, tzinfo=dt.UTC))
    line(patient, at=dt.datetime(2026, 11, 22, 23, 1, tzinfo=dt.UTC))
    assert [one.day for one in days_of(patient)] == [dt.date(2026, 11, 23), dt.date(2026, 11, 22)]


@pytest.mark.parametrize(
    "other", [{"purpose": "HPAYMT"}, {"actor_role": "nurse"}, {"actor_id": NURSE, "actor_label": "Noor"}]
)
def test_another_purpose_role_or_person_is_another_entry(patient, other):
    one = line(patient)
    AuditEvent.objects.create(
        **{name: getattr(one, name) for name in ("at", "verb", "actor_id", "actor_label", "actor_kind", "actor_role",
                                                 "purpose", "channel", "patient_id", "detail")} | other,
        deed=uuid.uuid4(),
    )  # fmt: skip
    (day,) = days_of(patient)
    assert len(day.people) == 2


def test_own_looks_and_programs_are_folded(patient):
    line(patient)
    line(patient, YOU, "Ingrid", actor_role="patient", purpose="PATRQT", detail={"page": "workspace:my_home"})
    line(patient, YOU, "Ingrid", actor_role="patient", purpose="PATRQT", detail={"page": "workspace:my_health"})
    line(patient, None, "scheduling", actor_kind="system", actor_role="system", verb="person.notified", detail={})
    line(patient, None, "billing", actor_kind="system", actor_role="system", verb="invoice.issued", detail={})
    (day,) = days_of(patient)
    assert [one.label for one in day.people] == ["Dr Leila Farahani"]
    own, programs = day.folded
    assert (own.whose, own.count) == (readings.OWN, 2)
    assert (programs.whose, programs.count) == (readings.PROGRAMS, 2)
    assert programs.label == ""
    assert day.folded_count == 4
    assert set(programs.deeds) == {"Sent a message about a visit, a result or a bill", "Issued an invoice"}


def test_a_broken_glass_gives_its_reason(patient):
    nurse = make.user("nurse", full_name="Noor Haddad")
    break_glass(by=cast.actor("nurse", user=nurse), patient=patient, reason="on-call", explanation="Night duty")
    ((entry,),) = [day.people for day in days_of(patient)]
    assert entry.emergency == "On call for a colleague"
    assert "Night duty" not in str(entry)


def test_what_was_forbidden_is_told_and_a_slip_in_a_form_is_not(patient):
    line(patient, verb="clinical.sign_note", outcome="refused", detail={"codes": ["required"], "status": 422})
    assert days_of(patient) == []
    line(patient, verb="clinical.sign_note", outcome="refused", detail={"codes": ["forbidden"], "status": 403})
    ((entry,),) = [day.people for day in days_of(patient)]
    assert entry.refused
    assert entry.deeds == ["Wanted to do this, and was refused: Sign a note"]


def test_another_patients_lines_are_not_here(patient):
    line(make.patient())
    assert days_of(patient) == []


def test_fifty_entries_a_page_and_four_queries_at_most(patient):
    for number in range(60):
        line(patient, uuid.uuid4(), f"Person {number:02}", at=NOON - dt.timedelta(days=number % 3))
    with CaptureQueriesContext(connection) as seen:
        page, first = readings.page_of(patient.pk, ZONE, you=YOU, number=1)
    assert len(seen) == 3
    assert sum(len(day.people) for day in first) == 50
    assert page.paginator.count == 60
    assert sum(len(day.people) for day in days_of(patient, 2)) == 10
    assert all(one.deeds for day in first for one in day.people)
