"""Import of prescriptions made elsewhere, in sets."""

from __future__ import annotations

from collections.abc import Sequence

from hms.clinical.importing import bulk_import
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.formulary.codes import RXNORM
from hms.formulary.models import Medication
from hms.prescribing.models import MedicationRequest


@action("prescribing.import_medication_requests")
def import_medication_requests(*, by: Actor, items: Sequence[MedicationRequest]) -> int:
    """Import unsaved prescriptions whose `source` names the resource they come from; returns how many.

    The coding stays as it came; where a code is the product code of one of ours, the product is linked, so
    that its line reads like the others. Rules about the present are not asked. Refused, whole: a row
    without a patient, a code FHIR does not know.
    """
    link_products(items)
    for item in items:
        item.recorded_at = item.recorded_at or clock.now()
        item.released_at = item.released_at or item.recorded_at
    counts = bulk_import(MedicationRequest, items) or {None: 0}
    trail.record_each("medication_requests.imported", {one: {"count": count} for one, count in counts.items()})
    return len(items)


def link_products(items: Sequence[MedicationRequest]) -> None:
    """Tie imported prescriptions to the product of ours whose code they have."""
    wanted = {item.code for item in items if item.system == RXNORM and item.medication_id is None and item.code}
    products = {product.rxcui: product for product in Medication.objects.filter(rxcui__in=wanted).exclude(rxcui="")}
    for item in items:
        if item.medication_id is None and item.system == RXNORM:
            item.medication = products.get(item.code)
