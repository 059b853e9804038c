"""MedicationRequest. The medicine as it was coded, wherever the code stands: inline, contained, or in a Medication.

A dose is kept as number and unit only where its unit is one of ours; what is told in other ways (a sliding scale, a
number without a unit, a second instruction) is kept in words, never guessed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from hms.formulary.codes import DoseUnit, Route
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import Coding, Concept, coded, concept, cut, day, fitted, notes, words
from hms.interop.importers.elements import Element
from hms.prescribing import codes
from hms.prescribing.models import MedicationRequest
from hms.terminology.codes import RXNORM, SNOMED

# SNOMED CT route of administration.
_ROUTES: Final = {
    "26643006": Route.ORAL,
    "37839007": Route.SUBLINGUAL,
    "47625008": Route.INTRAVENOUS,
    "78421000": Route.INTRAMUSCULAR,
    "34206005": Route.SUBCUTANEOUS,
    "447694001": Route.INHALED,
    "46713006": Route.NASAL,
    "37161004": Route.RECTAL,
    "16857009": Route.VAGINAL,
    "45890007": Route.TRANSDERMAL,
    "6064005": Route.TOPICAL,
    "54485002": Route.OPHTHALMIC,
    "10547007": Route.OTIC,
}
# Other spellings of our units: UCUM's, those of v3-orderableDrugForm, and the words exporters use.
_UNITS: Final = {
    "mcg": DoseUnit.MICROGRAM,
    "ml": DoseUnit.ML,
    "[IU]": DoseUnit.UNIT,
    "tab": DoseUnit.TABLET,
    "tablet": DoseUnit.TABLET,
    "{tbl}": DoseUnit.TABLET,
    "cap": DoseUnit.CAPSULE,
    "capsule": DoseUnit.CAPSULE,
    "puff": DoseUnit.PUFF,
    "patch": DoseUnit.PATCH,
}
_DAYS: Final = {"d": 1, "day": 1, "days": 1, "wk": 7, "week": 7, "weeks": 7}


def read(case: Case) -> list[MedicationRequest]:
    """Nothing for somebody else's draft: it is no prescription."""
    resource = case.resource
    if not case.patient():
        return []
    status = resource.code("status", codes.MedicationRequestStatus, required=True)
    if status == codes.MedicationRequestStatus.DRAFT:
        resource.keep("status", _("A draft is no prescription."))
        return []
    what = _medicine(case)
    if not what and case.unresolved:
        resource.refuse("medication", _("The medicine is neither beside it nor here already."), "not-found")
    elif not what:
        resource.lack("medication", _("It does not say which medicine."))
    authored = case.moment("authoredOn")
    instruction, dispense = resource.first("dosageInstruction"), resource.element("dispenseRequest")
    bounds = instruction.element("timing").element("repeat").element("boundsPeriod")
    start, end = day(bounds, "start"), day(bounds, "end")
    if start and end and end < start:
        bounds.refuse("end", _("The end is before the beginning."))
    elif start is None and authored and authored.day and (end is None or authored.day <= end):
        # What was prescribed afterwards, for the record, began some day before.
        start = authored.day
    requester = resource.element("requester")
    row = MedicationRequest(
        **case.row,
        encounter_id=case.encounter(),
        facility_id=case.place.facility.pk,
        status=status,
        intent=resource.code("intent", codes.MedicationRequestIntent, required=True),
        category=coded(resource.first("category"), codes.MedicationRequestCategory),
        priority=resource.code("priority", codes.RequestPriority, default=codes.RequestPriority.ROUTINE),
        do_not_perform=bool(resource.boolean("doNotPerform")),
        reported=bool(resource.boolean("reportedBoolean") or resource.has("reportedReference")),
        **what.columns(text=300, version=True),
        **_dosage(case, instruction, dispense),
        start_on=start,
        end_on=end,
        instructions="\n".join(
            text for one in resource.elements("dosageInstruction") if (text := one.string("patientInstruction"))
        ),
        **_supply(dispense),
        **_substitution(resource),
        reason_id=case.first_condition(),
        replaces_id=case.link_id(resource.element("priorPrescription"), "MedicationRequest"),
        requester_id=case.practitioner(requester),
        requester_text=case.name(requester),
        authored_at=authored.start if authored else None,
        recorded_at=authored.start if authored else case.place.now,
        status_reason=coded(resource.element("statusReason"), codes.StatusReason),
        note=notes(resource),
    )
    return [row]


def _medicine(case: Case) -> Concept:
    resource = case.resource
    match resource.one_of("medicationCodeableConcept", "medicationReference"):
        case "medicationCodeableConcept":
            return concept(resource.element("medicationCodeableConcept"), [RXNORM], longest=100)
        case "medicationReference":
            reference = resource.element("medicationReference")
            if found := case.links.medication(reference, resource):
                return _told_apart(Element(found, f"{reference.path}.resolve()", resource.problems), reference)
            if reference.token("reference"):
                case.unresolved.append(reference.path)
            return Concept(text=reference.string("display"))
    return Concept()


