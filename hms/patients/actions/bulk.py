"""Many patients at once: for the demo hospital, load tests and imports. Set-based, and no questions asked.

No duplicate check: whoever imports decides by identifier (`known_by_identifier`), and look-alikes go to
the work queue afterwards. Constraints hold as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.patients.actions import rows
from hms.patients.actions.coverage import NewCoverage, build_coverage
from hms.patients.actions.safety import NewAllergy, save_allergy
from hms.patients.intake import NewPatient
from hms.patients.models import Coverage, Patient


@action("patients.bulk_register_patients")
def bulk_register_patients(*, by: Actor, people: Sequence[NewPatient], facility: Any = None) -> list[Patient]:
    """Register a batch of people in one transaction: some hundreds at a time, so that nobody waits for the writer.

    Raises Refused for the first person who can't be registered; then the whole batch is not.
    """
    return _write(people, facility, "patients.bulk_registered")


@action("patients.import_patients")
def import_patients(*, by: Actor, people: Sequence[NewPatient], facility: Any = None) -> list[Patient]:
    """Register people who come with their records from another system; otherwise as `bulk_register_patients`."""
    return _write(people, facility, "patients.imported")


@action("patients.import_patients")
def import_safety_facts(
    *,
    by: Actor,
    allergies: Sequence[tuple[Patient, NewAllergy]] = (),
    coverages: Sequence[tuple[Patient, NewCoverage]] = (),
) -> int:
    """Write allergies and insurances that come from another system. Returns how many rows."""
    for patient, told in allergies:
        save_allergy(by, patient, told)
    rows_ = [build_coverage(patient, told) for patient, told in coverages]
    Coverage.objects.bulk_create(rows_, batch_size=1000)
    trail.record("safety_facts.imported", detail={"allergies": len(allergies), "coverages": len(rows_)})
    return len(allergies) + len(rows_)


def _write(people: Iterable[NewPatient], facility: Any, verb: str) -> list[Patient]:
    batch = []
    for told in people:
        if found := rows.problems(told):
            raise Refused(*found)
        batch.append(rows.build(told, facility=facility))
    rows.save_all(batch)
    trail.record(verb, facility=facility, detail={"count": len(batch)})
    return [one.patient for one in batch]
