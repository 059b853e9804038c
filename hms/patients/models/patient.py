"""The patient, their names, and the few facts that belong to the person and nothing else."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hms.core import values
from hms.core.guards import Frozen
from hms.core.records import Owned, Record
from hms.patients import codes
from hms.patients.models.scope import PatientQuerySet
from hms.patients.rules import mrn as mrns
from hms.patients.rules.partial_dates import PartialDate

__all__ = ["Patient", "PatientName", "PatientQuerySet", "PrivacySettings"]


class Patient(Record):
    """A person the hospital knows: FHIR Patient, and the root of names, identifiers, contacts and addresses.

    `label`, `native_label` and `sort_name` are made from the names by `indexing.refresh`; lists read them
    and join nothing. A merged record stays as a signpost (`merged_into`), so its number is never reused.
    """

    on_merge = "review"
    on_export = "export"
    retention = "clinical"
    guards = [Frozen(columns=["mrn"])]

    mrn = models.CharField(_("record number"), max_length=mrns.LENGTH, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="patient"
    )
    active = models.BooleanField(_("in use"), default=True)
    # Indexed only where it is set: SQLite would look for the many that are not by that index.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, db_index=False, on_delete=models.PROTECT, related_name="merged_records"
    )
    registered_in = models.ForeignKey(
        "organization.Facility",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("registered at"),
    )
    registered_at = models.DateTimeField(_("registered"))

    label = models.CharField(max_length=300, editable=False)
    native_label = models.CharField(max_length=200, blank=True, editable=False)
    sort_name = models.CharField(max_length=300, blank=True, editable=False, db_index=True)

    # FHIR date: 1962, 1962-03 or 1962-03-14; the range is what the text and the estimate allow.
    birth_date_text = models.CharField(_("date of birth"), max_length=10, blank=True)
    birth_date_estimated = models.BooleanField(_("estimated"), default=False)
    birth_low = models.DateField(null=True, editable=False)
    birth_high = models.DateField(null=True, editable=False)
    birth_at = models.DateTimeField(_("time of birth"), null=True, blank=True)
    multiple_birth = models.BooleanField(_("twin, triplet or more"), null=True, blank=True)
    birth_order = models.PositiveSmallIntegerField(_("birth order"), null=True, blank=True)

    gender = models.CharField(
        _("gender in papers"),
        max_length=8,
        choices=codes.AdministrativeGender,
        default=codes.AdministrativeGender.UNKNOWN,
    )
    sex_for_clinical_use = models.CharField(
        _("sex for clinical use"),
        max_length=10,
        choices=codes.SexForClinicalUse,
        default=codes.SexForClinicalUse.UNKNOWN,
    )
    gender_identity = models.CharField(_("gender identity"), max_length=16, choices=codes.GenderIdentity, blank=True)
    marital_status = models.CharField(_("marital status"), max_length=3, choices=codes.MaritalStatus, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    interpreter_needed = models.BooleanField(_("needs an interpreter"), default=False)

    deceased = models.BooleanField(_("deceased"), default=False)
    deceased_date_text = models.CharField(_("date of death"), max_length=10, blank=True)
    deceased_date_estimated = models.BooleanField(_("date of death is approximate"), default=False)
    deceased_at = models.DateTimeField(_("time of death"), null=True, blank=True)

    unidentified = models.BooleanField(_("identity not known"), default=False)
    restriction = models.CharField(_("confidential record"), max_length=9, choices=codes.Restriction, blank=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        indexes = [
            models.Index(fields=["birth_low"], name="patients_birth"),
            # Who was registered just now, for the second of two desks.
            models.Index(fields=["registered_at"], name="patients_registered"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="patients_merged"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="patients_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(birth_low__isnull=True, birth_high__isnull=True) | Q(birth_low__lte=models.F("birth_high")),
                name="patients_birth_range",
            ),
            models.CheckConstraint(
                condition=Q(deceased=True) | Q(deceased_date_text="", deceased_at__isnull=True),
                name="patients_date_of_death_of_the_dead",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def restricted(self) -> bool:
        return bool(self.restriction)

    @property
    def birth_date(self) -> PartialDate | None:
        """The birth date as it is known, or None."""
        return PartialDate(self.birth_date_text, self.birth_date_estimated) if self.birth_date_text else None

    @birth_date.setter
    def birth_date(self, value: PartialDate | None) -> None:
        self.birth_date_text = value.text if value else ""
        self.birth_date_estimated = bool(value and value.estimated)
        self.birth_low, self.birth_high = value.range if value else (None, None)

    @property
    def grouped_mrn(self) -> str:
        return mrns.grouped(self.mrn)

    @property
    def birth_date_shown(self) -> str:
        """14-Mar-1962, Mar-1962, 1962, ~1962."""
        return ("~" if self.birth_date_estimated else "") + values.partial_date_text(self.birth_date_text)

    def age_text(self, at: dt.datetime | dt.date | None = None) -> str:
        """The age as clinicians write it; in hours in the first two days of life, with "~" where it is a guess."""
        from hms.core import clock

        end = self.deceased_at or at or clock.now()
        if self.birth_at and isinstance(end, dt.datetime):
            hours = int((end - self.birth_at).total_seconds() // 3600)
            if 0 <= hours < 48:
                return gettext("%(number)s h") % {"number": hours}
        if self.deceased and not self.deceased_at and not at:
            return ""
        if not self.birth_date_text:
            return ""
        text = values.age_text(self.birth_date.day or self.birth_date_text, end)  # type: ignore[union-attr]
        return f"~{text}" if text and self.birth_date_estimated and not text.startswith("~") else text


class PatientName(Owned):
    """One of a person's names, as they have it: FHIR HumanName."""

    root = "patient"
    on_merge = "unite"
    on_export = "export"
    retention = "clinical"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="names")
    use = models.CharField(_("kind of name"), max_length=9, choices=codes.NameUse, default=codes.NameUse.OFFICIAL)
    family = models.CharField(_("family name"), max_length=200, blank=True)
    given = models.CharField(_("given names"), max_length=200, blank=True)
    prefix = models.CharField(_("title"), max_length=60, blank=True)
    suffix = models.CharField(_("suffix"), max_length=60, blank=True)
    native = models.CharField(_("in its own script"), max_length=200, blank=True)
    start = models.DateField(_("from"), null=True, blank=True)
    # As everywhere: the first day on which it no longer holds.
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [
            models.CheckConstraint(condition=~Q(family="", given="", native=""), name="patients_name_says_something"),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__isnull=True) | Q(start__lte=models.F("end")),
                name="patients_name_period",
            ),
        ]

    def __str__(self) -> str:
        from hms.patients.rules.names import display

        return display(self)


class PrivacySettings(Owned):
    """What the patient decided about being found and written to (45 CFR 164.510, 164.522)."""

    root = "patient"
    may_delete = False
    on_merge = "review"
    on_export = "export"
    retention = "clinical"

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="privacy")
    hidden_from_directory = models.BooleanField(_("callers and visitors are told nothing"), default=False)
    no_voicemail = models.BooleanField(_("no messages on answering machines"), default=False)
    research_refused = models.BooleanField(_("no use for research"), default=False)
    payer_not_told = models.BooleanField(_("the insurer is not told of visits the patient pays"), default=False)

    class Meta:
        verbose_name = _("privacy settings")
        verbose_name_plural = _("privacy settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
