"""People around the patient, and what the registrars decided about look-alikes."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Record
from hms.patients import codes
from hms.patients.models.patient import Patient

_SPEAKS = ["guardian", "proxy"]


class RelatedPersonQuerySet(models.QuerySet["RelatedPerson"]):
    def in_force(self, at: dt.datetime) -> RelatedPersonQuerySet:
        """Rows that hold at a moment."""
        return self.filter(
            Q(start_at__isnull=True) | Q(start_at__lte=at),
            Q(end_at__isnull=True) | Q(end_at__gt=at),
            status=codes.RelatedStatus.ACTIVE,
        )

    def speaking(self, at: dt.datetime) -> RelatedPersonQuerySet:
        """Guardians and proxies in force."""
        return self.in_force(at).filter(kind__in=_SPEAKS)

    def of_user(self, user_id: object) -> RelatedPersonQuerySet:
        """Rows about the person behind a login: linked directly, or through their own patient record."""
        return self.filter(Q(user_id=user_id) | Q(related_patient__user_id=user_id))


class RelatedPerson(Record):
    """A guardian, proxy, emergency contact or relative; or somebody who must not have access.

    Who may act is a row with scopes and a period: a guardian's ends at the patient's majority by itself.
    A `blocked` row beats every other: custody orders and threats outweigh family (deny wins).
    """

    on_merge = "move"
    on_export = "export"
    retention = "clinical"
    guards = [
        Frozen(columns=["kind"]),
        Frozen(
            columns="*",
            when="status <> 'active'",
            moves={"status": [("ended", "entered-in-error")]},
            except_columns=["patient", "related_patient"],
        ),
    ]

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="relatives")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="related_patients"
    )
    related_patient = models.ForeignKey(
        Patient,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="related_as",
        verbose_name=_("is a patient too"),
    )
    kind = models.CharField(_("kind"), max_length=17, choices=codes.RelatedKind)
    relationship = models.CharField(_("relationship"), max_length=8, choices=codes.Relationship, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=codes.RelatedStatus, default=codes.RelatedStatus.ACTIVE
    )
    name = models.CharField(_("name"), max_length=200)
    phone = EncryptedTextField(_("telephone"), label="patients.relative.phone", blank=True)
    email = EncryptedTextField(_("e-mail"), label="patients.relative.email", blank=True)
    rank = models.PositiveSmallIntegerField(_("order in which they are called"), default=1)
    may_view = models.BooleanField(_("sees the record"), default=False)
    may_book = models.BooleanField(_("books visits"), default=False)
    may_message = models.BooleanField(_("writes messages"), default=False)
    may_pay = models.BooleanField(_("pays invoices"), default=False)
    # Instants: the registrar's facility turned "until the 18th birthday" into the moment that day begins there.
    start_at = models.DateTimeField(_("from"), null=True, blank=True)
    end_at = models.DateTimeField(_("until"), null=True, blank=True)
    ends_at_majority = models.BooleanField(default=False, editable=False)
    document = models.CharField(_("document seen"), max_length=200, blank=True)
    note = EncryptedTextField(_("note"), label="patients.relative.note", blank=True)

    objects = RelatedPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("relative or proxy")
        verbose_name_plural = _("relatives and proxies")
        ordering = ["rank", "id"]
        indexes = [models.Index(fields=["user", "patient"], name="patients_related_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(start_at__isnull=True) | Q(start_at__lte=F("end_at")),
                name="patients_related_period",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=_SPEAKS) | Q(may_view=False, may_book=False, may_message=False, may_pay=False),
                name="patients_related_only_proxies_act",
            ),
            models.CheckConstraint(
                condition=Q(related_patient__isnull=True) | ~Q(related_patient=F("patient")),
                name="patients_related_to_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(scope for scope in codes.Scope.values if getattr(self, f"may_{scope}"))


class DuplicateDecision(Record):
    """What somebody decided when two records looked like one person. Kept: the same question is not asked twice."""

    on_merge = "move"
    on_export = "leave out: names another patient"
    retention = "audit"
    guards = [Frozen(columns="*", except_columns=["patient", "other"])]

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="duplicate_decisions")
    other = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=9, choices=codes.DuplicateVerdict)
    score = models.SmallIntegerField()
    # Codes of rules/matching.py, one space between: ids and codes only.
    reasons = models.CharField(max_length=300, blank=True)
    reason = EncryptedTextField(_("why they are different people"), label="patients.duplicate.reason", blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(patient=F("other")), name="patients_duplicate_of_another"),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()
