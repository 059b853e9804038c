"""Coverage → an insurance that nobody here has checked: an import decides no bill, so the front desk confirms it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coded, day, per_1
from hms.interop.importers.elements import Element
from hms.organization.models import ExternalOrganization
from hms.patients import codes
from hms.patients.actions.coverage import NewCoverage

# HL7 v3 ActCode and FHIR's coverage-selfpay, as far as they say who pays.
_KINDS: Final = {
    "PUBLICPOL": codes.CoverageKind.PUBLIC,
    "SUBSIDIZ": codes.CoverageKind.PUBLIC,
    "EHCPOL": codes.CoverageKind.PRIVATE,
    "HIP": codes.CoverageKind.PRIVATE,
    "WCBPOL": codes.CoverageKind.ACCIDENT,
    "AUTOPOL": codes.CoverageKind.ACCIDENT,
    "pay": codes.CoverageKind.SELF_PAY,
}
_STATUSES: Final = ("active", "cancelled", "draft", "entered-in-error")


@dataclass(frozen=True, slots=True)
class CoverageOf:
    """An insurance of a patient, as `patients.import_safety_facts` takes it. `payor_id`: an organisation elsewhere."""

    id: uuid.UUID
    patient_id: uuid.UUID
    payor_id: uuid.UUID | None
    told: NewCoverage


def read(case: Case) -> list[CoverageOf]:
    """Nothing for what was never true."""
    resource = case.resource
    if not case.patient("beneficiary"):
        return []
    status = resource.code("status", _STATUSES, required=True)
    payors = resource.elements("payor")
    names = [name for one in payors if (name := case.name(one))]
    found = [target for one in payors if (target := case.link(one, "Organization", "Patient"))]
    elsewhere = next((one for one in found if one.model == ExternalOrganization._meta.label), None)
    kind = coded(resource.element("type"), tuple(_KINDS))
    own = not elsewhere and (kind == "pay" or any(one.kind == "Patient" for one in found))
    if status == codes.CoverageStatus.ENTERED_IN_ERROR:
        resource.keep("status", _("It was entered in error."))
    elif not (names or elsewhere or own):
        resource.keep("payor", _("It does not say who pays."))
    start, end = _days(resource.element("period"), case)
    told = NewCoverage(
        id=case.id,
        payor="" if own else next(iter(names), ""),
        kind=codes.CoverageKind.SELF_PAY if own else _KINDS.get(kind, codes.CoverageKind.OTHER),
        status=codes.CoverageStatus.CANCELLED if status == "cancelled" else codes.CoverageStatus.DRAFT,
        order=resource.integer("order", 32767) or 1,
        plan=_class(resource, "plan")[:150],
        group_number=_class(resource, "group")[:64],
        network=resource.string("network", 150),
        relationship=_relationship(resource),
        subscriber_name=case.name(resource.element("subscriber")),
        subscriber_id=resource.string("subscriberId"),
        dependent=_short(resource.string("dependent")),
        start=start,
        end=end,
    )
    assert case.patient_id is not None
    return [CoverageOf(case.id, case.patient_id, elsewhere.id if elsewhere else None, told)]


def _days(period: Element, case: Case) -> tuple[dt.date | None, dt.date | None]:
    """From, and the first day on which it no longer holds: FHIR's end is the last one on which it does."""
    start, end = day(period, "start"), day(period, "end")
    if per_1(start, end):
        period.refuse("end", _("The end is before the beginning."))
        return start, None
    # "For ever" is written as the last day there is.
    return start, end + dt.timedelta(days=1) if end and end < dt.date.max else None


def _class(resource: Element, wanted: str) -> str:
    for one in resource.elements("class"):
        if any(found.token("code") == wanted for found in one.element("type").elements("coding")):
            return one.string("name") if wanted == "plan" and one.has("name") else one.string("value")
    return ""


def _relationship(resource: Element) -> str:
    told = resource.element("relationship")
    usual = codes.SubscriberRelationship.OTHER if told else codes.SubscriberRelationship.SELF
    return coded(told, codes.SubscriberRelationship, default=usual)


def _short(text: str) -> str:
    # A part of a number is another number.
    return text if len(text) <= 16 else ""
