"""The privacy officer: numbers and their lists agree, the search finds, the table is safe, all of it is audited."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.core.models import AuditEvent
from hms.patients.actions import break_glass
from hms.workspace import signals, trail_csv
from hms.workspace.tests.portal import NOW
from tests import cast, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = ("privacy", "many_charts", "trail", "trail_export")
MOST_QUERIES = 25


@pytest.fixture
def officer(hospital):
    client = Client()
    client.force_login(make.user("privacy-officer", full_name="Priya Menon"))
    return client


def url(name: str, query: str = "") -> str:
    return reverse(f"workspace:{name}") + query


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def read(patient: Any, label: str = "Leila Farahani", who: Any = None, **fields: Any) -> AuditEvent:
    """A look at a chart by staff."""
    defaults = {
        "deed": uuid.uuid4(), "at": NOW - dt.timedelta(hours=1), "verb": "chart.read", "actor_kind": "user",
        "actor_role": "doctor", "purpose": "TREAT", "channel": "web", "detail": {"page": "workspace:chart"},
    }  # fmt: skip
    return AuditEvent.objects.create(
        patient_id=getattr(patient, "pk", patient), actor_id=who or uuid.uuid4(), actor_label=label, **defaults | fields
    )


def shown_lines(response: Any) -> list[str]:
    return re.findall(r"<tr role=\"row\">(.*?)</tr>", text(response))[1:]


class TestAccess:
    @pytest.mark.parametrize("place", PAGES)
    def test_for_privacy_officers(self, officer, place):
        assert officer.get(url(place)).status_code == 200

    @pytest.mark.parametrize("place", PAGES)
    @pytest.mark.parametrize("duty", ["doctor", "nurse", "front-desk", "administrator", "patient"])
    def test_and_for_nobody_else(self, place, duty):
        client = Client()
        client.force_login(make.user(duty))
        assert client.get(url(place)).status_code == 403


class TestHome:
    def test_emergency_accesses_that_wait(self, officer):
        nurse = make.user("nurse", full_name="Noor Haddad")
        glass = break_glass(
            by=cast.actor("nurse", user=nurse), patient=make.patient(), reason="emergency", explanation="Collapsed"
        )
        shown = text(officer.get(url("privacy")))
        assert "Noor Haddad" in shown
        assert reverse("patients:glass_review", args=[glass.pk]) in shown
        assert reverse("patients:glass_breaks") in shown
        assert "Collapsed" not in shown

    @pytest.mark.parametrize(
        ("query", "count"),
        [("?what=confidential", 1), ("?what=family", 2), ("?what=emergency", 1), ("?outcome=refused", 1)],
    )
    def test_a_number_and_its_list_agree(self, officer, query, count):
        read(make.patient("Prominent", restriction="vip"))
        read(make.patient("Farahani", "Nima"))
        read(make.patient("Farahani", "Nima"), at=NOW - dt.timedelta(days=7, hours=9))  # the first day, at midnight
        read(make.patient("Farahani", "Nima"), at=NOW - dt.timedelta(days=8))
        read(make.patient("Prominent", restriction="vip"), actor_role="patient")
        read(make.patient(), verb="clinical.sign_note", outcome="refused", detail={"status": 403})
        read(make.patient(), verb="glass.broken", detail={"reason": "emergency"})
        home = text(officer.get(url("privacy")))
        found = re.search(rf'href="{re.escape(url("trail", query))}">.*?<span class="hms-v">(\d+)</span>', home)
        assert found is not None
        assert int(found[1]) == count
        assert len(shown_lines(officer.get(url("trail", query)))) == count

    def test_an_empty_house(self, officer):
        assert "Nothing to review" in text(officer.get(url("privacy")))


class TestSignals:
    @pytest.mark.parametrize(
        ("reader", "family", "signal"),
        [
            ("Leila Farahani", "Farahani", True),
            ("leila FARAHANI", "Farahani", True),
            ("Ana García Mármol", "García Mármol", True),
            ("Leila Farahani", "Hani", False),
            ("Leila Farahani", "Vale", False),
            ("Farahani Leila", "Farahani", False),
            ("Leila 100%", "Vale", False),
        ],
    )
    def test_same_family_name(self, reader, family, signal):
        read(make.patient(family, "Nima"), reader)
        lines = signals.read_by_staff(AuditEvent.objects.all())
        assert signals.same_family_name(lines).exists() is signal

    def test_many_charts_beside_what_is_usual(self, officer):
        busy, calm = uuid.uuid4(), uuid.uuid4()
        for day, charts in ((1, 61), (9, 21), (10, 20)):
            for _chart in range(charts):
                read(uuid.uuid4(), "Busy Reader", busy, at=NOW - dt.timedelta(days=day))
        for _chart in range(60):
            read(uuid.uuid4(), "Calm Reader", calm)
        one = read(uuid.uuid4(), "Often The Same", uuid.uuid4())
        for _again in range(70):
            read(one.patient_id, "Often The Same", one.actor_id)
        (found,) = signals.with_usual(signals.many_charts("Europe/Berlin"), "Europe/Berlin")
        assert (found.label, found.charts, found.usual, found.day) == ("Busy Reader", 61, 34, dt.date(2026, 11, 22))
        shown = text(officer.get(url("many_charts")))
        assert "Busy Reader" in shown
        assert "Calm Reader" not in shown
        assert len(shown_lines(officer.get(url("trail", f"?{found.query}")))) == 50  # a page of the sixty-one

    def test_a_front_desk_sees_many(self):
        who = uuid.uuid4()
        for _chart in range(100):
            read(uuid.uuid4(), "Desk", who, actor_role="front-desk")
        assert signals.many_charts("Europe/Berlin") == []


class TestSearch:
    def test_by_record_number(self, officer):
        patient = make.patient("Halvorsen", "Ingrid")
        read(patient), read(make.patient("Vale", "Robin"))
        answer = officer.post(url("trail"), {"q": patient.mrn})
        assert answer.url == url("trail", f"?patient={patient.pk}")
        shown = officer.get(answer.url)
        assert "HALVORSEN, Ingrid" in text(shown)
        assert len(shown_lines(shown)) == 1

    def test_by_name_with_a_choice_and_no_name_in_an_address(self, officer):
        make.patient("Halvorsen", "Ingrid"), make.patient("Halvorsen", "Inga")
        answer = officer.post(url("trail"), {"q": "Halvorsen"})
        assert answer.status_code == 200
        assert text(answer).count("?patient=") == 2
        assert "Halvorsen" not in "".join(re.findall(r'href="([^"]*)"', text(answer)))

    def test_nobody_found(self, officer):
        assert "Nobody found" in text(officer.post(url("trail"), {"q": "Zzyzx"}))

    def test_by_person_day_and_outcome(self, officer):
        doctor = make.user("doctor", full_name="Leila Farahani")
        patient = make.patient()
        read(patient, who=doctor.pk)
        read(patient, "Noor Haddad", at=NOW - dt.timedelta(days=2))
        read(patient, "Noor Haddad", outcome="refused", verb="patients.break_glass")
        assert len(shown_lines(officer.get(url("trail", "?person=farahani")))) == 1
        assert len(shown_lines(officer.get(url("trail", f"?actor={doctor.pk}")))) == 1
        assert len(shown_lines(officer.get(url("trail", "?start=21-Nov-2026&end=21-Nov-2026")))) == 1
        refused = officer.get(url("trail", "?outcome=refused"))
        assert len(shown_lines(refused)) == 1
        assert "was refused" in text(refused)

    def test_confidential_records_keep_their_name_to_themselves(self, officer):
        patient = make.patient("Prominent", "Paula", restriction="vip")
        read(patient)
        shown = text(officer.get(url("trail", "?what=confidential")))
        assert "Paula" not in shown
        assert "Confidential record" in shown

    def test_for_whom_somebody_acted(self, officer):
        child = make.patient("Halvorsen", "Ada")
        read(child, "Ingrid Halvorsen", actor_role="patient", on_behalf_of=child.pk)
        assert "for HALVORSEN, Ada" in text(officer.get(url("trail", f"?patient={child.pk}")))

    @pytest.mark.parametrize(
        "query", ["?start=yesterday", "?patient=nobody", "?what=x", "?patient=531d7a62-b58d-4bb4-a93b-5aec2d60c9a0"]
    )
    def test_nonsense_finds_nothing_and_says_so(self, officer, query):
        read(make.patient())
        answer = officer.get(url("trail", query))
        assert answer.status_code in (200, 422)
        assert shown_lines(answer) == []

    def test_looking_is_in_the_trail(self, officer):
        patient = make.patient()
        officer.get(url("trail", f"?patient={patient.pk}"))
        line = AuditEvent.objects.get(patient_id=patient.pk)
        assert (line.verb, line.purpose, line.detail) == ("chart.read", "HCOMPL", {"page": "workspace:trail"})
        officer.get(url("trail", "?person=Farahani"))
        line = AuditEvent.objects.get(verb="trail.searched")
        assert line.detail == {"by": ["person"]}
        officer.post(url("trail"), {"q": "Zzyzx"})
        assert AuditEvent.objects.get(verb="patients.searched").detail == {"by": ["name"], "found": 0}

    def test_costs_the_same_however_long_it_is(self, officer):
        def cost(address: str) -> int:
            with CaptureQueriesContext(connection) as seen:
                assert officer.get(address).status_code == 200
            return len(seen)

        def fill(times: int) -> None:
            for _ in range(times):
                read(make.patient(restriction="vip"))
                read(make.patient("Farahani", "Nima"), on_behalf_of=make.patient().pk)

        fill(1)
        officer.get(url("privacy"))
        addresses = [url("privacy"), url("many_charts"), url("trail"), url("trail", "?what=family")]
        few = [cost(address) for address in addresses]
        fill(20)
        assert [cost(address) for address in addresses] == few
        assert max(few) <= MOST_QUERIES


class TestTable:
    def rows(self, response: Any) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))

    def test_the_chosen_lines_as_codes(self, officer):
        patient = make.patient("Halvorsen", "Ingrid")
        event = read(patient, subject_type="clinical.Note", subject_id=uuid.uuid4())
        read(make.patient())
        answer = officer.get(url("trail_export", f"?patient={patient.pk}"))
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="trail-2026-11-23.csv"'
        (row,) = self.rows(answer)
        assert row["at"] == "2026-11-23T09:00:00+01:00"
        assert (row["actor"], row["verb"], row["page"]) == ("Leila Farahani", "chart.read", "workspace:chart")
        assert (row["patient_mrn"], row["subject_id"]) == (patient.mrn, str(event.subject_id))
        assert "HALVORSEN" not in answer.content.decode()

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_cell_is_a_formula(self, officer, start):
        patient = make.patient()
        read(patient, f"{start}HYPERLINK(1)")
        (row,) = self.rows(officer.get(url("trail_export", f"?patient={patient.pk}")))
        assert row["actor"].startswith("'")

    def test_saving_is_in_the_trail(self, officer):
        patient = make.patient()
        read(patient)
        officer.get(url("trail_export", f"?patient={patient.pk}"))
        line = AuditEvent.objects.get(verb="trail.exported")
        assert (line.patient_id, line.purpose) == (patient.pk, "HCOMPL")
        assert line.detail == {"lines": 1, "by": ["patient"]}

    def test_it_says_when_there_is_more(self, officer, monkeypatch):
        monkeypatch.setattr("hms.workspace.views.trail.MOST", 1)
        read(make.patient()), read(make.patient())
        assert "A table holds the newest" in text(officer.get(url("trail")))
        assert len(self.rows(officer.get(url("trail_export")))) == 1

    def test_a_form_that_makes_no_sense_saves_nothing(self, officer):
        read(make.patient())
        assert self.rows(officer.get(url("trail_export", "?patient=nobody"))) == []

    def test_many_patients_in_pieces(self):
        lines = [read(make.patient()) for _ in range(3)]
        assert trail_csv.table(lines, "UTC").count("\r\n") == 4


@pytest.mark.parametrize("day", ["01-Jan-0001", "31-Dec-9999"])
def test_the_trail_of_a_day_outside_the_calendar_is_an_error_in_words(client, day):
    make.facility()
    client.force_login(make.user("privacy-officer"))
    for name in ("workspace:trail", "workspace:trail_export"):
        assert client.get(reverse(name), {"end": day}).status_code < 500
