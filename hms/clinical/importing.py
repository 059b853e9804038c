"""Bulk import of chart rows: many rows, few statements.

Rooms above use it for their own rows. Rules about the present (nothing in the future, no double diagnosis)
are for people who write; what is imported has happened. Codes, constraints and guards hold for both.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from hms.clinical.models.chart import ChartRecord
from hms.clinical.models.condition import Condition
from hms.core import bulk
from hms.core.bulk import in_batches
from hms.core.problems import Problem, Refused
from hms.core.records import Owned
from hms.patients.rules.partial_dates import PartialDate
from hms.terminology.codes import ICD10CM, SNOMED
from hms.terminology.models import CodeSystem, Concept
from hms.terminology.tables import map_snomed

BATCH = 1000


def known_sources(model: type[ChartRecord], sources: Iterable[str]) -> dict[str, uuid.UUID]:
    """The ids of rows that were imported from these resources before. Ask it first; import only the others."""
    wanted = [source for source in sources if source]
    found: dict[str, uuid.UUID] = {}
    for some in in_batches(wanted, BATCH):
        rows = model._base_manager.filter(source__in=some).exclude(source="")
        found.update(rows.values_list("source", "pk"))
    return found


def bulk_import(model: type[ChartRecord], records: Sequence[Any], owned: Sequence[Owned] = ()) -> Counter[uuid.UUID]:
    """Insert unsaved rows of one model and the rows they own; returns how many rows each patient got.

    Call it inside an action, which leaves a line in the trail for each patient. Refused, whole: a row without
    a patient, a value that its field does not allow.
    """
    problems = [problem for row in (*records, *owned) for problem in _problems(row)]
    if problems:
        raise Refused(*problems[:20])
    bulk.insert(records)
    by_model: dict[type[Owned], list[Owned]] = {}
    for row in owned:
        by_model.setdefault(type(row), []).append(row)
    for rows in by_model.values():
        bulk.insert(rows)
    return Counter(record.patient_id for record in records)


@dataclass(slots=True)
class Renewal:
    """A row that was imported before and is told anew: the values that differ, and what it owned and owns."""

    row: ChartRecord
    values: dict[str, Any]
    dropped: Sequence[Owned] = ()
    added: Sequence[Owned] = ()


def renew(renewals: Sequence[Renewal]) -> list[Renewal]:
    """Write what differs, row by row with its history. Returns those that the database did not allow to change.

    Call it inside an action. Refused, whole: a value that its field does not allow; Stale: somebody changed a row
    since it was read.
    """
    frozen = []
    for one in renewals:
        for name, value in one.values.items():
            setattr(one.row, name, value)
        if problems := [problem for row in (one.row, *one.added) for problem in _problems(row)]:
            raise Refused(*problems[:20])
        try:
            with transaction.atomic():
                if one.values:
                    one.row.save()
                for owned in one.dropped:
                    owned.delete()
                for owned in one.added:
                    setattr(owned, owned.root, one.row)
                    owned.save(force_insert=True)
        except IntegrityError:
            # A guard: what is signed or was entered in error stays as it is.
            frozen.append(one)
    return frozen


def complete(items: Sequence[Any]) -> None:
    """Give imported rows what the import can't: ICD-10-CM beside SNOMED CT, the days that partial dates allow.

    Refused, as ValueError: an onset or end that is no date.
    """
    conditions = [item for item in items if isinstance(item, Condition)]
    _add_icd(conditions)
    for item in conditions:
        item.onset_on = PartialDate(item.onset_text).exact_range[0] if item.onset_text else None
        item.abatement_on = PartialDate(item.abatement_text).exact_range[1] if item.abatement_text else None


def _problems(row: models.Model) -> list[Problem]:
    problems = []
    if isinstance(row, ChartRecord) and row.patient_id is None:  # type: ignore[attr-defined]
        problems.append(Problem(code="required", text=_("A chart row needs a patient."), field="patient"))
    for name, choices, limit in _bounds(type(row)):
        value = getattr(row, name)
        if value in (None, ""):
            continue
        if choices is not None and value not in choices:
            text = _("“%(value)s” is not allowed here.") % {"value": str(value)[:40]}
            problems.append(Problem(code="code-invalid", text=text, field=f"{row._meta.model_name}.{name}"))
        elif limit is not None and isinstance(value, str) and len(value) > limit:
            text = _("Longer than %(limit)d characters.") % {"limit": limit}
            problems.append(Problem(code="too-long", text=text, field=f"{row._meta.model_name}.{name}"))
    return problems


@cache
def _bounds(model: type[models.Model]) -> list[tuple[str, frozenset[Any] | None, int | None]]:
    """Of each column that has any: its name, the values it allows, how long it may be."""
    return [
        (field.name, frozenset(dict(field.flatchoices)) if field.choices else None, field.max_length)
        for field in model._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.BinaryField) and (field.choices or field.max_length)
    ]


def _add_icd(items: Sequence[Condition]) -> None:
    wanted: dict[str, list[Any]] = {}
    for item in items:
        if item.icd_code:
            continue
        mapped = map_snomed(item.code) if item.system == SNOMED else None
        if mapped:
            item.icd_code, item.icd_note = mapped.code, mapped.note[:200]
        elif item.system == ICD10CM:
            item.icd_code = item.code
        if item.icd_code:
            wanted.setdefault(item.icd_code, []).append(item)
    if not wanted:
        return
    version = CodeSystem.objects.filter(url=ICD10CM).values_list("version", flat=True).first() or ""
    titles = dict(Concept.objects.of(ICD10CM).filter(code__in=wanted).values_list("code", "display"))
    for code, conditions in wanted.items():
        for condition in conditions:
            condition.icd_version, condition.icd_text = version, titles.get(code, "")
