"""Bills in the portal: what is to be paid, invoices, payments with their receipts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hms.billing.views.invoices import of_patient
from hms.core import trail
from hms.patients.codes import Scope
from hms.workspace.household import Whom, portal_page


@portal_page(Scope.PAY)
def bills(request: HttpRequest, whom: Whom) -> HttpResponse:
    """For the patient, and whoever may pay for them."""
    trail.read(request, patient=whom.patient, page="workspace:my_bills")
    context = {"whom": whom, "patient": whom.patient, **of_patient(whom.by, whom.patient)}
    return render(request, "workspace/my/bills.html", context)
