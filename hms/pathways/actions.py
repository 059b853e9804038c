"""Deeds that span rooms. Each is one transaction: all of it happens, or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hms.clinical.actions import finish_encounter, write_and_sign_note
from hms.clinical.models import Encounter
from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.prescribing.actions import sign_medication_requests
from hms.prescribing.models import MedicationRequest


@action("pathways.finish_visit")
def finish_visit(
    *,
    by: Actor,
    encounter: Encounter,
    sections: Mapping[str, str],
    occurred_at: dt.datetime | None = None,
    note_version: int | None = None,
) -> Encounter:
    """Sign the note and the basket with one signature, and end the visit.

    Refused, whole: whatever the note, a prescription or the visit itself refuses; nothing is half signed.
    """
    write_and_sign_note(by=by, encounter=encounter, sections=sections, occurred_at=occurred_at, version=note_version)
    if MedicationRequest.objects.visible_to(by).drafts_of(by).filter(encounter=encounter).exists():
        sign_medication_requests(by=by, patient=encounter.patient, encounter=encounter)
    finished = finish_encounter(by=by, encounter=encounter)
    trail.record("visit.finished", subject=finished, patient=encounter.patient_id, facility=encounter.facility_id)
    return finished
