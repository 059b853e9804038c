"""Another content of a resource that is here: whether the row takes it over, and why not.

The sender knows better as long as nobody changed the row here. Then it takes over whatever differs, with its history.
A result that is final and a prescription never change: the new one replaces it, as a correction made here does.
Refuses to overwrite what somebody here wrote, to go back to an older content, and to move a record to another patient.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from hms.clinical.importing import Renewal, complete
from hms.clinical.models import ChartRecord, EncounterDiagnosis
from hms.clinical.models.chart import ENTERED_IN_ERROR
from hms.core.bulk import in_batches
from hms.core.history import deeds_of
from hms.core.models import AuditEvent
from hms.core.records import Owned, uuid7
from hms.diagnostics.models import DiagnosticReport, Observation
from hms.documents.models import StoredOriginal
from hms.interop.importers.case import Place
from hms.interop.importers.links import Target
from hms.interop.importers.reading import Item, parsed
from hms.prescribing.actions import link_products
from hms.prescribing.codes import StatusReason
from hms.prescribing.models import MedicationRequest

# What an import does not say, or says of itself: when it came, where to, who may read it.
# The ICD code's own version and words are those of our table, whoever loaded another one since.
_OURS: Final = {"id", "version", "source", "facility", "released_at", "icd_version", "icd_text", "icd_note"}
_STATUSES: Final = {"status", "clinical_status", "verification_status", "lifecycle_status"}
# What may change of a prescription, and while it is what another one may take its place.
_ENDING: Final = {"status", "status_reason"}
_GOING_ON: Final = ("active", "on-hold", "unknown")
# Whose final rows are replaced by new ones (`replaces`), never changed.
_REPLACED: Final = (Observation, DiagnosticReport)


@dataclass(frozen=True, slots=True)
class Beside:
    """The row stays as it is, and the new content beside it; `reason` is told where somebody should look at it."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Replacement:
    """New rows in the place of one that never changes, and what ends the old one where it does not end by itself."""

    rows: list[Any]
    ending: Renewal | None = None


@dataclass(slots=True)
class Known:
    """What is here of the rows whose resources came in another content, read at once."""

    rows: dict[uuid.UUID, ChartRecord] = field(default_factory=dict)
    touched: set[uuid.UUID] = field(default_factory=set)
    owned: dict[uuid.UUID, list[Owned]] = field(default_factory=lambda: defaultdict(list))


def known(targets: Iterable[Target]) -> Known:
    """Read the rows of these targets: their values, what they own, and whether anybody here changed them."""
    found = Known()
    by_model: dict[str, list[uuid.UUID]] = defaultdict(list)
    for target in targets:
        by_model[target.model].append(target.id)
    for label, ids in by_model.items():
        model: Any = apps.get_model(label)
        if not issubclass(model, ChartRecord):
            continue
        for some in in_batches(sorted(set(ids))):
            found.rows |= model._base_manager.in_bulk(some)
            found.touched |= _touched(model, some)
            for owned in _owned_by(model):
                for row in owned._base_manager.filter(**{f"{owned.root}__in": some}):
                    found.owned[getattr(row, f"{owned.root}_id")].append(row)
    return found


def look_at(item: Item, told: Sequence[Any], here: Known, place: Place) -> Renewal | Replacement | Beside:
    """What becomes of the row: changed, replaced by these new rows, or left as it is."""
    root, *rest = told
    row = here.rows.get(root.pk)
    if row is None or type(row) is not type(root):
        return Beside()
    if row.patient_id != root.patient_id:
        return Beside(_("in another chart here"))
    _complete(root)
    differing = _differing(row, root, place)
    old = here.owned.get(row.pk, [])
    new = [one for one in rest if isinstance(one, Owned) and not isinstance(one, EncounterDiagnosis)]
    others = _values(old) != _values(new)
    if not differing and not others:
        return Beside()
    if row.pk in here.touched:
        return Beside(_("changed here, kept"))
    if _is_older(item, place.sender):
        return Beside(_("older than what is here"))
    if getattr(root, root.error_field) == ENTERED_IN_ERROR:
        # What was never true says no more than that; whatever else differs is of no account.
        return Renewal(row, {name: getattr(root, name) for name in differing if name in _STATUSES})
    if isinstance(row, _REPLACED) and (others or _is_final(row)):
        return Replacement(_in_the_place_of(row, root, new))
    if isinstance(row, MedicationRequest) and not set(differing) <= _ENDING and row.status in _GOING_ON:
        ending = Renewal(row, {"status": "stopped", "status_reason": StatusReason.REPLACED})
        return Replacement(_in_the_place_of(row, root, []), ending)
    return Renewal(row, {name: getattr(root, name) for name in differing}, old if others else [], new if others else [])


