"""Goal, with its first target."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hms.clinical import codes
from hms.clinical.models import Goal
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import coded, concept, day, notes, quantity
from hms.terminology.codes import LOINC, SNOMED

_COMPARATORS = ("<", "<=", ">=", ">")


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient():
        return []
    what = concept(resource.element("description"), [SNOMED])
    if not what:
        resource.lack("description", _("It does not say what is aimed at."))
    target = resource.first("target")
    aimed = quantity(target.element("detailQuantity"), _COMPARATORS, digits=18, places=6)
    row = Goal(
        **case.row,
        lifecycle_status=resource.code("lifecycleStatus", codes.GoalStatus, required=True),
        achievement_status=coded(resource.element("achievementStatus"), codes.GoalAchievement),
        priority=concept(resource.element("priority"), longest=16).coding.code,
        **concept(resource.first("category"), [SNOMED]).columns("category"),
        system=what.coding.system,
        code=what.coding.code,
        description=what.text,
        start_on=day(resource, "startDate"),
        due_on=day(target, "dueDate"),
        **concept(target.element("measure"), [LOINC]).columns("measure"),
        target_comparator=aimed.comparator,
        target_value=aimed.value,
        target_unit=aimed.unit or aimed.unit_text,
        addresses_id=case.first_condition("addresses"),
        recorded_at=case.recorded("statusDate", "startDate"),
        expressed_by_id=case.practitioner(resource.element("expressedBy")),
        note=notes(resource),
    )
    return [row]
