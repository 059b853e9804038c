"""Every address × every duty × own and foreign rows, generated from the url and role tables.

A page that is forgotten here is a page whose access nobody has thought of, so it fails the first test.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from hms.accounts.codes import Duty
from hms.accounts.roles import permissions_of
from hms.core.access import PUBLIC, SIGNED_IN, declared, routes
from hms.core.models import AuditEvent
from tests import make
from tests.architecture.gates import GATES, SECRETS

ADDRESSES = [(route, name, declared(name, view) or ()) for route, name, view in routes()]
PARAMETERS = re.compile(r"<(?:\w+:)?(\w+)>")
WITH_PARAMETERS = [(name, wanted) for route, name, wanted in ADDRESSES if PARAMETERS.search(route)]
# Addresses of the library that serves second factors and passwords; its own tests cover them.
LIBRARY = re.compile(r"^(mfa_|account_)")


def test_every_address_with_an_object_has_a_gate():
    named = {name for name, _wanted in WITH_PARAMETERS if not LIBRARY.match(name)} - SECRETS
    assert named - set(GATES) == set()
    assert set(GATES) - named == set()


class Cast:
    """A treated patient and a stranger, with one row of everything each, and somebody of every duty."""

    def __init__(self) -> None:
        make.formulary()
        facility = make.facility()
        department = make.department(facility)
        self.common: dict[str, Any] = {
            "facility": facility.pk,
            "department": department.pk,
            "location": make.location(facility).pk,
            "device": make.device(facility).pk,
            "screen": make.screen(facility=facility).pk,
            "nothing": uuid.uuid4(),
            "policy": "patients.majority_age",
        }
        self.users = {duty: make.user(duty) for duty in Duty if duty != Duty.PATIENT}
        self.own, self.related, self.practitioner = self._patient(facility, department)
        self.foreign, _other, _doctor = self._patient(facility, department)
        plan = make.rota(department)
        month = {"rota_plan": plan.pk, "rota_member": plan.members.first().pk, "rota_slot": f"{plan.first_on}-morning"}
        self.common |= month
        patient_user = make.user(Duty.PATIENT)
        make_patient = type(self.own["_patient"])
        make_patient.objects.filter(pk=self.own["patient"]).update(user=patient_user)
        self.users[Duty.PATIENT] = patient_user

    def _patient(self, facility: Any, department: Any) -> tuple[dict[str, Any], Any, Any]:
        import datetime as dt

        from hms.accounts.models import ApiToken, UserSession
        from hms.patients.models import Coverage, Flag, GlassBreak
        from hms.scheduling.models import ScheduleException

        patient = make.patient()
        doctor = make.user(Duty.DOCTOR)
        practitioner = make.practitioner(doctor)
        role = make.practitioner_role(practitioner, department)
        make.care(patient, practitioner)
        encounter = make.encounter(patient, practitioner, facility=facility)
        schedule = make.session(make.schedule(role))
        waiting = make.waiting(patient, make.healthcare_service(department))
        visit = make.appointment(patient, schedule)
        hour = next_hour(schedule)
        in_rows = {"first": hour.date() + dt.timedelta(days=7), "at": dt.time(11), "count": 2}
        series = make.series(patient, schedule, make.healthcare_service(department), weekdays=(1,), **in_rows)
        third_visit = series.occurrences.first().appointment
        # The row gate is asked; what the rows hold beyond that is a matter for their rooms' tests.
        found = {
            "_patient": patient,
            "patient": patient.pk,
            "encounter": encounter.pk,
            "appointment": visit.pk,
            "queue_entry": make.queue_entry(visit).pk,
            "waiting": waiting.pk,
            "offer": make.offer(waiting, schedule, hour).pk,
            "series": series.pk,
            "occurrence": series.occurrences.first().pk,
            "proposal": make.proposal(third_visit, schedule, hour + dt.timedelta(days=1)).pk,
            "condition": make.condition(patient).pk,
            "note": make.note(encounter, practitioner).pk,
            "observation": make.observation(patient).pk,
            "medication_request": make.medication_request(patient).pk,
            "allergy": make.allergy(patient).pk,
            "relative": make.related_person(patient).pk,
            "flag": _first_or_make(Flag, patient=patient),
            "coverage": _first_or_make(Coverage, patient=patient, payor="Alder Valley Health Fund"),
            "glass": _first_or_make(GlassBreak, patient=patient, user=doctor, outcome=""),
            "charge_item": make.charge_item(patient, facility).pk,
            "invoice": make.invoice(patient, facility, 5000).pk,
            "notification": make.notification(doctor).pk,
            "delivery": make.delivery(patient=patient, facility=facility).pk,
            "user": doctor.pk,
            "grant": doctor.grants.first().pk,
            "practitioner": practitioner.pk,
            "practitioner_role": role.pk,
            "session": _first_or_make(UserSession, user=doctor),
            "token": _first_or_make(ApiToken, user=doctor),
            "schedule": schedule.pk,
            "session_of_week": schedule.sessions.first().pk,
            "exception": _first_or_make(ScheduleException, schedule=schedule),
            "service": make.healthcare_service(department).pk,
        }
        return found, doctor, practitioner

    def address(self, name: str, whose: dict[str, Any]) -> str:
        parameters = GATES[name][1]
        known = {**self.common, **whose}
        return reverse(
            name,
            kwargs={key: value[1:] if value.startswith("=") else known[value] for key, value in parameters.items()},
        )


def next_hour(schedule: Any) -> Any:
    """Ten o'clock on the next Tuesday but one, in the schedule's own hours."""
    import datetime as dt

    today = dt.datetime.now(schedule.facility.zone).date()
    day = today + dt.timedelta(days=7 + (1 - today.weekday()) % 7)
    return dt.datetime.combine(day, dt.time(10), schedule.facility.zone).astimezone(dt.UTC)


def _first_or_make(model: Any, **fields: Any) -> Any:
    """A row of a table no factory exists for: the smallest the table takes."""
    import datetime as dt

    from django.db import models as m
    from django.utils import timezone

    values: dict[str, Any] = dict(fields)
    for field in model._meta.concrete_fields:
        if field.name in values or field.has_default() or field.null or field.primary_key or field.generated:
            continue
        if isinstance(field, m.DateTimeField):
            values[field.name] = timezone.now() + (
                dt.timedelta(hours=1) if "end" in field.name or "expires" in field.name else dt.timedelta(0)
            )
        elif isinstance(field, m.DateField):
            values[field.name] = timezone.now().date()
        elif field.choices:
            values[field.name] = field.flatchoices[0][0]
        elif isinstance(field, m.BinaryField):
            values[field.name] = uuid.uuid4().bytes * 2
        elif isinstance(field, (m.IntegerField, m.DecimalField)):
            values[field.name] = 1
        elif isinstance(field, m.BooleanField):
            values[field.name] = False
        elif isinstance(field, (m.CharField, m.TextField)) and not field.blank:
            values[field.name] = "x"
    return model._base_manager.create(**values).pk


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


def signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def open_to(duty: str, wanted: tuple[str, ...]) -> bool:
    return wanted in ((PUBLIC,), (SIGNED_IN,)) or bool(permissions_of(frozenset({duty})) & set(wanted))


def shut(status: int) -> bool:
    """What an address answers to somebody it is not for."""
    return status in (403, 404)


def state() -> dict[str, int]:
    """How many rows each table holds, and the sum of their versions: a changed row shows."""
    from hms.core.guards import records

    found = {}
    with connection.cursor() as cursor:
        for model in records():
            cursor.execute(f'SELECT count(*), coalesce(sum(version), 0) FROM "{model._meta.db_table}"')
            count, versions = cursor.fetchone()
            found[model._meta.label] = count * 1_000_000 + int(versions)
    return found


def test_without_login_only_public_pages_answer(cast: Cast):
    stranger = Client()
    for route, name, wanted in ADDRESSES:
        if LIBRARY.match(name) or name in SECRETS:
            continue
        address = cast.address(name, cast.foreign) if PARAMETERS.search(route) else reverse(name)
        for ask in (stranger.get, stranger.post):
            answer = ask(address)
            if answer.status_code == 405:
                continue
            if wanted != (PUBLIC,):
                assert answer.status_code == 302, (name, answer.status_code)
                assert answer.headers["Location"].startswith(reverse("account_login")), name
            else:
                assert answer.status_code < 500, name
                assert cast.foreign["_patient"].label.encode() not in answer.content


@pytest.mark.parametrize("duty", list(Duty))
def test_a_duty_opens_what_the_table_says_and_nothing_else(cast: Cast, duty: Duty):
    """Pages without an object: shut where the duty lacks the permission, never broken where it has it."""
    client = signed_in(cast.users[duty])
    for route, name, wanted in ADDRESSES:
        if PARAMETERS.search(route) or LIBRARY.match(name) or name in SECRETS:
            continue
        answer = client.get(reverse(name))
        if open_to(duty, wanted):
            assert answer.status_code < 500, (name, answer.status_code)
            assert answer.status_code != 403, name
        else:
            assert shut(answer.status_code), (name, answer.status_code)


@pytest.mark.parametrize("duty", sorted(set(Duty)))
def test_foreign_rows(cast: Cast, duty: Duty):
    """By page, by htmx fragment and by POST: a chart that is not theirs is not there, and nothing of it changes."""
    client = signed_in(cast.users[duty])
    before = state()
    for name, wanted in WITH_PARAMETERS:
        if name not in GATES:
            continue
        address, mine = cast.address(name, cast.foreign), open_to(duty, wanted)
        gate = GATES[name][0]
        theirs = gate == "catalogue" or (gate in ("identity", "facility") and duty != Duty.PATIENT)
        for ask, headers in _ways(client, mine, theirs):
            answer = ask(address, headers=headers)
            where = (duty, name, ask.__name__, headers, answer.status_code)
            assert answer.status_code < 500, where
            if not mine or (not theirs and not _may_read_any(duty)):
                assert _not_shown(answer, cast, name), where
    after = state()
    changed = {label for label in after if after[label] != before.get(label)} - {"accounts.UserSession"}
    assert not changed, changed


def _ways(client: Client, mine: bool, theirs: bool) -> list[tuple[Any, dict[str, str]]]:
    """How to ask: what is shut twice, a row gate in every way, what is theirs by reading alone."""
    if not mine:
        return [(client.get, {}), (client.post, {})]
    if theirs:
        return [(client.get, {})]
    return [(client.get, {}), (client.get, {"HX-Request": "true"}), (client.post, {})]


def _may_read_any(duty: str) -> bool:
    """The privacy officer reads any chart for a case."""
    return "patients.read_any_chart" in permissions_of(frozenset({duty}))


def _not_shown(answer: Any, cast: Cast, name: str) -> bool:
    """Shut, or (for a draft and a chart that is findable) answered without anything of the patient in it."""
    if shut(answer.status_code) or answer.status_code == 405:
        return True
    if name == "draft":
        return cast.foreign["_patient"].label.encode() not in answer.content
    if answer.status_code == 302:
        # A findable patient's chart leads to the identity, where the glass is.
        return "/identity/" in answer.headers["Location"]
    return False


def test_who_treats_the_patient_opens_the_chart(cast: Cast):
    client = signed_in(cast.related)
    for name, wanted in WITH_PARAMETERS:
        if name not in GATES or GATES[name][0] != "chart" or "nothing" in GATES[name][1].values():
            continue
        if not open_to(Duty.DOCTOR, wanted):
            continue
        answer = client.get(cast.address(name, cast.own))
        # A draft of nobody's, a page for somebody's own: those are the only ones that may be missing.
        allowed = {200, 302, 405} | (
            {404}
            if name in {"prescribing:change", "prescribing:remove", "prescribing:instead", "patients:refute"}
            else set()
        )
        assert answer.status_code in allowed, (name, answer.status_code)


def test_the_administrator_sees_no_patient(cast: Cast):
    """On every page the administrator can open, no patient's name and no record number."""
    client = signed_in(cast.users[Duty.ADMINISTRATOR])
    names = [
        cast.own["_patient"].label.encode(),
        cast.foreign["_patient"].label.encode(),
        cast.foreign["_patient"].mrn.encode(),
    ]
    for route, name, _wanted in ADDRESSES:
        if LIBRARY.match(name) or name in SECRETS:
            continue
        address = cast.address(name, cast.foreign) if PARAMETERS.search(route) else reverse(name)
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not any(one in content for one in names), name


def test_a_superuser_flag_does_not_exist():
    assert not any(field.name in ("is_superuser", "is_staff") for field in get_user_model()._meta.get_fields())


def test_a_denied_try_is_in_the_trail(cast: Cast):
    client = signed_in(cast.users[Duty.BILLING])
    before = AuditEvent.objects.count()
    assert shut(client.get(cast.address("workspace:chart", cast.foreign)).status_code)
    assert AuditEvent.objects.filter(outcome="refused").count() == 1
    assert AuditEvent.objects.count() == before + 1


def test_planted_a_gate_that_forgets_the_row_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """The proof that this file proves something: with the row gate taken out, it fails."""
    from hms.patients.models import Patient

    monkeypatch.setattr(type(Patient.objects.all()), "visible_to", lambda self, by, at=None: self.all())
    with pytest.raises(AssertionError):
        test_foreign_rows(cast, Duty.DOCTOR)
