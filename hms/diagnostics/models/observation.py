"""Observations: vital signs, results, findings. A final one never changes; a new version replaces it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical.models import ChartQuerySet, ChartRecord, Encounter
from hms.core.crypto import EncryptedTextField
from hms.core.guards import AppendOnly, Frozen
from hms.core.records import Owned
from hms.core.values import measured_text
from hms.diagnostics import codes
from hms.diagnostics.tables import vitals

FINISHED = "status IN ('final', 'amended', 'corrected', 'cancelled', 'entered-in-error')"
MOVES = [(status, "entered-in-error") for status in ("final", "amended", "corrected", "cancelled")]
CHANGEABLE = ["patient", "released_at", "error_reason"]


class ObservationQuerySet(ChartQuerySet):
    def current(self) -> Self:
        """Without those that a newer version replaced, and without what was never true."""
        return self.standing().filter(replaced_by__isnull=True)

    def of_category(self, category: str) -> Self:
        return self.filter(category=category)

    def latest_first(self) -> Self:
        # What came without a time is never the latest: left to themselves, the two engines disagree.
        return self.order_by(F("effective_at").desc(nulls_last=True), "-id")


class Measurement(models.Model):
    """The columns of a value with its unit, range and meaning, shared by an observation and its components.

    `value` is the number, `value_text` as it was written (72.50 stays 72.50). Unit, range and interpretation
    are kept with the value: a laboratory that changes its ranges does not change old results.
    """

    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("test"), max_length=300)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=8, null=True, blank=True)
    value_text = models.CharField(max_length=40, blank=True)
    comparator = models.CharField(max_length=2, choices=codes.Comparator, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    unit_text = models.CharField(max_length=40, blank=True)
    coded_system = models.CharField(max_length=200, blank=True)
    coded_code = models.CharField(max_length=64, blank=True)
    coded_text = models.CharField(max_length=400, blank=True)
    absent_reason = models.CharField(max_length=20, choices=codes.AbsentReason, blank=True)
    interpretation = models.CharField(_("meaning"), max_length=4, choices=codes.Interpretation, blank=True)
    range_low = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    range_high = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    range_text = models.CharField(_("reference range"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_critical(self) -> bool:
        return self.interpretation in codes.CRITICAL

    @property
    def shown_value(self) -> str:
        """The value as it is read, with its comparator; the words of a coded one."""
        if self.value is not None:
            comparator = self.get_comparator_display() if self.comparator else ""
            return f"{comparator}{measured_text(self.value_text or plain(self.value), self._decimals)}"
        return self.coded_text or self.coded_code

    @property
    def _decimals(self) -> int | None:
        """How exactly a vital sign is measured here; None for everything else, and in another unit."""
        vital = vitals().get(self.code)
        return vital.decimals if vital and vital.limits.unit == self.unit else None

    @property
    def shown_unit(self) -> str:
        from hms.terminology.tables import unit_label

        return unit_label(self.unit) if self.unit else self.unit_text

    @property
    def shown_range(self) -> str:
        """ "3.5 to 5.1", "up to 5", "from 60", or the words that came with it."""
        from django.utils.translation import gettext

        if self.range_low is not None and self.range_high is not None:
            return gettext("%(low)s to %(high)s") % {"low": plain(self.range_low), "high": plain(self.range_high)}
        if self.range_high is not None:
            return gettext("up to %(high)s") % {"high": plain(self.range_high)}
        if self.range_low is not None:
            return gettext("from %(low)s") % {"low": plain(self.range_low)}
        return self.range_text


class Observation(Measurement, ChartRecord):
    """FHIR Observation. Blood pressure has its two numbers as components and no value of its own."""

    read_permission: ClassVar[str] = "diagnostics.read_results"
    guards = [Frozen(columns="*", when=FINISHED, moves={"status": MOVES}, except_columns=CHANGEABLE)]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="observations")
    encounter = models.ForeignKey(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="observations"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="observations")
    status = models.CharField(_("status"), max_length=16, choices=codes.ObservationStatus)
    category = models.CharField(_("category"), max_length=16, choices=codes.ObservationCategory, blank=True)
    value_words = EncryptedTextField(_("finding"), label="diagnostics.observation.value_words", blank=True)
    value_boolean = models.BooleanField(null=True, blank=True)
    value_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(_("measured"), null=True, blank=True)
    effective_end_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(_("verified"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    performer = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="observations"
    )
    # A laboratory or device elsewhere.
    performer_text = models.CharField(max_length=200, blank=True)
    body_site_text = models.CharField(max_length=200, blank=True)
    method_text = models.CharField(max_length=200, blank=True)
    specimen_text = models.CharField(max_length=200, blank=True)
    note = EncryptedTextField(_("remark"), label="diagnostics.observation.note", blank=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    replacement_reason = EncryptedTextField(label="diagnostics.observation.replacement_reason", blank=True)
    error_reason = EncryptedTextField(label="diagnostics.observation.error_reason", blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        indexes = [
            models.Index(fields=["patient", "category", "-effective_at"], name="diagnostics_observation_chart"),
            models.Index(fields=["patient", "code", "-effective_at"], name="diagnostics_observation_code"),
        ]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status__in=["amended", "corrected"]) | Q(replaces__isnull=False) | ~Q(source=""),
                name="diagnostics_correction_replaces",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="diagnostics_not_its_own_version"
            ),
            models.CheckConstraint(
                condition=Q(effective_end_at__isnull=True)
                | Q(effective_at__isnull=True)
                | Q(effective_end_at__gte=F("effective_at")),
                name="diagnostics_observation_period",
            ),
            # FHIR obs-6: a reason for absence only where there is no value.
            models.CheckConstraint(
                condition=Q(absent_reason="") | Q(value__isnull=True, coded_code=""), name="diagnostics_obs_6"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def name(self) -> str:
        """What people call it, in their language; the code system's words for the rest."""
        return str(codes.short_name(self.code) or self.text)

    @property
    def is_final(self) -> bool:
        return self.status in codes.FINISHED

    @property
    def shown(self) -> str:
        """What a list shows in the place of a value: 134/82 for a blood pressure."""
        if self.value is not None or self.coded_code or self.coded_text:
            return self.shown_value
        if self.value_boolean is not None:
            return str(_("Yes") if self.value_boolean else _("No"))
        parts = {component.code: component.shown_value for component in self.components.all()}
        if codes.SYSTOLIC in parts and codes.DIASTOLIC in parts:
            return f"{parts[codes.SYSTOLIC]}/{parts[codes.DIASTOLIC]}"
        if parts:
            return " · ".join(value for value in parts.values() if value)
        return self.value_words or str(self.get_absent_reason_display())

    @property
    def worst_interpretation(self) -> str:
        """Its own meaning, or the most serious one of its components."""
        found = [self.interpretation, *(component.interpretation for component in self.components.all())]
        return min((one for one in found if one), key=_seriousness, default="")

    @property
    def any_unit(self) -> str:
        """The unit shown behind the value; that of the components where there is no own one."""
        return self.shown_unit or next((one.shown_unit for one in self.components.all() if one.shown_unit), "")


class ObservationComponent(Measurement, Owned):
    """FHIR Observation.component. Written with its observation, and never again."""

    root = "observation"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "clinical"
    guards = [AppendOnly()]

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="components")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("part of an observation")
        verbose_name_plural = _("parts of an observation")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "position"], name="diagnostics_component_position_once")
        ]

    def __str__(self) -> str:
        return self.text


def plain(number: Decimal) -> str:
    """A number as people read it, without the zeros that the column adds."""
    text = measured_text(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _seriousness(interpretation: Any) -> int:
    if interpretation in codes.CRITICAL:
        return 0
    return 2 if interpretation in (codes.Interpretation.NORMAL, codes.Interpretation.NEGATIVE) else 1
