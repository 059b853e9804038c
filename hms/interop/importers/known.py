"""Before a batch is mapped: what of it is here already, whom its references mean, and which ids its rows will have."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.apps import apps

from hms.core.bulk import in_batches
from hms.core.records import uuid7
from hms.documents.models import StoredOriginal
from hms.documents.originals import content_index
from hms.interop.importers.elements import Element
from hms.interop.importers.links import Links, Target, identified, name_of, references_in
from hms.interop.importers.organization import identifiers
from hms.interop.importers.reading import Item, parsed
from hms.interop.importers.registry import TYPES, rank

# The members by which resources name whose they are.
_SUBJECTS = ("subject", "patient", "beneficiary", "for")


def sort_out(items: Sequence[Item], sender: str) -> tuple[list[Item], list[Item], list[Item]]:
    """(new resources, other contents of resources that are here, those that are here byte for byte)."""
    by_type: dict[str, set[str]] = defaultdict(set)
    for one in items:
        by_type[one.type].add(one.id)
    kept: set[tuple[str, str, bytes]] = set()
    mapped: set[str] = set()
    for type, ids in by_type.items():
        for some in in_batches(sorted(ids)):
            rows = StoredOriginal.objects.filter(source=sender, resource_type=type, resource_id__in=some)
            for id, index, row in rows.values_list("resource_id", "content_index", "mapped_to_id"):
                kept.add((type, id, bytes(index)))
                if row is not None:
                    mapped.add(f"{type}/{id}")
    new: list[Item] = []
    changed: list[Item] = []
    known: list[Item] = []
    for one in items:
        key = (one.type, one.id, content_index(one.data))
        if key in kept:
            known.append(one)
            continue
        kept.add(key)
        (changed if one.name in mapped else new).append(one)
        mapped.add(one.name)
    return new, changed, known


def linked(items: Sequence[Item], new: Sequence[Item], changed: Sequence[Item], sender: str) -> Links:
    """Links that know what is in the database. What is new is added as it is planned and mapped."""
    links = Links(sender)
    fresh = {one.name for one in new}
    aliases = {alias: one.name for one in items for alias in aliases_of(one)}
    names = {one.name for one in items} - fresh
    for one in (*new, *changed):
        names |= {aliases.get(name, name) for name in references_in(one.data)}
    numbers: dict[str, set[tuple[str, str]]] = {"Organization": set(), "Practitioner": set()}
    for one in (*new, *changed):
        if one.type in numbers:
            numbers[one.type] |= set(identifiers(Element(one.resource, one.type, [])))
    for kept in links.look_up(names - fresh, numbers, (one.name for one in changed)):
        links.medications[f"Medication/{kept.resource_id}"] = parsed(kept.read())
    for one in items:
        if one.type == "Medication":
            links.medications.update(dict.fromkeys(aliases_of(one), one.resource))
        elif one.name not in fresh and (target := links.targets.get(one.name)):
            links.add(aliases_of(one), target)
    return links


def aliases_of(item: Item) -> list[str]:
    """Every name by which a resource beside it may refer to this one."""
    found = [item.name]
    if item.full_url:
        found.append(name_of(item.full_url) or item.full_url)
    if len(item.id) == 36:
        found.append(f"urn:uuid:{item.id.lower()}")
    if item.type in ("Organization", "Practitioner", "Location", "Patient"):
        numbers = identifiers(Element(item.resource, item.type, []))
        found += [identified(item.type, f"{system}|{value}") for system, value in numbers]
    return found


def plan(new: list[Item], links: Links) -> dict[str, uuid.UUID]:
    """The ids of the rows to be: the sender's own where it is a UUID that is free here.

    Whatever becomes a row for certain may be referred to from now on.
    """
    ids_of: dict[str, uuid.UUID] = {}
    wanted: dict[str, dict[uuid.UUID, str]] = defaultdict(dict)
    for one in new:
        if kind := TYPES.get(one.type):
            ids_of[one.name] = uuid7()
            if own := _uuid(one.id):
                wanted[kind.model].setdefault(own, one.name)
    for label, ids in wanted.items():
        taken: set[uuid.UUID] = set()
        for some in in_batches(list(ids)):
            taken |= set(apps.get_model(label)._base_manager.filter(pk__in=some).values_list("pk", flat=True))
        ids_of.update({name: id for id, name in ids.items() if id not in taken})
    for one in sorted(new, key=lambda item: rank(item.type)):
        kind = TYPES.get(one.type)
        if kind and kind.certain:
            id = ids_of[one.name]
            owner = id if one.type == "Patient" else owner_of(one.resource, links)
            links.add(aliases_of(one), Target(one.type, kind.model, id, owner))
    return ids_of


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def owner_of(resource: dict[str, Any], links: Links) -> uuid.UUID | None:
    """Whose record a resource belongs to, as it says itself."""
    for name in _SUBJECTS:
        reference = resource.get(name)
        if isinstance(reference, dict) and isinstance(reference.get("reference"), str):
            target = links.targets.get(name_of(reference["reference"]))
            if target and target.kind == "Patient":
                return target.id
    return None
