"""The pages of the waiting list: joining, the desk's list, the offer and its one tap."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from hms.core.models import AuditEvent
from hms.scheduling.actions import accept_offer
from hms.scheduling.models import Appointment, WaitingListEntry, WaitingOffer
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from hms.scheduling.tests.test_pages import HTMX, MOST_QUERIES, desk, doctor, phone, signed_in, slot, text, url
from tests import make

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
__all__ = ["desk", "doctor", "phone"]
ALL = {"days": range(7), "parts": ["morning", "afternoon", "evening"]}


@pytest.fixture
def late(clinic):
    """The patient's visit in a week."""
    return clinic.appointment(NINE + 7 * DAY, patient=clinic.patient)


@pytest.fixture
def offered(clinic, late):
    entry = make.waiting(clinic.patient, clinic.service, current=late)
    return make.offer(entry, clinic.schedule, NINE)


# --- Joining ----------------------------------------------------------------------------------------------------
def test_a_patient_waits_for_something_earlier_than_a_visit(clinic, phone, late):
    assert f"{url('wait', clinic.patient.pk)}?visit={late.pk}" in text(phone.get(url("appointment", late.pk)))
    address = f"{url('wait', clinic.patient.pk)}?visit={late.pk}"
    page = text(phone.get(address))
    assert "Tuesday, 01-Dec-2026, 09:00 CET" in page
    assert "How urgent" not in page
    done = phone.post(address, ALL | {"current": late.pk, "note": "Half an hour by bus"})
    entry = WaitingListEntry.objects.get()
    assert done.url == url("waiting_entry", entry.pk)
    assert (entry.current, entry.note, entry.urgency) == (late, "Half an hour by bus", "routine")
    shown = text(phone.get(url("visits", clinic.patient.pk)))
    assert url("waiting_entry", entry.pk) in shown
    assert "Earlier than" in shown
    assert url("offer_by_hand", entry.pk) not in text(phone.get(done.url))


def test_where_nothing_suits_the_booking_page_leads_to_the_list(clinic, phone, desk):
    times = f"{url('book', clinic.patient.pk)}?department={clinic.department.pk}"
    wait = f"{url('wait', clinic.patient.pk)}?service={clinic.service.pk}"
    for who in (phone, desk):
        assert wait in text(who.get(times))
    form = ALL | {"days": [0], "urgency": "soon", "practitioner": clinic.practitioner.pk}
    desk.post(wait, form)
    entry = WaitingListEntry.objects.get()
    assert (entry.urgency, entry.days, entry.practitioner) == ("soon", {0}, clinic.practitioner)


def test_without_a_type_of_visit_one_chooses_a_clinic_first(clinic, phone):
    assert phone.get(url("wait", clinic.patient.pk)).url == url("book", clinic.patient.pk)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(clinic, phone):
    address = f"{url('wait', clinic.patient.pk)}?service={clinic.service.pk}"
    refused = phone.post(address, {"parts": ["morning"], "latest_on": "1.11.2026", "note": "By bus"})
    assert refused.status_code == 422
    assert "By bus" in text(refused)
    again = phone.post(address, ALL | {"latest_on": "1.11.2026"})
    assert again.status_code == 422
    assert "must not lie before the first, nor in the past" in text(again)
    assert not WaitingListEntry.objects.exists()


def test_the_wait_ends_after_one_question(clinic, phone, offered):
    address = url("leave", offered.entry_id)
    assert "End the wait for" in text(phone.get(address))
    phone.post(address, {"version": WaitingListEntry.objects.get().version})
    assert WaitingListEntry.objects.get().status == "withdrawn"