# --- Who wrote it --------------------------------------------------------------------------------------------------
def _touched(model: Any, ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those rows that somebody other than an import wrote, in the application or outside it."""
    written = deeds_of(model, ids)
    deeds = {deed for one in written.values() for deed in one if deed}
    imports: set[uuid.UUID] = set()
    for some in in_batches(sorted(deeds)):
        lines = AuditEvent.objects.filter(deed__in=some, verb="resources.imported", outcome="success")
        imports |= set(lines.values_list("deed", flat=True))
    return {id for id in ids if written.get(id, {None}) - imports}


def _is_older(item: Item, sender: str) -> bool:
    """Whether what is here says that it is newer (meta.lastUpdated). Without a word of both, what comes last counts."""
    told = _updated(item.resource)
    kept = StoredOriginal.objects.filter(source=sender, resource_type=item.type, resource_id=item.id)
    last = kept.exclude(mapped_to_id=None).order_by("-stored_at", "-id").first()
    return bool(told and last and told < _updated(parsed(last.read())))


def _updated(resource: dict[str, Any]) -> str:
    meta = resource.get("meta")
    text = meta.get("lastUpdated") if isinstance(meta, dict) else ""
    # Instants in UTC, as servers write them, sort as text; one in another zone says nothing here.
    return text[:19] if isinstance(text, str) and text.endswith(("Z", "+00:00")) else ""


# --- What differs --------------------------------------------------------------------------------------------------
def _complete(root: Any) -> None:
    """What the rooms add to a row when it is imported."""
    if isinstance(root, MedicationRequest):
        link_products([root])
    complete([root])


def _differing(row: Any, root: Any, place: Place) -> list[str]:
    names = []
    for one in row._meta.concrete_fields:
        if one.name in _OURS or (one.name == "recorded_at" and root.recorded_at == place.now):
            continue
        if getattr(row, one.attname) != getattr(root, one.attname):
            names.append(one.attname)
    return names


def _owned_by(model: type[models.Model]) -> list[Any]:
    found = [one.related_model for one in model._meta.related_objects if one.one_to_many]
    return [
        one
        for one in found
        if issubclass(one, Owned)
        and one is not EncounterDiagnosis
        and one._meta.get_field(one.root).related_model is model
    ]


def _values(owned: Iterable[Owned]) -> list[tuple[Any, ...]]:
    """Their values without ids, in an order that does not depend on them."""

    def values(one: Owned) -> tuple[Any, ...]:
        names = (f.attname for f in one._meta.concrete_fields if f.name not in ("id", "version", one.root))
        return type(one).__name__, *(getattr(one, name) for name in names)

    return sorted(map(values, owned), key=repr)


def plain(told: Iterable[Any]) -> list[Any]:
    """What a mapper returned as values that can be compared: a row by its columns."""

    def values(one: models.Model) -> dict[str, Any]:
        # Those of what belongs to a person have an id of their own, drawn anew each time.
        return {f.attname: getattr(one, f.attname) for f in one._meta.concrete_fields if f.name != "id"}

    return [values(one) if isinstance(one, models.Model) else one for one in told]


def _is_final(row: Any) -> bool:
    return row.status in ("final", "amended", "corrected", "appended", "cancelled", "entered-in-error")


def _in_the_place_of(row: Any, root: Any, owned: list[Owned]) -> list[Any]:
    """New rows that replace one, under the name of the resource's new version."""
    root.pk, root.replaces_id = uuid7(), row.pk
    root.source = f"{root.source}/_history/{root.pk.hex}"[:300]
    for one in owned:
        setattr(one, one.root, root)
    return [root, *owned]