def _told_apart(medication: Element, reference: Element) -> Concept:
    """The medicine of a Medication: by its code, else by what is in it (a mixture made up for one patient)."""
    if found := concept(medication.element("code"), [RXNORM], longest=100):
        return found
    parts = [
        concept(one.element("itemCodeableConcept"), [RXNORM], longest=100) for one in medication.elements("ingredient")
    ]
    text = reference.string("display") or " + ".join(one.text for one in parts if one)
    return Concept(parts[0].coding if len(parts) == 1 else Coding(), text=text)


# --- How it is taken ---------------------------------------------------------------------------------------------
def _dosage(case: Case, instruction: Element, dispense: Element) -> dict[str, Any]:
    repeat = instruction.element("timing").element("repeat")
    quantity = instruction.first("doseAndRate").element("doseQuantity")
    unit = _unit(quantity)
    dose = fitted(quantity, "value", quantity.decimal("value"), 12, 4, needed=False) if unit else None
    told = {
        "dose": dose if dose and dose > 0 else None,
        "dose_unit": unit if dose and dose > 0 else "",
        "route": _route(instruction.element("route")),
        **_timing(repeat),
        "as_needed": bool(instruction.boolean("asNeededBoolean") or instruction.has("asNeededCodeableConcept")),
        "as_needed_for": concept(instruction.element("asNeededCodeableConcept"), [SNOMED]).text,
        "days": _days(repeat.element("boundsDuration")) or _days(dispense.element("expectedSupplyDuration")),
    }
    return told | {"dosage_text": _in_words(case.resource, kept=told["dose"] is not None)}


def _timing(repeat: Element) -> dict[str, Any]:
    """Frequency and period belong together: one of them alone says nothing."""
    when = [code for code in repeat.strings("when") if code in codes.EventTiming.values]
    # Seven codes of up to four letters: they all fit.
    timed: dict[str, Any] = {"when": " ".join(dict.fromkeys(when))}
    frequency, period = repeat.integer("frequency", 32767), repeat.decimal("period")
    unit = repeat.token("periodUnit")
    kept = fitted(repeat, "period", period, 6, 2, needed=False)
    if kept is not None and unit in codes.PeriodUnit.values and kept > 0:
        timed |= {"frequency": frequency or 1, "period": kept, "period_unit": unit}
    return timed


def _in_words(resource: Element, *, kept: bool) -> str:
    """Every instruction as it was written; a dose that has no column is written out."""
    lines = []
    for place, one in enumerate(resource.elements("dosageInstruction")):
        parts = [one.string("text"), *(concept(more, [SNOMED]).text for more in one.elements("additionalInstruction"))]
        quantity = one.first("doseAndRate").element("doseQuantity")
        if not parts[0] and (place or not kept):
            parts.insert(0, words(quantity.decimal("value"), quantity.string("unit") or quantity.token("code")))
        lines.append("; ".join(part for part in parts if part))
    return "\n".join(line for line in lines if line)


def _route(element: Element) -> str:
    codings = element.elements("coding")
    found = (_ROUTES.get(one.token("code")) for one in codings if one.token("system") == SNOMED)
    return next((route for route in found if route), "")


def _unit(quantity: Element) -> str:
    for text in (quantity.token("code"), quantity.string("unit")):
        if text in DoseUnit.values:
            return text
        if found := _UNITS.get(text) or _UNITS.get(text.lower().removesuffix("(s)").removesuffix("s")):
            return found
    return ""


def _days(duration: Element) -> int | None:
    number = duration.decimal("value")
    unit = duration.token("code") or duration.string("unit")
    if number is None or unit not in _DAYS or not 0 < number < 10_000:
        return None
    days = Decimal(number) * _DAYS[unit]
    return int(days) if days == int(days) and days <= 32767 else None


# --- What is handed over -----------------------------------------------------------------------------------------
def _supply(dispense: Element) -> dict[str, Any]:
    quantity = dispense.element("quantity")
    unit = _unit(quantity)
    amount = fitted(quantity, "value", quantity.decimal("value"), 12, 4, needed=False) if unit else None
    return {
        "quantity": amount if amount and amount > 0 else None,
        "quantity_unit": unit if amount and amount > 0 else "",
        "repeats": dispense.integer("numberOfRepeatsAllowed", 32767) or 0,
    }


def _substitution(resource: Element) -> dict[str, Any]:
    told = resource.element("substitution")
    allowed = told.boolean("allowedBoolean")
    reason = cut(concept(told.element("reason")).text, 200)
    return {"substitution_allowed": allowed is not False, "substitution_reason": reason}
