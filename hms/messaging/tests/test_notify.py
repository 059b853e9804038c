"""Telling people: once, in their language, on the right clock, and only those who may be told."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.template import Engine as RealEngine

from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Missing, Refused
from hms.messaging import actions, compose
from hms.messaging.channels import Attachment
from hms.messaging.codes import NoticeKind
from hms.messaging.models import Delivery, Notification, Preference, QuietHours
from hms.messaging.recipients import of_patient, of_user, with_proxies
from tests import cast, make

pytestmark = pytest.mark.django_db
BY = system("scheduling", "messaging.notify")
TEMPLATE = """{% load i18n %}{% partialdef subject %}Visit at {{ facility.name }}{% endpartialdef %}
{% partialdef notice %}Your visit on {{ start_at|date:"j M, H:i" }} is booked.{% endpartialdef %}
{% partialdef body %}Dear {{ recipient }},
{% translate "Monday" %}, {{ start_at|date:"H:i T" }} ({{ zone }}), {{ words }}{% endpartialdef %}"""


@pytest.fixture(autouse=True)
def _template(monkeypatch):
    """The template above, in place of a file."""

    class Engine:
        @classmethod
        def get_default(cls):
            return cls

        @staticmethod
        def get_template(name):
            start = f"{{% partialdef {name.partition('#')[2]} %}}"
            part = TEMPLATE.partition(start)[2].partition("{% endpartialdef %}")[0]
            return RealEngine.get_default().from_string("{% load i18n %}" + part)

    monkeypatch.setattr(compose, "Engine", Engine)


@pytest.fixture
def berlin():
    return make.facility(name="Alder Valley", time_zone="Europe/Berlin")


def tell(to, facility, **fields):
    defaults = {
        "kind": NoticeKind.APPOINTMENT,
        "template": "x.txt",
        "context": {"start_at": datetime(2026, 11, 23, 9, tzinfo=UTC), "words": "<b>&"},
        "key": "visit-1",
    }
    return actions.notify(by=BY, to=to, facility=facility, **defaults | fields)


class TestWhatIsSaid:
    def test_in_the_app_and_by_mail(self, berlin):
        user = make.user("patient", email="ingrid@example.org", full_name="Ingrid", language="en")
        notice, delivery = tell(of_user(user), berlin, link="/my/visits/")
        assert (notice.text, notice.link, notice.read_at) == (
            "Your visit on 23 Nov, 10:00 is booked.",
            "/my/visits/",
            None,
        )
        assert (delivery.recipient, delivery.subject) == ("ingrid@example.org", "Visit at Alder Valley")
        assert delivery.body == "Dear Ingrid,\nMonday, 10:00 CET (Europe/Berlin), <b>&\n"
        message = OutboxMessage.objects.get()
        assert (message.topic, message.subject_id) == ("mail.send", delivery.pk)
        line = AuditEvent.objects.get()
        assert (line.verb, line.detail["told"], line.facility_id) == ("person.notified", 2, berlin.pk)
        assert "Ingrid" not in str(line.detail)

    def test_in_the_readers_language(self, berlin):
        user = make.user("patient", email="i@example.org", language="de")
        assert "Montag, 10:00" in tell(of_user(user), berlin)[1].body

    def test_a_line_break_in_a_name_adds_no_header(self, berlin):
        berlin.name = "Alder\nBcc: all@example.org"
        user = make.user("patient", email="i@example.org")
        assert tell(of_user(user), berlin)[1].subject == "Visit at Alder Bcc: all@example.org"

    def test_attachments_go_along(self, berlin):
        user = make.user("patient", email="i@example.org")
        file = Attachment("visit.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR")
        delivery = tell(of_user(user), berlin, attachments=[file])[1]
        assert delivery.attachments.get().content == b"BEGIN:VCALENDAR"

    def test_the_tables_hold_no_word_of_it(self, berlin):
        user = make.user("patient", email="canary@example.org", full_name="Canary")
        file = Attachment("visit.ics", "text/calendar", b"canary")
        tell(of_user(user), berlin, attachments=[file], context={"start_at": None, "words": "canary"})
        with connection.cursor() as cursor:
            for table in (
                "messaging_notification",
                "messaging_delivery",
                "messaging_deliveryattachment",
                "core_outboxmessage",
            ):
                cursor.execute(f"SELECT * FROM {table}")
                for row in cursor.fetchall():
                    for value in row:
                        raw = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                        assert b"anary" not in raw


class TestOnce:
    def test_the_same_occurrence_is_told_once(self, berlin):
        to = of_user(make.user("patient", email="i@example.org"))
        assert len(tell(to, berlin)) == 2
        assert tell(to, berlin) == []
        assert len(tell(to, berlin, lead="24h")) == 2
        assert len(tell(to, berlin, key="visit-2")) == 2

    def test_two_people_are_told_of_one_occurrence(self, berlin):
        tell(of_user(make.user("patient", email="a@example.org")), berlin)
        tell(of_user(make.user("patient", email="b@example.org")), berlin)
        assert Delivery.objects.count() == 2

    def test_the_database_has_the_last_word(self):
        make.delivery(key="k")
        with pytest.raises(IntegrityError), transaction.atomic():
            make.delivery(key="k")


class TestWhoIsNotWrittenTo:
    def test_who_opted_out(self, berlin):
        user = make.user("patient", email="i@example.org")
        Preference.objects.create(user=user, channel="email", kind="appointment", wanted=False)
        notice, delivery = tell(of_user(user), berlin)
        assert isinstance(notice, Notification)
        assert (delivery.state, delivery.reason) == ("withheld", "opted-out")
        assert not OutboxMessage.objects.exists()

    def test_who_opted_out_at_the_desk(self, berlin):
        patient = make.patient()
        Preference.objects.create(patient=patient, channel="email", kind="appointment", wanted=False)
        assert tell(of_patient(patient), berlin)[0].reason == "opted-out"

    def test_the_dead(self, berlin):
        user = make.user("patient", email="i@example.org")
        patient = make.patient(user=user, deceased=True)
        deliveries = [one for one in tell(of_patient(patient), berlin) if isinstance(one, Delivery)]
        assert [(one.state, one.reason) for one in deliveries] == [("withheld", "deceased")]

    def test_who_has_no_address(self, berlin):
        assert tell(of_patient(make.patient()), berlin)[0].reason == "no-address"

    def test_a_security_notice_reaches_who_opted_out_of_everything(self, berlin):
        user = make.user("patient", email="i@example.org")
        Preference.objects.create(user=user, channel="email", kind="account", wanted=False)
        assert tell(of_user(user), berlin, kind=NoticeKind.ACCOUNT)[1].state == "queued"

    def test_without_permission_nobody(self, berlin):
        with pytest.raises(Forbidden):
            actions.notify(
                by=cast.actor("doctor"), to=of_patient(make.patient()), kind="work", template="x", context={}, key="k"
            )


class TestQuietHours:
    @pytest.fixture(autouse=True)
    def _night(self):
        with time_machine.travel("2026-11-23T21:00:00Z", tick=False):
            yield

    def test_a_reminder_waits_for_the_facilitys_morning(self, berlin):
        user = make.user("patient", email="i@example.org")
        delivery = tell(of_user(user), berlin, kind=NoticeKind.REMINDER)[1]
        assert delivery.due_at == datetime(2026, 11, 24, 6, tzinfo=UTC)
        assert OutboxMessage.objects.get().due_at == delivery.due_at

    def test_or_for_the_persons_own(self, berlin):
        user = make.user("patient", email="i@example.org")
        QuietHours.objects.create(user=user, start=time(12), end=time(17), time_zone="America/New_York")
        delivery = tell(of_user(user), berlin, kind=NoticeKind.REMINDER)[1]
        assert delivery.due_at == datetime(2026, 11, 23, 22, tzinfo=UTC)

    def test_a_confirmation_does_not(self, berlin):
        delivery = tell(of_user(make.user("patient", email="i@example.org")), berlin)[1]
        assert delivery.due_at == datetime(2026, 11, 23, 21, tzinfo=UTC)


class TestRecipients:
    def contact(self, patient, **fields):
        from hms.patients.models import ContactPoint

        ContactPoint(patient=patient, **fields).indexed().save()

    def test_contacts_by_rank_without_old_ones(self):
        patient = make.patient(language="de")
        self.contact(patient, system="email", value="old@example.org", use="old")
        self.contact(patient, system="email", value="second@example.org", rank=2)
        self.contact(patient, system="email", value="first@example.org", rank=1)
        self.contact(patient, system="phone", value="+49 1", use="work")
        self.contact(patient, system="sms", value="+49 2")
        to = of_patient(patient)
        assert (to.email, to.phone, to.language) == ("first@example.org", "+49 2", "de")

    def test_where_only_one_may_be_used_nothing_else_is(self):
        patient = make.patient(user=make.user("patient", email="home@example.org"))
        self.contact(patient, system="phone", value="+49 1")
        self.contact(patient, system="email", value="safe@example.org", confidential=True)
        to = of_patient(patient)
        assert (to.email, to.phone) == ("safe@example.org", "")

    def test_guardians_and_proxies_in_scope(self):
        patient = make.patient()
        mother, father, blocked = (make.user("patient") for _ in range(3))
        make.related_person(patient, mother, scopes=("view", "pay"))
        make.related_person(patient, father, scopes=("view",))
        make.related_person(patient, blocked, scopes=("pay",))
        make.related_person(patient, blocked, kind="blocked")
        assert [to.user for to in with_proxies(patient, "pay")] == [None, mother]


class TestPreferences:
    def test_one_sets_ones_own(self):
        user = make.user("nurse")
        me = cast.actor("nurse", user=user)
        actions.set_preference(by=me, user=user, channel="email", kind="work", wanted=False)
        actions.set_preference(by=me, user=user, channel="email", kind="work", wanted=True)
        assert Preference.objects.get().wanted is True

    def test_nobody_elses(self):
        with pytest.raises(Missing):
            actions.set_preference(
                by=cast.actor("nurse"), user=make.user("nurse"), channel="email", kind="work", wanted=False
            )

    def test_security_stays_on(self):
        user = make.user("nurse")
        with pytest.raises(Refused):
            actions.set_preference(
                by=cast.actor("nurse", user=user), user=user, channel="email", kind="account", wanted=False
            )

    def test_the_desk_writes_down_a_patients_wish(self):
        patient = make.patient()
        actions.set_preference_of_patient(
            by=cast.actor("front-desk"), patient=patient, channel="email", kind="reminder", wanted=False
        )
        assert AuditEvent.objects.get().patient_id == patient.pk

    def test_quiet_hours_come_and_go(self):
        user = make.user("nurse")
        me = cast.actor("nurse", user=user)
        actions.set_quiet_hours(by=me, user=user, start=time(22), end=time(6), time_zone="Europe/Berlin")
        with pytest.raises(Refused):
            actions.set_quiet_hours(by=me, user=user, start=time(6), end=time(6), time_zone="Europe/Berlin")
        actions.set_quiet_hours(by=me, user=user, start=None, end=None, time_zone="UTC")
        assert not QuietHours.objects.exists()


class TestReading:
    def test_one_reads_ones_own_and_nobody_elses(self):
        user, other = make.user("nurse"), make.user("nurse")
        mine, theirs = make.notification(user), make.notification(other)
        me = cast.actor("nurse", user=user)
        assert actions.mark_read(by=me, notifications=[mine, theirs]) == 1
        theirs.refresh_from_db()
        assert theirs.read_at is None
        make.notification(user)
        assert actions.mark_read(by=me) == 1

    def test_what_was_said_never_changes(self):
        one = make.notification(make.user("nurse"))
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Notification.objects.filter(pk=one.pk).update(link="/elsewhere/")
