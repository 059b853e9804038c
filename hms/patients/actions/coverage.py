"""Who pays: insurance recorded, changed, ended."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take, uuid7
from hms.patients import codes
from hms.patients.models import Coverage, Patient
from hms.patients.models.contact import identifier_index


@dataclass(frozen=True, slots=True)
class NewCoverage:
    """An insurance or other way of paying, as it is told."""

    payor: str = ""
    payor_organization: Any = None
    kind: str = codes.CoverageKind.PUBLIC
    status: str = codes.CoverageStatus.ACTIVE
    order: int = 1
    plan: str = ""
    group_number: str = ""
    network: str = ""
    relationship: str = codes.SubscriberRelationship.SELF
    subscriber_name: str = ""
    subscriber_id: str = ""
    dependent: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    # An importer keeps the logical id under which its source knows it.
    id: uuid.UUID | None = None


@action("patients.manage_coverage")
def record_coverage(*, by: Actor, patient: Patient, told: NewCoverage) -> Coverage:
    """Record an insurance. Refused without an insurer, unless the patient pays themselves."""
    patient = take(Patient.objects.administered_by(by).standing(), patient.pk)
    _check(told)
    coverage = build_coverage(patient, told)
    coverage.save(force_insert=True)
    trail.record("coverage.recorded", subject=coverage, patient=patient)
    return coverage


@action("patients.manage_coverage")
def change_coverage(*, by: Actor, coverage: Coverage, version: int | None, told: NewCoverage) -> Coverage:
    """Change an insurance: its end, its number, its place in the order. Refused when it changed since."""
    covered = Coverage.objects.filter(patient__in=Patient.objects.administered_by(by))
    coverage = take(covered.exclude(status=codes.CoverageStatus.ENTERED_IN_ERROR), coverage.pk, version)
    _check(told)
    fresh = build_coverage(coverage.patient, told)
    for field in Coverage._meta.concrete_fields:
        if field.name not in ("id", "version", "patient"):
            setattr(coverage, field.attname, getattr(fresh, field.attname))
    coverage.save()
    trail.record("coverage.changed", subject=coverage, patient=coverage.patient_id)
    return coverage


def build_coverage(patient: Patient, told: NewCoverage) -> Coverage:
    """The unsaved row of an insurance."""
    return Coverage(
        id=told.id or uuid7(),
        patient=patient,
        payor=told.payor.strip(),
        payor_organization=told.payor_organization,
        kind=told.kind,
        status=told.status,
        order=told.order,
        plan=told.plan.strip(),
        group_number=told.group_number.strip(),
        network=told.network.strip(),
        relationship=told.relationship,
        subscriber_name=told.subscriber_name.strip(),
        subscriber_id=told.subscriber_id.strip(),
        subscriber_index=identifier_index(told.subscriber_id) if told.subscriber_id.strip() else b"",
        dependent=told.dependent.strip(),
        start=told.start,
        end=told.end,
    )


def _check(told: NewCoverage) -> None:
    if told.kind != codes.CoverageKind.SELF_PAY and not told.payor.strip() and told.payor_organization is None:
        raise Refused(Problem(code="required", field="payor", text=_("Name the insurer, or choose “Pays themselves”.")))
    if told.start and told.end and told.end < told.start:
        raise Refused(Problem(code="invalid", field="end", text=_("The end is before the beginning.")))
