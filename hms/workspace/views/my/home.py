"""The portal's first page: the next visit, what is new, today's medicines, and four doors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hms.billing.ledger import outstanding_of
from hms.billing.models import Invoice
from hms.core import clock, trail
from hms.core.money import Money
from hms.prescribing import chart as prescribing
from hms.prescribing.models import MedicationRequest
from hms.scheduling import entries, proposals, queries, queues, waits
from hms.scheduling.codes import AppointmentStatus, Delivery
from hms.scheduling.models import Appointment
from hms.workspace.household import Whom, portal_page
from hms.workspace.news import news_for


@portal_page()
def home(request: HttpRequest, whom: Whom) -> HttpResponse:
    """One page a phone can hold: nothing here is more than one press away."""
    asked = proposals.to_answer(whom.by, whom.patient.pk)
    # A visit that can't take place is asked about, and is not the next one.
    visit = queries.next_visit(whom.by, whom.patient, but={one.replaces_id for one in asked})
    # Before this look is recorded: what is new is new since the last one.
    news = news_for(whom)
    trail.read(request, patient=whom.patient, page="workspace:my_home")
    medicines = [] if whom.is_confidential else _medicines(whom)
    context: dict[str, Any] = {
        "whom": whom,
        "patient": whom.patient,
        "today": clock.today(whom.zone),
        "greeting": _greeting(whom),
        "news": news,
        "proposals": asked,
        "offers": [row for row in waits.of_patient(whom.by, whom.patient.pk) if row.offer],
        "medicines": [one for one in medicines if not one.as_needed],
        "as_needed": [one for one in medicines if one.as_needed],
        "owed": _owed(whom) if whom.may_pay else [],
        "help_from": visit.facility if visit is not None else whom.patient.registered_in,
        **(_next(visit) if visit is not None else {}),
    }
    return render(request, "workspace/my/home.html", context)


def _greeting(whom: Whom) -> str:
    if not whom.is_self:
        return whom.called
    hour = clock.local(clock.now(), whom.zone).hour
    name = {"name": whom.called}
    if 4 <= hour < 12:
        return _("Good morning, %(name)s") % name
    if hour < 4 or hour >= 18:
        return _("Good evening, %(name)s") % name
    return _("Good afternoon, %(name)s") % name


def _next(visit: Appointment) -> dict[str, Any]:
    days = (visit.local_start.date() - clock.today(visit.zone)).days
    booked = visit.status == AppointmentStatus.BOOKED
    return {
        "visit": visit,
        "told": entries.Told(visit),
        **queues.of_oneself(visit),
        "is_today": days == 0,
        "is_tomorrow": days == 1,
        "in_person": visit.delivery == Delivery.IN_PERSON,
        "changeable": booked and visit.start_at > clock.now(),
    }


def _medicines(whom: Whom) -> list[MedicationRequest]:
    return prescribing.current_medicines(whom.by, whom.patient, clock.today(whom.zone))


def _owed(whom: Whom) -> list[Money]:
    """What is to be paid, by currency. Two queries."""
    invoices = list(Invoice.objects.visible_to(whom.by).open().filter(patient=whom.patient))
    sums: dict[str, Money] = {}
    for open_amount in outstanding_of(invoices).values() if invoices else ():
        if open_amount.minor > 0:
            so_far = sums.get(open_amount.currency)
            sums[open_amount.currency] = so_far + open_amount if so_far is not None else open_amount
    return list(sums.values())
