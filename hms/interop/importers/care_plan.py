"""CarePlan with its activities, the conditions it is for and the goals it is to reach."""

from __future__ import annotations

from typing import Any

from hms.clinical import codes
from hms.clinical.models import CarePlan, CarePlanActivity, CarePlanCondition, CarePlanGoal
from hms.interop.importers.case import Case
from hms.interop.importers.datatypes import concept, cut, notes, period
from hms.terminology.codes import SNOMED


def read(case: Case) -> list[Any]:
    resource = case.resource
    if not case.patient():
        return []
    spent = case.period()
    # US Core puts "assess-plan" first; the finer one says what the plan is.
    categories = sorted(
        (concept(one, [SNOMED]) for one in resource.elements("category")), key=lambda one: one.coding.system != SNOMED
    )
    kind = categories[0] if categories else concept(resource.first("category"))
    row = CarePlan(
        **case.row,
        encounter_id=case.encounter(),
        care_team_id=next(
            (found for one in resource.elements("careTeam") if (found := case.link_id(one, "CareTeam"))), None
        ),
        status=resource.code("status", codes.RequestStatus, required=True),
        intent=resource.code("intent", codes.CarePlanIntent, required=True),
        **kind.columns("category"),
        title=resource.string("title", 200),
        description="\n".join(part for part in (resource.string("description"), notes(resource)) if part),
        start_at=spent.start,
        end_at=spent.end,
        recorded_at=case.recorded("created") if resource.has("created") else spent.start or case.place.now,
        author_id=case.practitioner(resource.element("author")),
    )
    return [row, *_activities(case, row), *_conditions(case, row), *_goals(case, row)]


def _activities(case: Case, row: CarePlan) -> list[CarePlanActivity]:
    found = []
    for one in case.resource.elements("activity"):
        detail = one.element("detail")
        what = concept(detail.element("code"), [SNOMED])
        words = what.text or detail.string("description", 300) or case.name(one.element("reference"))
        if not words:
            continue
        spent = period(detail.element("scheduledPeriod"), case.place.zone)
        found.append(
            CarePlanActivity(
                plan=row,
                status=detail.code("status", codes.ActivityStatus, default=codes.ActivityStatus.UNKNOWN),
                system=what.coding.system,
                code=what.coding.code,
                text=cut(words, 300),
                description=detail.string("description"),
                location_text=case.name(detail.element("location")),
                start_at=spent.start,
                end_at=spent.end,
            )
        )
    return found


def _conditions(case: Case, row: CarePlan) -> list[CarePlanCondition]:
    ids = dict.fromkeys(case.link_id(one, "Condition") for one in case.resource.elements("addresses"))
    return [CarePlanCondition(plan=row, condition_id=id) for id in ids if id]


def _goals(case: Case, row: CarePlan) -> list[CarePlanGoal]:
    ids = dict.fromkeys(case.link_id(one, "Goal") for one in case.resource.elements("goal"))
    return [CarePlanGoal(plan=row, goal_id=id) for id in ids if id]
