"""Lines of the trail as CSV: codes, ids, times and names of staff. No patient's name, no word about health.

Cells that a spreadsheet would take for a formula are made text (OWASP, CSV Injection): labels and programs' names come
from people and machines we do not know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from hms.core import clock
from hms.core.bulk import in_batches
from hms.core.models import AuditEvent
from hms.patients.models import Patient

# What a spreadsheet program opens without complaint, and an answer carries in one piece.
MOST: Final = 20_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_HEADING: Final = (
    "at", "actor", "actor_id", "actor_kind", "duties", "on_behalf_of_mrn", "verb", "page", "outcome", "purpose",
    "patient_mrn", "subject_type", "subject_id", "channel", "client",
)  # fmt: skip


def table(lines: Sequence[AuditEvent], zone: str) -> str:
    """The lines with a heading. Begins with a byte order mark, or Excel takes UTF-8 for something else."""
    numbers = _numbers(lines)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADING)
    for line in lines:
        writer.writerow([_text(cell) for cell in _cells(line, zone, numbers)])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def _cells(line: AuditEvent, zone: str, numbers: dict[Any, str]) -> tuple[Any, ...]:
    return (
        clock.local(line.at, zone).isoformat(timespec="seconds"),
        line.actor_label,
        line.actor_id,
        line.actor_kind,
        line.actor_role,
        numbers.get(line.on_behalf_of, ""),
        line.verb,
        line.detail.get("page", ""),
        line.outcome,
        line.purpose,
        numbers.get(line.patient_id, ""),
        line.subject_type,
        line.subject_id,
        line.channel,
        line.client,
    )


def _text(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _numbers(lines: Iterable[AuditEvent]) -> dict[Any, str]:
    """Record numbers of everybody named, in pieces that every database takes."""
    wanted = sorted({id for line in lines for id in (line.patient_id, line.on_behalf_of) if id})
    numbers: dict[Any, str] = {}
    for some in in_batches(wanted):
        numbers.update(Patient.objects.filter(pk__in=some).values_list("pk", "mrn"))
    return numbers
