"""Policies: what a facility decides, from which day on."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.organization import rules
from hms.organization.models import Facility, Policy
from hms.organization.models.policy import VALUE_COLUMNS
from hms.organization.policies import KINDS, PolicyValue


@action("organization.set_policy")
def set_policy(
    *, by: Actor, name: str, value: PolicyValue, in_force_from: date, facility: Facility | None = None
) -> Policy:
    """Decide a policy from a day on. Refused: unknown policy, wrong type or bounds, a day in the past."""
    kind = KINDS.get(name)
    if kind is None:
        raise Refused(Problem(code="not-found", field="name", text=_("There is no such policy.")))
    today = clock.today(facility.time_zone if facility else "UTC")
    if problems := rules.policy_problems(kind, value, in_force_from=in_force_from, today=today):
        raise Refused(*problems)
    row = Policy.objects.filter(name=name, facility=facility, in_force_from=in_force_from).first()
    if row is None:
        row = Policy(name=name, facility=facility, in_force_from=in_force_from)
    for column in VALUE_COLUMNS:
        setattr(row, column, value if column == f"value_{kind.type}" else None)
    row.save()
    trail.record(
        "policy.set",
        subject=row,
        facility=facility,
        detail={"policy": name, "in_force_from": in_force_from.isoformat(), "value": str(value)},
    )
    return row
