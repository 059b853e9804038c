"""ImagingStudy with its series. The pictures stay where they are."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from hms.diagnostics import codes
from hms.diagnostics.models import ImagingSeries, ImagingStudy
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coding, concept, cut, moment
from hms.interop.importers.elements import Element

_UID_SYSTEMS: Final = ("urn:dicom:uid", "urn:ietf:rfc:3986")


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient():
        return []
    what = concept(resource.first("procedureCode"))
    series = resource.elements("series")
    modality = coding(resource.first("modality") or resource.first("series").element("modality"))
    row = ImagingStudy(
        **case.row,
        encounter_id=case.encounter(),
        facility_id=case.place.facility.pk,
        status=resource.code("status", codes.ImagingStatus, required=True),
        study_uid=_uid(resource),
        accession_number=_accession(resource),
        started_at=case.at("started"),
        recorded_at=case.recorded("started"),
        **what.columns("procedure", text=300),
        modality_code=modality.code if len(modality.code) <= 16 else "",
        modality_text=cut(modality.display or modality.code, 100),
        series_count=resource.integer("numberOfSeries") or len(series),
        instance_count=resource.integer("numberOfInstances") or 0,
        description=resource.string("description"),
        referrer_id=case.practitioner(resource.element("referrer")),
        interpreter_id=case.first_practitioner(resource.elements("interpreter")),
    )
    return [row, *_series(case, row, series)]


def _series(case: Case, row: ImagingStudy, series: list[Element]) -> list[ImagingSeries]:
    found: dict[str, ImagingSeries] = {}
    for one in series:
        uid = one.token("uid", 80)
        if not uid:
            one.refuse("uid", _("A series has a number of its own."), "required")
        modality, site = coding(one.element("modality")), coding(one.element("bodySite"))
        started = moment(one, "started", case.place.zone)
        found[uid] = ImagingSeries(
            study=row,
            uid=uid,
            number=one.integer("number"),
            modality_system=modality.system,
            modality_code=modality.code if len(modality.code) <= 16 else "",
            modality_text=cut(modality.display, 100),
            description=one.string("description"),
            body_site_system=site.system,
            body_site_code=site.code if len(site.code) <= 64 else "",
            body_site_text=cut(site.display, 200),
            laterality_code=coding(one.element("laterality")).code[:64],
            started_at=started.start if started else None,
            instance_count=one.integer("numberOfInstances") or len(one.elements("instance")),
        )
    return list(found.values())


def _uid(resource: Element) -> str:
    """DICOM Study Instance UID, as urn:oid:…"""
    for one in resource.elements("identifier"):
        value = one.token("value")
        if one.token("system") in _UID_SYSTEMS and value.startswith("urn:oid:") and len(value) <= 80:
            return value
    return ""


def _accession(resource: Element) -> str:
    for one in resource.elements("identifier"):
        if any(found.token("code") == "ACSN" for found in one.element("type").elements("coding")):
            return one.string("value", 64)
    return ""
