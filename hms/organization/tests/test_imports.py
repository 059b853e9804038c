"""The directory as records from elsewhere know it, many at once."""

from __future__ import annotations

import pytest

from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden
from hms.organization import actions
from hms.organization.models import ExternalOrganization, Location, Practitioner, PractitionerIdentifier
from tests import cast

pytestmark = pytest.mark.django_db


def organizations(count: int) -> list[ExternalOrganization]:
    return [
        ExternalOrganization(identifier_system="urn:register", identifier_value=str(number), name=f"Clinic {number}")
        for number in range(count)
    ]


class TestImportOrganizations:
    by = system("importer", "organization.import_organization")

    def test_it_works_with_their_places_and_leaves_one_line_each(self):
        clinics = organizations(3)
        assert actions.import_organizations(by=self.by, items=clinics) == 3
        places = [Location(organization=one, name="Ward 1", kind="wa") for one in clinics]
        assert actions.import_locations(by=self.by, items=places) == 3
        assert Location.objects.filter(organization__name="Clinic 2", facility=None).count() == 1
        lines = AuditEvent.objects.order_by("id").values_list("verb", "detail")
        assert list(lines) == [("organizations.imported", {"count": 3}), ("locations.imported", {"count": 3})]

    def test_a_stranger_is_denied(self):
        with pytest.raises(Forbidden):
            actions.import_organizations(by=cast.stranger(), items=organizations(1))


class TestImportPractitioners:
    by = system("importer", "organization.import_practitioner")

    def test_it_works_with_their_numbers(self):
        people = [Practitioner(family=f"Haley{number}", active=False) for number in range(2)]
        numbers = [PractitionerIdentifier(practitioner=one, system="urn:npi", value=one.family) for one in people]
        assert actions.import_practitioners(by=self.by, items=people, identifiers=numbers) == 2
        assert PractitionerIdentifier.objects.get(value="Haley1").practitioner.version == 1
        assert AuditEvent.objects.get().detail == {"count": 2}

    def test_a_stranger_is_denied(self):
        with pytest.raises(Forbidden):
            actions.import_practitioners(by=cast.stranger(), items=[], identifiers=[])
