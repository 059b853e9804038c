"""What the portal's tests share: a browser, its addresses and pages, and people with something in their records."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.clinical.models import EncounterDiagnosis, Note
from tests import make

# 10:00 in Berlin.
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
PAGES = ("my_home", "my_visits", "my_health", "my_results", "my_bills", "my_readers")
EVERYTHING = ("view", "book", "message", "pay")
MOST_QUERIES = 25


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=args)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def child_of(guardian: Any, given: str, born: str = "2019-08-22", scopes: Any = EVERYTHING, **fields: Any) -> Any:
    child = make.patient("Halvorsen", given, born, **fields)
    make.related_person(child, guardian, scopes=scopes)
    return child


def seen_visit(patient: Any, **fields: Any) -> Any:
    """A finished visit with a diagnosis and an unsigned note."""
    doctor = make.practitioner(given="Leila", family="Farahani")
    visit = make.encounter(
        patient, doctor, status="finished", end_at=NOW, start_at=NOW - dt.timedelta(days=1), **fields
    )
    found = make.condition(patient, code="J20.9", text="Acute bronchitis", category="encounter-diagnosis")
    EncounterDiagnosis.objects.create(encounter=visit, condition=found, rank=1)
    return visit


def signed(note: Any, released: bool = True) -> Any:
    """The note, signed as the database asks for it."""
    Note.objects.filter(pk=note.pk).update(
        status="final", signed_at=NOW, signed_patient=note.patient_id, digest=b"d" * 32, signature=b"s" * 68,
        released_at=NOW if released else None,
    )  # fmt: skip
    return note
