"""Prescriptions. A draft belongs to its author alone; a signed one never changes, only its status moves on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical.models import ChartQuerySet, ChartRecord, Encounter
from hms.core.actor import Actor
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.formulary.codes import DoseUnit, Route
from hms.formulary.dosage import Dosage
from hms.formulary.lines import Line, medicine_line
from hms.formulary.models import Medication
from hms.patients.models import Patient
from hms.prescribing import codes

SIGNED = "signed_at IS NOT NULL OR source <> ''"
# What may still be written on a signed prescription: its ending, who it was merged to, when it was released.
CHANGEABLE = [
    "patient",
    "released_at",
    "status_reason",
    "status_note",
    "status_changed_at",
    "status_changed_by",
    "error_reason",
]


class MedicationRequestQuerySet(ChartQuerySet):
    def visible_to(self, by: Actor, patient: Patient | None = None) -> Self:
        """Prescriptions of charts this actor may open; drafts only to their author."""
        rows = super().visible_to(by, patient)
        return rows.filter(~Q(status=codes.MedicationRequestStatus.DRAFT) | Q(author=by.id, author__isnull=False))

    def prescribed(self) -> Self:
        """Signed here or imported: without drafts, and without what was taken out of a basket."""
        return self.standing().filter(Q(signed_at__isnull=False) | ~Q(source=""))

    def current(self, today: dt.date) -> Self:
        """What the patient takes as far as is known: prescribed, going on, and its course not run out."""
        return self.prescribed().filter(
            Q(end_on__isnull=True) | Q(end_on__gte=today), status__in=codes.CURRENT, do_not_perform=False
        )

    def past(self, today: dt.date) -> Self:
        return self.prescribed().filter(~Q(status__in=codes.CURRENT) | Q(end_on__lt=today))

    def drafts_of(self, by: Actor) -> Self:
        """The baskets of this actor."""
        return self.filter(status=codes.MedicationRequestStatus.DRAFT, author=by.id, author__isnull=False)

    def for_list(self) -> Self:
        """With what a medicine line shows, latest first."""
        return self.select_related("medication__generic", "requester").order_by(
            F("authored_at").desc(nulls_last=True), "-id"
        )


class MedicationRequest(ChartRecord):
    """FHIR MedicationRequest. The medicine as it was coded when it was recorded, and our own product where known.

    Drafts are the unsigned basket of `author`. `authored_at` is when it was prescribed, `recorded_at` when it
    came here, `signed_at` when it was signed here (empty for what was imported). `signed_patient` is the
    patient the signature covers, whatever is merged later.
    """

    read_permission: ClassVar[str] = "prescribing.read_medication"
    guards = [
        Frozen(columns="*", when=SIGNED, moves={"status": codes.STATUS_MOVES}, except_columns=CHANGEABLE),
        Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"]),
    ]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="medication_requests")
    encounter = models.ForeignKey(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="medication_requests"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="medication_requests")
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=codes.MedicationRequestStatus,
        default=codes.MedicationRequestStatus.DRAFT,
    )
    intent = models.CharField(
        _("intent"),
        max_length=14,
        choices=codes.MedicationRequestIntent,
        default=codes.MedicationRequestIntent.ORDER,
    )
    category = models.CharField(_("where"), max_length=10, choices=codes.MedicationRequestCategory, blank=True)
    priority = models.CharField(
        _("priority"), max_length=8, choices=codes.RequestPriority, default=codes.RequestPriority.ROUTINE
    )
    do_not_perform = models.BooleanField(_("must not be given"), default=False)
    # Taken at home, told by the patient or a relative; nobody here prescribed it.
    reported = models.BooleanField(_("reported"), default=False)

    medication = models.ForeignKey(
        Medication, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("medicine")
    )
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=100, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("medicine"), max_length=300)

    # How it is taken: FHIR Dosage.
    dose = models.DecimalField(_("dose"), max_digits=12, decimal_places=4, null=True, blank=True)
    dose_unit = models.CharField(_("unit"), max_length=16, choices=DoseUnit, blank=True)
    route = models.CharField(_("route"), max_length=16, choices=Route, blank=True)
    frequency = models.PositiveSmallIntegerField(_("times"), null=True, blank=True)
    period = models.DecimalField(_("in"), max_digits=6, decimal_places=2, null=True, blank=True)
    period_unit = models.CharField(_("period"), max_length=3, choices=codes.PeriodUnit, blank=True)
    # EventTiming codes with a space between them: "MORN EVE".
    when = models.CharField(_("when"), max_length=40, blank=True)
    as_needed = models.BooleanField(_("as needed"), default=False)
    as_needed_for = EncryptedTextField(_("needed for"), label="prescribing.request.as_needed_for", blank=True)
    max_doses_a_day = models.PositiveSmallIntegerField(_("at most a day"), null=True, blank=True)
    min_hours_between = models.DecimalField(
        _("hours between doses"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    start_on = models.DateField(_("from"), null=True, blank=True)
    # The last day it is taken; empty for what goes on.
    end_on = models.DateField(_("until"), null=True, blank=True)
    instructions = EncryptedTextField(
        _("instructions for the patient"), label="prescribing.request.instructions", blank=True
    )
    # The words it came with, where an import had words alone.
    dosage_text = EncryptedTextField(label="prescribing.request.dosage_text", blank=True)

    # What the pharmacy hands over: FHIR dispenseRequest and substitution.
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4, null=True, blank=True)
    quantity_unit = models.CharField(max_length=16, choices=DoseUnit, blank=True)
    repeats = models.PositiveSmallIntegerField(_("repeats"), default=0)
    substitution_allowed = models.BooleanField(_("substitution allowed"), default=True)
    substitution_reason = models.CharField(_("why not"), max_length=200, blank=True)

    reason = models.ForeignKey(
        "clinical.Condition", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("for")
    )
    note = EncryptedTextField(_("remark"), label="prescribing.request.note", blank=True)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("replaces")
    )

    requester = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="medication_requests"
    )
    requester_text = models.CharField(_("prescribed by"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    authored_at = models.DateTimeField(_("prescribed"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_patient = models.UUIDField(null=True, editable=False)
    knowledge_version = models.CharField(_("checked against"), max_length=40, blank=True)

    status_reason = models.CharField(_("why it ended"), max_length=16, choices=codes.StatusReason, blank=True)
    status_note = EncryptedTextField(label="prescribing.request.status_note", blank=True)
    status_changed_at = models.DateTimeField(null=True, blank=True)
    status_changed_by = models.CharField(max_length=200, blank=True)
    error_reason = EncryptedTextField(label="prescribing.request.error_reason", blank=True)

    objects = MedicationRequestQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        indexes = [
            models.Index(fields=["patient", "status"], name="prescribing_request_chart"),
            models.Index(fields=["author"], condition=Q(status="draft"), name="prescribing_request_basket"),
        ]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(signed_at__isnull=False, requester__isnull=False, signed_patient__isnull=False)
                | Q(signed_at__isnull=True, status__in=["draft", "cancelled", "entered-in-error"])
                | ~Q(source=""),
                name="prescribing_request_signed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="draft") | Q(signed_at__isnull=True), name="prescribing_draft_is_unsigned"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="prescribing_request_says_what"),
            models.CheckConstraint(
                condition=Q(dose__isnull=True) | Q(dose__gt=0), name="prescribing_request_dose_positive"
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="prescribing_request_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(start_on__isnull=True) | Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="prescribing_request_period",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="prescribing_request_not_its_own"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_draft(self) -> bool:
        return self.status == codes.MedicationRequestStatus.DRAFT

    @property
    def is_current(self) -> bool:
        return self.status in codes.CURRENT

    @property
    def dosage(self) -> Dosage:
        """How it is taken."""
        return Dosage(
            dose=self.dose,
            unit=self.dose_unit,
            route=self.route,
            frequency=self.frequency,
            period=self.period,
            period_unit=self.period_unit,
            when=tuple(self.when.split()),
            as_needed=self.as_needed,
            as_needed_for=self.as_needed_for,
            max_doses_a_day=self.max_doses_a_day,
            min_hours_between=self.min_hours_between,
            days=self.days,
        )

    @dosage.setter
    def dosage(self, dosage: Dosage) -> None:
        self.dose, self.dose_unit, self.route = dosage.dose, dosage.unit, dosage.route
        self.frequency, self.period, self.period_unit = dosage.frequency, dosage.period, dosage.period_unit
        self.when, self.as_needed, self.as_needed_for = " ".join(dosage.when), dosage.as_needed, dosage.as_needed_for
        self.max_doses_a_day, self.min_hours_between = dosage.max_doses_a_day, dosage.min_hours_between
        self.days = dosage.days

    @property
    def name(self) -> str:
        """The generic's name where it is ours, else the words it came with."""
        return self.medication.generic.shown_name if self.medication else self.text

    @property
    def line(self) -> Line:
        """The medicine line, as it stands everywhere."""
        product = self.medication.product if self.medication else ""
        goes_on = self.medication_id is not None and self.end_on is None and (self.is_current or self.is_draft)
        return medicine_line(self.name, product, self.dosage, ongoing=goes_on, words=self.dosage_text)

    @property
    def prescriber(self) -> str:
        return self.requester.label if self.requester else self.requester_text

    @property
    def total(self) -> Decimal | None:
        """How much the course needs, in the dose's unit."""
        return self.quantity if self.quantity is not None else self.dosage.quantity
