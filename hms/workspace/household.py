"""For whom a page of the portal is: oneself, or somebody one acts for.

The person is named in the address (`/my/<patient_id>/…`) and never kept in the session, so that two tabs can't
change places. Without a name in the address it is the own record, else the first of those one acts for. Refuses,
as not found, whoever is not in the household, and every page that the granted scopes do not reach; a block by
name outweighs any grant (`Patient.objects.acted_for_by`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hms.core import clock
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.records import missing
from hms.organization.policies import policy
from hms.patients.codes import NameUse, Scope
from hms.patients.models import Patient, PatientName, RelatedPerson
from hms.patients.rules import names, relations

# HL7 v3 PurposeOfUse: somebody of the family asks, where the patient's own asking is PATRQT.
FAMILY_REQUEST: Final = "FAMRQT"
# The most that the policy of majority allows: nobody older is a minor anywhere.
_OLDEST_MINOR: Final = 25


@dataclass(frozen=True, slots=True)
class Member:
    """Oneself, or somebody one acts for, and what one may do there."""

    patient: Patient
    scopes: frozenset[str]
    is_self: bool

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def may_book(self) -> bool:
        return self.may(Scope.BOOK)

    @property
    def may_pay(self) -> bool:
        return self.may(Scope.PAY)

    @property
    def called(self) -> str:
        """The name this person goes by: Ingrid, not HALVORSEN, Ingrid."""
        name = names.preferred(self.patient.names.all())
        return (name.given or names.spoken(name)) if name is not None else self.patient.label


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose page this is, among whom it was chosen, and as whom the page reads."""

    member: Member
    household: tuple[Member, ...]
    by: Actor
    # A teenager's page, opened by a parent: what teenagers tell their doctors is left out.
    is_confidential: bool = False

    @property
    def patient(self) -> Patient:
        return self.member.patient

    @property
    def called(self) -> str:
        return self.member.called

    @property
    def is_self(self) -> bool:
        return self.member.is_self

    @property
    def is_choice(self) -> bool:
        """Whether there is anybody to switch to."""
        return len(self.household) > 1

    @property
    def may_book(self) -> bool:
        return self.member.may_book

    @property
    def may_pay(self) -> bool:
        return self.member.may_pay

    @property
    def zone(self) -> str:
        """The clock of this person's pages: that of the facility that knows them."""
        return zone_of(self.patient)


def zone_of(patient: Patient) -> str:
    return patient.registered_in.time_zone if patient.registered_in is not None else settings.TIME_ZONE


def household_of(by: Actor) -> tuple[Member, ...]:
    """Oneself first, then those one acts for, the eldest first. Two queries."""
    at = clock.now()
    spoken_for = RelatedPerson.objects.of_user(by.id).speaking(at).values("patient")
    reach = {
        f"may_{scope}": Exists(Patient.objects.acted_for_by(by, at, scope).filter(pk=OuterRef("pk")))
        for scope in Scope.values
    }
    patients = (
        Patient.objects.filter(Q(user_id=by.id) | Q(pk__in=spoken_for))
        .annotate(**reach)
        .select_related("registered_in")
        .prefetch_related(Prefetch("names", PatientName.objects.exclude(use=NameUse.OLD)))
        .order_by("birth_low", "sort_name", "pk")
    )
    found = [Member(one, _granted(one), is_self=one.user_id == by.id) for one in patients]
    return tuple(sorted((one for one in found if one.scopes), key=lambda one: not one.is_self))


def _granted(patient: Any) -> frozenset[str]:
    return frozenset(scope for scope in Scope.values if getattr(patient, f"may_{scope}"))


def whom_of(by: Actor, household: tuple[Member, ...], patient_id: uuid.UUID | None, scope: str) -> Whom:
    """The person the address names, or the first whom this page may be about. Raises Missing."""
    member = next((one for one in household if one.may(scope) and patient_id in (None, one.patient.pk)), None)
    if member is None:
        raise missing()
    if member.is_self:
        return Whom(member, household, by)
    acting = by.on_behalf(member.patient.pk).for_purpose(FAMILY_REQUEST)
    return Whom(member, household, acting, is_confidential=_keeps_confidence(member.patient))


def _keeps_confidence(patient: Patient) -> bool:
    birth, today = patient.birth_date, clock.today(zone_of(patient))
    # The policy costs a query, and is asked only where it can matter.
    if not relations.keeps_confidence(birth, today, _OLDEST_MINOR):
        return False
    return relations.keeps_confidence(birth, today, policy("patients.majority_age", patient.registered_in))


def portal_page(scope: str = Scope.VIEW) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page of the portal: `view(request, whom, …)`, read-only, on the patient's clock.

    From here on `request.actor` acts for the person, so that each line in the trail says "for whom" as well as "who".
    Somebody whose login belongs to no record yet is told whom to ask.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_safe
        @access("workspace.portal")
        @wraps(view)
        def page(request: HttpRequest, patient_id: uuid.UUID | None = None, **rest: Any) -> HttpResponse:
            household = household_of(request.actor)  # type: ignore[attr-defined]
            if not household and patient_id is None:
                return render(request, "workspace/my/nobody.html")
            whom = whom_of(request.actor, household, patient_id, scope)  # type: ignore[attr-defined]
            request.actor = whom.by  # type: ignore[attr-defined]
            # The rail leads to this person's pages, and to their bills only where one may pay.
            request.portal_scopes = whom.member.scopes  # type: ignore[attr-defined]
            with timezone.override(clock.zone(whom.zone)):
                return view(request, whom, **rest)

        return page

    return decorate
