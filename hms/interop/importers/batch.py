"""What stands or falls as one: the resources of a bundle, or a stretch of NDJSON, mapped and ready to be written.

Everything slow happens here, before the transaction: what the store knows already, whom references mean, the mapping.
`interop.actions.import_resources` then only inserts.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from hms.clinical.importing import Renewal
from hms.clinical.models import Encounter, EncounterDiagnosis
from hms.core.bulk import in_batches
from hms.core.problems import Problem
from hms.core.records import uuid7
from hms.documents import originals, store
from hms.documents.actions import Mapped
from hms.documents.models import StoredOriginal
from hms.documents.originals import Prepared
from hms.interop.importers import organization, patient, renewal
from hms.interop.importers.case import Case, Place
from hms.interop.importers.elements import KEPT, Element
from hms.interop.importers.known import aliases_of, linked, owner_of, plan, sort_out
from hms.interop.importers.links import Links, Target
from hms.interop.importers.reading import Item, parsed
from hms.interop.importers.registry import TYPES, rank
from hms.organization.models import ExternalOrganization, Practitioner
from hms.patients.intake import NewPatient
from hms.patients.models import Patient
from hms.patients.rules.normalise import name_words

# Hospitals and doctors elsewhere, whom every bundle tells in its own words.
_DIRECTORY: Final = ("Organization", "Location", "Practitioner", "PractitionerRole")
_INDEX: Final = re.compile(r"\[\d+\]")


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
    # By outcome ("mapped", "renewed", "known", "kept"), how many of each type.
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # Other contents of what is here whose rows take them over, by resource; and those kept beside, with the reason
    # where somebody should look at the row.
    renewals: dict[tuple[str, str], Renewal] = field(default_factory=dict)
    beside: list[tuple[str, str]] = field(default_factory=list)
    # Why resources are kept as originals alone: (type, member, reason), how many.
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    # References to what is not here: the rows stand without them, the originals have them.
    loose: int = 0
    # Organisations that are here and are told anew.
    taken_over: list[ExternalOrganization] = field(default_factory=list)
    # What `originals.prepare` wrote into the store.
    originals: Prepared | None = None

    def take(self, item: Item, outcome: str) -> None:
        self.taken.append(item)
        self.counts[outcome][item.type] += 1

    def keep(self, item: Item, reasons: Iterable[Problem]) -> None:
        """Keep the original alone, for these reasons."""
        self.take(item, "kept")
        self.reasons.update({(item.type, _INDEX.sub("", one.field), str(one.text)) for one in reasons})

    def stays(self, key: tuple[str, str], reason: str = "") -> None:
        """The row of a resource stays as it is, and its new content beside it."""
        self.beside.append(("/".join(key), reason))

    def has_not_renewed(self, frozen: Sequence[Renewal]) -> None:
        """Some rows may not change any more: what was to be theirs stays beside them."""
        for key, one in list(self.renewals.items()):
            if any(one is other for other in frozen):
                del self.renewals[key]
                self.counts["renewed"][key[0]] -= 1
                self.counts["kept"][key[0]] += 1
                self.became[key] = Mapped("", None, one.row.patient_id)
                self.stays(key, _("signed or entered in error, kept"))

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
    here = renewal.known(links.targets[one.name] for one in changed if one.name in links.targets)
    for item in sorted(changed, key=lambda one: rank(one.type)):
        _map_changed(batch, links, item, here, final)
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
        batch.keep(item, [Problem(text=_("There is no table for it yet."))])
        return
    case = _case(batch, links, item, id)
    rows = kind.read(case)
    if case.unresolved and not final:
        batch.waiting.append(item)
    elif wrong := _wrong(case):
        batch.wrong.append(Wrong(item, wrong))
    elif not rows or case.resource.problems:
        batch.keep(item, case.resource.problems)
        batch.rowless.append(item)
    else:
        batch.take(item, "mapped")
        batch.loose += len(case.unresolved)
        _keep_rows(batch, links, item, rows, case, kind.model)
        return
    links.forget(aliases_of(item))


def _wrong(case: Case) -> tuple[Problem, ...]:
    """What FHIR forbids, without what only fits no column of ours."""
    return tuple(one for one in case.resource.problems if one.severity != KEPT)


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


def _map_changed(batch: Batch, links: Links, item: Item, here: renewal.Known, final: bool) -> None:
    """Another content of what is here: its row takes it over, or it is kept beside.

    Refused: a Patient who is somebody else by name and birth date. Two systems under one sender's name would mix
    their patients' charts.
    """
    key, target = (item.type, item.id), links.targets.get(item.name)
    case = _case(batch, links, item, target.id if target else uuid7())
    kind = TYPES.get(item.type)
    if item.type == "Patient" and target is not None and not _is_same_person(case, target.id):
        words = _("This id belongs to another person here. Import the other system under its own --source.")
        batch.wrong.append(Wrong(item, (Problem(code="conflict", text=words, field="Patient.id"),)))
        return
    if kind is None or target is None or target.id not in here.rows:
        batch.take(item, "kept")
        batch.stays(key, _says_something_else(batch, links, item, target))
        if item.type == "Patient" and target is not None:
            batch.became[key] = Mapped("", None, target.id)
        if item.type == "Organization" and target is not None and target.model == ExternalOrganization._meta.label:
            row = organization.row(case)
            if not case.resource.problems:
                batch.taken_over.append(row)
        return
    rows = kind.read(case)
    if case.unresolved and not final:
        batch.waiting.append(item)
    elif wrong := _wrong(case):
        batch.wrong.append(Wrong(item, wrong))
    elif not rows or case.resource.problems:
        batch.keep(item, case.resource.problems)
        batch.stays(key, _("its new content fits no row"))
    else:
        batch.loose += len(case.unresolved)
        _renew(batch, links, item, rows, renewal.look_at(item, rows, here, batch.place))


def _renew(batch: Batch, links: Links, item: Item, rows: list[Any], found: Any) -> None:
    key = item.type, item.id
    if isinstance(found, renewal.Beside):
        batch.take(item, "kept")
        batch.stays(key, found.reason)
        return
    batch.take(item, "renewed")
    batch.rows[EncounterDiagnosis] += _not_yet(one for one in rows if isinstance(one, EncounterDiagnosis))
    if isinstance(found, Renewal):
        batch.renewals[key] = found
        row: Any = found.row
    else:
        row, *_owned = found.rows
        for one in found.rows:
            batch.rows[type(one)].append(one)
        if found.ending:
            batch.renewals[key] = found.ending
        links.add(aliases_of(item), Target(item.type, row._meta.label, row.pk, row.patient_id))
    batch.became[key] = Mapped(row._meta.label, row.pk, row.patient_id)


def _not_yet(diagnoses: Iterable[EncounterDiagnosis]) -> list[EncounterDiagnosis]:
    """Those that their visit does not have."""
    return [
        one
        for one in diagnoses
        if not EncounterDiagnosis.objects.filter(encounter=one.encounter_id, condition=one.condition_id).exists()
    ]


def _says_something_else(batch: Batch, links: Links, item: Item, target: Target | None) -> str:
    """What to say of a row that people alone change (a person, an allergy, a statement), where it was told anew."""
    kind = TYPES.get(item.type)
    if kind is None or target is None or item.type in _DIRECTORY:
        return ""
    kept = StoredOriginal.objects.filter(source=batch.place.sender, resource_type=item.type, resource_id=item.id)
    before = kept.order_by("-stored_at", "-id").first()
    if before is None:
        return ""
    older = replace(item, resource=parsed(before.read()))
    told = [renewal.plain(kind.read(_case(batch, links, one, target.id))) for one in (older, item)]
    return _("told anew, not taken over") if told[0] != told[1] else ""


def _is_same_person(case: Case, id: uuid.UUID) -> bool:
    found = patient.read(case)
    here = Patient.objects.filter(pk=id).first()
    if here is None or not found or case.resource.problems:
        return True
    told = found[0]
    assert isinstance(told, NewPatient)
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
