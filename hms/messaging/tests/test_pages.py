"""The bell, one's own notifications and preferences, and the list of the unreached."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hms.core.models import AuditEvent
from hms.messaging.models import Delivery, Notification, Preference, QuietHours
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def me():
    return make.user("nurse")


@pytest.fixture
def client(me):
    return signed_in(me)


def url(name, *args) -> str:
    return reverse(f"messaging:{name}", args=args)


class TestBell:
    def test_nothing_new_is_no_content(self, client, me):
        make.notification(me)
        make.notification(make.user("nurse"))
        assert client.get(url("bell") + "?seen=1").status_code == 204
        response = client.get(url("bell") + "?seen=0")
        assert response.status_code == 200
        assert 'id="bell"' in response.content.decode()

    def test_nobody_is_nobodys(self):
        assert Client().get(url("bell")).status_code == 302


class TestNotifications:
    def test_one_reads_ones_own(self, client, me):
        make.notification(me, "Result of Monday")
        make.notification(make.user("nurse"), "Somebody else's")
        page = client.get(url("notifications")).content.decode()
        assert "Result of Monday" in page
        assert "Somebody else" not in page

    def test_they_grow_without_queries(self, client, me, django_assert_max_num_queries):
        for number in range(40):
            make.notification(me, f"Notice {number}")
        with django_assert_max_num_queries(9):
            response = client.get(url("notifications"))
        assert len(response.context["page"]) == 25

    def test_reading_is_a_post_and_leads_on(self, client, me):
        one = make.notification(me, link="/my/visits/")
        assert client.get(url("open", one.pk)).status_code == 405
        response = client.post(url("open", one.pk))
        assert response.headers["Location"] == "/my/visits/"
        one.refresh_from_db()
        assert one.read_at is not None
        assert AuditEvent.objects.get(verb="notifications.read").detail == {"count": 1}

    def test_nobody_is_led_away(self, client, me):
        for link in ("https://evil.example", "//evil.example", "javascript:alert(1)"):
            one = make.notification(me, link=link)
            assert client.post(url("open", one.pk)).headers["Location"] == url("notifications")

    def test_somebody_elses_is_not_found(self, client):
        one = make.notification(make.user("nurse"))
        assert client.post(url("open", one.pk)).status_code == 404
        one.refresh_from_db()
        assert one.read_at is None

    def test_all_at_once(self, client, me):
        for _number in range(3):
            make.notification(me)
        client.post(url("read_all"))
        assert not Notification.objects.unread().exists()
        assert client.get(url("notifications") + "?new=1").status_code == 200


class TestPreferences:
    def everything(self):
        kinds = ("appointment", "reminder", "result", "billing", "work", "account")
        return {f"{kind}_{channel}": "on" for kind in kinds for channel in ("in_app", "email", "sms")}

    def test_what_is_cleared_is_not_told(self, client, me):
        assert client.get(url("preferences")).status_code == 200
        ticked = self.everything()
        del ticked["reminder_email"]
        response = client.post(url("preferences"), ticked | {"time_zone": "UTC"})
        assert response.status_code == 302
        assert [(row.kind, row.channel, row.wanted) for row in Preference.objects.all()] == [
            ("reminder", "email", False)
        ]
        client.post(url("preferences"), self.everything() | {"time_zone": "UTC"})
        assert Preference.objects.get().wanted is True

    def test_security_can_not_be_cleared(self, client):
        client.post(url("preferences"), {"time_zone": "UTC"})
        assert not Preference.objects.filter(kind="account").exists()

    def test_quiet_hours(self, client, me):
        hours = {"start": "22", "end": "6:30", "time_zone": "Europe/Berlin"}
        client.post(url("preferences"), self.everything() | hours)
        row = QuietHours.objects.get()
        assert (str(row), row.time_zone) == ("22:00-06:30", "Europe/Berlin")
        response = client.post(url("preferences"), self.everything() | hours | {"end": ""})
        assert response.status_code == 422


class TestUndelivered:
    @pytest.fixture
    def facility(self):
        return make.facility()

    @pytest.fixture
    def desk(self, facility):
        return signed_in(make.user("front-desk", facility=facility))

    def failed(self, facility):
        return make.delivery(state="failed", reason="address-refused", facility=facility, patient=make.patient())

    def test_the_desk_sees_whom_to_call_and_no_whole_address(self, desk, facility, django_assert_max_num_queries):
        for _number in range(5):
            self.failed(facility)
        self.failed(make.facility())
        with django_assert_max_num_queries(10):
            page = desk.get(url("undelivered")).content.decode()
        assert page.count("i…@example.org") == 5
        assert "ingrid@example.org" not in page

    def test_sent_again_or_done(self, desk, facility):
        one, other = self.failed(facility), self.failed(facility)
        desk.post(url("retry", one.pk), {"version": 1})
        desk.post(url("resolve", other.pk), {"version": 1, "resolution": "phoned"})
        assert not Delivery.objects.undelivered().exists()
        assert desk.post(url("resolve", other.pk), {"resolution": "phoned"}).status_code == 422

    def test_one_of_another_facility_is_not_found(self, desk):
        assert desk.post(url("retry", self.failed(make.facility()).pk)).status_code == 404

    def test_others_do_not(self):
        for duty in ("doctor", "patient", "administrator"):
            assert signed_in(make.user(duty)).get(url("undelivered")).status_code == 403
