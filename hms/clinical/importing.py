"""Bulk import of chart rows: many rows, few statements.

Rooms above use it for their own rows. Rules about the present (nothing in the future, no double diagnosis)
are for people who write; what is imported has happened. Codes, constraints and guards hold for both.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from hms.clinical.models.chart import ChartRecord
from hms.core.problems import Problem, Refused
from hms.core.records import Owned

BATCH = 1000


def known_sources(model: type[ChartRecord], sources: Iterable[str]) -> dict[str, uuid.UUID]:
    """The ids of rows that were imported from these resources before. Ask it first; import only the others."""
    wanted = [source for source in sources if source]
    found: dict[str, uuid.UUID] = {}
    for start in range(0, len(wanted), BATCH):
        rows = model._base_manager.filter(source__in=wanted[start : start + BATCH]).exclude(source="")
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
    model._base_manager.bulk_create(records, batch_size=BATCH)
    by_model: dict[type[Owned], list[Owned]] = {}
    for row in owned:
        by_model.setdefault(type(row), []).append(row)
    for kind, rows in by_model.items():
        kind._base_manager.bulk_create(rows, batch_size=BATCH)
    return Counter(record.patient_id for record in records)


def _problems(row: models.Model) -> list[Problem]:
    problems = []
    if isinstance(row, ChartRecord) and row.patient_id is None:  # type: ignore[attr-defined]
        problems.append(Problem(code="required", text=_("A chart row needs a patient."), field="patient"))
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname) if not field.primary_key else None
        if value in (None, "") or isinstance(field, models.BinaryField):
            continue
        if field.choices and value not in dict(field.flatchoices):
            text = _("“%(value)s” is not allowed here.") % {"value": str(value)[:40]}
            problems.append(Problem(code="code-invalid", text=text, field=f"{row._meta.model_name}.{field.name}"))
        elif field.max_length and isinstance(value, str) and len(value) > field.max_length:
            text = _("Longer than %(limit)d characters.") % {"limit": field.max_length}
            problems.append(Problem(code="too-long", text=text, field=f"{row._meta.model_name}.{field.name}"))
    return problems
