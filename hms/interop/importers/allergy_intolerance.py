"""AllergyIntolerance → an entry of the allergy list, or the statement that there is none.

A penicillin allergy from elsewhere must stop amoxicillin here, so of several codings the one is kept that the
formulary knows, with its own name for it. "No known allergy" is a statement and no allergy to something.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import Concept, coded, concept, cut, moment, notes
from hms.interop.importers.elements import Element
from hms.patients import codes
from hms.patients.actions.safety import NewAllergy, Reaction
from hms.patients.models import AllergyStatus
from hms.terminology.codes import RXNORM, SNOMED

# SNOMED CT: no known allergy; no known drug allergy.
_NONE: Final = {
    "716186003": codes.AllergyStatement.NONE_KNOWN,
    "409137002": codes.AllergyStatement.NO_DRUG_ALLERGIES,
}


@dataclass(frozen=True, slots=True)
class AllergyOf:
    """An allergy of a patient, as `patients.import_safety_facts` takes it."""

    id: uuid.UUID
    patient_id: uuid.UUID
    told: NewAllergy


def read(case: Case) -> list[AllergyOf | AllergyStatus]:
    """Nothing where it does not say to what (FHIR lets it say only what happened)."""
    resource = case.resource
    if not case.patient("patient"):
        return []
    what = concept(resource.element("code"), [SNOMED, RXNORM])
    verification = coded(
        resource.element("verificationStatus"),
        codes.AllergyVerificationStatus,
        strict=True,
        default=codes.AllergyVerificationStatus.UNCONFIRMED,
    )
    clinical = coded(
        resource.element("clinicalStatus"),
        codes.AllergyClinicalStatus,
        strict=True,
        default=codes.AllergyClinicalStatus.ACTIVE,
    )
    none = next((_NONE[one.code] for one in what.codings if one.system == SNOMED and one.code in _NONE), "")
    if none and clinical == "active" and verification in ("confirmed", "unconfirmed"):
        said = AllergyStatus(id=case.id, patient_id=case.patient_id, statement=none)
        said.recorded_at = case.recorded("recordedDate")
        said.recorded_by_label = case.name(resource.element("asserter"))
        return [said]
    if not what:
        resource.keep("code", _("It does not say to what."))
        return []
    coding, known = _known(case, what)
    onset = case.moment("onsetDateTime")
    told = NewAllergy(
        id=case.id,
        text=cut(what.text, 200) or coding.code,
        type=resource.code("type", codes.AllergyType),
        category=next((one for one in resource.strings("category") if one in codes.AllergyCategory.values), ""),
        criticality=resource.code("criticality", codes.AllergyCriticality),
        clinical_status=clinical,
        verification_status=verification,
        system=coding.system,
        code=coding.code,
        code_version=coding.version,
        allergy_group=known.get("group", ""),
        ingredient=known.get("ingredient", ""),
        onset_text=onset.date_text if onset else "",
        occurred_at=case.at("lastOccurrence"),
        asserter=case.name(resource.element("asserter")),
        note=notes(resource),
        reactions=[reaction for one in resource.elements("reaction") for reaction in _reactions(case, one)],
        recorded_at=case.recorded("recordedDate"),
    )
    return [AllergyOf(case.id, case.patient_id, told)]  # type: ignore[arg-type]


def _known(case: Case, what: Concept) -> tuple[Any, dict[str, str]]:
    for one in what.codings:
        if found := case.place.allergy_codes.get((one.system, one.code)):
            kind, name = found
            return one, {kind: name}
    return what.coding, {}


def _reactions(case: Case, one: Element) -> list[Reaction]:
    onset = moment(one, "onset", case.place.zone)
    found = []
    for place, manifestation in enumerate(one.elements("manifestation")):
        what = concept(manifestation, [SNOMED])
        if not what:
            manifestation.keep("", _("It does not say what happened."))
        found.append(
            Reaction(
                manifestation=cut(what.text, 200),
                severity=one.code("severity", codes.ReactionSeverity) if place == 0 else "",
                system=what.coding.system,
                code=what.coding.code,
                onset_text=onset.date_text if onset else "",
                description="\n".join(part for part in (one.string("description"), notes(one)) if part),
            )
        )
    return found
