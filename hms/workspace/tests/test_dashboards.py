"""A number on somebody's home is the number of rows on the page it opens."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hms.accounts.codes import Duty
from hms.billing.actions import take_payment
from hms.core import clock, outbox
from hms.core.models import OutboxMessage
from hms.workspace.views import figures
from tests import cast, make

pytestmark = pytest.mark.django_db


def home(client: Client, duty: str) -> str:
    client.force_login(make.user(duty))
    return client.get("/", follow=True).content.decode()


def stat(page: str, label: str) -> tuple[int, str]:
    """A number by its name, and the address it opens ("" for none)."""
    found = re.search(
        rf'<dt class="hms-stat__label">(?:<a class="hms-stat__link" href="([^"]*)">)?{re.escape(label)}(?:</a>)?</dt>'
        r'<dd class="hms-stat__value"><span class="hms-v">(\d+)</span>',
        page,
    )
    assert found, label
    return int(found[2]), found[1] or ""


def test_overdue_invoices(client: Client) -> None:
    facility = make.facility()
    with time_machine.travel(clock.now() - dt.timedelta(days=40)):
        make.invoice(None, facility, 5000)
    make.invoice(None, facility, 5000)
    page = home(client, Duty.BILLING)
    for label, count in (("Overdue", 1), ("Invoices to be paid", 2)):
        number, url = stat(page, label)
        assert number == client.get(url).context["page"].paginator.count == count, label


def test_what_is_to_be_paid_is_without_what_was_paid() -> None:
    facility = make.facility()
    part, _whole = (make.invoice(None, facility, 5000) for _number in range(2))
    take_payment(by=cast.actor("front-desk"), invoice=part, amount_minor=2000, method="cash")
    assert figures._money(facility, clock.today("UTC"))["total"].minor == 8000


def test_licences_that_end(client: Client) -> None:
    make.facility()
    today = clock.today("UTC")
    for days in (-5, 59, 61, None):
        make.practitioner(licence_end=None if days is None else today + dt.timedelta(days=days))
    number, url = stat(home(client, Duty.ADMINISTRATOR), "Licences ended or ending in 60 days")
    assert number == client.get(url).context["page"].paginator.count == 2


def test_refusals_of_a_day(client: Client) -> None:
    make.facility()
    client.force_login(make.user(Duty.NURSE))
    client.get(reverse("accounts:people"))
    number, url = stat(home(client, Duty.ADMINISTRATOR), "Refused in 24 hours")
    assert number == client.get(url).context["page"].paginator.count == 1


@pytest.mark.parametrize("duty", [Duty.ADMINISTRATOR, Duty.INTEGRATION_ANALYST])
def test_work_that_waits_and_was_given_up(client: Client, duty: str) -> None:
    make.facility()
    for key in "abc":
        outbox.say("thing.made", key=key)
    OutboxMessage.objects.filter(key="a").update(state="dead")
    page = home(client, duty)
    for label, count in (("Given up", 1), ("Work in the queue" if duty == Duty.ADMINISTRATOR else "Waiting", 2)):
        number, url = stat(page, label)
        assert number == client.get(url).context["page"].paginator.count == count


def test_results_of_the_laboratory_by_test(client: Client) -> None:
    facility = make.facility()
    now = clock.now()
    for status, days, flag in (("final", 0, ""), ("final", 3, "HH"), ("preliminary", 30, ""), ("final", 30, "LL")):
        make.observation(
            category="laboratory",
            facility=facility,
            status=status,
            issued_at=now - dt.timedelta(days=days),
            interpretation=flag,
        )
    page = home(client, Duty.LABORATORY)
    tests = client.get(reverse("workspace:laboratory")).context["tests"]
    for label, column, count in (
        ("Results today", "today", 1),
        ("Not final yet", "open", 1),
        ("Critical in seven days", "critical", 1),
        ("Results in seven days", "week", 2),
    ):
        number, url = stat(page, label)
        assert url == "#tests"
        assert number == sum(one[column] for one in tests) == count, label


@pytest.mark.parametrize("name", ["workspace:effects", "organization:policies"])
def test_an_address_may_hold_anything(client: Client, name: str) -> None:
    make.facility()
    client.force_login(make.user(Duty.ADMINISTRATOR))
    answer = client.get(reverse(name), {"state": "\x00", "facility": "\x00"})
    assert answer.status_code in (200, 404)
