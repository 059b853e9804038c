"""Handing messages to their carriers, and what becomes of them."""

from __future__ import annotations

import email
import email.policy
import smtplib
import uuid
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.core.mail import EmailMessage, send_mail
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

from hms.core import clock, outbox
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Refused
from hms.messaging import actions, channels, jobs
from hms.messaging.channels import Letter, TryLater, Undeliverable
from hms.messaging.channels import email as email_channel
from hms.messaging.channels import sms as sms_channel
from hms.messaging.models import Delivery, DeliveryAttachment
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _backend(settings):
    """The test runner puts a list in memory in its place."""
    settings.EMAIL_BACKEND = "hms.messaging.mail.OutboxBackend"


class Fake:
    """A carrier that does what the test says."""

    name = "fake"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.letters: list[Letter] = []

    def send(self, letter):
        self.letters.append(letter)
        answer = self.answers.pop(0) if self.answers else "receipt"
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def carrier(monkeypatch):
    def use(*answers):
        fake = Fake(*answers)
        monkeypatch.setattr(jobs, "carrier_for", lambda channel: fake)
        return fake

    return use


def message(delivery):
    return OutboxMessage(topic="mail.send", subject_id=delivery.pk)


class TestSending:
    def test_it_goes_out_once_and_the_log_says_so(self, carrier):
        fake, delivery = carrier("r-1"), make.delivery()
        DeliveryAttachment.objects.create(delivery=delivery, name="v.ics", content_type="text/calendar", content=b"X")
        delivery.refresh_from_db()
        for _time in range(2):
            jobs.on_mail_send(message(delivery))
        assert [letter.recipient for letter in fake.letters] == ["ingrid@example.org"]
        assert fake.letters[0].attachments[0].content == b"X"
        delivery.refresh_from_db()
        assert (delivery.state, delivery.receipt, delivery.attempts) == ("sent", "r-1", 1)
        attempt = delivery.log.get()
        assert (attempt.number, attempt.carrier, attempt.outcome) == (1, "fake", "sent")
        assert AuditEvent.objects.get().verb == "delivery.sent"

    def test_nothing_goes_before_its_time(self, carrier):
        fake = carrier()
        jobs.on_mail_send(message(make.delivery(due_at=clock.now() + timedelta(hours=1))))
        assert fake.letters == []

    def test_what_was_withheld_stays(self, carrier):
        fake = carrier()
        jobs.on_mail_send(message(make.delivery(state="withheld", reason="opted-out")))
        assert fake.letters == []

    def test_a_refused_address_is_a_task_for_the_staff(self, carrier):
        carrier(Undeliverable(error="smtp-550"))
        delivery = make.delivery()
        jobs.on_mail_send(message(delivery))
        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason, delivery.log.get().error) == ("failed", "address-refused", "smtp-550")
        assert list(Delivery.objects.undelivered()) == [delivery]

    def test_a_carrier_that_is_down_is_tried_again_and_again_then_somebody_is_asked(self, carrier):
        fake = carrier(*[TryLater("down")] * 8)
        delivery = make.delivery()
        with time_machine.travel(clock.now(), tick=False) as now:
            jobs.on_mail_send(message(delivery))
            for _try in range(7):
                waiting = OutboxMessage.objects.latest("due_at")
                now.move_to(waiting.due_at)
                jobs.on_mail_send(waiting)
        delivery.refresh_from_db()
        assert (len(fake.letters), delivery.state, delivery.reason) == (8, "failed", "carrier-down")
        assert len({letter.id for letter in fake.letters}) == 1
        assert [attempt.outcome for attempt in delivery.log.all()] == ["try-later"] * 8
        assert OutboxMessage.objects.count() == 7

    def test_it_is_drained_from_the_outbox(self, carrier):
        fake = carrier()
        send_mail("Hello", "words", None, ["a@example.org"])
        assert outbox.drain() == 1
        assert fake.letters[0].subject == "Hello"


class TestUndelivered:
    def failed(self, **fields):
        return make.delivery(state="failed", reason="address-refused", facility=make.facility(), **fields)

    def test_it_is_sent_again(self, carrier):
        carrier()
        delivery = self.failed(attempts=1)
        actions.retry_delivery(by=cast.actor("front-desk"), delivery=delivery)
        assert outbox.drain() == 1
        delivery.refresh_from_db()
        assert delivery.state == "sent"

    def test_it_is_seen_to(self):
        delivery, desk = self.failed(), cast.actor("front-desk")
        actions.resolve_delivery(by=desk, delivery=delivery, resolution="phoned")
        assert not Delivery.objects.undelivered().exists()
        for again in (actions.retry_delivery, lambda **who: actions.resolve_delivery(resolution="phoned", **who)):
            with pytest.raises(Refused):
                again(by=desk, delivery=delivery)

    def test_it_must_be_said_how(self):
        with pytest.raises(Refused):
            actions.resolve_delivery(by=cast.actor("front-desk"), delivery=self.failed(), resolution="")

    def test_staff_of_another_facility_do_not_see_it(self):
        self.failed()
        elsewhere = cast.actor("front-desk", facilities=[make.facility()])
        assert not Delivery.objects.visible_to(elsewhere).exists()

    def test_a_doctor_is_denied(self):
        with pytest.raises(Forbidden):
            actions.retry_delivery(by=cast.actor("doctor"), delivery=self.failed())


