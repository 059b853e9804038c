"""What follows in money from what happened elsewhere, and who is told."""

from __future__ import annotations

import pytest

from hms.billing import jobs
from hms.billing.actions import take_payment
from hms.billing.models import ChargeItem
from hms.billing.tests.test_money import finished_visit
from hms.core.models import OutboxMessage
from hms.messaging.models import Delivery, Notification
from tests import cast, make

pytestmark = pytest.mark.django_db


def about(record) -> OutboxMessage:
    return OutboxMessage(topic="x", subject_id=record.pk)


class TestFinishedVisits:
    def test_one_is_charged_once(self):
        visit = finished_visit()
        make.price(visit.facility)
        for _time in range(2):
            jobs.on_encounter_finished(about(visit))
        assert ChargeItem.objects.get().recorded_by == "billing"

    def test_one_without_a_price_stays_on_the_list(self):
        jobs.on_encounter_finished(about(finished_visit()))
        assert not ChargeItem.objects.exists()

    def test_an_imported_one_was_billed_elsewhere(self):
        visit = finished_visit(source="synthea/Encounter/1")
        make.price(visit.facility)
        jobs.on_encounter_finished(about(visit))
        assert not ChargeItem.objects.exists()


class TestTelling:
    @pytest.fixture
    def invoice(self):
        user = make.user("patient", email="ingrid@example.org", language="en")
        return make.invoice(make.patient(user=user), make.facility(name="Alder Valley Hospital", code="av"))

    def test_of_an_invoice_once_without_saying_for_what(self, invoice):
        for _time in range(2):
            jobs.on_invoice_issued(about(invoice))
        mail, notice = Delivery.objects.get(), Notification.objects.get()
        assert mail.subject == f"Invoice {invoice.number_text} of Alder Valley Hospital"
        assert notice.text == "A new invoice over EUR 50.00 is there."
        assert notice.link == f"/billing/invoices/{invoice.pk}/"
        assert f"/billing/invoices/{invoice.pk}/" in mail.body
        assert "Please pay it by" in mail.body
        assert "Consultation" not in mail.body + notice.text

    def test_of_a_payment(self, invoice):
        payment = take_payment(by=cast.actor("front-desk"), invoice=invoice, amount_minor=5000, method="cash")
        jobs.on_payment_taken(about(payment))
        mail = Delivery.objects.get()
        assert "we have received EUR 50.00" in mail.body
        assert payment.number_text in mail.subject

    def test_a_guardian_who_pays(self, invoice):
        payer = make.user("patient", email="mother@example.org")
        make.related_person(invoice.patient, payer, scopes=("pay",))
        jobs.on_invoice_issued(about(invoice))
        assert sorted(mail.recipient for mail in Delivery.objects.all()) == ["ingrid@example.org", "mother@example.org"]
