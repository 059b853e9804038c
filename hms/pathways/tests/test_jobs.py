"""Effects that span rooms."""

from __future__ import annotations

import pytest

from hms.core.models import OutboxMessage
from hms.messaging.models import Notification
from hms.pathways.jobs import on_glass_broken
from hms.patients import actions
from tests import cast, make

pytestmark = pytest.mark.django_db


def test_every_privacy_officer_is_told_once_and_no_patient_is_named() -> None:
    officers = [make.user("privacy-officer") for _ in range(2)]
    patient = make.patient("Halvorsen", "Ingrid")
    doctor = cast.actor("doctor", user=make.user("doctor"))
    actions.break_glass(by=doctor, patient=patient, reason="emergency", explanation="Found unconscious")
    message = OutboxMessage.objects.get(topic="glass.broken")
    on_glass_broken(message)
    on_glass_broken(message)
    notices = Notification.objects.all()
    assert {notice.user for notice in notices} == set(officers)
    assert len(notices) == 2
    assert not any("HALVORSEN" in str(vars(notice)) for notice in notices)
