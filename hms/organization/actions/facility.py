"""Facilities, their letterhead and closed days; organisations outside the group."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext as _

from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.organization import rules
from hms.organization.actions.assigning import assign
from hms.organization.models import ClosedDay, ExternalOrganization, Facility, Letterhead


class FacilityFields(TypedDict, total=False):
    name: str
    code: str
    identifier_system: str
    identifier_value: str
    time_zone: str
    currency: str
    country: str
    subdivision: str
    language: str
    name_order: str
    paper: str
    address_line1: str
    address_line2: str
    postal_code: str
    city: str
    phone: str
    email: str
    emergency_text: str


@action("organization.create_facility")
def create_facility(*, by: Actor, **fields: Unpack[FacilityFields]) -> Facility:
    """Open a facility. Refused: unknown time zone, malformed currency or country, code in use."""
    facility = Facility()
    assign(facility, fields, FacilityFields)
    _refuse_problems(facility)
    facility.save(force_insert=True)
    Letterhead.objects.create(facility=facility)
    trail.record("facility.created", subject=facility, facility=facility)
    return facility


@action("organization.edit_facility")
def edit_facility(
    *, by: Actor, facility: Facility, version: int | None = None, **fields: Unpack[FacilityFields]
) -> Facility:
    """Change a facility. Refused: as for creating; another currency, because its money is counted in this one."""
    facility = take(Facility.objects.all(), facility.pk, version)
    currency = facility.currency
    changed = assign(facility, fields, FacilityFields)
    _refuse_problems(facility)
    if facility.currency != currency:
        raise Refused(
            Problem(
                code="business-rule",
                field="currency",
                text=_("The currency stays: prices and invoices of this facility are counted in it."),
            )
        )
    facility.save()
    trail.record("facility.edited", subject=facility, facility=facility, detail={"fields": changed})
    return facility


@action("organization.edit_facility")
def set_letterhead(
    *,
    by: Actor,
    facility: Facility,
    heading: str = "",
    footer: str = "",
    logo: bytes | None = None,
    remove_logo: bool = False,
) -> Letterhead:
    """Set what stands on printed sheets. `logo` is PNG from `letterhead.prepare_logo`; None keeps the present one."""
    present, _made = Letterhead.objects.get_or_create(facility=facility)
    letterhead = take(Letterhead.objects.all(), present.pk)
    letterhead.heading, letterhead.footer = heading, footer
    if logo is not None or remove_logo:
        letterhead.logo = None if remove_logo else logo
    letterhead.save()
    trail.record("letterhead.set", subject=letterhead, facility=facility, detail={"logo": bool(letterhead.logo)})
    return letterhead


@action("organization.edit_facility")
def add_closed_day(*, by: Actor, facility: Facility, day: date, name: str, closed: bool = True) -> ClosedDay:
    """Close a facility on a day, or (closed=False) open it on a public holiday. The later word on a day counts."""
    row, _created = ClosedDay.objects.update_or_create(
        facility=facility, day=day, defaults={"name": name, "closed": closed}
    )
    trail.record("closed-day.added", subject=row, facility=facility, detail={"day": day.isoformat(), "closed": closed})
    return row


@action("organization.edit_facility")
def remove_closed_day(*, by: Actor, closed_day: ClosedDay) -> None:
    """Go back to what the holiday calendar says of that day."""
    row = take(ClosedDay.objects.all(), closed_day.pk)
    trail.record("closed-day.removed", subject=row, facility=row.facility_id, detail={"day": row.day.isoformat()})
    row.delete()


@action("organization.import_organization")
def import_organization(
    *, by: Actor, system: str, value: str, name: str, kind: str = "", address: str = "", phone: str = ""
) -> ExternalOrganization:
    """Keep an organisation that a record from elsewhere names. The same one again changes nothing."""
    row = ExternalOrganization.objects.filter(identifier_system=system, identifier_value=value).first()
    fields = {"name": name, "kind": kind, "address": address, "phone": phone}
    if row is None:
        row = ExternalOrganization.objects.create(identifier_system=system, identifier_value=value, **fields)
        verb = "organization.imported"
    elif any(getattr(row, field) != text for field, text in fields.items()):
        for field, text in fields.items():
            setattr(row, field, text)
        row.save()
        verb = "organization.imported"
    else:
        verb = "organization.recognised"
    trail.record(verb, subject=row)
    return row


def _refuse_problems(facility: Facility) -> None:
    problems = rules.facility_problems(
        time_zone=facility.time_zone, currency=facility.currency, country=facility.country
    )
    if Facility.objects.filter(code=facility.code).exclude(pk=facility.pk).exists():
        problems.append(
            Problem(
                code="duplicate", field="code", text=_("Another facility has this short code. Choose a different one.")
            )
        )
    if problems:
        raise Refused(*problems)
