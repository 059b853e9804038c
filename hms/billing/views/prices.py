"""The price list of a facility."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.billing.actions import set_price
from hms.billing.forms import PriceForm
from hms.billing.models import Price
from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.organization.models import Facility


@access("billing.set_price")
@require_http_methods(["GET"])
def own(request: HttpRequest) -> HttpResponse:
    """To the price list of the first facility the actor works in."""
    facility = Facility.objects.active().worked_in_by(request.actor, "billing.set_price").first()
    if facility is None:
        return render(request, "billing/no_facility.html")
    return redirect("billing:prices", facility.pk)


@access("billing.set_price")
@require_http_methods(["GET", "POST"])
def prices(request: HttpRequest, facility_id: uuid.UUID) -> HttpResponse:
    """What each service costs and from when, and the form for a new price."""
    facilities = Facility.objects.active().worked_in_by(request.actor, "billing.set_price")
    facility = get_object_or_404(facilities, pk=facility_id)
    today = clock.today(facility.time_zone)
    form = PriceForm(request.POST or None, facility=facility, initial={"start": today})
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            set_price(
                by=request.actor,
                facility=facility,
                idempotency_key=guard_of(request).idempotency_key,
                **form.cleaned_data,
            )
            toast(request, _("The price is entered."))
            return redirect("billing:prices", facility.pk)
    rows = Price.objects.filter(price_list__facility=facility, price_list__is_default=True).select_related("price_list")
    context = {"facility": facility, "facilities": facilities, "form": form, "prices": rows, "today": today}
    return render(request, "billing/prices.html", context, status=form.status)
