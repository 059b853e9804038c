"""Pages about group visits: who is in one the hospital sees; a patient sees their own place, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hms.core.models import AuditEvent
from hms.scheduling.actions import book_appointment, cancel_appointment
from hms.scheduling.models import Appointment, AppointmentSeries, WaitingListEntry, WaitingOffer
from hms.scheduling.rules.slots import Slot
from hms.scheduling.tests.conftest import NINE, TWENTY
from hms.scheduling.tests.test_groups import work
from hms.scheduling.tests.test_pages import desk, phone, text, url
from tests import make

__all__ = ["desk", "phone"]
WEEK = timedelta(days=7)


@pytest.fixture
def rehab(clinic):
    return make.healthcare_service(clinic.department, name="Cardiac rehab", capacity=3, duration_new=20)


@pytest.fixture
def other():
    return make.patient(family="Hawksmoor", given="Rosalind", user=make.user())


@pytest.fixture
def group(clinic, rehab, other):
    """Rosalind came first; the clinic's patient second."""
    for patient in (other, clinic.patient):
        visit = book_appointment(**clinic.asked(service=rehab, patient=patient))
    return visit


@pytest.mark.parametrize("name", ["appointment", "move", "cancel", "slip", "calendar_file"])
@pytest.mark.parametrize("asked", ["", "others"])
def test_a_patient_sees_nobody_else(phone, clinic, group, other, name, asked):
    answer = phone.get(f"{url(name, group.pk)}{f'?patient={other.pk}' if asked else ''}")
    assert answer.status_code == 200
    # What was asked for stands in the page's own address, and nowhere else.
    page = text(answer).replace(f"?patient={other.pk}", "")
    for word in ("HAWKSMOOR", "Rosalind", str(other.pk), other.mrn):
        assert word not in page
    if name not in ("calendar_file",):
        assert clinic.patient.label in text(answer)
    lines = AuditEvent.objects.filter(verb="chart.read").values_list("patient_id", flat=True)
    assert set(lines) <= {clinic.patient.pk}


def test_a_patient_gives_up_their_own_place_and_no_other(phone, clinic, group, other):
    address = f"{url('cancel', group.pk)}?patient={other.pk}"
    assert "This place is given up" in text(phone.get(address))
    assert phone.post(address, {"reason": "pat"}).status_code == 302
    assert [one.pk for one in Appointment.objects.get(pk=group.pk).patients] == [other.pk]
    page = text(phone.get(url("appointment", group.pk)))
    assert "Cancelled" in page
    assert url("move", group.pk) not in page


def test_the_desk_sees_who_is_in_it_and_changes_one_or_all(desk, clinic, group, other):
    page = text(desk.get(url("appointment", group.pk)))
    assert "2 of 3 places are taken" in page
    for who in (other, clinic.patient):
        assert f"{url('appointment', group.pk)}?patient={who.pk}" in page
    assert AuditEvent.objects.filter(verb="chart.read").count() == 2
    one = text(desk.get(f"{url('appointment', group.pk)}?patient={other.pk}"))
    assert f"{url('cancel', group.pk)}?patient={other.pk}" in one
    assert "For all 2 patients" in text(desk.get(url("cancel", group.pk)))
    desk.post(f"{url('cancel', group.pk)}?patient={other.pk}", {"reason": "pat"})
    assert [one.pk for one in Appointment.objects.get(pk=group.pk).patients] == [clinic.patient.pk]
    desk.post(url("cancel", group.pk), {"reason": "prov"})
    assert Appointment.objects.get(pk=group.pk).status == "cancelled"


def test_places_are_added_on_the_page(desk, group):
    assert "Change the places" in text(desk.get(url("appointment", group.pk)))
    version = Appointment.objects.get(pk=group.pk).version
    refused = desk.post(url("places", group.pk), {"capacity": "1", "version": version})
    assert refused.status_code == 422
    assert desk.post(url("places", group.pk), {"capacity": "8", "version": version}).status_code == 302
    assert "2 of 8 places are taken" in text(desk.get(url("appointment", group.pk)))


def test_a_place_is_exchanged_on_the_page(phone, clinic, group, rehab):
    address = url("move", group.pk)
    slot = Slot(clinic.schedule.pk, rehab.pk, NINE + TWENTY, "ROUTINE")
    assert str(slot) in text(phone.get(address))
    answer = phone.post(address, {"slot": str(slot)})
    moved = Appointment.objects.get(start_at=NINE + TWENTY)
    assert answer.url == f"{url('appointment', moved.pk)}?patient={clinic.patient.pk}"
    assert phone.get(answer.url).status_code == 200


