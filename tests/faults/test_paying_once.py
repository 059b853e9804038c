"""Fifty people take the money for one invoice at the same moment, and it is paid once."""

from __future__ import annotations

import threading
import uuid
from collections import Counter

from tests.faults.caller import Caller, Page


def test_one_of_fifty_is_paid(hospital_server, wing):
    desk = Caller(hospital_server.url, "desk")
    page = desk.get(f"/billing/invoices/{wing['invoice']}/")
    form = page.form("amount", "method")
    answers: list[Page] = []
    line = threading.Barrier(50)

    def pay() -> None:
        # Each from a page of their own: the same page sent twice is one deed anyway.
        fields = {**form.fields, "method": "cash", "idempotency_key": uuid.uuid4()}
        line.wait()
        answers.append(desk.post(form.action or page.path, fields, follow=False))

    payers = [threading.Thread(target=pay) for _number in range(50)]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join()
    assert Counter(answer.status for answer in answers) == {302: 1, 409: 49}
    paid = "SELECT count(*), sum(amount_minor) FROM billing_paymentallocation WHERE invoice_id = %s"
    assert hospital_server.rows(paid, [hospital_server.key(wing["invoice"])]) == [(1, 5000)]
    status = "SELECT status FROM billing_invoice WHERE id = %s"
    assert hospital_server.rows(status, [hospital_server.key(wing["invoice"])]) == [("balanced",)]
