"""Keeping claims and explanations of benefit that came with an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from hms.billing.models import ImportedStatement
from hms.core import bulk, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.documents.models import StoredOriginal
from hms.organization.models import Facility
from hms.patients.models import Patient


@dataclass(frozen=True, slots=True)
class Statement:
    """What HMS keeps of a Claim or ExplanationOfBenefit; the rest is in the stored original."""

    kind: str
    source: str
    source_id: str
    status: str
    currency: str
    use: str = ""
    type_code: str = ""
    created_on: date | None = None
    billable_start: date | None = None
    billable_end: date | None = None
    insurer: str = ""
    provider: str = ""
    total_minor: int | None = None
    paid_minor: int | None = None
    item_count: int = 0


@action("billing.import_statement")
def import_statement(
    *,
    by: Actor,
    facility: Facility,
    patient: Patient,
    statement: Statement,
    original: StoredOriginal | None = None,
) -> ImportedStatement:
    """Keep a statement of somebody else's. The same again changes nothing; a changed one is taken over."""
    fields = asdict(statement)
    row = ImportedStatement.objects.filter(
        source=statement.source, kind=statement.kind, source_id=statement.source_id
    ).first()
    if row is not None and all(getattr(row, name) == value for name, value in fields.items()):
        trail.record("statement.recognised", subject=row, patient=patient, facility=facility)
        return row
    if row is None:
        row = ImportedStatement(facility=facility, patient=patient)
    for name, value in fields.items():
        setattr(row, name, value)
    row.original = original or row.original
    row.save()
    trail.record("statement.imported", subject=row, patient=patient, facility=facility, detail={"kind": statement.kind})
    return row


@action("billing.import_statement")
def import_statements(*, by: Actor, items: Sequence[ImportedStatement]) -> int:
    """Keep many unsaved statements at once, of whom none is here yet; one line for each patient. Returns how many."""
    bulk.insert(items)
    counts = Counter(item.patient_id for item in items) or {None: 0}
    trail.record_each("statements.imported", {patient: {"count": count} for patient, count in counts.items()})
    return len(items)
