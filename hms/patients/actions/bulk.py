"""Many patients at once: for the demo hospital, load tests and imports. Set-based, and no questions asked.

No duplicate check: whoever imports decides by the sender's id (interop), and look-alikes go to
the work queue afterwards. Constraints hold as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hms.core import bulk, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.patients import indexing
from hms.patients.actions import rows
from hms.patients.actions.coverage import NewCoverage, build_coverage
from hms.patients.actions.safety import NewAllergy, build_allergy, end_statements
from hms.patients.codes import RelatedKind
from hms.patients.intake import NewPatient
from hms.patients.models import AllergyStatus, Patient, RelatedPerson


@action("patients.bulk_register_patients")
def bulk_register_patients(*, by: Actor, people: Sequence[NewPatient], facility: Any = None) -> list[Patient]:
    """Register a batch of people in one transaction: some hundreds at a time, so that nobody waits for the writer.

    Raises Refused for the first person who can't be registered; then the whole batch is not.
    """
    return _write(people, facility, "patients.bulk_registered")


@action("patients.import_patients")
def import_patients(
    *, by: Actor, people: Sequence[NewPatient], facility: Any = None, relatives: Sequence[RelatedPerson] = ()
) -> list[Patient]:
    """Register people who come with their records from another system; otherwise as `bulk_register_patients`.

    `relatives` are unsaved rows of people to call. Refused: one who could do more than be called.
    """
    if any(one.kind in (RelatedKind.GUARDIAN, RelatedKind.PROXY) for one in relatives):
        raise Refused(Problem(code="business-rule", text=_("Nobody gets a right to a record by an import.")))
    patients = _write(people, facility, "patients.imported")
    bulk.insert(relatives)
    return patients


@action("patients.import_patients")
def import_safety_facts(
    *,
    by: Actor,
    allergies: Sequence[tuple[Patient, NewAllergy]] = (),
    statements: Sequence[AllergyStatus] = (),
    coverages: Sequence[tuple[Patient, NewCoverage]] = (),
) -> int:
    """Write allergies, statements that there are none, and insurances that come from elsewhere. Returns how many.

    `statements` are unsaved rows, of patients who have none yet; an allergy ends what was said before it.
    """
    built = [build_allergy(by, patient, told) for patient, told in allergies]
    bulk.insert(allergy for allergy, _reactions in built)
    bulk.insert(one for _allergy, reactions in built for one in reactions)
    end_statements({patient.pk for patient, told in allergies if told.is_live})
    bulk.insert(statements)
    covered = [build_coverage(patient, told) for patient, told in coverages]
    bulk.insert(covered)
    counts = {"allergies": len(built), "statements": len(statements), "coverages": len(covered)}
    trail.record("safety_facts.imported", detail=counts)
    return sum(counts.values())


@action("patients.rebuild_search")
def rebuild_search(*, by: Actor, patients: Sequence[Patient]) -> int:
    """Make these patients' search words and labels anew from their names. Returns how many labels changed.

    Needed after a release that reads names differently, and after names were changed past the application.
    """
    changed = []
    for patient in patients:
        before = (patient.label, patient.native_label, patient.sort_name)
        indexing.label(patient, list(patient.names.all()))
        if (patient.label, patient.native_label, patient.sort_name) != before:
            changed.append(patient)
    for patient in changed:
        patient.save()
    indexing.forget(patients)
    indexing.add((patient, list(patient.names.all())) for patient in patients)
    trail.record("search.rebuilt", detail={"patients": len(patients), "labels": len(changed)})
    return len(changed)


def _write(people: Iterable[NewPatient], facility: Any, verb: str) -> list[Patient]:
    batch = []
    for told in people:
        if found := rows.problems(told):
            raise Refused(*found)
        batch.append(rows.build(told, facility=facility))
    rows.save_all(batch)
    trail.record(verb, facility=facility, detail={"count": len(batch)})
    return [one.patient for one in batch]