def test_one_waits_for_a_place_and_answers(phone, clinic, group, rehab, other):
    cancel_appointment(by=clinic.desk, appointment=group, reason="pat", patient=clinic.patient)
    for _place in range(2):
        book_appointment(**clinic.asked(service=rehab, patient=make.patient()))
    times = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}&service={rehab.pk}"
    address = f"{url('wait', clinic.patient.pk)}?service={rehab.pk}"
    assert address in text(phone.get(times))
    page = text(phone.get(address))
    assert "When a place in this group becomes free" in page
    assert 'name="current"' not in page
    phone.post(address, {"days": [str(day) for day in range(7)], "parts": ["morning", "afternoon", "evening"]})
    assert WaitingListEntry.objects.get().service == rehab
    cancel_appointment(by=clinic.desk, appointment=group, reason="pat", patient=other)
    work()
    offer = WaitingOffer.objects.get()
    assert other.label not in text(phone.get(url("offer", offer.pk)))
    # What one is only asked about is not among the visits yet.
    assert url("appointment", group.pk) not in text(phone.get(url("visits", clinic.patient.pk)))
    answer = phone.post(url("accept", offer.pk))
    assert answer.url == f"{url('appointment', group.pk)}?patient={clinic.patient.pk}"
    assert f"{url('appointment', group.pk)}?patient={clinic.patient.pk}" in text(
        phone.get(url("visits", clinic.patient.pk))
    )


def test_a_free_place_is_offered_by_hand(desk, clinic, group, rehab):
    entry = make.waiting(None, rehab)
    page = text(desk.get(url("waiting_entry", entry.pk)))
    slot = Slot(clinic.schedule.pk, rehab.pk, NINE, "FOLLOWUP")
    assert str(slot) in page
    assert desk.post(url("offer_by_hand", entry.pk), {"slot": str(slot)}).status_code == 302
    assert WaitingOffer.objects.get().participation.appointment_id == group.pk
    page = text(desk.get(url("appointment", group.pk)))
    assert "3 of 3 places are taken" in page
    assert "Asked, not answered" in page


def test_a_course_is_booked_on_the_page(desk, clinic, rehab, other):
    times = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}&service={rehab.pk}"
    address = f"{url('series_new', clinic.patient.pk)}?department={clinic.department.pk}&service={rehab.pk}"
    assert address.replace("&", "&amp;") in text(desk.get(times))
    for _place in range(3):
        book_appointment(**clinic.asked(NINE + WEEK, service=rehab, patient=make.patient()))
    book_appointment(**clinic.asked(NINE, service=rehab, patient=other))
    asked = (
        f"{address}&show=1&schedule={clinic.schedule.pk}&first=24-Nov-2026&at=09:00&every=1&unit=week&weekdays=1"
        "&count=4&until=&when_closed=skip"
    )
    page = text(desk.get(asked))
    assert "All places are taken" in page
    assert "2 places left" in page
    assert desk.post(asked, {"reason": ""}).status_code == 302
    series = AppointmentSeries.objects.get()
    assert series.occurrences.filter(state="booked").count() == 3
    shown = text(desk.get(url("series", series.pk)))
    assert f"?patient={clinic.patient.pk}" in shown
    assert other.label not in shown


def test_the_calendar_of_a_patient_says_that_a_place_was_given_up(client, clinic, group, other):
    from hms.scheduling.actions import issue_feed

    secret = issue_feed(by=clinic.himself).secret
    stream = client.get(url("feed", secret)).content.decode()
    assert "STATUS:CONFIRMED" in stream
    cancel_appointment(by=clinic.himself, appointment=group, reason="pat", patient=clinic.patient)
    stream = client.get(url("feed", secret)).content.decode()
    assert "STATUS:CANCELLED" in stream
    assert f"UID:{group.pk}@hms" in stream.replace("\r\n ", "")
    # Taken again, it stands again.
    book_appointment(**clinic.asked(service=group.service, patient=clinic.patient))
    stream = client.get(url("feed", secret)).content.decode()
    assert "STATUS:CONFIRMED" in stream
    assert "SEQUENCE:2" in stream
