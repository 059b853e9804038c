"""The portal: for whom a page is, what is kept from whom, and what each look leaves in the trail."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from hms.core.models import AuditEvent
from hms.workspace.tests.portal import EVERYTHING, NOW, PAGES, child_of, seen_visit, signed, signed_in, text, url
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
        shown = shown[shown.index("<main") :]
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
