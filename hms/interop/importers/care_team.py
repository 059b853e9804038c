"""CareTeam with its members."""

from __future__ import annotations

from typing import Any

from hms.clinical import codes
from hms.clinical.models import CareTeam, CareTeamMember
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept, cut, period
from hms.organization.models import ExternalOrganization
from hms.terminology.codes import SNOMED


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient(required=False):
        return []
    spent = case.period()
    row = CareTeam(
        **case.row,
        encounter_id=case.encounter(),
        status=resource.code("status", codes.CareTeamStatus, default=codes.CareTeamStatus.ACTIVE),
        **concept(resource.first("category")).columns("category"),
        name=resource.string("name", 200),
        start_at=spent.start,
        end_at=spent.end,
        reason_condition_id=case.first_condition(),
        recorded_at=spent.start or case.place.now,
    )
    return [row, *_members(case, row)]


def _members(case: Case, row: CareTeam) -> list[CareTeamMember]:
    """Whoever is not known here (a relative) stays as a part with a name."""
    found = []
    for one in case.resource.elements("participant"):
        reference = one.element("member")
        target = case.link(reference, "Practitioner", "PractitionerRole", "Organization", "Patient")
        part, spent = concept(one.first("role"), [SNOMED]), period(one.element("period"), case.place.zone)
        elsewhere = target and target.model == ExternalOrganization._meta.label
        found.append(
            CareTeamMember(
                team=row,
                role_system=part.coding.system,
                role_code=part.coding.code,
                role_text=cut(part.text or case.name(reference), 200),
                practitioner_id=case.practitioner(reference),
                organization_id=target.id if target and elsewhere else None,
                is_patient=bool(target and target.kind == "Patient"),
                start_at=spent.start,
                end_at=spent.end,
            )
        )
    return found