# --- The offer --------------------------------------------------------------------------------------------------
def test_an_offer_is_accepted_by_one_tap(clinic, phone, offered):
    page = text(phone.get(url("offer", offered.pk)))
    assert "Accept" in page
    assert "Kept until" in page
    assert "Tuesday, 01-Dec-2026, 09:00 CET stays booked until you accept" in page
    assert "Chosen by the desk. Urgency: Routine" in page
    done = phone.post(url("accept", offered.pk), {"version": offered.version}, follow=True)
    assert "The visit is booked. The one you had before is given up." in text(done)
    assert Appointment.objects.get(pk=offered.appointment_id).status == "booked"


def test_a_look_changes_nothing_and_a_tap_is_a_post(clinic, phone, offered):
    before = list(WaitingOffer.objects.values())
    for _look in range(2):
        phone.get(url("offer", offered.pk))
        phone.get(url("appointment", offered.appointment_id), follow=True)
    for name in ("accept", "decline", "take_back"):
        assert phone.get(url(name, offered.pk)).status_code in {403, 405}
    assert list(WaitingOffer.objects.values()) == before


def test_the_held_time_is_answered_on_the_page_of_the_offer(clinic, phone, offered):
    for name in ("appointment", "confirm"):
        assert phone.get(url(name, offered.appointment_id)).url == url("offer", offered.pk)
    phone.post(url("confirm", offered.appointment_id), {"reason": "Cough"})
    assert Appointment.objects.get(pk=offered.appointment_id).status == "pending"


def test_declining_keeps_the_place(clinic, phone, offered):
    done = phone.post(url("decline", offered.pk), {"version": offered.version}, follow=True)
    assert "The place on the waiting list stays." in text(done)
    assert "Declined" in text(done)
    ended = text(phone.get(url("offer", offered.pk)))
    assert "This offer has ended" in ended
    assert url("accept", offered.pk) not in ended


def test_who_comes_too_late_is_told_kindly(clinic, phone, offered):
    with time_machine.travel(offered.expires_at, tick=False):
        # Signed in until then: what lasts how long is a matter of another room.
        late = signed_in(clinic.patient.user)
        told = late.post(url("accept", offered.pk), {"version": offered.version}, follow=True)
    assert "This offer has ended. Whatever visit is booked stays as it is." in text(told)
    assert "You stay on the waiting list" in text(told)
    assert Appointment.objects.get(pk=offered.replaces_id).status == "booked"


def test_who_only_sees_a_record_is_not_shown_the_button(clinic, offered):
    father = make.user("patient")
    make.related_person(clinic.patient, father, scopes=("view",))
    page = text(signed_in(father).get(url("offer", offered.pk)))
    assert "Kept until" in page
    assert url("accept", offered.pk) not in page


# --- The desk's list ----------------------------------------------------------------------------------------------
def test_the_list_stands_in_order_and_says_why_and_who_holds_an_offer(clinic, desk, offered):
    urgent = make.waiting(service=clinic.service, urgency="urgent", added_at=NOW - HOUR)
    page = text(desk.get(url("waiting_list")))
    assert page.index(urgent.patient.label) < page.index(clinic.patient.label)
    assert "Urgent, waiting for 0 days" in page
    assert "Routine, waiting for 3 days" in page
    assert re.search(r"holds .*24-Nov.*09:00.* until ", page)
    assert "1 offer stands" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("urgency=urgent", False), ("urgency=routine", True), ("offered=yes", True), ("offered=no", False)],
)
def test_filters_live_in_the_address(clinic, desk, offered, query, shown):
    page = text(desk.get(f"{url('waiting_list')}?{query}", headers=HTMX))
    assert (clinic.patient.label in page) is shown
    assert (clinic.patient.label in text(desk.get(f"{url('waiting_list')}?department={make.department().pk}"))) is True


