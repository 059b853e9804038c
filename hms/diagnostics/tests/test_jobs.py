"""Who is told of a corrected value."""

import pytest

from hms.core import clock, trail
from hms.core.models import OutboxMessage
from hms.diagnostics import jobs
from hms.diagnostics.actions import correct_observation
from hms.messaging.models import Delivery, Notification
from hms.patients.models import CareRelationship
from tests import cast, make

pytestmark = pytest.mark.django_db


def test_those_who_opened_the_chart_while_the_old_value_stood_are_told_in_the_house():
    patient = make.patient(user=make.user("patient"))
    reader, _practitioner = make.treating(patient)
    other, _practitioner = make.treating(patient)
    value = make.observation(patient)
    trail.observe(reader, "chart.read", patient=patient.pk, detail={"page": "diagnostics:results"})
    trail.observe(other, "chart.read", patient=patient.pk, detail={"page": "documents:list"})
    correct_observation(by=other, observation=value, text="4.3", reason="Slip.")
    jobs.on_observation_corrected(OutboxMessage.objects.get(topic="observation.corrected"))
    notice = Notification.objects.get()
    assert notice.user_id == reader.id
    assert "/results/6298-4/" in notice.link
    assert not Delivery.objects.exists()


def test_a_parent_and_somebody_who_treats_no_more_are_not_told():
    patient = make.patient(born="2018-03-14")
    former, _practitioner = make.treating(patient)
    doctor, _practitioner = make.treating(patient)
    parent = make.user("patient")
    make.related_person(patient, parent)
    value = make.observation(patient)
    for reader in (former, cast.actor("patient", user=parent)):
        trail.observe(reader, "chart.read", patient=patient.pk, detail={"page": "workspace:my_results"})
    CareRelationship.objects.filter(practitioner__user_id=former.id).update(end_at=clock.now())
    correct_observation(by=doctor, observation=value, text="4.3", reason="Slip.")
    jobs.on_observation_corrected(OutboxMessage.objects.get(topic="observation.corrected"))
    assert not Notification.objects.exists()
