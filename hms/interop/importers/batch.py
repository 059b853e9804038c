"""What stands or falls as one: the resources of a bundle, or a stretch of NDJSON, mapped and ready to be written.

Everything slow happens here, before the transaction: what the store knows already, whom references mean, the mapping.
`interop.actions.import_resources` then only inserts.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from hms.clinical.models import Encounter, EncounterDiagnosis
from hms.core.problems import Problem
from hms.core.records import uuid7
from hms.documents import originals, store
from hms.documents.actions import Mapped
from hms.documents.originals import Prepared
from hms.interop.importers import organization, patient
from hms.interop.importers.case import Case, Place
from hms.interop.importers.elements import Element
from hms.interop.importers.known import aliases_of, linked, owner_of, plan, sort_out
from hms.interop.importers.links import Links, Target, in_batches
from hms.interop.importers.reading import Item
from hms.interop.importers.registry import TYPES, rank
from hms.organization.models import ExternalOrganization, Practitioner
from hms.patients.intake import NewPatient
from hms.patients.models import Patient
from hms.patients.rules.normalise import name_words


@dataclass(frozen=True, slots=True)
class Wrong:
    """A resource that can't be taken, and why."""

    item: Item
    problems: tuple[Problem, ...]


@dataclass
class Batch:
    """Mapped resources. `rows` holds by type what the rooms' actions take, `became` what each resource became.

    `taken` will be kept, `wrong` not, `waiting` not yet; whatever is in none of them is here byte for byte.
    """

    place: Place
    items: list[Item]
    rows: dict[type, list[Any]] = field(default_factory=lambda: defaultdict(list))
    became: dict[tuple[str, str], Mapped] = field(default_factory=dict)
    taken: list[Item] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)
    # Of mapped types, but without a row: kept as original alone.
    rowless: list[Item] = field(default_factory=list)
    # By outcome ("mapped", "known", "kept"), how many of each type.
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # Other contents of what is here: kept beside, the rows unchanged.
    changed: int = 0
    # References to what is not here: the rows stand without them, the originals have them.
    loose: int = 0
    # Organisations that are here and are told anew.
    taken_over: list[ExternalOrganization] = field(default_factory=list)
    # What `originals.prepare` wrote into the store.
    originals: Prepared | None = None

    def take(self, item: Item, outcome: str) -> None:
        self.taken.append(item)
        self.counts[outcome][item.type] += 1

    @property
    def left_out(self) -> list[Item]:
        return [*(one.item for one in self.wrong), *self.waiting]

    @property
    def problems(self) -> list[Problem]:
        return [problem for one in self.wrong for problem in one.problems]

    def keep_originals(self) -> None:
        """Write the originals of what is taken into the store: before the transaction, as it waits for the disk."""
        told = (originals.Original(one.type, one.id, one.data) for one in self.taken)
        self.originals = originals.prepare(self.place.sender, told)

    def throw_away(self) -> None:
        """Take the file away that was written for a batch that was then refused."""
        if self.originals and self.originals.content:
            store.remove(self.originals.content.id)


def prepare(items: Sequence[Item], place: Place, *, final: bool = True) -> Batch:
    """Map what is not here yet. Unless `final`, a resource whose references lead nowhere waits for a later try."""
    batch = Batch(place, list(items))
    new, changed, known = sort_out(batch.items, place.sender)
    batch.counts["known"].update(one.type for one in known)
    if not (new or changed):
        return batch
    links = linked(batch.items, new, changed, place.sender)
    ids = plan(new, links)
    for item in sorted(new, key=lambda one: rank(one.type)):
        _map(batch, links, item, ids.get(item.name), final)
    for item in changed:
        _map_changed(batch, links, item)
    for item in batch.taken:
        # Whose it is, also of what is only kept: merge, export and retention go by it.
        key = item.type, item.id
        if key not in batch.became and (owner := owner_of(item.resource, links)):
            batch.became[key] = Mapped("", None, owner)
    _let_go_of(batch, {ids[one.name] for one in (*batch.left_out, *batch.rowless) if one.name in ids})
    batch.rows[EncounterDiagnosis] = _ranked(batch.rows[EncounterDiagnosis])
    return batch