def test_the_desk_offers_by_hand_and_takes_back(clinic, desk):
    entry = make.waiting(clinic.patient, clinic.service, added_at=NOW)
    page = text(desk.get(url("waiting_entry", entry.pk)))
    assert slot(clinic, NOW) in page
    desk.post(url("offer_by_hand", entry.pk), {"slot": slot(clinic, NINE)})
    offer = WaitingOffer.objects.get()
    assert offer.appointment.start_at == NINE
    shown = text(desk.get(url("waiting_entry", entry.pk)))
    assert "Chosen by the desk" in shown
    assert url("offer_by_hand", entry.pk) not in shown
    assert url("take_back", offer.pk) in text(desk.get(url("offer", offer.pk)))
    desk.post(url("take_back", offer.pk), {"version": offer.version})
    assert WaitingOffer.objects.get().outcome == "withdrawn"


def test_a_time_that_was_taken_meanwhile_comes_back_in_words(clinic, desk):
    entry = make.waiting(clinic.patient, clinic.service)
    clinic.appointment(NINE)
    refused = desk.post(url("offer_by_hand", entry.pk), {"slot": slot(clinic, NINE)})
    assert refused.status_code == 409
    assert "just been taken" in text(refused)


def test_the_desk_accepts_for_who_is_on_the_telephone(clinic, desk, offered):
    assert url("accept", offered.pk) in text(desk.get(url("offer", offered.pk)))
    desk.post(url("accept", offered.pk), {"version": offered.version})
    assert Appointment.objects.get(pk=offered.appointment_id).channel == "phone"


def test_the_doctor_moves_somebody_up_with_a_reason(clinic, doctor):
    entry = make.waiting(clinic.patient, clinic.service)
    form = {"version": entry.version, "urgency": "urgent", "reason": ""}
    assert doctor.post(url("urgency", entry.pk), form).status_code == 422
    doctor.post(url("urgency", entry.pk), form | {"reason": "Worse since Friday"})
    assert WaitingListEntry.objects.get().urgency == "urgent"
    page = text(doctor.get(url("waiting_entry", entry.pk)))
    assert "Worse since Friday" in page
    assert url("offer_by_hand", entry.pk) not in page


def test_a_wait_that_is_over_has_nothing_to_press(clinic, desk, offered):
    accept_offer(by=clinic.himself, offer=offered)
    page = text(desk.get(url("waiting_entry", offered.entry_id)))
    assert "Accepted an offer" in page
    for name in ("leave", "urgency", "offer_by_hand"):
        assert url(name, offered.entry_id) not in page


# --- Who, and how dear --------------------------------------------------------------------------------------------
def test_patients_do_not_open_the_list(clinic, phone):
    assert phone.get(url("waiting_list")).status_code == 403


def test_a_look_at_an_offer_is_one_line(clinic, phone, offered):
    phone.get(url("offer", offered.pk))
    line = AuditEvent.objects.get(verb="chart.read")
    assert (line.patient_id, line.detail) == (clinic.patient.pk, {"page": "scheduling:offer"})


@pytest.mark.parametrize("people", [1, 9])
@pytest.mark.parametrize("address", ["waiting_list", "waiting_entry", "offer", "wait", "leave", "visits"])
def test_no_page_costs_more_than_twenty_five_queries(clinic, offered, address, people, django_assert_max_num_queries):
    for number in range(1, people):
        patient = make.patient()
        kept = clinic.appointment(NINE + number * TWENTY + 7 * DAY, patient=patient) if number < 8 else None
        entry = make.waiting(patient, clinic.service, current=kept)
        if number < 8:
            make.offer(entry, clinic.schedule, NINE + number * TWENTY)
    path = {
        "waiting_list": url("waiting_list"),
        "waiting_entry": url("waiting_entry", offered.entry_id),
        "offer": url("offer", offered.pk),
        "wait": f"{url('wait', clinic.patient.pk)}?service={clinic.service.pk}",
        "leave": url("leave", offered.entry_id),
        "visits": url("visits", clinic.patient.pk),
    }[address]
    desk = signed_in(make.user("front-desk", facility=clinic.facility))
    with django_assert_max_num_queries(MOST_QUERIES):
        assert desk.get(path).status_code == 200
