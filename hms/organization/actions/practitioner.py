"""Practitioners and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext as _

from hms.accounts.models import User
from hms.core import trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.organization import rules
from hms.organization.actions.assigning import assign
from hms.organization.models import (
    Department,
    Facility,
    Practitioner,
    PractitionerIdentifier,
    PractitionerLanguage,
    PractitionerQualification,
    PractitionerRole,
)


class PractitionerFields(TypedDict, total=False):
    prefix: str
    given: str
    family: str
    suffix: str
    gender: str
    licence_number: str
    licence_issuer: str
    licence_start: date | None
    licence_end: date | None
    active: bool


class Qualification(TypedDict, total=False):
    kind: str
    code: str
    issuer: str
    start: date | None
    end: date | None


@action("organization.create_practitioner")
def create_practitioner(
    *,
    by: Actor,
    user: User | None = None,
    languages: Sequence[str] = (),
    qualifications: Sequence[Qualification] = (),
    **fields: Unpack[PractitionerFields],
) -> Practitioner:
    """Enter a practitioner. Refused: no name at all, licence that ends before it begins, user taken."""
    practitioner = Practitioner(user=user)
    assign(practitioner, fields, PractitionerFields)
    _refuse_problems(practitioner)
    practitioner.save(force_insert=True)
    _set_languages(practitioner, languages)
    _set_qualifications(practitioner, qualifications)
    trail.record("practitioner.created", subject=practitioner)
    return practitioner


@action("organization.edit_practitioner")
def edit_practitioner(
    *,
    by: Actor,
    practitioner: Practitioner,
    version: int | None = None,
    languages: Sequence[str] | None = None,
    qualifications: Sequence[Qualification] | None = None,
    **fields: Unpack[PractitionerFields],
) -> Practitioner:
    """Change a practitioner; None leaves languages or qualifications as they are. Refused: as for creating."""
    practitioner = take(Practitioner.objects.all(), practitioner.pk, version)
    changed = assign(practitioner, fields, PractitionerFields)
    _refuse_problems(practitioner)
    # First the root, then what it owns: an owned row written first would advance the version under our feet.
    practitioner.save()
    if languages is not None and _set_languages(practitioner, languages):
        changed.append("languages")
    if qualifications is not None and _set_qualifications(practitioner, qualifications):
        changed.append("qualifications")
    trail.record("practitioner.edited", subject=practitioner, detail={"fields": changed})
    return practitioner


@action("organization.edit_practitioner")
def link_user(*, by: Actor, practitioner: Practitioner, user: User | None) -> Practitioner:
    """Say which login is this practitioner (None: no login any more). Refused: the login is somebody else's."""
    practitioner = take(Practitioner.objects.all(), practitioner.pk)
    practitioner.user = user
    _refuse_problems(practitioner)
    practitioner.save()
    trail.record("practitioner.linked", subject=practitioner, detail={"user": str(user.pk) if user else None})
    return practitioner


@action("organization.assign_role")
def assign_role(
    *,
    by: Actor,
    practitioner: Practitioner,
    facility: Facility,
    code: str,
    start: date,
    department: Department | None = None,
    specialty: str = "",
    end: date | None = None,
) -> PractitionerRole:
    """Let a practitioner work for a department in `[start, end)`. Refused: the role twice, a retired department."""
    practitioner = take(Practitioner.objects.all(), practitioner.pk)
    problems = rules.period_problems(start, end)
    if department is not None and (department.facility_id != facility.pk or not department.active):
        problems.append(
            Problem(code="invalid", field="department", text=_("Choose a department of this facility that is in use."))
        )
    same = PractitionerRole.objects.filter(
        practitioner=practitioner, facility=facility, department=department, code=code
    ).values_list("start", "end")
    if rules.overlaps(start, end, list(same)):
        problems.append(
            Problem(code="duplicate", field="start", text=_("This person already has this role there at that time."))
        )
    if problems:
        raise Refused(*problems)
    role = PractitionerRole.objects.create(
        practitioner=practitioner,
        facility=facility,
        department=department,
        code=code,
        specialty=specialty,
        start=start,
        end=end,
    )
    trail.record("practitioner-role.assigned", subject=role, facility=facility, detail={"code": code})
    return role


@action("organization.end_role")
def end_role(*, by: Actor, role: PractitionerRole, end: date, version: int | None = None) -> PractitionerRole:
    """Let a role end; `end` is the first day without it. Refused: not after its start."""
    role = take(PractitionerRole.objects.all(), role.pk, version)
    if problems := rules.period_problems(role.start, end):
        raise Refused(*problems)
    role.end = end
    role.save()
    trail.record("practitioner-role.ended", subject=role, facility=role.facility_id, detail={"end": end.isoformat()})
    return role


@action("organization.import_practitioner")
def import_practitioner(
    *, by: Actor, system: str, value: str, active: bool = False, **fields: Unpack[PractitionerFields]
) -> Practitioner:
    """Keep a practitioner that a record from elsewhere names, found again by the register's number.

    One who is known already stays as the people here have entered them.
    """
    known = PractitionerIdentifier.objects.filter(system=system, value=value).select_related("practitioner").first()
    if known is not None:
        trail.record("practitioner.recognised", subject=known.practitioner)
        return known.practitioner
    practitioner = Practitioner(active=active)
    assign(practitioner, fields, PractitionerFields)
    _refuse_problems(practitioner)
    practitioner.save(force_insert=True)
    PractitionerIdentifier.objects.create(practitioner=practitioner, system=system, value=value)
    trail.record("practitioner.imported", subject=practitioner)
    return practitioner


def _refuse_problems(practitioner: Practitioner) -> None:
    problems = rules.period_problems(practitioner.licence_start, practitioner.licence_end, field="licence_end")
    if not (practitioner.family or practitioner.given):
        problems.append(Problem(code="required", field="family", text=_("Enter a name. One is enough.")))
    if (
        practitioner.user_id is not None
        and Practitioner.objects.filter(user=practitioner.user_id).exclude(pk=practitioner.pk).exists()
    ):
        problems.append(
            Problem(code="duplicate", field="user", text=_("This login already belongs to another practitioner."))
        )
    if problems:
        raise Refused(*problems)


def _set_languages(practitioner: Practitioner, languages: Sequence[str]) -> bool:
    present = {row.code: row for row in practitioner.languages.all()}
    gone, new = present.keys() - set(languages), set(languages) - present.keys()
    for code in sorted(gone):
        present[code].delete()
    for code in sorted(new):
        PractitionerLanguage.objects.create(practitioner=practitioner, code=code)
    return bool(gone or new)


def _set_qualifications(practitioner: Practitioner, wanted: Sequence[Qualification]) -> bool:
    present = {(row.kind, row.code): row for row in practitioner.qualifications.all()}
    changed = False
    for item in wanted:
        row = present.pop((item["kind"], item["code"]), None) or PractitionerQualification(practitioner=practitioner)
        if assign(row, item, Qualification):
            row.save()
            changed = True
    for row in present.values():
        row.delete()
        changed = True
    return changed
