"""Policies: what a facility has decided, from which day on."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core.guards import Frozen
from hms.core.prepared import Given
from hms.core.records import Record
from hms.organization.models.facility import Facility
from hms.organization.policies import PolicyValue

VALUE_COLUMNS = ("value_integer", "value_decimal", "value_boolean", "value_text", "value_time", "value_duration")


def _exactly_one_value() -> Q:
    condition = Q()
    for filled in VALUE_COLUMNS:
        condition |= Q(**{f"{column}__isnull": column != filled for column in VALUE_COLUMNS})
    return condition


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self, facility: Facility | Given | None, on: date | Given) -> PolicyQuerySet:
        """Rows that count for the facility on that day; the facility's own beat the group's, later beat earlier."""
        scope = Q(facility__isnull=True) if facility is None else Q(facility__isnull=True) | Q(facility=facility)
        return self.filter(scope, in_force_from__lte=on).order_by(
            "name", models.F("facility").asc(nulls_last=True), "-in_force_from"
        )


class Policy(Record):
    """One decision: a named, typed value from a day on, for one facility or (facility null) the whole group."""

    # A decision can be put right on its own day; it can't be moved to another name, facility or day.
    guards = [Frozen(columns=["facility", "name", "in_force_from"])]

    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="policies", verbose_name=_("facility")
    )
    name = models.CharField(_("policy"), max_length=64)
    in_force_from = models.DateField(_("in force from"))
    # Exactly one is filled, even with an empty text: NULL says that another column holds the value.
    value_integer = models.BigIntegerField(null=True, blank=True)
    value_decimal = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=6)
    value_boolean = models.BooleanField(null=True, blank=True)
    value_text = models.TextField(null=True, blank=True)
    value_time = models.TimeField(null=True, blank=True)
    value_duration = models.DurationField(null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-in_force_from"]
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "name", "in_force_from"],
                condition=Q(facility__isnull=False),
                name="organization_policy_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["name", "in_force_from"],
                condition=Q(facility__isnull=True),
                name="organization_group_policy_once_a_day",
            ),
            models.CheckConstraint(condition=_exactly_one_value(), name="organization_policy_one_value"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def value(self) -> PolicyValue:
        return next(value for column in VALUE_COLUMNS if (value := getattr(self, column)) is not None)
