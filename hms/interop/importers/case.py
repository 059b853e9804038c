"""What a mapper is given: the resource, who we are to it, and where its references lead.

A mapper is a pure function of a Case: it returns unsaved rows (or what an action of the room takes), or an empty list
where the resource can only be kept as original.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hms.interop.importers import datatypes
from hms.interop.importers.datatypes import Moment, Period
from hms.interop.importers.elements import Element
from hms.interop.importers.links import Links, Target, kind_of
from hms.organization.models import Facility, Practitioner


@dataclass(frozen=True)
class Place:
    """Where an import arrives: who sent it, the facility that takes it in, and when.

    `allergy_codes` are those the formulary knows: (system, code) → kind and name of its own group or ingredient.
    """

    sender: str
    facility: Facility
    now: dt.datetime
    allergy_codes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.facility.zone


@dataclass(slots=True)
class Case:
    """One resource on its way to a row. `unresolved` collects the references that lead nowhere yet."""

    resource: Element
    id: uuid.UUID
    source: str
    place: Place
    links: Links
    patient_id: uuid.UUID | None = None
    unresolved: list[str] = field(default_factory=list)

    # --- References ----------------------------------------------------------------------------------------------
    def link(self, reference: Element, *kinds: str) -> Target | None:
        """The row a reference leads to, if it is of one of these types. Refused: a row of another patient's chart."""
        if not reference:
            return None
        target = self.links.find(reference, kinds[0])
        if target is None:
            text = reference.token("reference")
            if kind_of(text) in kinds or text.startswith("urn:"):
                self.unresolved.append(reference.path)
            return None
        if target.kind not in kinds:
            return None
        if target.patient_id and self.patient_id and target.patient_id != self.patient_id:
            reference.refuse("reference", _("This belongs to another patient."), "conflict")
            return None
        return target

    def link_id(self, reference: Element, *kinds: str) -> uuid.UUID | None:
        target = self.link(reference, *kinds)
        return target.id if target else None

    def patient(self, name: str = "subject", *, required: bool = True) -> bool:
        """Whose chart it is in, kept in `patient_id`.

        No for what is about a device, a group or nobody, and for a patient who is only called by name: it can only be
        kept. Refused: a patient who is not here, or nobody where FHIR asks for somebody.
        """
        reference = self.resource.element(name)
        target = self.links.find(reference, "Patient")
        if target is not None and target.kind == "Patient":
            self.patient_id = target.id
            return True
        text = reference.token("reference")
        if text.startswith("#") or kind_of(text) not in ("", "Patient") or target is not None:
            self.resource.keep(name, _("It is about somebody or something that has no chart here."))
            return False
        if not text and not reference.element("identifier"):
            if required:
                self.resource.lack(name, _("It does not say of which patient it is."))
            else:
                self.resource.keep(name, _("It does not say of which patient it is."))
            return False
        if text:
            self.unresolved.append(reference.path)
        self.resource.refuse(name, _("The patient is neither beside it nor here already."), "not-found")
        return False

    def encounter(self, name: str = "encounter") -> uuid.UUID | None:
        return self.link_id(self.resource.element(name), "Encounter")

    def practitioner(self, reference: Element) -> uuid.UUID | None:
        """A practitioner, named directly or by a role."""
        target = self.link(reference, "Practitioner", "PractitionerRole")
        return target.id if target and target.model == Practitioner._meta.label else None

    def first_practitioner(self, references: Iterable[Element]) -> uuid.UUID | None:
        return next((found for one in references if (found := self.practitioner(one))), None)

    def first_condition(self, name: str = "reasonReference") -> uuid.UUID | None:
        found = (self.link_id(one, "Condition") for one in self.resource.elements(name))
        return next((one for one in found if one), None)

    def name(self, reference: Element) -> str:
        """How somebody or some place is called: as the reference says, else as it is called here."""
        if words := reference.string("display", 200):
            return words
        target = self.links.find(reference) if reference else None
        return target.name[:200] if target else ""

    # --- Time --------------------------------------------------------------------------------------------------------
    def moment(self, name: str) -> Moment | None:
        return datatypes.moment(self.resource, name, self.place.zone)

    def at(self, name: str) -> dt.datetime | None:
        found = self.moment(name)
        return found.start if found else None

    def span(self, name: str) -> Period:
        return datatypes.span(self.resource, name, self.place.zone)

    def period(self, name: str = "period") -> Period:
        return datatypes.period(self.resource.element(name), self.place.zone)

    def recorded(self, *names: str) -> dt.datetime:
        """When it was recorded: the first of these members that is there, else the present."""
        found = (self.at(name) for name in names if self.resource.has(name))
        return next((one for one in found if one), None) or self.place.now

    # --- What each row of a chart has ---------------------------------------------------------------------------------
    @property
    def row(self) -> dict[str, Any]:
        """Id, patient, source, and that the patient may read it at once."""
        return {
            "id": self.id,
            "patient_id": self.patient_id,
            "source": self.source,
            "released_at": self.place.now,
        }


Mapper = Callable[[Case], list[Any]]
