"""The portal: for whom a page is, what it shows, what it keeps back, what it leaves in the trail, what it costs."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.clinical.models import EncounterDiagnosis, Immunization, Note
from hms.core.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db

# 10:00 in Berlin.
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
PAGES = ("my_home", "my_visits", "my_health", "my_results", "my_bills", "my_readers")
EVERYTHING = ("view", "book", "message", "pay")
MOST_QUERIES = 25


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


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


@pytest.fixture
def hospital():
    return make.facility()


@pytest.fixture
def ingrid(hospital):
    """A patient with a login of her own."""
    return make.patient("Halvorsen", "Ingrid", user=make.user("patient"), registered_in=hospital)


@pytest.fixture
def phone(ingrid):
    return signed_in(ingrid.user)


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


class TestForWhom:
    @pytest.mark.parametrize("place", PAGES)
    def test_the_own_record_without_and_with_an_id(self, ingrid, phone, place):
        assert phone.get(url(place)).status_code == 200
        assert phone.get(url(place, ingrid.pk)).status_code == 200

    @pytest.mark.parametrize("place", PAGES)
    def test_a_child(self, ingrid, phone, place):
        ada = child_of(ingrid.user, "Ada")
        answer = phone.get(url(place, ada.pk))
        assert answer.status_code == 200
        assert "HALVORSEN, Ada" in text(answer)

    @pytest.mark.parametrize("place", PAGES)
    def test_a_stranger_is_not_found(self, phone, place):
        assert phone.get(url(place, make.patient().pk)).status_code == 404

    @pytest.mark.parametrize("place", PAGES)
    def test_nobody_is_not_found(self, phone, place):
        assert phone.get(url(place, uuid.uuid4())).status_code == 404

    @pytest.mark.parametrize("place", PAGES)
    def test_a_block_outweighs_guardianship(self, ingrid, phone, place):
        ada = child_of(ingrid.user, "Ada")
        make.related_person(ada, ingrid.user, kind="blocked")
        assert phone.get(url(place, ada.pk)).status_code == 404
        assert "Ada" not in text(phone.get(url("my_home")))

    @pytest.mark.parametrize("place", PAGES)
    def test_guardianship_that_has_ended(self, ingrid, phone, place):
        ada = make.patient("Halvorsen", "Ada", "2008-11-22")
        make.related_person(ada, ingrid.user, scopes=EVERYTHING, end_at=NOW)
        assert phone.get(url(place, ada.pk)).status_code == 404

    def test_children_are_switched_by_name_in_the_address(self, ingrid, phone):
        ada, ben = child_of(ingrid.user, "Ada", "2016-01-02"), child_of(ingrid.user, "Ben", "2019-01-02")
        shown = text(phone.get(url("my_visits", ben.pk)))
        places = [shown.index(f'href="{url("my_visits", one.pk)}"') for one in (ingrid, ada, ben)]
        assert places == sorted(places)  # oneself, then the eldest
        assert f'href="{url("my_visits", ben.pk)}" aria-current="page"' in shown
        assert str(ben.pk) not in str(dict(phone.session))

    def test_nobody_to_switch_to_shows_no_switch(self, phone):
        assert "For whom" not in text(phone.get(url("my_home")))

    def test_a_guardian_without_a_record_comes_to_the_first_child(self):
        guardian = make.user("patient")
        child_of(guardian, "Ada", "2016-01-02"), child_of(guardian, "Ben", "2019-01-02")
        assert '<h1 class="mb-0">Ada</h1>' in text(signed_in(guardian).get(url("my_home")))

    def test_a_guardian_through_the_own_record(self, ingrid, phone):
        ada = make.patient("Halvorsen", "Ada", "2019-01-02")
        make.related_person(ada, related_patient=ingrid, scopes=EVERYTHING)
        assert phone.get(url("my_home", ada.pk)).status_code == 200

    def test_a_login_without_any_record_is_told_whom_to_ask(self):
        answer = signed_in(make.user("patient")).get(url("my_home"))
        assert answer.status_code == 200
        assert "Ask the front desk" in text(answer)

    def test_the_dead_have_no_portal(self, ingrid, phone):
        type(ingrid).objects.filter(pk=ingrid.pk).update(deceased=True)
        assert phone.get(url("my_home", ingrid.pk)).status_code == 404

    def test_staff_have_no_portal(self):
        assert signed_in(make.user("doctor")).get(url("my_home")).status_code == 403

    def test_others_are_asked_to_sign_in(self):
        assert Client().get(url("my_home")).status_code == 302

    @pytest.mark.parametrize("place", PAGES)
    def test_looking_only(self, phone, place):
        assert phone.post(url(place)).status_code == 405


class TestScopes:
    def test_who_only_sees_pays_and_books_nothing(self, ingrid, phone):
        ada = child_of(ingrid.user, "Ada", scopes=["view"])
        make.appointment(ada, start_at=NOW + dt.timedelta(days=2))
        assert phone.get(url("my_bills", ada.pk)).status_code == 404
        home = text(phone.get(url("my_home", ada.pk)))
        assert url("my_bills", ada.pk) not in home
        assert "/move/" not in home
        assert "/cancel/" not in home
        assert reverse("scheduling:book", args=[ada.pk]) not in text(phone.get(url("my_visits", ada.pk)))

    def test_the_switch_on_bills_leads_home_where_one_may_not_pay(self, ingrid, phone):
        ada = child_of(ingrid.user, "Ada", scopes=["view"])
        assert f'href="{url("my_home", ada.pk)}"' in text(phone.get(url("my_bills")))


class TestTheTrail:
    @pytest.mark.parametrize("place", PAGES)
    def test_the_own_look(self, ingrid, phone, place):
        phone.get(url(place))
        line = AuditEvent.objects.get(verb="chart.read")
        assert (line.patient_id, line.actor_id, line.on_behalf_of) == (ingrid.pk, ingrid.user_id, None)
        assert (line.purpose, line.detail) == ("PATRQT", {"page": f"workspace:{place}"})

    @pytest.mark.parametrize("place", PAGES)
    def test_a_look_for_somebody_says_for_whom(self, ingrid, phone, place):
        ada = child_of(ingrid.user, "Ada")
        phone.get(url(place, ada.pk))
        line = AuditEvent.objects.get(verb="chart.read")
        assert (line.patient_id, line.actor_id, line.on_behalf_of) == (ada.pk, ingrid.user_id, ada.pk)
        assert line.purpose == "FAMRQT"

    def test_what_is_not_found_leaves_no_line(self, phone):
        phone.get(url("my_home", make.patient().pk))
        assert not AuditEvent.objects.filter(verb="chart.read").exists()


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
        visit.diagnoses.get().condition.__class__.objects.update(
            verification_status="entered-in-error", clinical_status=""
        )
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


class TestTeenagers:
    """What somebody between twelve and majority keeps from parents: security.md E, adolescent confidential care."""

    SECRETS = ("Secret diagnosis", "Secret test", "Cough for five days.", "Acute bronchitis", "Dr Secret")

    @pytest.fixture
    def teen(self, ingrid):
        teen = child_of(ingrid.user, "Mia", "2012-05-01", user=make.user("patient"))
        make.condition(teen, text="Secret diagnosis")
        make.observation(teen, text="Secret test")
        make.allergy(teen, "Penicillin")
        signed(make.note(seen_visit(teen), make.practitioner(), subjective="Cough for five days."))
        AuditEvent.objects.create(
            deed=uuid.uuid4(), at=NOW, verb="chart.read", actor_id=uuid.uuid4(), actor_label="Dr Secret",
            actor_kind="user", actor_role="doctor", purpose="TREAT", channel="web", patient_id=teen.pk,
        )  # fmt: skip
        return teen

    @pytest.mark.parametrize("place", PAGES)
    def test_a_parent_sees_no_trace(self, teen, phone, place):
        shown = text(phone.get(url(place, teen.pk)))
        assert not [words for words in self.SECRETS if words in shown]

    def test_a_parent_still_sees_what_keeps_the_child_safe(self, teen, phone):
        shown = text(phone.get(url("my_health", teen.pk)))
        assert "Penicillin" in shown
        assert "stay between a young person and the doctor" in shown

    def test_a_parent_opens_no_past_visit(self, teen, phone):
        assert phone.get(url("my_visit", teen.pk, teen.encounters.get().pk)).status_code == 404

    def test_the_teenager_sees_all(self, teen):
        own = signed_in(teen.user)
        assert "Secret diagnosis" in text(own.get(url("my_health")))
        assert "Dr Secret" in text(own.get(url("my_readers")))

    @pytest.mark.parametrize(
        ("born", "hidden"), [("2014-11-24", False), ("2014-11-23", True), ("2015", False), ("2014", True)]
    )
    def test_from_the_twelfth_birthday(self, ingrid, phone, born, hidden):
        child = child_of(ingrid.user, "Ole", born)
        make.condition(child, text="Secret diagnosis")
        assert ("Secret diagnosis" not in text(phone.get(url("my_health", child.pk)))) is hidden

    def test_a_grown_ups_proxy_sees_the_record(self, ingrid, phone):
        father = make.patient("Halvorsen", "Per", "1940-01-01")
        make.related_person(father, ingrid.user, kind="proxy", end_at=NOW + dt.timedelta(days=90))
        make.condition(father, text="Heart failure")
        assert "Heart failure" in text(phone.get(url("my_health", father.pk)))


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
