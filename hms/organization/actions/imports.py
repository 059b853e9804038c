"""The directory as records from elsewhere know it, many at once: unsaved rows of whom none is here yet."""

from __future__ import annotations

from collections.abc import Sequence

from hms.core import bulk, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.organization.models import ExternalOrganization, Location, Practitioner, PractitionerIdentifier


@action("organization.import_organization")
def import_organizations(*, by: Actor, items: Sequence[ExternalOrganization]) -> int:
    """Keep organisations outside the group. Returns how many."""
    bulk.insert(items)
    trail.record("organizations.imported", detail={"count": len(items)})
    return len(items)


@action("organization.import_organization")
def import_locations(*, by: Actor, items: Sequence[Location]) -> int:
    """Keep places of organisations outside the group. Returns how many."""
    bulk.insert(items)
    trail.record("locations.imported", detail={"count": len(items)})
    return len(items)


@action("organization.import_practitioner")
def import_practitioners(
    *, by: Actor, items: Sequence[Practitioner], identifiers: Sequence[PractitionerIdentifier]
) -> int:
    """Keep practitioners with the numbers by which they are found again. None gets a role. Returns how many."""
    bulk.insert(items)
    bulk.insert(identifiers)
    trail.record("practitioners.imported", detail={"count": len(items)})
    return len(items)
