"""Encounters: a patient meets somebody who treats them, here or on the way here."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hms.clinical import codes
from hms.clinical.models.chart import ChartQuerySet, ChartRecord
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned

_DONE = ["cancelled", "entered-in-error"]


class EncounterQuerySet(ChartQuerySet):
    def live(self) -> Self:
        """Going on here and now. What was imported goes on elsewhere, if at all: it is nobody's work here."""
        return self.filter(status__in=codes.LIVE_ENCOUNTER, source="", service_provider__isnull=True)

    def latest_first(self) -> Self:
        return self.order_by(F("start_at").desc(nulls_last=True), "-id")

    def of_practitioner(self, practitioner_id: object) -> Self:
        """Encounters the practitioner takes part in."""
        return self.filter(pk__in=EncounterParticipant.objects.filter(practitioner=practitioner_id).values("encounter"))


class Encounter(ChartRecord):
    """FHIR Encounter. The visit of an appointment, an emergency arrival, a stay, or care imported from elsewhere."""

    guards = [
        Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"]),
        Frozen(columns=["status"], when="status = 'finished'", moves={"status": [("finished", "entered-in-error")]}),
        Frozen(columns=["status"], when="status = 'cancelled'", moves={"status": [("cancelled", "entered-in-error")]}),
    ]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="encounters")
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="encounters")
    department = models.ForeignKey(
        "organization.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="encounters"
    )
    location = models.ForeignKey(
        "organization.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="encounters"
    )
    # Whoever gave the care where it was not our facility.
    service_provider = models.ForeignKey(
        "organization.ExternalOrganization", null=True, blank=True, on_delete=models.PROTECT, related_name="encounters"
    )
    appointment = models.ForeignKey(
        "scheduling.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="encounters"
    )
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")

    status = models.CharField(_("status"), max_length=20, choices=codes.EncounterStatus)
    class_code = models.CharField(
        _("kind of visit"), max_length=8, choices=codes.EncounterClass, default=codes.EncounterClass.AMBULATORY
    )
    type_system = models.CharField(max_length=200, blank=True)
    type_code = models.CharField(max_length=64, blank=True)
    type_version = models.CharField(max_length=64, blank=True)
    type_text = models.CharField(_("type"), max_length=300, blank=True)
    # As FHIR asks for Encounter.priority: R routine, UR urgent, EM emergency (v3-ActPriority).
    priority = models.CharField(max_length=4, blank=True)
    start_at = models.DateTimeField(_("from"), null=True, blank=True)
    end_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason_system = models.CharField(max_length=200, blank=True)
    reason_code = models.CharField(max_length=64, blank=True)
    reason_text = models.CharField(max_length=300, blank=True)
    # Why the patient comes, in words.
    reason = EncryptedTextField(_("reason"), label="clinical.encounter.reason", blank=True)
    discharge_disposition = models.CharField(
        _("where to"), max_length=10, choices=codes.DischargeDisposition, blank=True
    )
    error_reason = EncryptedTextField(label="clinical.encounter.error_reason", blank=True)

    objects = EncounterQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["patient", "-start_at"], name="clinical_encounter_chart"),
            models.Index(fields=["facility", "start_at"], name="clinical_encounter_day"),
        ]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["appointment", "patient"],
                condition=Q(appointment__isnull=False) & ~Q(status__in=_DONE),
                name="clinical_one_encounter_an_appointment",
            ),
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(start_at__isnull=True) | Q(end_at__gte=F("start_at")),
                name="clinical_encounter_period",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in-progress", "onleave"]) | Q(start_at__isnull=False),
                name="clinical_encounter_going_on_began",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What kind of visit it was, in words."""
        # A visit from elsewhere may be of a kind we have no code for, and then has its words at most.
        return self.type_text or str(self.get_class_code_display()) or gettext("Visit")

    @property
    def is_live(self) -> bool:
        """Whether it goes on here: as `live()` says it."""
        return self.status in codes.LIVE_ENCOUNTER and not self.source and self.service_provider_id is None

    @property
    def minutes(self) -> int | None:
        """How long it took, once it is over."""
        if self.start_at and self.end_at:
            return (self.end_at - self.start_at) // dt.timedelta(minutes=1)
        return None


class EncounterParticipant(Owned):
    """Who took part: FHIR Encounter.participant."""

    root = "encounter"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="participants")
    practitioner = models.ForeignKey(
        "organization.Practitioner", on_delete=models.PROTECT, related_name="encounter_participations"
    )
    type = models.CharField(
        _("part"), max_length=4, choices=codes.ParticipantType, default=codes.ParticipantType.PRIMARY_PERFORMER
    )
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["id"]
        indexes = [models.Index(fields=["practitioner", "encounter"], name="clinical_participant")]
        constraints = [
            models.UniqueConstraint(fields=["encounter", "practitioner", "type"], name="clinical_participant_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_type_display())
