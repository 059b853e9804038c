"""Facts that keep a patient safe everywhere: allergies and alerts.

'No known allergies' is a statement somebody made at a time; nothing stated is 'not recorded'. A refuted
allergy stays, so that nobody records it again without seeing why it was refuted.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned, Record
from hms.patients import codes
from hms.patients.models.patient import Patient

_LIVE = Q(verification_status__in=["unconfirmed", "confirmed"], clinical_status="active")


class AllergyIntoleranceQuerySet(models.QuerySet["AllergyIntolerance"]):
    def live(self) -> AllergyIntoleranceQuerySet:
        """Those that count at prescribing: active, and neither refuted nor entered in error."""
        return self.filter(_LIVE)


class AllergyIntolerance(Record):
    """A substance that harms this person: FHIR AllergyIntolerance.

    `allergy_group` and `ingredient` are the formulary's own codes, by which prescribing checks; `code` is
    the coding that came with it, `text` what was said.
    """

    on_merge = "unite"
    on_export = "export"
    retention = "clinical"
    guards = [
        Frozen(columns=["recorded_at", "recorded_by"]),
        # What was entered in error stays readable and is never revived.
        Frozen(columns="*", when="verification_status = 'entered-in-error'", except_columns=["patient"]),
    ]

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    clinical_status = models.CharField(
        _("clinical status"),
        max_length=8,
        choices=codes.AllergyClinicalStatus,
        default=codes.AllergyClinicalStatus.ACTIVE,
    )
    verification_status = models.CharField(
        _("certainty"),
        max_length=16,
        choices=codes.AllergyVerificationStatus,
        default=codes.AllergyVerificationStatus.UNCONFIRMED,
    )
    type = models.CharField(_("type"), max_length=11, choices=codes.AllergyType, blank=True)
    category = models.CharField(_("category"), max_length=11, choices=codes.AllergyCategory, blank=True)
    criticality = models.CharField(_("risk"), max_length=16, choices=codes.AllergyCriticality, blank=True)
    text = models.CharField(_("substance"), max_length=200)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    allergy_group = models.CharField(_("group of substances"), max_length=64, blank=True)
    ingredient = models.CharField(_("ingredient"), max_length=64, blank=True)
    onset_text = models.CharField(_("since"), max_length=10, blank=True)
    occurred_at = models.DateTimeField(_("last reaction"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    asserter = models.CharField(_("told by"), max_length=200, blank=True)
    note = EncryptedTextField(_("note"), label="patients.allergy.note", blank=True)
    refutation = EncryptedTextField(_("why it does not hold"), label="patients.allergy.refutation", blank=True)

    objects = AllergyIntoleranceQuerySet.as_manager()

    class Meta:
        verbose_name = _("allergy or intolerance")
        verbose_name_plural = _("allergies and intolerances")
        ordering = ["-criticality", "text", "id"]
        indexes = [models.Index(fields=["patient"], condition=_LIVE, name="patients_allergy_live")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_live(self) -> bool:
        return self.clinical_status == "active" and self.verification_status in ("unconfirmed", "confirmed")


class AllergyReaction(Owned):
    """What happened when the person met the substance: FHIR AllergyIntolerance.reaction."""

    root = "allergy"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    allergy = models.ForeignKey(AllergyIntolerance, on_delete=models.PROTECT, related_name="reactions")
    manifestation = models.CharField(_("reaction"), max_length=200)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=codes.ReactionSeverity, blank=True)
    onset_text = models.CharField(_("when"), max_length=10, blank=True)
    description = EncryptedTextField(_("description"), label="patients.allergy.reaction", blank=True)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        ordering = ["id"]

    def __str__(self) -> str:
        return ", ".join(str(part) for part in (self.manifestation, self.get_severity_display()) if part)


class AllergyStatus(Record):
    """A statement about allergies where there is no list: none known, or not to be asked. Ended by the next one."""

    on_merge = "review"
    on_export = "export"
    retention = "clinical"
    guards = [
        Frozen(columns="*", except_columns=["patient", "ended_at"]),
        Frozen(columns=["ended_at"], when="ended_at IS NOT NULL"),
    ]

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergy_statements")
    statement = models.CharField(_("statement"), max_length=24, choices=codes.AllergyStatement)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_by_label = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("statement about allergies")
        verbose_name_plural = _("statements about allergies")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at__isnull=True), name="patients_one_allergy_statement"
            ),
        ]

    def __str__(self) -> str:
        return self.get_statement_display()


class FlagQuerySet(models.QuerySet["Flag"]):
    def active(self, at: object) -> FlagQuerySet:
        """Alerts shown at a moment."""
        return self.filter(
            Q(end_at__isnull=True) | Q(end_at__gt=at), status=codes.FlagStatus.ACTIVE, start_at__lte=at
        ).order_by("start_at", "id")


class Flag(Record):
    """An alert everybody must see: FHIR Flag."""

    on_merge = "unite"
    on_export = "export"
    retention = "clinical"
    guards = [
        Frozen(columns=["code", "recorded_by"]),
        Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"]),
    ]

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags")
    status = models.CharField(_("status"), max_length=16, choices=codes.FlagStatus, default=codes.FlagStatus.ACTIVE)
    category = models.CharField(
        _("category"), max_length=10, choices=codes.FlagCategory, default=codes.FlagCategory.SAFETY
    )
    code = models.CharField(_("alert"), max_length=24, choices=codes.FlagCode)
    note = EncryptedTextField(_("note"), label="patients.flag.note", blank=True)
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("until"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        indexes = [models.Index(fields=["patient"], condition=Q(status="active"), name="patients_flag_active")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(end_at__gte=F("start_at")), name="patients_flag_period"
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()
