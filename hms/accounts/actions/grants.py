"""Giving duties, approving them as second person, taking them away."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from hms.accounts.codes import Duty, GrantStatus
from hms.accounts.models import Grant, User
from hms.accounts.rules.grants import Held, approval_problems, grant_problems, needs_second_person
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take


@action("accounts.grant_duty")
def grant_duty(
    *,
    by: Actor,
    user: User,
    duty: str,
    facility_id: uuid.UUID | None = None,
    start_at: dt.datetime | None = None,
    end_at: dt.datetime | None = None,
) -> Grant:
    """Give somebody a duty; one that carries power waits for a second person.

    Refused: for oneself, for a deactivated user, outside the giver's own facilities, twice in one period,
    and the duty "patient", which the front desk opens (`open_portal`).
    """
    user = take(User.objects.all(), user.pk)
    if user.pk == by.id:
        raise Refused(
            Problem(code="business-rule", text=_("Nobody gives themselves a duty. Ask another administrator."))
        )
    if duty == Duty.PATIENT and by.kind != "system":
        raise Refused(
            Problem(
                code="business-rule",
                field="duty",
                text=_("Access to the portal is opened by the front desk, on the patient's page."),
            )
        )
    _reach(by, facility_id, "accounts.grant_duty")
    return give(user, duty, facility_id, start_at, end_at, granted_by=by.id)


@action("accounts.open_portal")
def open_portal(*, by: Actor, user: User) -> Grant:
    """Let a person use the portal, as the patient they are linked to. Harmless twice."""
    user = take(User.objects.all(), user.pk)
    held = user.grants.in_force(clock.now()).filter(duty=Duty.PATIENT).first()
    if held is not None:
        trail.record("portal.opened", held, detail={"already": True})
        return held
    return give(user, Duty.PATIENT, None, None, None, granted_by=by.id, verb="portal.opened")


@action("accounts.approve_grant")
def approve_grant(*, by: Actor, grant: Grant, version: int | None = None) -> Grant:
    """Approve, as second person, a duty that waits. Refused to whoever gave it and to whom it is for."""
    grant = _to_decide(by, grant, version)
    if not grant.user.is_active:
        raise Refused(Problem(code="business-rule", text=_("This person has been deactivated.")))
    return _decide(by, grant, GrantStatus.ACTIVE, "grant.approved")


@action("accounts.refuse_grant")
def refuse_grant(*, by: Actor, grant: Grant, version: int | None = None) -> Grant:
    """Refuse, as second person, a duty that waits."""
    return _decide(by, _to_decide(by, grant, version), GrantStatus.REFUSED, "grant.refused")


@action("accounts.withdraw_grant")
def withdraw_grant(*, by: Actor, grant: Grant, version: int | None = None) -> Grant:
    """Take a duty away, now. Refused for the last administrator, and outside one's own facilities."""
    grant = take(Grant.objects.all(), grant.pk, version)
    _reach(by, grant.facility_id, "accounts.withdraw_grant")
    if grant.status not in (GrantStatus.ACTIVE, GrantStatus.PENDING):
        raise Refused(Problem(code="conflict", text=_("This duty has ended already.")))
    if grant.duty == Duty.ADMINISTRATOR and grant.status == GrantStatus.ACTIVE:
        keep_an_administrator(but_grant=grant)
    end(grant)
    trail.record("grant.withdrawn", grant, facility=grant.facility_id, detail=_told(grant))
    return grant


# --- Used by the other verbs of this room ----------------------------------------------------------------------
def give(
    user: User,
    duty: str,
    facility_id: uuid.UUID | None,
    start_at: dt.datetime | None,
    end_at: dt.datetime | None,
    *,
    granted_by: uuid.UUID | None,
    verb: str = "",
) -> Grant:
    """Write the grant of a duty to a locked user, waiting or in force. `granted_by` None: the installation itself."""
    now = clock.now()
    if not user.is_active:
        raise Refused(
            Problem(code="business-rule", text=_("This person has been deactivated. Let them in again first."))
        )
    new = Held(duty, facility_id, start_at or now, end_at)
    if problems := grant_problems(new, [grant.as_held() for grant in user.grants.open()]):
        raise Refused(*problems)
    waits = needs_second_person(duty, given_by_a_person=granted_by is not None)
    grant = Grant(
        user=user,
        duty=duty,
        facility_id=facility_id,
        start_at=new.start_at,
        end_at=end_at,
        status=GrantStatus.PENDING if waits else GrantStatus.ACTIVE,
        granted_by_id=granted_by,
        granted_at=now,
    )
    grant.save(force_insert=True)
    trail.record(
        verb or ("grant.proposed" if waits else "grant.given"), grant, facility=facility_id, detail=_told(grant)
    )
    return grant


def end(grant: Grant) -> None:
    """End a grant now, or never let it begin."""
    grant.status, grant.end_at = GrantStatus.WITHDRAWN, max(clock.now(), grant.start_at)
    grant.save(update_fields=["status", "end_at"])


def keep_an_administrator(*, but_user: User | None = None, but_grant: Grant | None = None) -> None:
    """Refuse what would leave nobody to administer. Locks the administrators: two can't remove each other at once."""
    now = clock.now()
    grants = Grant.objects.in_force(now).filter(duty=Duty.ADMINISTRATOR, user__is_active=True)
    list(User.objects.filter(pk__in=grants.values("user")).order_by("pk").select_for_update())
    if but_user is not None:
        if not grants.filter(user=but_user).exists():
            return
        grants = grants.exclude(user=but_user)
    if but_grant is not None:
        grants = grants.exclude(pk=but_grant.pk)
    if not grants.exists():
        raise Refused(
            Problem(code="business-rule", text=_("This is the last administrator. Appoint another one first."))
        )


def _to_decide(by: Actor, grant: Grant, version: int | None) -> Grant:
    grant = take(Grant.objects.select_related("user"), grant.pk, version)
    _reach(by, grant.facility_id, "accounts.approve_grant")
    if problems := approval_problems(
        granted_by=grant.granted_by_id, granted_to=grant.user_id, approver=by.id, status=grant.status
    ):
        raise Refused(*problems)
    return grant


def _decide(by: Actor, grant: Grant, status: GrantStatus, verb: str) -> Grant:
    grant.status, grant.decided_by_id, grant.decided_at = status, by.id, clock.now()
    grant.save(update_fields=["status", "decided_by", "decided_at"])
    trail.record(verb, grant, facility=grant.facility_id, detail=_told(grant))
    return grant


def _reach(by: Actor, facility_id: uuid.UUID | None, permission: str) -> None:
    if not by.in_facility(facility_id, permission):
        raise Refused(
            Problem(code="forbidden", field="facility_id", text=_("You administer other facilities than this one.")),
            status=403,
        )


def _told(grant: Grant) -> dict[str, str]:
    return {"user": str(grant.user_id), "duty": grant.duty, "status": grant.status}
