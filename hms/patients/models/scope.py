"""Which patients an actor sees: the chart (`visible_to`), the identity alone (`findable_by`), or as a proxy.

One queryset each, used by page, fragment, API, export, PDF and job. A room above writes
`rows.filter(in_charts(Patient.objects.visible_to(by)))` and has said everything about row access.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from hms.core import clock
from hms.core.actor import Actor
from hms.core.prepared import Given, Prepared
from hms.patients import codes
from hms.patients.rules.relations import CONFIDENTIAL_FROM, MAJORITY

if TYPE_CHECKING:
    from hms.patients.models.patient import Patient

READ_CHART = "patients.read_chart"
READ_ANY_CHART = "patients.read_any_chart"
SEARCH = "patients.search"
REGISTER = "patients.register_patient"
CORRECT_IDENTITY = "patients.correct_identity"


class PatientQuerySet(models.QuerySet["Patient"]):
    def standing(self) -> PatientQuerySet:
        """Records in use: not merged away, not inactive."""
        return self.filter(merged_into__isnull=True, active=True)

    def visible_to(self, by: Actor, at: dt.datetime | None = None) -> PatientQuerySet:
        """Charts this actor may open.

        In the portal: the own record, and those the person acts for. On the staff side: patients whom the
        practitioner or their department treats, and those whose glass they broke; never the own record.
        The administrator has neither link nor permission, so sees nobody.

        NB: the question is asked of each row by index, so put the narrow filter beside it (one id, one day's
        appointments); it is no way to list everybody a department treats.
        """
        at = at or clock.now()
        if by.id is None:
            # The program itself (an import, a job): it carries exactly the permissions its caller named.
            return self.all() if by.may(READ_CHART) else self.none()
        if by.role == "patient":
            return self.acted_for_by(by, at)
        if by.may(READ_ANY_CHART):
            return self.filter(_not_own(by))
        if not by.may(READ_CHART):
            return self.none()
        treated = _treated_by_practitioner(by, at) | _treated_by_department(by, at) | _glass_is_broken(by, at)
        return self.filter(treated, _not_own(by), ~_is_blocked(by, at))

    def confiding_in(self, by: Actor, at: dt.datetime | None = None) -> PatientQuerySet:
        """Without teenagers whose parent is looking: from twelve to majority their chart is theirs.

        By the whole range of the birth date: whoever can be twelve already, and may still be a minor, is treated so.
        A guardian looks at a minor for as long as there is a guardian: where majority comes at 21, that is till then.
        """
        from hms.patients.models.relatives import RelatedPerson

        at = at or clock.now()
        today = at.date()
        guardian = RelatedPerson.objects.of_user(by.id).in_force(at).filter(kind=codes.RelatedKind.GUARDIAN)
        minor = Q(birth_high__gt=_years_before(today, MAJORITY)) | Exists(guardian.filter(patient=OuterRef("pk")))
        teenager = Q(birth_low__lte=_years_before(today, CONFIDENTIAL_FROM)) & minor
        return self.exclude(teenager & (Q(user_id__isnull=True) | ~Q(user_id=by.id)))

    def findable_by(self, by: Actor) -> PatientQuerySet:
        """Patients whose identity this actor may search for. Restricted people come too, masked by `shown_to`."""
        if not by.may(SEARCH):
            return self.none()
        return self.all() if by.id is None else self.filter(_not_own(by))

    def administered_by(self, by: Actor) -> PatientQuerySet:
        """Records whose contacts, addresses, insurance and people a front desk keeps: anybody's, but not those from
        which the person at the desk is blocked by name. An address is what a block is there to keep from them."""
        found = self.findable_by(by)
        return found if by.id is None else found.filter(~_is_blocked(by, clock.now()))

    def editable_by(self, by: Actor) -> PatientQuerySet:
        """Records whose details this actor may change: any for those who correct identity, else those they treat."""
        found = self.administered_by(by) if by.may(CORRECT_IDENTITY) else self.visible_to(by)
        return found.standing()

    def alertable_by(self, by: Actor) -> PatientQuerySet:
        """Records on which this actor may set alerts: the front desk on anybody's, clinicians on their patients'."""
        return self.administered_by(by) if by.may(REGISTER) else self.visible_to(by)

    def acted_for_by(self, by: Actor, at: dt.datetime | None = None, scope: str = codes.Scope.VIEW) -> PatientQuerySet:
        """The own record, and those of whom the person is guardian or proxy with this scope. A block beats both."""
        from hms.patients.models.relatives import RelatedPerson

        if by.id is None:
            return self.none()
        at = at or clock.now()
        # From the side of the person, who speaks for a handful: by index, whatever the hospital's size.
        speaks = RelatedPerson.objects.of_user(by.id).speaking(at).filter(**{f"may_{scope}": True}).values("patient")
        return self.filter(
            Q(user_id=by.id, deceased=False) | (Q(pk__in=speaks) & ~_is_blocked(by, at)), merged_into__isnull=True
        )

    def blocking(self, by: Actor, at: dt.datetime | None = None) -> PatientQuerySet:
        """Records from which this actor is blocked by name."""
        return self.filter(_is_blocked(by, at or clock.now()))


def find_patient(by: Actor, id: uuid.UUID) -> Patient | None:
    """The patient of this id, if `findable_by` lets this actor find them: what every booking begins with."""
    from hms.patients.models.patient import Patient

    if by.id is None or not by.may(SEARCH):
        return Patient.objects.findable_by(by).filter(pk=id).first()
    return _findable().first(by=by.id, id=id)


@cache
def _findable() -> Prepared[Patient]:
    """`findable_by` of anybody who may search."""
    from hms.patients.models.patient import Patient

    anybody = Actor(id=Given("by", models.UUIDField()), label="", permissions=frozenset({SEARCH}))  # type: ignore[arg-type]
    return Prepared(lambda: Patient.objects.findable_by(anybody).filter(pk=Given("id", models.UUIDField())))


def in_charts(charts: PatientQuerySet, patient: Patient | None = None) -> Exists:
    """Whether a row's patient is among these charts; with a patient named, whether that one is.

    NB: not `patient__in=charts`, for which SQLite first lists every chart there is, all hundred thousand of them. Asked
    this way the row's own patient is looked up by index, and a patient who is named only once for all rows.
    """
    return Exists(charts.filter(pk=OuterRef("patient_id") if patient is None else patient.pk))


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _not_own(by: Actor) -> Q:
    # NB: `exclude(user_id=…)` would be the same, were it not for NULL: most patients have no login.
    return Q(user_id__isnull=True) | ~Q(user_id=by.id)


def _is_blocked(by: Actor, at: dt.datetime) -> Exists:
    """A custody order, a threat: whoever is blocked is refused as relative and as member of staff alike."""
    from hms.patients.models.relatives import RelatedPerson

    blocked = RelatedPerson.objects.of_user(by.id).in_force(at).filter(kind=codes.RelatedKind.BLOCKED)
    return Exists(blocked.filter(patient=OuterRef("pk")))


def _in_force(at: dt.datetime) -> Q:
    return Q(start_at__lte=at) & (Q(end_at__isnull=True) | Q(end_at__gt=at))


def _treated_by_practitioner(by: Actor, at: dt.datetime) -> Exists:
    from hms.patients.models.access import CareRelationship

    return Exists(CareRelationship.objects.filter(_in_force(at), patient=OuterRef("pk"), practitioner__user_id=by.id))


def _treated_by_department(by: Actor, at: dt.datetime) -> Exists:
    """The same team counts: a department's patients are open to everybody who works in it today.

    Otherwise breaking the glass would become routine.
    """
    from hms.organization.models import PractitionerRole
    from hms.patients.models.access import CareRelationship

    # A role's first and last day are the facility's; one day more on either side of the date line is no harm.
    day = at.date()
    departments: Any = (
        PractitionerRole.objects.in_force(day)
        .filter(practitioner__user_id=by.id, practitioner__active=True, department__isnull=False)
        .values("department")
    )
    return Exists(CareRelationship.objects.filter(_in_force(at), patient=OuterRef("pk"), department__in=departments))


def _glass_is_broken(by: Actor, at: dt.datetime) -> Exists:
    from hms.patients.models.access import GlassBreak

    return Exists(GlassBreak.objects.open_at(at).filter(patient=OuterRef("pk"), user_id=by.id))
