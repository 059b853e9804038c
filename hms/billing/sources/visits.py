"""Visits that are finished here and have no charge: the price was missing, or the job has not run yet."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from hms.billing.models import ChargeItem
from hms.clinical.models import Encounter
from hms.core.actor import Actor
from hms.organization.models import Facility


def uncharged_visits(by: Actor) -> QuerySet[Encounter]:
    """Oldest first. Care that was imported was billed by whoever gave it."""
    return (
        Encounter.objects.filter(
            ~Exists(ChargeItem.objects.filter(encounter=OuterRef("pk"))),
            facility__in=Facility.objects.worked_in_by(by, "billing.view_unbilled"),
            status="finished",
            source="",
        )
        .select_related("patient", "facility", "department")
        .order_by("end_at")
    )
