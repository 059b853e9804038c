"""Practitioners: who they are, what they may do, and for which department they do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.records import Owned, Record
from hms.organization import codes
from hms.organization.models.department import Department
from hms.organization.models.facility import Facility

# So long before its end a licence is to be seen to.
LICENCES_SOON: Final = timedelta(days=60)


class PractitionerQuerySet(models.QuerySet["Practitioner"]):
    def active(self) -> PractitionerQuerySet:
        return self.filter(active=True)

    def licence_ends_by(self, day: date) -> PractitionerQuerySet:
        """Those whose licence has ended, or will have by that day."""
        return self.filter(licence_end__lte=day)

    def working_in(self, department: Department, on: date) -> PractitionerQuerySet:
        """Active practitioners with a role in the department on that day."""
        roles = PractitionerRole.objects.in_force(on).filter(department=department)
        return self.active().filter(pk__in=roles.values("practitioner"))


class Practitioner(Record):
    """A person who treats patients: FHIR Practitioner. The login, where there is one, is `user`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="practitioner"
    )
    prefix = models.CharField(_("title"), max_length=40, blank=True)
    given = models.CharField(_("given names"), max_length=100, blank=True)
    family = models.CharField(_("family name"), max_length=100, blank=True)
    suffix = models.CharField(_("letters after the name"), max_length=40, blank=True)
    gender = models.CharField(_("gender"), max_length=16, choices=codes.Gender, default=codes.Gender.UNKNOWN)
    licence_number = models.CharField(_("licence number"), max_length=64, blank=True)
    licence_issuer = models.CharField(_("licence issued by"), max_length=150, blank=True)
    licence_start = models.DateField(_("licence valid from"), null=True, blank=True)
    # The first day on which it is no longer valid.
    licence_end = models.DateField(_("licence valid until"), null=True, blank=True)
    active = models.BooleanField(_("in practice"), default=True)

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        ordering = ["family", "given"]
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        constraints = [
            models.CheckConstraint(condition=~Q(family="") | ~Q(given=""), name="organization_practitioner_has_name"),
            models.CheckConstraint(
                condition=Q(licence_start__isnull=True)
                | Q(licence_end__isnull=True)
                | Q(licence_end__gt=F("licence_start")),
                name="organization_practitioner_licence_period",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def label(self) -> str:
        """How colleagues and patients speak of them: 'Dr Farahani'. A mononym keeps its one name."""
        return " ".join(part for part in (self.prefix, self.family or self.given) if part)

    @property
    def full_name(self) -> str:
        return self.name_in_order(codes.NameOrder.GIVEN_FAMILY)

    def name_in_order(self, order: str) -> str:
        """The whole name as a facility with that order of names prints it."""
        names = (self.given, self.family) if order == codes.NameOrder.GIVEN_FAMILY else (self.family, self.given)
        return " ".join(part for part in (self.prefix, *names, self.suffix) if part)

    def licensed_on(self, day: date) -> bool:
        """Whether the licence covers the day. A practitioner whose licence has no dates is covered.

        NB: people without a licence number are not licensed at all, dates or none.
        """
        if not self.licence_number:
            return False
        return (self.licence_start is None or self.licence_start <= day) and (
            self.licence_end is None or day < self.licence_end
        )


class PractitionerIdentifier(Owned):
    """A number some register gave to a practitioner: FHIR Practitioner.identifier."""

    root = "practitioner"

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(_("register"), max_length=200)
    value = models.CharField(_("number"), max_length=64)
    issuer = models.CharField(_("issued by"), max_length=150, blank=True)
    start = models.DateField(_("valid from"), null=True, blank=True)
    end = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="organization_practitioner_identifier_once"),
        ]

    def __str__(self) -> str:
        return self.value


class PractitionerQualification(Owned):
    """A degree or certificate: FHIR Practitioner.qualification."""

    root = "practitioner"
    may_delete = True

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="qualifications")
    kind = models.CharField(
        _("kind"), max_length=16, choices=codes.QualificationKind, default=codes.QualificationKind.DEGREE
    )
    code = models.CharField(_("qualification"), max_length=100)
    issuer = models.CharField(_("issued by"), max_length=150, blank=True)
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "kind", "code"], name="organization_qualification_once"),
        ]

    def __str__(self) -> str:
        return self.code


class PractitionerLanguage(Owned):
    """A language a practitioner speaks with patients: FHIR Practitioner.communication (BCP 47)."""

    root = "practitioner"
    may_delete = True

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="languages")
    code = models.CharField(_("language"), max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "code"], name="organization_language_once"),
        ]

    def __str__(self) -> str:
        return self.code


class PractitionerRoleQuerySet(models.QuerySet["PractitionerRole"]):
    def in_force(self, on: date) -> PractitionerRoleQuerySet:
        return self.filter(Q(end__isnull=True) | Q(end__gt=on), start__lte=on)


class PractitionerRole(Record):
    """What a practitioner does, where, from when to when: FHIR PractitionerRole. `end` is the first day without it."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="roles")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="practitioner_roles")
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="practitioner_roles",
        verbose_name=_("department"),
    )
    code = models.CharField(_("role"), max_length=16, choices=codes.RoleCode)
    specialty = models.CharField(_("specialty"), max_length=32, choices=codes.Specialty, blank=True)
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), null=True, blank=True)

    objects = PractitionerRoleQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        verbose_name = _("practitioner role")
        verbose_name_plural = _("practitioner roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gt=F("start")), name="organization_role_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}"
