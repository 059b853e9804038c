"""Charging, billing, paying and crediting: the verbs of this room."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hms.billing import actions
from hms.billing.actions.statement import Statement
from hms.billing.codes import Account
from hms.billing.ledger import outstanding, outstanding_of
from hms.billing.models import (
    ChargeItem,
    ImportedStatement,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    Payment,
    PaymentAllocation,
    Price,
)
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return cast.actor("billing", label="Clerk")


@pytest.fixture
def desk():
    return cast.actor("front-desk", label="Desk")


def finished_visit(**fields):
    from hms.clinical.models import Encounter

    facility = fields.pop("facility", None) or make.facility()
    defaults = {
        "patient": fields.pop("patient", None) or make.patient(),
        "status": "finished",
        "class_code": "AMB",
        "start_at": "2026-01-05T09:00:00Z",
        "end_at": "2026-01-05T09:30:00Z",
    }
    row = Encounter.objects.create(facility=facility, **defaults | fields)
    row.refresh_from_db()
    return row


class TestSetPrice:
    @pytest.fixture(autouse=True)
    def _today(self):
        with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
            yield

    def test_a_new_price_ends_the_one_before(self, clerk):
        facility = make.facility()
        old = make.price(facility, unit_minor=5000)
        new = actions.set_price(
            by=clerk, facility=facility, code="visit", text="Consultation", unit_minor=6000, start=date(2026, 12, 1)
        )
        old.refresh_from_db()
        assert (old.end, new.end, new.unit_minor) == (date(2026, 12, 1), None, 6000)
        assert AuditEvent.objects.get().detail == {"code": "visit", "minor": 6000, "from": "2026-12-01"}

    def test_one_before_a_later_one_ends_there(self, clerk):
        facility = make.facility()
        price = {"by": clerk, "facility": facility, "code": "x", "text": "X"}
        actions.set_price(**price, unit_minor=2, start=date(2027, 1, 1))
        first = actions.set_price(**price, unit_minor=1, start=date(2026, 12, 1))
        assert first.end == date(2027, 1, 1)

    def test_days_that_are_over_keep_their_price(self, clerk):
        facility = make.facility()
        make.price(facility)
        with pytest.raises(Refused):
            actions.set_price(
                by=clerk, facility=facility, code="visit", text="C", unit_minor=1, start=date(2026, 11, 22)
            )

    def test_the_database_refuses_two_prices_on_a_day(self):
        facility = make.facility()
        make.price(facility)
        with pytest.raises(IntegrityError, match="billing_price"), transaction.atomic():
            make.price(facility, start=date(2026, 1, 1))
        second = make.price(facility, code="other")
        with pytest.raises(IntegrityError, match="billing_price"), transaction.atomic():
            Price.objects.filter(pk=second.pk).update(code="visit")

    def test_the_front_desk_sets_none(self, desk):
        with pytest.raises(Forbidden):
            actions.set_price(
                by=desk, facility=make.facility(), code="x", text="X", unit_minor=1, start=date(2026, 12, 1)
            )


class TestChargeVisit:
    def test_at_the_price_of_its_day_and_kind(self):
        facility = make.facility()
        make.price(facility, "visit", 5000, end=date(2026, 1, 1))
        make.price(facility, "visit", 5500, start=date(2026, 1, 1))
        make.price(facility, "cardio", 9900, tax_percent=Decimal(19))
        plain, special = finished_visit(facility=facility), finished_visit(facility=facility, type_code="cardio")
        doctor = cast.actor("doctor")
        assert actions.charge_visit(by=doctor, encounter=plain).unit_minor == 5500
        item = actions.charge_visit(by=doctor, encounter=special)
        assert (item.unit_minor, item.tax_percent, item.status, item.occurred_on) == (
            9900, Decimal(19), "billable", date(2026, 1, 5),
        )  # fmt: skip
        line = AuditEvent.objects.last()
        assert (line.verb, line.patient_id, line.detail) == ("charge.recorded", special.patient_id, {"code": "cardio"})

    def test_the_day_is_the_facilitys(self):
        facility = make.facility(time_zone="Pacific/Auckland")
        make.price(facility)
        visit = finished_visit(facility=facility, start_at="2026-01-05T20:00:00Z", end_at="2026-01-05T21:00:00Z")
        assert actions.charge_visit(by=cast.actor("doctor"), encounter=visit).occurred_on == date(2026, 1, 6)

    def test_twice_is_once(self, clerk):
        visit = finished_visit()
        make.price(visit.facility)
        first = actions.charge_visit(by=clerk, encounter=visit)
        assert actions.charge_visit(by=clerk, encounter=visit) == first
        assert ChargeItem.objects.count() == 1

    def test_one_that_goes_on_or_was_called_off_is_not_charged(self, clerk):
        facility = make.facility()
        make.price(facility)
        for status in ("in-progress", "cancelled"):
            with pytest.raises(Refused):
                actions.charge_visit(by=clerk, encounter=finished_visit(facility=facility, status=status))

    def test_without_a_price_it_is_refused_in_words(self, clerk):
        with pytest.raises(Refused) as refusal:
            actions.charge_visit(by=clerk, encounter=finished_visit())
        assert "price list" in str(refusal.value.problems[0].text)

    def test_a_visit_that_was_taken_back_meanwhile_is_not_charged(self):
        visit = finished_visit()
        make.price(visit.facility)
        type(visit).objects.filter(pk=visit.pk).update(status="entered-in-error")
        with pytest.raises(Refused):
            actions.charge_visit(by=cast.actor("doctor"), encounter=visit)
        assert not ChargeItem.objects.exists()


class TestRecordAndWaive:
    def test_a_service_of_the_list(self, clerk):
        price = make.price(code="ecg", unit_minor=2500)
        facility, patient = price.price_list.facility, make.patient()
        charge = {"by": clerk, "facility": facility, "patient": patient, "code": "ecg", "occurred_on": date(2026, 1, 5)}
        item = actions.record_charge(**charge, source="ecg:1", quantity=Decimal(2))
        assert (item.quantity, item.price) == (2, price)
        for change in (
            {"source": "ecg:1"},
            {"source": "ecg:2", "quantity": Decimal(0)},
            {"source": "ecg:2", "code": "unknown"},
            {"source": "ecg:2", "occurred_on": date(2099, 1, 1)},
        ):
            with pytest.raises(Refused):
                actions.record_charge(**charge | change)

    def test_a_visit_of_another_patient_is_missing(self, clerk):
        price = make.price(code="ecg")
        with pytest.raises(Missing):
            actions.record_charge(
                by=clerk,
                facility=price.price_list.facility,
                patient=make.patient(),
                code="ecg",
                occurred_on=date(2026, 1, 5),
                source="x",
                encounter=finished_visit(),
            )

    def test_a_charge_is_left_out_with_a_reason(self, clerk):
        item = make.charge_item()
        with pytest.raises(Refused):
            actions.waive_charge(by=clerk, charge_item=item, reason="because")
        actions.waive_charge(by=clerk, charge_item=item, reason="waived")
        assert AuditEvent.objects.last().detail == {"reason": "waived"}
        with pytest.raises(Refused):
            actions.waive_charge(by=clerk, charge_item=item, reason="waived")


class TestIssueInvoice:
    @pytest.fixture(autouse=True)
    def _today(self):
        with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
            yield

    def test_numbers_without_gaps_lines_totals_and_books(self, clerk):
        patient, facility = make.patient(), make.facility(code="av")
        items = [
            make.charge_item(patient, facility, 1000, tax_percent=Decimal(19)),
            make.charge_item(patient, facility, 333, quantity=Decimal("1.5"), tax_percent=Decimal(7)),
        ]
        invoice = actions.issue_invoice(by=clerk, patient=patient, charge_items=items)
        invoice.refresh_from_db()
        assert (invoice.number_text, invoice.status, invoice.due_on) == ("AV-2026-000001", "issued", date(2026, 12, 23))
        assert (invoice.net_minor, invoice.tax_minor, invoice.total_minor) == (1500, 225, 1725)
        assert [line.total_minor for line in invoice.lines.all()] == [1190, 535]
        assert {item.status for item in ChargeItem.objects.all()} == {"billed"}
        assert outstanding(invoice).minor == 1725
        assert LedgerEntry.objects.balance(Account.REVENUE) == -1500
        assert LedgerEntry.objects.balance(Account.TAX) == -225
        line = AuditEvent.objects.get(verb="invoice.issued")
        assert line.detail == {"number": "AV-2026-000001", "lines": 2, "minor": 1725}
        assert OutboxMessage.objects.get(topic="invoice.issued").subject_id == invoice.pk
        assert make.invoice(patient, facility).number_text == "AV-2026-000002"
        assert make.invoice(patient).number == 1  # another facility, another series

    def test_a_refused_one_leaves_no_gap(self, clerk):
        facility = make.facility(code="av")
        item = make.charge_item(facility=facility)
        with pytest.raises(Refused):
            actions.issue_invoice(by=clerk, patient=make.patient(), charge_items=[item])
        assert make.invoice(None, facility).number == 1

    def test_what_is_refused(self, clerk):
        patient, facility = make.patient(), make.facility()
        mine, billed = make.charge_item(patient, facility), make.charge_item(patient, facility, status="billed")
        elsewhere = make.charge_item(patient)
        others = make.charge_item(None, facility)
        for items in ([], [mine, billed], [mine, elsewhere], [mine, others]):
            with pytest.raises(Refused):
                actions.issue_invoice(by=clerk, patient=patient, charge_items=items)
        assert not Invoice.objects.exists()

    def test_the_form_sent_twice_bills_once(self, clerk):
        item = make.charge_item()
        bill = {"by": clerk, "patient": item.patient, "charge_items": [item], "idempotency_key": "k"}
        assert actions.issue_invoice(**bill) == actions.issue_invoice(**bill)

    def test_what_costs_nothing_is_paid_at_once(self):
        assert make.invoice(None, None, 0).status == "balanced"

    def test_a_clerk_of_another_facility_bills_nothing_here(self):
        item = make.charge_item()
        with pytest.raises(Refused):
            actions.issue_invoice(
                by=cast.actor("billing", facilities=[make.facility()]), patient=item.patient, charge_items=[item]
            )

    def test_the_desk_is_denied(self, desk):
        item = make.charge_item()
        with pytest.raises(Forbidden):
            actions.issue_invoice(by=desk, patient=item.patient, charge_items=[item])


class TestIssuedIsFrozen:
    """Whoever writes, with whatever tool."""

    @pytest.mark.parametrize(
        "write",
        [
            lambda invoice: Invoice.objects.update(total_minor=1, net_minor=1),
            lambda invoice: Invoice.objects.update(number=9),
            lambda invoice: Invoice.objects.update(status="draft"),
            lambda invoice: Invoice.objects.update(status="entered-in-error"),
            lambda invoice: Invoice.objects.all().delete(),
            lambda invoice: InvoiceLine.objects.update(net_minor=1, total_minor=1),
            lambda invoice: InvoiceLine.objects.all().delete(),
            lambda invoice: InvoiceLine.objects.create(
                invoice=invoice, number=2, charge_item=ChargeItem.objects.get(), text="x", occurred_on="2026-01-01",
                quantity=1, unit_minor=1, tax_percent=0, net_minor=1, tax_minor=0, total_minor=1, currency="EUR",
            ),
            lambda invoice: ChargeItem.objects.update(unit_minor=1),
            lambda invoice: LedgerEntry.objects.update(amount_minor=1),
            lambda invoice: LedgerEntry.objects.all().delete(),
        ],
    )  # fmt: skip
    def test_nothing_changes(self, write):
        invoice = make.invoice()
        with pytest.raises(IntegrityError), transaction.atomic():
            write(invoice)

    def test_nobody_writes_an_issued_one_past_its_lines(self):
        patient, facility = make.patient(), make.facility()
        draft = Invoice.objects.create(patient=patient, facility=facility, currency="EUR")
        head = {
            "status": "issued",
            "series": "X",
            "number": 1,
            "issued_at": "2026-01-01T00:00Z",
            "issued_on": "2026-01-01",
        }
        for money in ({"net_minor": 0}, {"net_minor": 5, "total_minor": 5}):
            with pytest.raises(IntegrityError, match="adds_up"), transaction.atomic():
                Invoice.objects.filter(pk=draft.pk).update(**head, **money)
        with pytest.raises(IntegrityError, match="begins_as_draft"), transaction.atomic():
            Invoice.objects.create(patient=patient, facility=facility, currency="EUR", **head)

    def test_a_merge_may_move_it_to_the_other_record(self):
        invoice = make.invoice()
        other = make.patient()
        Invoice.objects.update(patient=other)
        invoice.refresh_from_db()
        assert invoice.patient == other

    def test_the_sum_is_checked_by_the_database(self):
        with pytest.raises(IntegrityError, match="billing_invoice_total"), transaction.atomic():
            Invoice.objects.create(
                patient=make.patient(),
                facility=make.facility(),
                currency="EUR",
                net_minor=10,
                tax_minor=2,
                total_minor=13,
            )


class TestTakePayment:
    def test_in_parts_then_in_full(self, desk):
        invoice = make.invoice()
        first = actions.take_payment(by=desk, invoice=invoice, amount_minor=2000, method="cash")
        invoice.refresh_from_db()
        assert (outstanding(invoice).minor, invoice.status) == (3000, "issued")
        second = actions.take_payment(by=desk, invoice=invoice, amount_minor=3000, method="card", reference="slip 7")
        invoice.refresh_from_db()
        assert (outstanding(invoice).minor, invoice.status) == (0, "balanced")
        assert [payment.receipt_number for payment in (first, second)] == [1, 2]
        assert (first.received_by, first.received_by_id) == ("Desk", desk.id)
        assert LedgerEntry.objects.balance(Account.CASH) == 2000
        assert LedgerEntry.objects.balance(Account.CARD) == 3000
        line = AuditEvent.objects.filter(verb="payment.taken").last()
        assert line.detail == {
            "invoices": [str(invoice.pk)], "receipt": second.number_text, "minor": 3000, "method": "card",
        }  # fmt: skip

    @pytest.mark.parametrize("amount", [0, -1, 5001])
    def test_nothing_less_or_more_than_is_owed_is_refused(self, desk, amount):
        with pytest.raises(Refused):
            actions.take_payment(by=desk, invoice=make.invoice(), amount_minor=amount, method="cash")
        assert not Payment.objects.exists()

    def test_an_unknown_method_is_refused(self, desk):
        with pytest.raises(Refused):
            actions.take_payment(by=desk, invoice=make.invoice(), amount_minor=1, method="gold")

    def test_paid_twice_is_a_conflict(self, desk):
        invoice = make.invoice()
        actions.take_payment(by=desk, invoice=invoice, amount_minor=5000, method="cash")
        with pytest.raises(Conflict):
            actions.take_payment(by=desk, invoice=invoice, amount_minor=5000, method="cash")

    def test_the_form_sent_twice_pays_once(self, desk):
        pay = {"by": desk, "invoice": make.invoice(), "amount_minor": 2000, "method": "cash", "idempotency_key": "k"}
        assert actions.take_payment(**pay) == actions.take_payment(**pay)
        assert PaymentAllocation.objects.count() == 1

    def test_several_at_once_the_oldest_first(self, desk):
        patient, facility = make.patient(), make.facility()
        with time_machine.travel("2026-01-01T12:00:00Z", tick=False):
            old = make.invoice(patient, facility, 3000)
        new = make.invoice(patient, facility, 5000)
        pay = {"by": desk, "invoice": new, "also": [old], "method": "cash"}
        payment = actions.take_payment(**pay, amount_minor=4000)
        assert {row.invoice: row.amount_minor for row in payment.allocations.all()} == {old: 3000, new: 1000}
        old.refresh_from_db()
        assert (old.status, outstanding(new).minor) == ("balanced", 4000)
        with pytest.raises(Conflict):
            actions.take_payment(**pay, amount_minor=4000)
        with pytest.raises(Missing):
            actions.take_payment(**pay | {"also": [make.invoice(None, facility)]}, amount_minor=1)

    def test_an_invoice_of_another_facility_is_missing(self):
        with pytest.raises(Missing):
            actions.take_payment(
                by=cast.actor("front-desk", facilities=[make.facility()]),
                invoice=make.invoice(),
                amount_minor=1,
                method="cash",
            )

    def test_a_doctor_or_a_patient_takes_none(self):
        for duty in ("doctor", "patient"):
            with pytest.raises(Forbidden):
                actions.take_payment(by=cast.actor(duty), invoice=make.invoice(), amount_minor=1, method="cash")

    def test_a_payment_never_changes(self, desk):
        payment = actions.take_payment(by=desk, invoice=make.invoice(), amount_minor=5000, method="cash")
        for change in ({"amount_minor": 1}, {"method": "card"}, {"receipt_number": 9}):
            with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
                Payment.objects.filter(pk=payment.pk).update(**change)


class TestCreditInvoice:
    def test_unpaid_it_is_cancelled_and_the_service_can_be_billed_anew(self, clerk):
        invoice = make.invoice(None, None, 1000, 999)
        note = actions.credit_invoice(by=clerk, invoice=invoice, reason="wrong-price", version=invoice.version)
        invoice.refresh_from_db()
        note.refresh_from_db()
        assert (note.total_minor, note.kind, note.status) == (-1999, "credit-note", "balanced")
        assert (note.series, note.number) == (invoice.series, invoice.number + 1)
        assert (invoice.status, outstanding(invoice).minor) == ("cancelled", 0)
        assert LedgerEntry.objects.balance(Account.REVENUE) == 0
        again = actions.issue_invoice(
            by=clerk, patient=invoice.patient, charge_items=list(ChargeItem.objects.to_be_billed())
        )
        assert again.total_minor == 1999
        line = AuditEvent.objects.get(verb="invoice.credited")
        assert line.detail == {"credit_note": str(note.pk), "number": note.number_text, "reason": "wrong-price"}

    def test_paid_what_was_paid_is_owed_to_the_patient(self, clerk, desk):
        invoice = make.invoice()
        actions.take_payment(by=desk, invoice=invoice, amount_minor=2000, method="cash")
        actions.credit_invoice(by=clerk, invoice=invoice, reason="goodwill")
        invoice.refresh_from_db()
        assert (invoice.status, outstanding(invoice).minor) == ("cancelled", 0)
        assert LedgerEntry.objects.balance(Account.CREDIT) == -2000
        assert ChargeItem.objects.get().not_billable_reason == "waived"

    @pytest.mark.parametrize(
        ("reason", "status"),
        [("wrong-service", "entered-in-error"), ("wrong-person", "entered-in-error"), ("wrong-price", "billable")],
    )
    def test_the_reason_says_what_becomes_of_the_service(self, clerk, reason, status):
        actions.credit_invoice(by=clerk, invoice=make.invoice(), reason=reason)
        assert ChargeItem.objects.get().status == status

    def test_what_is_refused(self, clerk):
        invoice = make.invoice()
        with pytest.raises(Refused):
            actions.credit_invoice(by=clerk, invoice=invoice, reason="")
        note = actions.credit_invoice(by=clerk, invoice=invoice, reason="goodwill")
        for one in (invoice, note):
            with pytest.raises(Refused):
                actions.credit_invoice(by=clerk, invoice=one, reason="goodwill")

    def test_a_stale_page_is_refused(self, clerk, desk):
        invoice = make.invoice()
        seen = invoice.version
        actions.take_payment(by=desk, invoice=invoice, amount_minor=5000, method="cash")
        with pytest.raises(Stale):
            actions.credit_invoice(by=clerk, invoice=invoice, reason="goodwill", version=seen)

    def test_the_desk_is_denied(self, desk):
        with pytest.raises(Forbidden):
            actions.credit_invoice(by=desk, invoice=make.invoice(), reason="goodwill")

    def test_what_had_a_wrong_price_is_billed_anew_at_the_right_one(self, clerk):
        facility = make.facility()
        price = make.price(facility, "visit", 5000)
        item = actions.record_charge(
            by=clerk, facility=facility, patient=make.patient(), code="visit", occurred_on=price.start, source="x"
        )
        invoice = actions.issue_invoice(by=clerk, patient=item.patient, charge_items=[item])
        Price.objects.filter(pk=price.pk).update(unit_minor=4000, tax_percent=7)
        actions.credit_invoice(by=clerk, invoice=invoice, reason="wrong-price")
        again = actions.issue_invoice(by=clerk, patient=item.patient, charge_items=[item])
        assert (invoice.total_minor, again.net_minor, again.tax_minor) == (5000, 4000, 280)

    def test_one_over_nothing_is_credited_like_any_other_and_once(self, clerk):
        invoice = make.invoice(None, None, 0)
        assert invoice.status == "balanced"
        note = actions.credit_invoice(by=clerk, invoice=invoice, reason="wrong-price")
        invoice.refresh_from_db()
        assert (invoice.status, note.total_minor) == ("cancelled", 0)
        assert ChargeItem.objects.get().status == "billable"
        with pytest.raises(Refused):
            actions.credit_invoice(by=clerk, invoice=invoice, reason="wrong-price")


class TestWhoSeesIt:
    def test_staff_see_their_facilities(self):
        invoice = make.invoice()
        assert list(Invoice.objects.visible_to(cast.actor("billing"))) == [invoice]
        assert list(Invoice.objects.visible_to(cast.actor("front-desk", facilities=[invoice.facility]))) == [invoice]
        assert not Invoice.objects.visible_to(cast.actor("billing", facilities=[make.facility()])).exists()

    @pytest.mark.parametrize("duty", ["doctor", "nurse", "administrator", "pharmacist", "laboratory"])
    def test_others_see_none(self, duty):
        make.invoice()
        assert not Invoice.objects.visible_to(cast.actor(duty)).exists()

    def test_patients_see_their_own_and_payers_those_of_whom_they_pay_for(self):
        user, payer, viewer = (make.user("patient") for _ in range(3))
        patient = make.patient(user=user)
        make.related_person(patient, payer, scopes=("pay",))
        make.related_person(patient, viewer, scopes=("view",))
        mine = make.invoice(patient)
        make.invoice()
        Invoice.objects.create(patient=patient, facility=mine.facility, currency="EUR")  # a draft
        for who, seen in ((user, [mine]), (payer, [mine]), (viewer, [])):
            assert list(Invoice.objects.visible_to(cast.actor("patient", user=who))) == seen
        assert not ChargeItem.objects.visible_to(cast.actor("patient", user=user)).exists()


class TestImportStatement:
    by = system("importer", "billing.import_statement")

    def statement(self, **fields):
        defaults = {
            "kind": "Claim", "source": "synthea", "source_id": "1", "status": "active", "currency": "USD",
            "total_minor": 12345,
        }  # fmt: skip
        return Statement(**defaults | fields)

    def test_the_same_again_changes_nothing_and_a_changed_one_is_taken_over(self):
        where = {"by": self.by, "facility": make.facility(), "patient": make.patient()}
        actions.import_statement(**where, statement=self.statement())
        actions.import_statement(**where, statement=self.statement())
        assert ImportedStatement.objects.get().version == 1
        actions.import_statement(**where, statement=self.statement(status="cancelled"))
        row = ImportedStatement.objects.get()
        assert (row.version, row.status, str(row.total)) == (2, "cancelled", "USD 123.45")

    def test_many_at_once_with_a_line_for_each_patient(self):
        facility, patients = make.facility(), [make.patient(), make.patient()]
        told = [self.statement(source_id=str(number)) for number in range(3)]
        rows = [
            ImportedStatement(facility=facility, patient=patients[number % 2], **asdict(one))
            for number, one in enumerate(told)
        ]
        assert actions.import_statements(by=self.by, items=rows) == 3
        lines = AuditEvent.objects.filter(verb="statements.imported").values_list("patient_id", "detail")
        assert dict(lines) == {patients[0].pk: {"count": 2}, patients[1].pk: {"count": 1}}


class TestTheBooksBalance(TestCase):
    """Whatever is billed, paid and credited in whatever order."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.integers(0, 10**6), st.decimals("0", "25", places=2)), min_size=1, max_size=4),
        st.lists(st.integers(1, 10**6), max_size=4),
        st.booleans(),
    )
    def test_what_is_owed_is_billed_less_credited_less_paid(self, lines, payments, credit):
        clerk = cast.actor("billing")
        patient, facility = make.patient(), make.facility()
        items = [make.charge_item(patient, facility, unit, tax_percent=tax) for unit, tax in lines]
        invoice = actions.issue_invoice(by=clerk, patient=patient, charge_items=items)
        paid = 0
        for amount in payments:
            try:
                actions.take_payment(by=clerk, invoice=invoice, amount_minor=amount, method="cash")
                paid += amount
            except Refused:
                pass
        entries = LedgerEntry.objects.filter(invoice=invoice)
        assert outstanding(invoice).minor == invoice.total_minor - paid >= 0
        if credit and invoice.total_minor:
            actions.credit_invoice(by=clerk, invoice=invoice, reason="goodwill")
            assert outstanding(invoice).minor == 0
            assert entries.balance(Account.CREDIT) == -paid
            assert entries.balance(Account.REVENUE) == entries.balance(Account.TAX) == 0
        assert sum(entries.balance(account) for account in Account) == 0
        assert entries.balance(Account.CASH) == paid
        invoice.refresh_from_db()
        if invoice.status == "balanced":
            assert outstanding(invoice).minor == 0
        assert outstanding_of([invoice])[invoice.pk] == outstanding(invoice)