# --- Mapping -----------------------------------------------------------------------------------------------------
def _map(batch: Batch, links: Links, item: Item, id: uuid.UUID | None, final: bool) -> None:
    kind = TYPES.get(item.type)
    if kind is None or id is None:
        batch.take(item, "kept")
        return
    case = _case(batch, links, item, id)
    rows = kind.read(case)
    if case.unresolved and not final:
        batch.waiting.append(item)
    elif case.resource.problems:
        batch.wrong.append(Wrong(item, tuple(case.resource.problems)))
    elif not rows:
        batch.take(item, "kept")
        batch.rowless.append(item)
    else:
        batch.take(item, "mapped")
        batch.loose += len(case.unresolved)
        _keep_rows(batch, links, item, rows, case, kind.model)
        return
    links.forget(aliases_of(item))


def _case(batch: Batch, links: Links, item: Item, id: uuid.UUID) -> Case:
    element = Element(item.resource, item.type, [])
    return Case(element, id, f"{batch.place.sender}/{item.name}", batch.place, links)


def _keep_rows(batch: Batch, links: Links, item: Item, rows: list[Any], case: Case, label: str) -> None:
    first, *_rest = rows
    if isinstance(first, Target):
        target = first
    else:
        label = first._meta.label if isinstance(first, models.Model) else label
        owner = case.id if item.type == "Patient" else case.patient_id
        name = str(first) if isinstance(first, ExternalOrganization | Practitioner) else ""
        target = Target(item.type, label, first.id, owner, name)
        for row in rows:
            batch.rows[type(row)].append(row)
    links.add(aliases_of(item), target)
    batch.became[item.type, item.id] = Mapped(target.model, target.id, target.patient_id)


def _map_changed(batch: Batch, links: Links, item: Item) -> None:
    """Another content of what is here. Kept beside it; an organisation's new address is taken over.

    Refused: a Patient who is somebody else by name and birth date. Two systems under one sender's name would mix
    their patients' charts.
    """
    target = links.targets.get(item.name)
    case = _case(batch, links, item, target.id if target else uuid7())
    if item.type == "Patient" and target is not None and not _is_same_person(case, target.id):
        words = _("This id belongs to another person here. Import the other system under its own --source.")
        batch.wrong.append(Wrong(item, (Problem(code="conflict", text=words, field="Patient.id"),)))
        return
    batch.take(item, "kept")
    batch.changed += 1
    if item.type == "Patient" and target is not None:
        batch.became[item.type, item.id] = Mapped("", None, target.id)
    if item.type == "Organization" and target is not None and target.model == ExternalOrganization._meta.label:
        row = organization.row(case)
        if not case.resource.problems:
            batch.taken_over.append(row)


def _is_same_person(case: Case, id: uuid.UUID) -> bool:
    found = patient.read(case)
    here = Patient.objects.filter(pk=id).first()
    if here is None or not found or case.resource.problems:
        return True
    told: NewPatient = found[0]
    words = {word for name in here.names.all() for word in name_words(f"{name.family} {name.given}")}
    says = {word for name in told.names for word in name_words(f"{name.family} {name.given}")}
    born = told.birth.text if told.birth else ""
    return bool(words & says) or born == here.birth_date_text


# --- What hangs together -----------------------------------------------------------------------------------------
def _let_go_of(batch: Batch, dropped: set[uuid.UUID]) -> None:
    """Rows made before it was known that what they refer to can't be taken stand without it."""
    if not dropped:
        return
    diagnoses = batch.rows[EncounterDiagnosis]
    batch.rows[EncounterDiagnosis] = [
        one for one in diagnoses if one.condition_id not in dropped and one.encounter_id not in dropped
    ]
    for one in batch.rows[Encounter]:
        if one.part_of_id in dropped:
            one.part_of_id = None


def _ranked(diagnoses: list[EncounterDiagnosis]) -> list[EncounterDiagnosis]:
    """Each condition once in its visit: in the visit's own order, then as they come, behind those already there."""
    visits = {one.encounter_id for one in diagnoses}
    last: dict[Any, int] = {}
    for some in in_batches(sorted(visits, key=str)):
        rows = EncounterDiagnosis.objects.filter(encounter__in=some).order_by().values("encounter")
        last |= dict(rows.annotate(last=Max("rank")).values_list("encounter", "last"))
    found: dict[tuple[Any, Any], EncounterDiagnosis] = {}
    for one in sorted(diagnoses, key=lambda row: row.rank == 0):
        if (key := (one.encounter_id, one.condition_id)) not in found:
            last[one.encounter_id] = one.rank = last.get(one.encounter_id, 0) + 1
            found[key] = one
    return list(found.values())
