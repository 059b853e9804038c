"""Whose money rows somebody sees: staff those of their facilities, patients and payers their own."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from hms.core.actor import Actor
from hms.organization.models import Facility

VIEW: Final = "billing.view_invoice"


def scope(by: Actor) -> Q:
    """The rows of this actor, by `patient` and `facility`. Duties without billing in them see none."""
    from hms.patients.models import Patient

    if by.kind == "system":
        return Q()
    if not by.may(VIEW):
        return Q(pk__in=[])
    if by.role == "patient":
        return Q(patient__in=Patient.objects.acted_for_by(by, scope="pay"))
    return Q(facility__in=Facility.objects.worked_in_by(by, VIEW))
