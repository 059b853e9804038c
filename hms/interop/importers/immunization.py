"""Immunization. Where only the year is known it is kept in words, because a vaccine has its day or none."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Immunization
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept, day, fitted, notes
from hms.terminology.codes import CVX, SNOMED


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient("patient"):
        return []
    what = concept(resource.element("vaccineCode"), [CVX])
    if not what:
        resource.lack("vaccineCode", _("It does not say which vaccine."))
    given, said = None, ""
    match resource.one_of("occurrenceDateTime", "occurrenceString"):
        case "occurrenceDateTime":
            given = case.moment("occurrenceDateTime")
            if given and len(given.date_text) < 10:
                given, said = None, given.date_text
        case "occurrenceString":
            said = resource.string("occurrenceString", 100)
    if given is None and not said and (resource.has("_occurrenceDateTime") or resource.has("_occurrenceString")):
        # FHIR's way to say that nobody knows it (data-absent-reason). That it was given counts all the same.
        said = _("not known")
    if given is None and not said:
        resource.refuse("occurrence", _("It does not say when."), "required")
    dose = resource.element("doseQuantity")
    site, route = concept(resource.element("site"), longest=16), concept(resource.element("route"), longest=16)
    row = Immunization(
        **case.row,
        encounter_id=case.encounter(),
        status=resource.code("status", codes.ImmunizationStatus, required=True),
        status_reason=concept(resource.element("statusReason"), [SNOMED]).text[:200],
        **what.columns(text=300, version=True),
        occurred_at=given.start if given else None,
        occurrence_text=said,
        recorded_at=case.recorded("recorded", "occurrenceDateTime"),
        primary_source=bool(resource.boolean("primarySource")),
        performer_id=case.first_practitioner(one.element("actor") for one in resource.elements("performer")),
        manufacturer=case.name(resource.element("manufacturer")),
        lot_number=resource.string("lotNumber", 64),
        expires_on=day(resource, "expirationDate"),
        site_code=site.coding.code,
        site_text=site.text[:100],
        route_code=route.coding.code,
        route_text=route.text[:100],
        dose_value=fitted(dose, "value", dose.decimal("value"), 9, 4, needed=False),
        dose_unit=(dose.token("code") or dose.string("unit"))[:20],
        dose_number=resource.first("protocolApplied").integer("doseNumberPositiveInt", 32767),
        note=notes(resource),
    )
    return [row]
