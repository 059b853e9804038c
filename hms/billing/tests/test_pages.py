"""From the worklist to the receipt in the browser."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from hms.billing.models import ChargeItem, ImportedStatement, Invoice, Payment, Price
from hms.billing.tests.test_money import finished_visit
from hms.billing.views.invoices import of_patient
from hms.core.models import AuditEvent
from tests import cast, make

pytestmark = pytest.mark.django_db


def signed_in(*duties: str, **fields) -> Client:
    client = Client()
    client.force_login(make.user(*duties, **fields))
    return client


@pytest.fixture
def facility():
    return make.facility(code="av", name="Alder Valley Hospital")


@pytest.fixture
def clerk(facility):
    return signed_in("billing", facility=facility)


@pytest.fixture
def desk(facility):
    return signed_in("front-desk", facility=facility)


def url(name, *args) -> str:
    return reverse(f"billing:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def pdf_text(response) -> str:
    assert response.headers["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


class TestWorklist:
    def test_what_waits_by_patient_and_visits_without_a_charge(self, clerk, facility, django_assert_max_num_queries):
        patient = make.patient()
        make.charge_item(patient, facility, 1000)
        make.charge_item(patient, facility, 2050)
        make.charge_item()  # another facility's
        finished_visit(facility=facility)
        finished_visit(facility=facility, source="synthea/Encounter/1")  # imported: billed elsewhere
        for _number in range(20):
            make.charge_item(None, facility)
        clerk.get(url("worklist"))
        with django_assert_max_num_queries(13):
            response = clerk.get(url("worklist"))
        page = text(response)
        assert "EUR 30.50" in page
        assert (response.context["counts"]["charges"], response.context["visit_count"]) == (22, 1)
        assert len(response.context["bills"]) == 21

    def test_nothing_waits(self, clerk):
        assert "Everything is billed" in text(clerk.get(url("worklist")))

    def test_a_visit_is_charged_or_it_is_said_why_not(self, clerk, facility):
        visit = finished_visit(facility=facility)
        response = clerk.post(url("charge_visit", visit.pk), follow=True)
        assert "There is no price for this visit" in text(response)
        make.price(facility)
        clerk.post(url("charge_visit", visit.pk))
        assert ChargeItem.objects.get().encounter == visit
        assert clerk.post(url("charge_visit", visit.pk)).status_code == 404

    @pytest.mark.parametrize("duty", ["front-desk", "doctor", "patient", "administrator"])
    def test_it_is_for_billing(self, duty):
        assert signed_in(duty).get(url("worklist")).status_code == 403


class TestIssue:
    def test_the_ticked_charges_become_an_invoice(self, clerk, facility):
        patient = make.patient()
        one, other = make.charge_item(patient, facility, 1000), make.charge_item(patient, facility, 2000)
        address = url("bill", patient.pk, facility.pk)
        assert text(clerk.get(address)).count(" checked") == 2
        response = clerk.post(address, {"charges": [one.pk], "patient_id": patient.pk})
        invoice = Invoice.objects.get()
        assert response.headers["Location"] == url("invoice", invoice.pk)
        assert invoice.total_minor == 1000
        other.refresh_from_db()
        assert other.status == "billable"
        assert "AV-" in text(clerk.get(response.headers["Location"]))

    def test_sent_twice_it_bills_once(self, clerk, facility):
        item = make.charge_item(None, facility)
        form = {
            "charges": [item.pk], "patient_id": item.patient_id,
            "idempotency_key": "0196a000-0000-7000-8000-000000000001",
        }  # fmt: skip
        address = url("bill", item.patient_id, facility.pk)
        clerk.post(address, form)
        clerk.post(address, form)
        assert Invoice.objects.count() == 1

    def test_nothing_ticked_is_said(self, clerk, facility):
        item = make.charge_item(None, facility)
        response = clerk.post(url("bill", item.patient_id, facility.pk), {"patient_id": item.patient_id})
        assert response.status_code == 422

    def test_a_form_of_the_other_tab_bills_nobody(self, clerk, facility):
        one, other = make.charge_item(None, facility), make.charge_item(None, facility)
        response = clerk.post(
            url("bill", one.patient_id, facility.pk), {"charges": [one.pk], "patient_id": other.patient_id}
        )
        assert response.status_code == 404
        assert not Invoice.objects.exists()

    def test_a_charge_is_left_out(self, clerk, facility):
        item = make.charge_item(None, facility)
        assert clerk.get(url("waive", item.pk)).status_code == 200
        assert clerk.post(url("waive", item.pk), {"version": 1}).status_code == 422
        clerk.post(url("waive", item.pk), {"version": 1, "reason": "waived"})
        item.refresh_from_db()
        assert item.status == "not-billable"


class TestPay:
    def pay(self, client, invoice, **fields):
        defaults = {"amount": "20,00", "method": "cash", "patient_id": invoice.patient_id, "record_id": invoice.pk}
        return client.post(url("invoice", invoice.pk), defaults | fields)

    def test_the_desk_takes_a_payment_and_prints_the_receipt(self, desk, facility):
        invoice = make.invoice(make.patient(family="Halvorsen"), facility, 5000)
        page = text(desk.get(url("invoice", invoice.pk)))
        assert 'value="50.00"' in page
        assert self.pay(desk, invoice, reference="slip 7").status_code == 302
        payment = Payment.objects.get()
        assert (payment.amount_minor, payment.reference) == (2000, "slip 7")
        words = pdf_text(desk.get(url("receipt", payment.pk)))
        for expected in ("Alder Valley Hospital", "AV-R-", "EUR 20.00", "EUR 30.00", "HALVORSEN", "Cash"):
            assert expected in words
        assert AuditEvent.objects.filter(verb="chart.read", detail__page="billing:receipt").count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"amount": "50.01"}, "amount"),
            ({"amount": "0"}, "amount"),
            ({"amount": "1,234"}, "amount"),
            ({"method": "gold"}, "method"),
            ({"reference": "4111 1111 1111 1111"}, "reference"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, desk, facility, change, field):
        response = self.pay(desk, make.invoice(None, facility), **change)
        assert response.status_code == 422
        assert field in response.context["form"].errors
        assert not Payment.objects.exists()

    def test_a_price_in_the_form_changes_nothing(self, desk, facility):
        invoice = make.invoice(None, facility)
        self.pay(desk, invoice, total_minor="1", currency="USD", received_by="x", status="balanced")
        invoice.refresh_from_db()
        assert (invoice.total_minor, invoice.status, Payment.objects.get().currency) == (5000, "issued", "EUR")

    def test_sent_twice_it_pays_once(self, desk, facility):
        invoice = make.invoice(None, facility)
        for _time in range(2):
            self.pay(desk, invoice, idempotency_key="0196a000-0000-7000-8000-000000000001")
        assert Payment.objects.count() == 1

    def test_another_open_one_is_paid_along(self, desk, facility):
        first = make.invoice(None, facility, 3000)
        second = make.invoice(first.patient, facility, 5000)
        assert first.number_text in text(desk.get(url("invoice", second.pk)))
        self.pay(desk, second, amount="80", also=[str(first.pk)])
        assert {row.status for row in Invoice.objects.all()} == {"balanced"}
        elsewhere = make.invoice(None, facility)
        third = make.invoice(first.patient, facility)
        self.pay(desk, third, amount="50", also=[str(elsewhere.pk)])
        elsewhere.refresh_from_db()
        assert elsewhere.status == "issued"  # an invoice of somebody else in the form is nobody's

    def test_paid_already_is_a_conflict_in_words(self, desk, facility):
        invoice = make.invoice(None, facility)
        self.pay(desk, invoice, amount="50")
        response = self.pay(desk, invoice, amount="50")
        assert response.status_code == 409
        assert "already paid" in text(response)

    def test_a_form_of_the_other_tab_pays_nothing(self, desk, facility):
        invoice, other = make.invoice(None, facility), make.invoice(None, facility)
        assert self.pay(desk, invoice, patient_id=other.patient_id).status_code == 404

    def test_billing_of_another_facility_finds_nothing(self, facility):
        invoice = make.invoice(None, facility)
        client = signed_in("billing", facility=make.facility())
        for name in ("invoice", "invoice_print", "credit"):
            assert client.get(url(name, invoice.pk)).status_code == 404


class TestInvoices:
    def test_they_are_listed_and_found(self, clerk, facility, django_assert_max_num_queries):
        wanted = make.invoice(make.patient(family="Zzyzx"), facility)
        for _number in range(30):
            make.invoice(None, facility)
        clerk.get(url("invoices"))
        with django_assert_max_num_queries(11):
            response = clerk.get(url("invoices"))
        assert response.context["page"].paginator.count == 31
        for query in ("q=zzyzx", f"q={wanted.number_text}", f"q={wanted.number:06d}", "q=zzyzx&status=issued"):
            page = clerk.get(url("invoices") + f"?{query}").context["page"]
            assert [row.pk for row in page] == [wanted.pk]
        for query in ("overdue=on", "status=balanced", "q=%00%27--", "q=" + "9" * 40):
            assert clerk.get(url("invoices") + f"?{query}").status_code == 200

    def test_it_prints_on_the_letterhead(self, clerk, facility):
        words = pdf_text(clerk.get(url("invoice_print", make.invoice(None, facility, 1000, 99999999).pk)))
        for expected in ("Alder Valley Hospital", "EUR 1,000,009.99", "Please pay", "Consultation"):
            assert expected in words

    def test_it_is_credited(self, clerk, facility):
        invoice = make.invoice(None, facility)
        assert "Credit invoice" in text(clerk.get(url("credit", invoice.pk)))
        assert clerk.post(url("credit", invoice.pk), {"version": invoice.version}).status_code == 422
        response = clerk.post(url("credit", invoice.pk), {"version": invoice.version, "reason": "goodwill"})
        note = Invoice.objects.get(kind="credit-note")
        assert response.headers["Location"] == url("invoice", note.pk)
        assert "Cancelled" in text(clerk.get(url("invoice", invoice.pk)))
        assert "-EUR 50.00" in pdf_text(clerk.get(url("invoice_print", note.pk))) or "EUR -50.00" in pdf_text(
            clerk.get(url("invoice_print", note.pk))
        )


class TestThePatient:
    def test_sees_and_prints_their_own_and_pays_nothing_here(self, facility):
        user = make.user("patient")
        invoice = make.invoice(make.patient(user=user), facility)
        client = Client()
        client.force_login(user)
        page = text(client.get(url("invoice", invoice.pk)))
        assert "Take payment" not in page
        assert client.get(url("invoice_print", invoice.pk)).status_code == 200
        assert client.post(url("invoice", invoice.pk), {"amount": "1", "method": "cash"}).status_code in (403, 404, 422)
        assert not Payment.objects.exists()
        assert client.get(url("invoice", make.invoice().pk)).status_code == 404
        assert client.get(url("invoices")).context["page"].paginator.count == 1

    def test_the_portals_part_costs_four_queries(self, facility, django_assert_max_num_queries):
        user = make.user("patient")
        patient = make.patient(user=user)
        for _number in range(3):
            make.invoice(patient, facility)
        ImportedStatement.objects.create(
            patient=patient, facility=facility, kind="Claim", source="s", source_id="1", status="active", currency="USD"
        )
        from django.template.loader import render_to_string

        with django_assert_max_num_queries(4):
            page = render_to_string("billing/of_patient.html", of_patient(cast.actor("patient", user=user), patient))
        assert "EUR 150.00" in page
        assert page.count("chevron-right") == 3


class TestPrices:
    def test_a_price_is_entered(self, clerk, facility):
        response = clerk.get(url("own_prices"))
        assert response.headers["Location"] == url("prices", facility.pk)
        form = {
            "code": "visit",
            "text": "Consultation",
            "unit_minor": "49,90",
            "tax_percent": "19",
            "start": "1.1.2027",
        }
        assert clerk.post(url("prices", facility.pk), form).status_code == 302
        price = Price.objects.get()
        assert (price.unit_minor, price.tax_percent, price.start) == (4990, 19, date(2027, 1, 1))
        assert "EUR 49.90" in text(clerk.get(url("prices", facility.pk)))

    def test_not_for_another_facility(self, clerk):
        assert clerk.get(url("prices", make.facility().pk)).status_code == 404
