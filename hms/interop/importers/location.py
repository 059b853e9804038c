"""Location → a place of an organisation elsewhere. Our own rooms are entered by people, never by an import."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coded
from hms.organization.codes import LocationKind
from hms.organization.models import ExternalOrganization


@dataclass(frozen=True, slots=True)
class NewLocation:
    """What `organization.import_location` takes."""

    id: uuid.UUID
    organization_id: uuid.UUID
    name: str
    kind: str


def read(case: Case) -> list[NewLocation]:
    """Nothing where no organisation elsewhere manages it: a place belongs to somebody."""
    resource = case.resource
    owner = case.link(resource.element("managingOrganization"), "Organization")
    name = resource.string("name", 100)
    if owner is None or owner.model != ExternalOrganization._meta.label or not name:
        return []
    kind = coded(resource.element("physicalType"), LocationKind.values, default=LocationKind.SITE)
    return [NewLocation(case.id, owner.id, name, kind)]
