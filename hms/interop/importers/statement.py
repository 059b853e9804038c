"""Claim and ExplanationOfBenefit → a statement of somebody else's. It is no claim of ours: nobody edits or sends it."""

from __future__ import annotations

from typing import Any

from hms.billing.models import ImportedStatement
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept, day, money
from hms.interop.importers.elements import Element


def read(case: Case) -> list[ImportedStatement]:
    resource = case.resource
    if not case.patient("patient"):
        return []
    kind = resource.path
    currency = case.place.facility.currency
    total = money(resource.element("total"), currency) if kind == "Claim" else _submitted(resource, currency)
    paid = money(resource.element("payment").element("amount"), currency)
    if paid is None and kind == "ExplanationOfBenefit":
        paid = _adjudicated(resource, "benefit", currency)
    currency = total.currency if total else paid.currency if paid else currency
    billed = resource.element("billablePeriod")
    row = ImportedStatement(
        id=case.id,
        patient_id=case.patient_id,
        facility_id=case.place.facility.pk,
        kind=kind,
        source=case.place.sender,
        source_id=resource.token("id"),
        status=resource.token("status", 20) or "active",
        currency=currency,
        use=resource.token("use", 20),
        type_code=concept(resource.element("type"), longest=40).coding.code,
        created_on=day(resource, "created"),
        billable_start=day(billed, "start"),
        billable_end=day(billed, "end"),
        insurer=case.name(resource.element("insurer")) or case.name(_coverage(resource)),
        provider=case.name(resource.element("provider")),
        total_minor=total.minor if total else None,
        paid_minor=paid.minor if paid and paid.currency == currency else None,
        item_count=len(resource.elements("item")),
    )
    return [row]


def _coverage(resource: Element) -> Element:
    return resource.first("insurance").element("coverage")


def _submitted(resource: Element, currency: str) -> Any:
    return _adjudicated(resource, "submitted", currency)


def _adjudicated(resource: Element, code: str, currency: str) -> Any:
    """The total of one kind (http://terminology.hl7.org/CodeSystem/adjudication)."""
    for one in resource.elements("total"):
        if any(coding.token("code") == code for coding in one.element("category").elements("coding")):
            return money(one.element("amount"), currency)
    return None