class TestDjangoMail:
    def test_one_delivery_for_each_recipient_in_the_callers_transaction(self):
        mail = EmailMessage("Sub\u2028ject", "words", to=["a@example.org", "b@example.org"], bcc=["c@example.org"])
        mail.attach("x.txt", "text", "text/plain")
        assert mail.send() == 1
        assert sorted(one.recipient for one in Delivery.objects.all()) == [
            "a@example.org",
            "b@example.org",
            "c@example.org",
        ]
        assert OutboxMessage.objects.filter(topic="mail.send").count() == 3

    def test_a_rolled_back_deed_writes_no_mail(self):
        with transaction.atomic():
            send_mail("x", "y", None, ["a@example.org"])
            transaction.set_rollback(True)
        assert not Delivery.objects.exists()


LETTER = Letter(
    id=uuid.UUID(int=7),
    recipient="ingrid@example.org",
    subject="Ihr Besuch – Übersicht",
    body="Grüße",
    attachments=(channels.Attachment("visit.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR"),),
)


class TestCarriers:
    def test_the_folder_holds_a_whole_mail(self, settings, tmp_path):
        settings.DATA_DIR, settings.CARRIER_EMAIL = tmp_path, "file"
        receipt = email_channel.carrier().send(LETTER)
        mail = email.message_from_bytes((tmp_path / "mail" / receipt).read_bytes(), policy=email.policy.default)
        assert (mail["To"], mail["Subject"]) == ("ingrid@example.org", "Ihr Besuch – Übersicht")
        assert mail["Message-ID"].startswith(f"<{LETTER.id}@")
        body, calendar = mail.iter_parts()
        assert body.get_content().strip() == "Grüße"
        assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "REQUEST")

    @pytest.mark.parametrize(
        ("wanted", "production"), [("file", True), ("console", True), ("none", False), ("", False)]
    )
    def test_without_a_server_mail_is_never_lost_in_silence(self, settings, wanted, production):
        settings.CARRIER_EMAIL, settings.CARRIER_SMS, settings.PRODUCTION = wanted, wanted, production
        for carrier in (email_channel.carrier(), sms_channel.carrier()):
            with pytest.raises(Undeliverable) as error:
                carrier.send(LETTER)
            assert error.value.reason == "no-carrier"

    @pytest.mark.parametrize(
        ("address", "ssl", "tls", "port"),
        [
            ("smtps://u:p%40ss@mail.example.org", True, False, 465),
            ("smtp://mail.example.org", False, True, 587),
            ("smtp://mail.example.org?tls=off", False, True, 587),  # never in plain text over a network
            ("smtp://localhost:1025?tls=off", False, False, 1025),
        ],
    )
    def test_a_mail_server_is_spoken_to_in_private(self, address, ssl, tls, port):
        options = email_channel.Smtp(address)._options
        assert (options["use_ssl"], options["use_tls"], options["port"]) == (ssl, tls, port)
        assert options["password"] in ("", "p@ss")

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (ConnectionRefusedError(), TryLater),
            (TimeoutError(), TryLater),
            (smtplib.SMTPServerDisconnected(), TryLater),
            (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), Undeliverable),
            (smtplib.SMTPRecipientsRefused({"x": (450, b"greylisted")}), TryLater),
            (smtplib.SMTPDataError(554, b"spam"), Undeliverable),
            (smtplib.SMTPDataError(451, b"later"), TryLater),
            (smtplib.SMTPAuthenticationError(535, b"bad password"), TryLater),
        ],
    )
    def test_what_a_mail_server_says(self, monkeypatch, error, kind):
        def fail(self, messages):
            raise error

        monkeypatch.setattr(email_channel.EmailBackend, "send_messages", fail)
        with pytest.raises(kind) as raised:
            email_channel.Smtp("smtp://mail.example.org").send(LETTER)
        # What the server says may quote the address; the log gets a code.
        assert b"user" not in str(raised.value).encode()


@pytest.mark.parametrize("address", ["someone@example.org\nBcc: other@example.org", "ü"])
def test_an_address_that_is_none_becomes_a_task_and_is_not_tried_for_ever(monkeypatch, address):
    def opened(backend: EmailBackend) -> bool:
        backend.connection = Mock()
        return True

    monkeypatch.setattr(EmailBackend, "open", opened)
    letter = Letter(id=uuid.uuid4(), recipient=address, subject="Your visit", body="On Monday.")
    with pytest.raises(Undeliverable):
        email_channel.Smtp("smtp://mail.example.org").send(letter)
