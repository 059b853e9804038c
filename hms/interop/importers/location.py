"""Location → a place of an organisation elsewhere. Our own rooms are entered by people, never by an import."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coded
from hms.organization.codes import LocationKind
from hms.organization.models import ExternalOrganization, Location


def read(case: Case) -> list[Location]:
    """Nothing where no organisation elsewhere manages it: a place belongs to somebody."""
    resource = case.resource
    owner = case.link(resource.element("managingOrganization"), "Organization")
    name = resource.string("name", 100)
    if owner is None or owner.model != ExternalOrganization._meta.label or not name:
        resource.keep("", _("No organisation elsewhere manages it, or it has no name."))
        return []
    kind = coded(resource.element("physicalType"), LocationKind, default=LocationKind.SITE)
    return [Location(id=case.id, organization_id=owner.id, name=name, kind=kind)]
