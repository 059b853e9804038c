"""What is charged, and what is left unbilled on purpose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hms.billing import codes, rules
from hms.billing.models import ChargeItem, Price
from hms.clinical.models import Encounter
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take
from hms.organization.models import Facility
from hms.patients.models import Patient


@action("billing.charge_visit")
def charge_visit(*, by: Actor, encounter: Encounter) -> ChargeItem:
    """Charge a finished visit at the price of its day; called again, it is the charge that is there.

    The price is that of the booked service, else that of the visit's type, else that of a plain visit.
    Refused: not finished, no price at all.
    """
    # Locked, as it stands now: the job and somebody at the list may charge one visit at once.
    visits = Encounter.objects.select_related("facility", "patient", "appointment__service")
    encounter = take(visits, encounter.pk)
    present = ChargeItem.objects.filter(source=visit_source(encounter)).first()
    if present is not None:
        trail.record("charge.recognised", subject=present, patient=present.patient_id, facility=present.facility_id)
        return present
    if encounter.status != "finished":
        raise Refused(Problem(code="business-rule", text=_("Only a finished visit can be charged.")))
    facility = encounter.facility
    began = encounter.start_at or encounter.end_at or clock.now()
    day = clock.local(began, facility.time_zone).date()
    price = price_of(facility, [_booked_as(encounter), encounter.type_code, codes.PLAIN_VISIT], day)
    if price is None:
        raise Refused(
            Problem(
                code="not-found",
                text=_("There is no price for this visit on its day. Enter one in the price list first."),
            )
        )
    return _charge(
        by,
        facility=facility,
        patient=encounter.patient,
        encounter=encounter,
        source=visit_source(encounter),
        price=price,
        quantity=Decimal(1),
        day=day,
    )


@action("billing.record_charge")
def record_charge(
    *,
    by: Actor,
    facility: Facility,
    patient: Patient,
    code: str,
    occurred_on: date,
    source: str,
    quantity: Decimal = Decimal(1),
    encounter: Encounter | None = None,
) -> ChargeItem:
    """Charge a service of the price list. `source` names what it arose from and is charged once.

    Refused: no price on that day, nothing or less of it, a day to come, already charged.
    """
    price = price_of(facility, [code], occurred_on)
    if price is None:
        raise Refused(
            Problem(code="not-found", field="code", text=_("This service has no price on that day. Choose another."))
        )
    problems = rules.charge_problems(
        quantity=quantity, unit_minor=price.unit_minor, on=occurred_on, today=clock.today(facility.time_zone)
    )
    if ChargeItem.objects.filter(source=source).exists():
        problems.append(Problem(code="duplicate", text=_("This has been charged already.")))
    if problems:
        raise Refused(*problems)
    return _charge(
        by,
        facility=facility,
        patient=patient,
        encounter=encounter,
        source=source,
        price=price,
        quantity=quantity,
        day=occurred_on,
    )


@action("billing.waive_charge")
def waive_charge(*, by: Actor, charge_item: ChargeItem, reason: str, version: int | None = None) -> ChargeItem:
    """Leave a charge unbilled, for a reason of the list. Refused: billed already, no reason."""
    row = take(ChargeItem.objects.visible_to(by), charge_item.pk, version)
    if row.status != codes.ChargeItemStatus.BILLABLE:
        raise Refused(Problem(code="business-rule", text=_("Only a charge that waits to be billed can be left out.")))
    if reason not in codes.NotBillableReason.values:
        raise Refused(Problem(code="required", field="reason", text=_("Choose a reason.")))
    row.status, row.not_billable_reason = codes.ChargeItemStatus.NOT_BILLABLE, reason
    row.save()
    trail.record(
        "charge.waived", subject=row, patient=row.patient_id, facility=row.facility_id, detail={"reason": reason}
    )
    return row


def visit_source(encounter: Encounter) -> str:
    """What a visit's charge arose from: a visit is charged once."""
    return f"visit:{encounter.pk}"


def _booked_as(encounter: Encounter) -> str:
    """The price code of the service that was booked; "" for a visit without an appointment."""
    service = encounter.appointment.service if encounter.appointment is not None else None
    return service.price_code if service is not None else ""


def price_of(facility: Facility, wanted: list[str], on: date) -> Price | None:
    """The first of these codes that has a price on that day in the facility's own list."""
    found = {
        price.code: price
        for price in Price.objects.in_force(on)
        .filter(price_list__facility=facility, price_list__is_default=True, code__in=[code for code in wanted if code])
        .select_related("price_list")
    }
    return next((found[code] for code in wanted if code in found), None)


def _charge(
    by: Actor,
    *,
    facility: Facility,
    patient: Patient,
    encounter: Encounter | None,
    source: str,
    price: Price,
    quantity: Decimal,
    day: date,
) -> ChargeItem:
    if encounter is not None and encounter.patient_id != patient.pk:
        raise missing()
    row = ChargeItem.objects.create(
        facility=facility,
        patient=patient,
        encounter=encounter,
        source=source,
        code=price.code,
        text=price.text,
        occurred_on=day,
        quantity=quantity,
        unit_minor=price.unit_minor,
        tax_percent=price.tax_percent,
        currency=price.price_list.currency,
        price=price,
        recorded_by=by.label[:200],
    )
    trail.record("charge.recorded", subject=row, patient=patient, facility=facility, detail={"code": price.code})
    return row
