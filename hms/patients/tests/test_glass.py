"""break_glass and review_glass_break."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from hms.core import trail
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Missing, Refused, Stale
from hms.patients import actions
from hms.patients.models import GlassBreak, Patient
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken() -> GlassBreak:
    return actions.break_glass(
        by=cast.actor("doctor", user=make.user()),
        patient=make.patient(),
        reason="emergency",
        explanation="Found unconscious",
    )


def test_a_reason_opens_the_chart_for_an_hour_and_tells_the_privacy_officer() -> None:
    user, patient = make.user("doctor"), make.patient()
    doctor = cast.actor("doctor", user=user)
    glass = actions.break_glass(by=doctor, patient=patient, reason="emergency", explanation="Found unconscious")
    assert (glass.ends_at - glass.opened_at).total_seconds() == 3600
    assert set(Patient.objects.visible_to(doctor)) == {patient}
    line = AuditEvent.objects.get(verb="glass.broken")
    assert (line.patient_id, line.detail) == (patient.pk, {"reason": "emergency"})
    assert OutboxMessage.objects.get(topic="glass.broken").subject_id == glass.pk


@pytest.mark.parametrize(
    ("reason", "explanation"), [("", "Found unconscious"), ("emergency", "x"), ("curious", "long enough")]
)
def test_without_a_reason_the_glass_holds(reason: str, explanation: str) -> None:
    with pytest.raises(Refused):
        actions.break_glass(
            by=cast.actor("doctor", user=make.user()), patient=make.patient(), reason=reason, explanation=explanation
        )
    assert not GlassBreak.objects.exists()


@pytest.mark.parametrize("duty", ["administrator", "front-desk", "laboratory", "billing", "patient"])
def test_duties_that_never_break_glass(duty: str) -> None:
    with pytest.raises(Forbidden):
        actions.break_glass(
            by=cast.actor(duty, user=make.user()),
            patient=make.patient(),
            reason="emergency",
            explanation="Found unconscious",
        )


def test_neither_the_own_record_nor_one_from_which_somebody_is_blocked() -> None:
    user = make.user("doctor")
    doctor, own, other = cast.actor("doctor", user=user), make.patient(user=user), make.patient()
    with pytest.raises(Missing):
        actions.break_glass(by=doctor, patient=own, reason="emergency", explanation="Found unconscious")
    make.related_person(other, user, kind="blocked")
    with pytest.raises(Forbidden):
        actions.break_glass(by=doctor, patient=other, reason="emergency", explanation="Found unconscious")


def test_the_review_settles_it(broken: GlassBreak) -> None:
    officer = cast.actor("privacy-officer", user=make.user())
    asked = actions.review_glass_break(
        by=officer, glass=broken, version=broken.version, outcome="questioned", note="Why not by the ward?"
    )
    settled = actions.review_glass_break(by=officer, glass=asked, version=asked.version, outcome="justified")
    assert settled.reviewed_by_id == officer.id
    assert not GlassBreak.objects.unreviewed().exists()
    with pytest.raises(Refused):
        actions.review_glass_break(by=officer, glass=settled, version=settled.version, outcome="breach", note="x")


def test_what_the_review_refuses(broken: GlassBreak) -> None:
    officer = cast.actor("privacy-officer", user=make.user())
    with pytest.raises(Refused):
        actions.review_glass_break(by=officer, glass=broken, version=None, outcome="breach")
    with pytest.raises(Refused):
        actions.review_glass_break(by=officer, glass=broken, version=None, outcome="fine")
    with pytest.raises(Stale):
        actions.review_glass_break(by=officer, glass=broken, version=9, outcome="justified")
    with pytest.raises(Forbidden):
        actions.review_glass_break(by=cast.actor("doctor"), glass=broken, version=None, outcome="justified")
    own = cast.actor("privacy-officer", user=broken.user)
    with pytest.raises(Forbidden):
        actions.review_glass_break(by=own, glass=broken, version=None, outcome="justified")


def test_what_was_said_can_not_be_changed_afterwards(broken: GlassBreak) -> None:
    with pytest.raises(IntegrityError, match="frozen"):
        GlassBreak.objects.update(reason="advice")


def test_the_review_shows_that_persons_hour_alone(client: Client) -> None:
    patient, user = make.patient(), make.user("doctor")
    doctor = cast.actor("doctor", user=user)
    with time_machine.travel(dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC), tick=False):
        glass = actions.break_glass(by=doctor, patient=patient, reason="emergency", explanation="Found unconscious")
        trail.observe(doctor, "chart.read", patient=patient, detail={"page": "workspace:chart"})
    with time_machine.travel(dt.datetime(2026, 11, 3, 15, tzinfo=dt.UTC), tick=False):
        trail.observe(doctor, "chart.read", patient=patient, detail={"page": "workspace:chart"})
    client.force_login(make.user("privacy-officer"))
    (deed,) = client.get(reverse("patients:glass_review", args=[glass.pk])).context["deeds"]
    assert deed.reads == 1
