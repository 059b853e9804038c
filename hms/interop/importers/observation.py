"""Observation with its components: the number as it was written, its unit, range and meaning; codes and words too."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from hms.diagnostics import codes
from hms.diagnostics.models import Observation, ObservationComponent
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import (
    Quantity,
    coded,
    concept,
    cut,
    fitted,
    moment,
    notes,
    quantity,
    words,
)
from hms.interop.importers.elements import Element
from hms.terminology.codes import LOINC, SNOMED

_VALUES: Final = (
    "valueQuantity",
    "valueCodeableConcept",
    "valueString",
    "valueBoolean",
    "valueInteger",
    "valueRange",
    "valueRatio",
    "valueSampledData",
    "valueTime",
    "valueDateTime",
    "valuePeriod",
)


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient(required=False):
        return []
    measured, other = _value(case, resource)
    spent = case.span("effective")
    row = Observation(
        **case.row,
        encounter_id=case.encounter(),
        facility_id=case.place.facility.pk,
        status=resource.code("status", codes.ObservationStatus, required=True),
        category=_category(resource),
        **_what(resource),
        **measured,
        **_absent(resource, measured, other),
        **_meaning(resource),
        value_words=other.get("value_words", ""),
        value_boolean=other.get("value_boolean"),
        value_at=other.get("value_at"),
        effective_at=spent.start,
        effective_end_at=spent.end,
        issued_at=case.at("issued"),
        recorded_at=case.recorded("issued", "effectiveDateTime"),
        performer_id=case.first_practitioner(resource.elements("performer")),
        performer_text=next((name for one in resource.elements("performer") if (name := case.name(one))), ""),
        body_site_text=cut(concept(resource.element("bodySite"), [SNOMED]).text, 200),
        method_text=cut(concept(resource.element("method"), [SNOMED]).text, 200),
        specimen_text=case.name(resource.element("specimen")),
        note=notes(resource),
    )
    return [row, *_components(case, row)]


def _components(case: Case, row: Observation) -> list[ObservationComponent]:
    found = []
    for position, one in enumerate(case.resource.elements("component")):
        measured, other = _value(case, one)
        if not measured and other:
            # A component has no column for words: they stand where a coded value's words do.
            measured = {"coded_text": cut(_in_words(other), 400)}
        found.append(
            ObservationComponent(
                observation=row,
                position=position,
                **_what(one),
                **measured,
                **_absent(one, measured, other),
                **_meaning(one),
            )
        )
    return found


def _in_words(other: dict[str, Any]) -> str:
    if "value_boolean" in other:
        return str(_("Yes") if other["value_boolean"] else _("No"))
    return other.get("value_words", "") or str(other.get("written", ""))


def _what(element: Element) -> dict[str, str]:
    found = concept(element.element("code"), [LOINC])
    if not found:
        element.lack("code", _("It does not say what was observed."))
    return found.columns(text=300, version=True)


def _category(resource: Element) -> str:
    said = (coded(one, codes.ObservationCategory) for one in resource.elements("category"))
    return next((one for one in said if one), "")


# --- Values ----------------------------------------------------------------------------------------------------------
def _value(case: Case, element: Element) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of a measured or coded value, and what else a value can be."""
    name = element.one_of(*_VALUES)
    inner = element.element(name) if name in _OBJECTS else Element(None, element.path, [])
    match name:
        case "valueQuantity":
            return _measured(quantity(inner, codes.Comparator)), {}
        case "valueInteger":
            number = element.decimal(name)
            kept = fitted(element, name, number, 24, 8)
            return ({"value": kept, "value_text": cut(number.text, 40)}, {}) if number is not None else ({}, {})
        case "valueCodeableConcept":
            found = concept(inner, [SNOMED, LOINC])
            columns = {
                "coded_system": found.coding.system,
                "coded_code": found.coding.code,
                "coded_text": cut(found.text, 400),
            }
            return (columns, {}) if found else ({}, {})
        case "valueBoolean":
            return {}, {"value_boolean": element.boolean(name)}
        case "valueDateTime":
            at = moment(element, name, case.place.zone)
            return {}, {"value_at": at.start, "written": at.text} if at else {}
        case "valueString" | "valueTime":
            return {}, {"value_words": element.string(name)}
        case "valueRange":
            return {}, {"value_words": _range(inner)}
        case "valueRatio":
            numerator, denominator = (_amount(inner.element(one)) for one in ("numerator", "denominator"))
            return {}, {"value_words": f"{numerator} : {denominator}"}
        case "valuePeriod":
            return {}, {"value_words": f"{inner.token('start')} - {inner.token('end')}"}
        case "valueSampledData":
            return {}, {"value_words": _("A curve: see the original.")}
    return {}, {}


_OBJECTS: Final = {
    "valueQuantity",
    "valueCodeableConcept",
    "valueRange",
    "valueRatio",
    "valueSampledData",
    "valuePeriod",
}


def _measured(found: Quantity) -> dict[str, Any]:
    if not found:
        return {}
    return {
        "value": found.value,
        "value_text": found.text,
        "comparator": found.comparator,
        "unit": found.unit,
        "unit_text": found.unit_text,
    }


def _absent(element: Element, measured: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """FHIR obs-6: a reason for absence only where there is no value."""
    told = element.element("dataAbsentReason")
    if not told:
        return {}
    if measured or other:
        element.refuse("dataAbsentReason", _("There is a value, so it is not absent."), "invariant")
        return {}
    return {"absent_reason": coded(told, codes.AbsentReason, default=codes.AbsentReason.UNKNOWN)}


def _meaning(element: Element) -> dict[str, Any]:
    """What it means, and the first reference range: laboratories put the one that applies first."""
    said = (coded(one, codes.Interpretation) for one in element.elements("interpretation"))
    ranged = element.first("referenceRange")
    low, high = quantity(ranged.element("low")), quantity(ranged.element("high"))
    return {
        "interpretation": next((one for one in said if one), ""),
        "range_low": low.value,
        "range_high": high.value,
        "range_text": ranged.string("text", 200),
    }


def _range(inner: Element) -> str:
    return f"{_amount(inner.element('low'))} - {_amount(inner.element('high'))}".strip(" -")


def _amount(element: Element) -> str:
    return words(element.decimal("value"), element.string("unit") or element.token("code"))
