"""The portal's pages: what each shows, what it holds back until it is released, and what it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from hms.clinical.models import Condition, Immunization
from hms.workspace.tests.portal import (
    MOST_QUERIES,
    NOW,
    PAGES,
    child_of,
    queries_of,
    seen_visit,
    signed,
    signed_in,
    text,
    url,
)
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestHome:
    def test_the_next_visit_can_be_moved_and_called_off(self, ingrid, phone):
        visit = make.appointment(ingrid, start_at=NOW + dt.timedelta(hours=5))
        make.appointment(ingrid, start_at=NOW + dt.timedelta(days=5))
        shown = text(phone.get(url("my_home")))
        assert "Good morning, Ingrid" in shown
        assert "Today at" in shown
        assert "15:00 CET" in shown
        assert reverse("scheduling:move", args=[visit.pk]) in shown
        assert reverse("scheduling:cancel", args=[visit.pk]) in shown
        assert reverse("scheduling:calendar_file", args=[visit.pk]) in shown
        assert "1 Alder Road" in shown

    def test_who_is_here_moves_nothing(self, ingrid, phone):
        make.appointment(ingrid, start_at=NOW + dt.timedelta(minutes=20), status="arrived", checked_in_at=NOW)
        shown = text(phone.get(url("my_home")))
        assert "You are checked in" in shown
        assert "/move/" not in shown

    def test_without_a_visit_one_is_offered(self, ingrid, phone):
        assert reverse("scheduling:book", args=[ingrid.pk]) in text(phone.get(url("my_home")))

    @pytest.mark.parametrize(
        ("hour", "words"), [(3, "Good evening"), (10, "Good morning"), (14, "Good afternoon"), (21, "Good evening")]
    )
    def test_the_greeting_knows_the_hospitals_clock(self, ingrid, hour, words):
        with time_machine.travel(dt.datetime(2026, 11, 23, hour - 1, tzinfo=dt.UTC), tick=False):
            assert words in text(signed_in(ingrid.user).get(url("my_home")))

    def test_medicines_of_today(self, ingrid, phone, formulary):
        make.medication_request(ingrid)
        make.medication_request(ingrid, "amoxicillin-500-mg-capsule", status="stopped")
        shown = text(phone.get(url("my_home")))
        assert "Warfarin" in shown
        assert "Amoxicillin" not in shown

    def test_unread_notices_come_first_and_each_to_its_person(self, ingrid, phone):
        ada = child_of(ingrid.user, "Ada")
        make.notification(ingrid.user, "Your visit is booked.", patient=ingrid)
        make.notification(ingrid.user, "Ada’s visit is booked.", patient=ada)
        make.notification(ingrid.user, "Read already.", patient=ingrid, read_at=NOW)
        own, hers = text(phone.get(url("my_home"))), text(phone.get(url("my_home", ada.pk)))
        assert "Your visit is booked." in own
        assert "Ada’s visit is booked." not in own
        assert "Read already." not in own
        assert "Ada’s visit is booked." in hers

    def test_what_was_released_is_new_until_it_is_looked_at(self, ingrid, phone):
        make.observation(ingrid)
        assert "1 new result" in text(phone.get(url("my_home")))
        assert "1 new result" in text(phone.get(url("my_home")))
        with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
            phone.get(url("my_health"))
        with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
            assert "1 new result" not in text(phone.get(url("my_home")))

    def test_an_invoice_is_new_and_to_be_paid(self, ingrid, phone, hospital):
        make.invoice(ingrid, hospital, 1800)
        shown = text(phone.get(url("my_home")))
        assert "Invoice" in shown
        assert "EUR 18.00" in shown


class TestVisits:
    def test_past_visits_open_what_was_found_and_written(self, ingrid, phone):
        visit = seen_visit(ingrid, reason="Cough")
        signed(make.note(visit, make.practitioner(), subjective="Cough for five days."))
        assert "Acute bronchitis" in text(phone.get(url("my_visits")))
        shown = text(phone.get(url("my_visit", ingrid.pk, visit.pk)))
        assert "Acute bronchitis" in shown
        assert "Dr Leila Farahani" in shown
        assert "Cough for five days." in shown

    def test_what_is_not_released_is_not_there(self, ingrid, phone):
        visit = seen_visit(ingrid)
        signed(make.note(visit, make.practitioner(), subjective="Held back for now."), released=False)
        hidden = seen_visit(ingrid, released_at=None)
        shown = text(phone.get(url("my_visit", ingrid.pk, visit.pk)))
        assert "Held back for now." not in shown
        assert str(hidden.pk) not in text(phone.get(url("my_visits")))
        assert phone.get(url("my_visit", ingrid.pk, hidden.pk)).status_code == 404

    def test_a_diagnosis_that_was_never_true_is_gone(self, ingrid, phone):
        visit = seen_visit(ingrid)
        Condition.objects.update(verification_status="entered-in-error", clinical_status="")
        assert "Acute bronchitis" not in text(phone.get(url("my_visit", ingrid.pk, visit.pk)))

    def test_a_visit_of_one_is_not_found_among_those_of_another(self, ingrid, phone):
        ada = child_of(ingrid.user, "Ada")
        visit = seen_visit(ada)
        assert phone.get(url("my_visit", ada.pk, visit.pk)).status_code == 200
        assert phone.get(url("my_visit", ingrid.pk, visit.pk)).status_code == 404

    def test_missed_and_called_off_visits_are_told_apart(self, ingrid, phone):
        make.appointment(ingrid, start_at=NOW - dt.timedelta(days=3), status="noshow")
        assert "Cancelled or missed" in text(phone.get(url("my_visits")))


class TestHealth:
    def test_what_was_released_is_shown(self, ingrid, phone):
        make.allergy(ingrid, "Penicillin")
        make.condition(ingrid, text="Essential hypertension")
        make.condition(ingrid, text="Not for the patient yet", released_at=None)
        make.observation(ingrid, text="Potassium", value="4.1")
        make.observation(ingrid, text="Sodium", code="2951-2", released_at=None)
        Immunization.objects.create(
            patient=ingrid, status="completed", text="Influenza", occurred_at=NOW, recorded_at=NOW, released_at=NOW
        )
        shown = text(phone.get(url("my_health")))
        for words in ("Penicillin", "Essential hypertension", "Potassium", "Influenza"):
            assert words in shown
        for words in ("Not for the patient yet", "Sodium"):
            assert words not in shown

    def test_nobody_asked_is_not_none_known(self, phone):
        shown = text(phone.get(url("my_health")))
        assert "Nobody has asked yet" in shown
        assert "No known allergies" not in shown

    def test_results_by_kind(self, ingrid, phone):
        make.observation(ingrid, text="Potassium")
        make.observation(ingrid, text="Body weight", code="29463-7", category="vital-signs")
        make.observation(ingrid, text="Questions about sleep", code="x", category="survey")
        everything = text(phone.get(url("my_results")))
        assert "Questions about sleep" in everything
        vitals = text(phone.get(f"{url('my_results')}?category=vital-signs"))
        assert "Body weight" in vitals
        assert "Potassium" not in vitals
        assert "Potassium" in text(phone.get(f"{url('my_results')}?category=nonsense"))


class TestBills:
    def test_invoices_with_their_state(self, ingrid, phone, hospital):
        invoice = make.invoice(ingrid, hospital, 4200)
        shown = text(phone.get(url("my_bills")))
        assert invoice.number_text in shown
        assert "EUR 42.00" in shown
        assert reverse("billing:invoice", args=[invoice.pk]) in shown

    def test_whoever_pays_for_a_child_sees_the_childs(self, ingrid, phone, hospital):
        ada = child_of(ingrid.user, "Ada")
        own, hers = make.invoice(ingrid, hospital), make.invoice(ada, hospital)
        shown = text(phone.get(url("my_bills", ada.pk)))
        assert hers.number_text in shown
        assert own.number_text not in shown


class TestCosts:
    def fill(self, patient: Any, hospital: Any, numbers: range) -> None:
        for number in numbers:
            visit = seen_visit(patient, facility=hospital)
            signed(make.note(visit, make.practitioner()))
            make.observation(patient, code=f"{number}-1", facility=hospital)
            make.condition(patient)
            make.allergy(patient, f"Substance {number}")
            make.invoice(patient, hospital)
            make.notification(patient.user, patient=patient)
            make.appointment(patient, start_at=NOW + dt.timedelta(days=3 + number))

    def test_no_page_costs_more_with_more_in_it(self, ingrid, phone, hospital):
        self.fill(ingrid, hospital, range(1))
        phone.get(url("my_home"))  # what is looked up once for the whole process
        few = {place: queries_of(phone, url(place)) for place in PAGES}
        self.fill(ingrid, hospital, range(1, 5))
        many = {place: queries_of(phone, url(place)) for place in PAGES}
        assert many == few
        assert max(many.values()) <= MOST_QUERIES

    def test_children_cost_nothing(self, ingrid, phone):
        child_of(ingrid.user, "Ada")
        phone.get(url("my_home"))
        few = queries_of(phone, url("my_home"))
        for name in ("Ben", "Cleo", "Dan"):
            child_of(ingrid.user, name)
        assert queries_of(phone, url("my_home")) == few
