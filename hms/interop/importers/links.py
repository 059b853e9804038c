"""What a reference points to: a resource beside it, one imported before, or nothing that is here.

FHIR writes references in five ways: the entry's `fullUrl` (urn:uuid:…), relative (Encounter/12), absolute, conditional
(Practitioner?identifier=system|value) and into the resource itself (#med). `name_of` brings them to one writing.
Resources imported before are found by the originals that were kept of them, people of the directory by their numbers.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from hms.core.bulk import in_batches
from hms.documents.models import StoredOriginal
from hms.interop.importers.elements import Element
from hms.organization.models import ExternalOrganization, Facility, Practitioner, PractitionerIdentifier
from hms.patients.models import Patient, PatientIdentifier
from hms.patients.models.contact import identifier_index

# Types whose rows others refer to.
KINDS: Final = (
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "Patient",
    "Encounter",
    "Condition",
    "Observation",
    "Goal",
    "CareTeam",
    "ImagingStudy",
    "MedicationRequest",
    "Medication",
)
_RELATIVE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?$")
_URN = re.compile(r"urn:(?:uuid|oid):.+", re.IGNORECASE)
_CONDITIONAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)\?(.+)$")
_IN_BYTES = re.compile(rb'"reference"\s*:\s*"([^"#\\][^"\\]*)"')


@dataclass(frozen=True, slots=True)
class Target:
    """The row a resource became: FHIR type, our model, its id, whose chart it is in, and a name to show."""

    kind: str
    model: str
    id: uuid.UUID
    patient_id: uuid.UUID | None = None
    name: str = ""


def name_of(reference: str) -> str:
    """One writing for every way to write a reference: "Encounter/12", "urn:uuid:…", "Practitioner?system|value"."""
    if _URN.fullmatch(reference):
        return reference.lower() if reference[:9].lower() == "urn:uuid:" else reference
    if found := _CONDITIONAL.search(reference):
        asked = dict(parse_qsl(found[2]))
        return identified(found[1], asked["identifier"]) if "identifier" in asked else ""
    if found := _RELATIVE.search(reference):
        return f"{found[1]}/{found[2]}"
    return ""


def kind_of(reference: str) -> str:
    """The type a reference names; "" for one by urn, which names none."""
    name = name_of(reference)
    return "" if name.startswith("urn:") else name.partition("/")[0].partition("?")[0]


def identified(kind: str, token: str) -> str:
    """The name of a resource by an identifier, "system|value"."""
    return f"{kind}?{unquote(token)}"


def references_in(data: bytes) -> Iterator[str]:
    """The names of everything a resource refers to, from its bytes: quicker than walking through it."""
    for found in _IN_BYTES.findall(data):
        if name := name_of(found.decode()):
            yield name


@dataclass
class Links:
    """Where the names that a batch uses lead."""

    sender: str
    targets: dict[str, Target] = field(default_factory=dict)
    # Medications are kept as originals alone; prescriptions read their code from there.
    medications: dict[str, Any] = field(default_factory=dict)
    facilities: dict[tuple[str, str], Facility] = field(default_factory=dict)
    organizations: dict[tuple[str, str], ExternalOrganization] = field(default_factory=dict)
    practitioners: dict[tuple[str, str], Practitioner] = field(default_factory=dict)

    def add(self, names: Iterable[str], target: Target) -> None:
        for name in names:
            self.targets[name] = target

    def forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.targets.pop(name, None)

    def find(self, reference: Element, usual: str = "") -> Target | None:
        """The target of a Reference, or None. One by identifier alone is looked up by that, as the `usual` type."""
        text = reference.token("reference")
        if text:
            return self._at(name_of(text))
        identifier, kind = reference.element("identifier"), reference.token("type") or usual
        if kind and identifier:
            return self._at(identified(kind, f"{identifier.token('system')}|{identifier.token('value')}"))
        return None

    def _at(self, name: str) -> Target | None:
        found = self.targets.get(name)
        if found is None and name.startswith("Location?"):
            # A Location has no identifiers here; exporters give it its own id as one.
            found = self.targets.get(f"Location/{name.rpartition('|')[2]}")
        return found

    def medication(self, reference: Element, resource: Element) -> Any:
        """The Medication a prescription refers to, as it came: inside the prescription, beside it, or kept before."""
        text = reference.token("reference")
        if text.startswith("#"):
            inside = resource.elements("contained")
            return next((one.value for one in inside if one.token("id") == text[1:]), None)
        return self.medications.get(name_of(text))

    # --- What is in the database -------------------------------------------------------------------------------
    def look_up(
        self, names: set[str], identifiers: dict[str, set[tuple[str, str]]], changed: Iterable[str] = ()
    ) -> list[StoredOriginal]:
        """Find what names lead to, and whom the directory knows by `identifiers` (by type: system, value).

        Names of types that nobody refers to lead nowhere, unless the resource itself came `changed`.

        Returns originals of Medications among them, for the caller to read.
        """
        by_kind: dict[str, set[str]] = defaultdict(set)
        asked: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for name in names - self.targets.keys():
            if name.startswith("urn:uuid:"):
                # It doesn't say of what type it is.
                for kind in KINDS:
                    by_kind[kind].add(name[9:])
            elif "?" in name:
                kind, _mark, token = name.partition("?")
                system, bar, value = token.partition("|")
                asked[kind].add((system, value) if bar else ("", system))
            elif "/" in name:
                kind, _slash, id = name.partition("/")
                if kind in KINDS:
                    by_kind[kind].add(id)
        for name in changed:
            kind, _slash, id = name.partition("/")
            by_kind[kind].add(id)
        for kind, system_values in identifiers.items():
            asked[kind] |= system_values
        by_kind["Location"] |= {value for _system, value in asked.get("Location", ())}
        medications = self._kept(by_kind)
        self._organizations(asked.get("Organization", set()))
        self._practitioners(asked.get("Practitioner", set()))
        self._patients(asked.get("Patient", set()))
        self._follow_merges()
        self._name_directory()
        return medications

    def _kept(self, by_kind: dict[str, set[str]]) -> list[StoredOriginal]:
        medications = []
        for kind, ids in by_kind.items():
            for some in in_batches(sorted(ids)):
                # In their order, so that of two contents the later one's row is meant.
                rows = StoredOriginal.objects.filter(
                    source=self.sender, resource_type=kind, resource_id__in=some
                ).order_by("stored_at", "id")
                if kind == "Medication":
                    medications += rows.select_related("blob")
                    continue
                for id, model, row_id, patient_id in rows.exclude(mapped_to_id=None).values_list(
                    "resource_id", "mapped_to_type", "mapped_to_id", "patient_id"
                ):
                    self.add(_names(kind, id), Target(kind, model, row_id, patient_id))
        return medications

    def _organizations(self, asked: set[tuple[str, str]]) -> None:
        """Our own facilities by their registry number, and organisations elsewhere."""
        if not asked:
            return
        for one in Facility.objects.exclude(identifier_system="").exclude(identifier_value=""):
            self.facilities[one.identifier_system, one.identifier_value] = one
            self._know("Organization", (one.identifier_system, one.identifier_value), one)
        for some in in_batches(sorted(asked)):
            for row in ExternalOrganization.objects.filter(identifier_value__in={value for _system, value in some}):
                number = row.identifier_system, row.identifier_value
                if number in some:
                    self.organizations[number] = row
                    self._know("Organization", number, row)

    def _practitioners(self, asked: set[tuple[str, str]]) -> None:
        for some in in_batches(sorted(asked)):
            rows = PractitionerIdentifier.objects.filter(value__in={value for _system, value in some})
            for row in rows.select_related("practitioner"):
                if (row.system, row.value) in some:
                    self.practitioners[row.system, row.value] = row.practitioner
                    self._know("Practitioner", (row.system, row.value), row.practitioner)

    def _know(self, kind: str, number: tuple[str, str], row: Any) -> None:
        target = Target(kind, row._meta.label, row.pk, name=str(row))
        self.targets.setdefault(identified(kind, "|".join(number)), target)

    def _patients(self, asked: set[tuple[str, str]]) -> None:
        """NB: by number and register together, and only where one person alone has it."""
        for system, value in sorted(asked):
            rows = PatientIdentifier.objects.filter(value_index=identifier_index(value), system=system)
            owners = set(rows.values_list("patient", flat=True)[:2])
            if system and len(owners) == 1:
                (owner,) = owners
                self.targets.setdefault(
                    identified("Patient", f"{system}|{value}"), Target("Patient", Patient._meta.label, owner, owner)
                )

    def _follow_merges(self) -> None:
        """A record that was merged leads to the one that stayed."""
        while True:
            owners = {target.patient_id for target in self.targets.values() if target.kind == "Patient"}
            merged: dict[Any, Any] = {}
            for some in in_batches(sorted(owners - {None}, key=str)):
                merged |= dict(
                    Patient.objects.filter(pk__in=some, merged_into__isnull=False).values_list("pk", "merged_into_id")
                )
            if not merged:
                return
            for name, target in self.targets.items():
                if target.kind == "Patient" and target.id in merged:
                    stays = merged[target.id]
                    self.targets[name] = replace(target, id=stays, patient_id=stays)

    def _name_directory(self) -> None:
        for model in (ExternalOrganization, Practitioner):
            label = model._meta.label
            unnamed = {one.id for one in self.targets.values() if one.model == label and not one.name}
            for some in in_batches(sorted(unnamed, key=str)):
                found = {row.pk: str(row) for row in model._base_manager.filter(pk__in=some)}
                for name, target in self.targets.items():
                    if target.id in found:
                        self.targets[name] = replace(target, name=found[target.id])


def _names(kind: str, id: str) -> list[str]:
    return [f"{kind}/{id}", f"urn:uuid:{id.lower()}"] if len(id) == 36 else [f"{kind}/{id}"]
