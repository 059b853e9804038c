"""Procedure: what was done, when, by whom and why."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Procedure
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept, cut, notes
from hms.terminology.codes import SNOMED


def read(case: Case) -> list[Any]:
    """Nothing where only its narrative says what was done."""
    resource = case.resource
    if not case.patient():
        return []
    what = concept(resource.element("code"), [SNOMED])
    if not what:
        resource.keep("code", _("It does not say what was done."))
        return []
    spent = case.span("performed")
    row = Procedure(
        **case.row,
        encounter_id=case.encounter(),
        status=resource.code("status", codes.EventStatus, required=True),
        status_reason=cut(concept(resource.element("statusReason"), [SNOMED]).text, 200),
        **concept(resource.element("category"), [SNOMED]).columns("category"),
        **what.columns(text=400, version=True),
        performed_start_at=spent.start,
        performed_end_at=spent.end,
        performer_id=case.first_practitioner(one.element("actor") for one in resource.elements("performer")),
        recorder_id=case.practitioner(resource.element("recorder")),
        recorded_at=spent.end or spent.start or case.place.now,
        reason_condition_id=case.first_condition(),
        **concept(resource.first("reasonCode"), [SNOMED]).columns("reason", text=300),
        body_site_text=cut(concept(resource.first("bodySite"), [SNOMED]).text, 200),
        outcome_text=cut(concept(resource.element("outcome"), [SNOMED]).text, 200),
        note="\n".join(part for part in (resource.string("performedString"), notes(resource)) if part),
    )
    return [row]
