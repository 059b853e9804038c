"""Condition. The coding stays as it came; the import action adds ICD-10-CM where the map has it.

What somebody lives in (work, schooling, housing) is no disease: such findings are filed as health concerns and never
among the problems. The codes are those that Synthea and the SDOH Clinical Care guide use.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Condition, EncounterDiagnosis
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import Concept, Moment, coded, concept, cut, moment, notes
from hms.interop.importers.elements import Element
from hms.terminology.codes import ICD10CM, SNOMED

SOCIAL: Final = {
    "73438004": "Unemployed",
    "73595000": "Stress",
    "32911000": "Homeless",
    "105531004": "Housing unsatisfactory",
    "160903007": "Full-time employment",
    "160904001": "Part-time employment",
    "160968000": "Risk activity involvement",
    "224294005": "No formal education",
    "224295006": "Only received primary school education",
    "224297003": "Educated to secondary school level",
    "224299000": "Received higher education",
    "266934004": "Transport problem",
    "266948004": "Has a criminal record",
    "314529007": "Medication review due",
    "422650009": "Social isolation",
    "423315002": "Limited social contact",
    "424393004": "Reports of violence in the environment",
    "446654005": "Refugee",
    "473461003": "Educated to high school level",
    "706893006": "Victim of intimate partner abuse",
    "713458007": "Lack of access to transportation",
    "741062008": "Not in labor force",
    "5251000175109": "Received certificate of high school equivalency",
}
# SNOMED CT, as Condition.severity and Condition.bodySite spell them.
_SEVERITIES: Final = {"255604002": "mild", "6736007": "moderate", "24484000": "severe"}
_OPEN: Final = codes.OPEN_CONDITION


def read(case: Case) -> list[Any]:
    """The condition, and its place among the diagnoses of the visit where it was found; nothing without a code."""
    resource = case.resource
    if not case.patient():
        return []
    what = concept(resource.element("code"), [SNOMED, ICD10CM])
    if not what:
        resource.keep("code", _("It does not say what it is."))
        return []
    onset, onset_words = _time(case, "onset")
    end, end_words = _time(case, "abatement")
    verification = coded(
        resource.element("verificationStatus"),
        codes.ConditionVerificationStatus,
        strict=True,
        default=codes.ConditionVerificationStatus.CONFIRMED,
    )
    status = _clinical_status(case, verification, ended=bool(end or end_words))
    if onset and end and end.end < onset.start:
        # Two members, so no Period: FHIR does not forbid it, our table does.
        resource.keep("abatement", _("The end is before the beginning."))
    encounter = case.encounter()
    icd = what.of(ICD10CM)
    severity, site = concept(resource.element("severity"), [SNOMED]), concept(resource.first("bodySite"), [SNOMED])
    row = Condition(
        **case.row,
        encounter_id=encounter,
        clinical_status=status,
        verification_status=verification,
        category=_category(resource, what, status),
        severity=_SEVERITIES.get(severity.coding.code, ""),
        **what.columns(text=400, version=True),
        icd_code=icd.code if icd and len(icd.code) <= 10 else "",
        icd_version=icd.version if icd else "",
        icd_text=cut(icd.display, 400) if icd else "",
        body_site_system=site.coding.system,
        body_site_code=site.coding.code,
        body_site_text=cut(site.text, 200),
        onset_text=onset.date_text if onset else "",
        onset_at=onset.start if onset and not onset.is_partial else None,
        abatement_text=end.date_text if end else "",
        abatement_at=end.start if end and not end.is_partial else None,
        recorded_at=case.recorded("recordedDate", "onsetDateTime"),
        recorder_id=case.first_practitioner([resource.element("recorder"), resource.element("asserter")]),
        note="\n".join(part for part in (onset_words, end_words, notes(resource)) if part),
    )
    if encounter is None or row.category == codes.ConditionCategory.HEALTH_CONCERN:
        return [row]
    # The rank is given when it is known what the visit has already.
    return [row, EncounterDiagnosis(encounter_id=encounter, condition=row, rank=0)]


def is_social(what: Concept) -> bool:
    """Whether it says how somebody lives, not what they have."""
    return any(one.system == SNOMED and one.code in SOCIAL for one in what.codings)


def _category(resource: Element, what: Concept, status: str) -> str:
    if is_social(what):
        return codes.ConditionCategory.HEALTH_CONCERN
    said = [coded(one, codes.ConditionCategory) for one in resource.elements("category")]
    if found := next((one for one in said if one), ""):
        return found
    if any(coded(one, ("sdoh",)) for one in resource.elements("category")):
        return codes.ConditionCategory.HEALTH_CONCERN
    # Nobody said: what goes on belongs on the list of problems, what is over was a diagnosis.
    return codes.ConditionCategory.PROBLEM if status in _OPEN else codes.ConditionCategory.ENCOUNTER_DIAGNOSIS


def _clinical_status(case: Case, verification: str, *, ended: bool) -> str:
    """FHIR con-5: none for what was entered in error (what exporters leave there says nothing any more).

    Refused: con-4, what has an end is not active.
    """
    resource = case.resource
    told = resource.element("clinicalStatus")
    if verification == codes.ConditionVerificationStatus.ENTERED_IN_ERROR:
        return ""
    usual = codes.ConditionClinicalStatus.RESOLVED if ended else codes.ConditionClinicalStatus.ACTIVE
    status = coded(told, codes.ConditionClinicalStatus, strict=True, default=usual)
    if ended and status in _OPEN:
        resource.refuse("abatement", _("What has an end is not active any more."), "invariant")
    return status


def _time(case: Case, name: str) -> tuple[Moment | None, str]:
    """The onset or end, and the words for one that is no date: an age, a range, "as a child"."""
    resource = case.resource
    found = resource.one_of(*(f"{name}{kind}" for kind in ("DateTime", "Period", "Age", "Range", "String")))
    if found.endswith("DateTime"):
        return case.moment(found), ""
    if found.endswith("Period"):
        inner = resource.element(found)
        return moment(inner, "start" if inner.has("start") else "end", case.place.zone), ""
    if found.endswith("String"):
        return None, _heading(name, resource.string(found))
    if found.endswith("Age"):
        return None, _heading(name, _amount(resource.element(found)))
    if found.endswith("Range"):
        inner = resource.element(found)
        return None, _heading(name, f"{_amount(inner.element('low'))} - {_amount(inner.element('high'))}")
    return None, ""


def _heading(name: str, words: str) -> str:
    return (_("Since: %(words)s") if name == "onset" else _("Until: %(words)s")) % {"words": words}


def _amount(element: Element) -> str:
    number = element.decimal("value")
    unit = element.string("unit") or element.token("code")
    return f"{number.text} {unit}".strip() if number is not None else ""
