"""Prices and the days from which they hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hms.billing.models import Price, PriceList
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.organization.models import Facility


@action("billing.set_price")
def set_price(
    *,
    by: Actor,
    facility: Facility,
    code: str,
    text: str,
    unit_minor: int,
    start: date,
    tax_percent: Decimal = Decimal(0),
) -> Price:
    """Let a service cost so much from a day on; the price before ends on that day.

    Refused: negative, or from a day before the facility's today, because bills of that day may be out.
    """
    problems = []
    if unit_minor < 0 or tax_percent < 0:
        problems.append(Problem(code="invalid", field="unit_price", text=_("A price or tax can't be negative.")))
    price_list = _default_list(facility)
    # One at a time for each list, or two would end the same price.
    take(PriceList.objects.all(), price_list.pk)
    earlier = Price.objects.filter(price_list=price_list, code=code)
    if earlier.exists() and start < clock.today(facility.time_zone):
        problems.append(
            Problem(code="business-rule", field="start", text=_("A price can't change for days that are over."))
        )
    if problems:
        raise Refused(*problems)
    same_day = earlier.filter(start=start).first()
    if same_day is not None:
        price = same_day
        price.text, price.unit_minor, price.tax_percent = text, unit_minor, tax_percent
        price.save()
    else:
        following = earlier.filter(start__gt=start).order_by("start").first()
        for current in earlier.in_force(start):
            current.end = start
            current.save()
        price = Price.objects.create(
            price_list=price_list,
            code=code,
            text=text,
            unit_minor=unit_minor,
            tax_percent=tax_percent,
            start=start,
            end=following.start if following is not None else None,
        )
    trail.record(
        "price.set",
        subject=price,
        facility=facility,
        detail={"code": code, "minor": unit_minor, "from": start.isoformat()},
    )
    return price


def _default_list(facility: Facility) -> PriceList:
    found, _made = PriceList.objects.get_or_create(
        facility=facility, is_default=True, defaults={"name": "Standard", "currency": facility.currency}
    )
    return found
