"""Loading a release of a code system: the only way concepts come in, change or retire.

Refuses to delete: a concept that a release no longer has keeps its row and gets an end of validity.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Max
from django.utils.translation import gettext as _

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.bulk import in_batches
from hms.core.problems import Problem, Refused
from hms.terminology.index import ConceptRow, build, pack
from hms.terminology.models import CodeSystem, Concept, Designation, Posting, Rubric


@dataclass(frozen=True, slots=True)
class Edition:
    """What is being loaded and where it comes from."""

    url: str
    name: str
    version: str
    source: str
    released_on: dt.date | None = None
    copyright: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in counts."""

    added: int
    changed: int
    retired: int
    unchanged: int


def _silent(words: str) -> None:
    pass


@action("terminology.load_code_system")
def load_code_system(
    *,
    by: Actor,
    edition: Edition,
    concepts: Sequence[ConceptRow],
    lay: Mapping[str, Iterable[str]] | None = None,
    common: frozenset[str] = frozenset(),
    partial: bool = False,
    tell: Callable[[str], None] = _silent,
) -> Loaded:
    """Bring a code system to an edition and remake its search rows. Loading the same twice changes no concept.

    `partial` says the rows are a selection, so that what they lack is not retired. Refused: a row whose
    parent is not among the rows, and the same code twice.
    """
    _check(concepts)
    index = build(concepts, lay=lay or {}, common=common)
    tell(_("%(count)d search entries prepared.") % {"count": len(index.designations)})
    system, _created = CodeSystem.objects.update_or_create(
        url=edition.url,
        defaults={
            "name": edition.name,
            "version": edition.version,
            "released_on": edition.released_on,
            "source": edition.source,
            "copyright": edition.copyright,
            "index_stamp": uuid.uuid4().hex,
        },
    )
    loaded = _load_concepts(system, concepts, common, partial=partial)
    tell(
        _("%(added)d codes added, %(changed)d changed, %(retired)d retired, %(unchanged)d as before.")
        % {"added": loaded.added, "changed": loaded.changed, "retired": loaded.retired, "unchanged": loaded.unchanged}
    )
    ids = dict(Concept.objects.filter(system=system).values_list("code", "id"))
    _replace_search_rows(system, index, ids)
    _tell_the_planner()
    tell(_("Search is ready."))
    trail.record(
        "code-system.loaded",
        subject=system,
        detail={
            "url": edition.url,
            "version": edition.version,
            "added": loaded.added,
            "changed": loaded.changed,
            "retired": loaded.retired,
        },
    )
    return loaded


def _check(concepts: Sequence[ConceptRow]) -> None:
    codes = {concept.code for concept in concepts}
    orphans = sorted({concept.parent for concept in concepts if concept.parent} - codes)
    if len(codes) != len(concepts) or orphans:
        raise Refused(
            Problem(
                code="invalid",
                text=_("The release holds a code twice or lacks a parent (%(codes)s). Nothing was loaded.")
                % {"codes": ", ".join(orphans[:5]) or "–"},
            )
        )


def _load_concepts(system: CodeSystem, rows: Sequence[ConceptRow], common: frozenset[str], *, partial: bool) -> Loaded:
    present = {concept.code: concept for concept in Concept.objects.filter(system=system).select_related("parent")}
    new = [row for row in rows if row.code not in present]
    _insert_concepts(system, new, {code: concept.pk for code, concept in present.items()}, common)

    changed = []
    for row in rows:
        concept = present.get(row.code)
        if concept and _differs(concept, row, common):
            changed.append(row)
    _change(system, changed, present, common)

    gone = present.keys() - {row.code for row in rows} if not partial else set()
    retiring = [present[code].pk for code in gone if present[code].valid_to is None]
    for some in in_batches(retiring):
        Concept.objects.filter(pk__in=some).update(valid_to=clock.now().date(), common=False)
    return Loaded(len(new), len(changed), len(retiring), len(rows) - len(new) - len(changed))


def _differs(concept: Concept, row: ConceptRow, common: frozenset[str]) -> bool:
    parent = concept.parent.code if concept.parent else ""
    theirs = (concept.display, concept.kind, parent, concept.is_leaf, concept.billable, concept.common)
    return concept.valid_to is not None or theirs != (
        row.display, row.kind, row.parent, row.is_leaf, row.billable, row.code in common,
    )  # fmt: skip


def _insert_concepts(
    system: CodeSystem, rows: Sequence[ConceptRow], ids: dict[str, int], common: frozenset[str]
) -> None:
    start = (Concept.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    ids.update((row.code, number) for number, row in enumerate(rows, start))
    _insert(
        Concept,
        ["id", "system_id", "code", "display", "kind", "parent_id", "is_leaf", "billable", "common"],
        (
            (
                ids[row.code],
                system.pk,
                row.code,
                row.display,
                str(row.kind),
                ids.get(row.parent),
                row.is_leaf,
                row.billable,
                row.code in common,
            )
            for row in rows
        ),
    )
    _insert(
        Rubric,
        ["concept_id", "kind", "position", "text"],
        (
            (ids[row.code], str(kind), position, text)
            for row in rows
            for position, (kind, text) in enumerate(row.rubrics)
        ),
    )


def _change(
    system: CodeSystem, rows: Sequence[ConceptRow], present: Mapping[str, Concept], common: frozenset[str]
) -> None:
    ids = dict(Concept.objects.filter(system=system).values_list("code", "id")) if rows else {}
    for row in rows:
        concept = present[row.code]
        concept.display, concept.kind, concept.parent_id = row.display, row.kind, ids.get(row.parent)
        concept.is_leaf, concept.billable, concept.common = row.is_leaf, row.billable, row.code in common
        concept.valid_to = None
        concept.save()
        concept.rubrics.all().delete()
        concept.rubrics.bulk_create(
            Rubric(concept=concept, kind=kind, position=position, text=text)
            for position, (kind, text) in enumerate(row.rubrics)
        )


def _replace_search_rows(system: CodeSystem, index: Any, ids: Mapping[str, int]) -> None:
    # Derived rows, so they may go: the foreign keys they hold are nobody's.
    Designation.objects.filter(system=system)._raw_delete(using=connection.alias)
    Posting.objects.filter(system=system)._raw_delete(using=connection.alias)
    _insert(
        Designation,
        ["system_id", "concept_id", "use", "text", "words", "essential", "rank"],
        (
            (
                system.pk,
                ids[row.code],
                str(row.use),
                row.text,
                " ".join(row.analysed.words),
                row.analysed.essential,
                rank,
            )
            for rank, row in enumerate(index.designations)
        ),
    )
    _insert(
        Posting,
        ["system_id", "word", "ranks"],
        ((system.pk, word, pack(ranks)) for word, ranks in sorted(index.postings.items())),
    )


def _tell_the_planner() -> None:
    """Without fresh statistics PostgreSQL scans the whole table for the first minutes: 50 ms a search, not 5."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (Concept, Designation, Posting):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert plain rows as fast as the engine can: COPY on PostgreSQL, one prepared statement on SQLite."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            # Names of our own tables and columns, quoted above; the values go as parameters.
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608
