"""Inviting people, and what becomes of it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from hms.accounts.actions.grants import give
from hms.accounts.actions.users import write_user
from hms.accounts.codes import Duty
from hms.accounts.models import Invitation, User
from hms.accounts.rules.login_names import login_name_problems, normalise
from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take

GOOD_FOR = dt.timedelta(days=7)


@action("accounts.invite_user")
def invite_user(
    *, by: Actor, email: str, duty: str, facility_id: uuid.UUID | None = None, full_name: str = "", language: str = ""
) -> Invitation:
    """Invite somebody by e-mail to take up a duty. Good for seven days, once.

    Refused: no e-mail address, one that signs in already, a facility the inviter does not administer.
    """
    email = normalise(email)
    if "@" not in email or login_name_problems(email):
        raise Refused(
            Problem(code="invalid", field="email", text=_("Enter an e-mail address, for example name@example.org."))
        )
    if duty not in Duty.values or duty == Duty.PATIENT:
        raise Refused(Problem(code="invalid", field="duty", text=_("Choose one of the duties.")))
    if not by.in_facility(facility_id, "accounts.invite_user"):
        raise Refused(
            Problem(code="forbidden", field="facility_id", text=_("You administer other facilities than this one.")),
            status=403,
        )
    if User.objects.filter(login_name=email).exists():
        raise Refused(
            Problem(
                code="duplicate",
                field="email",
                text=_("Somebody signs in with this address already. Give that person the duty instead."),
            )
        )
    now = clock.now()
    invitation = Invitation(
        email=email,
        full_name=full_name.strip(),
        language=language,
        duty=duty,
        facility_id=facility_id,
        invited_by_id=by.id,
        invited_at=now,
        expires_at=now + GOOD_FOR,
    )
    invitation.save(force_insert=True)
    trail.record("invitation.sent", invitation, facility=facility_id, detail={"duty": duty})
    outbox.say("invitation.sent", invitation, key=f"invitation:{invitation.pk}")
    return invitation


@action("accounts.withdraw_invitation")
def withdraw_invitation(*, by: Actor, invitation: Invitation, version: int | None = None) -> Invitation:
    """Close an invitation that nobody has taken up."""
    invitation = take(Invitation.objects.all(), invitation.pk, version)
    if invitation.used_at or invitation.withdrawn_at:
        raise Refused(Problem(code="conflict", text=_("This invitation was used or withdrawn already.")))
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    trail.record("invitation.withdrawn", invitation)
    return invitation


@action("accounts.accept_invitation")
def accept_invitation(*, by: Actor, invitation: Invitation, full_name: str, password_hash: str) -> User:
    """Take up an invitation: the user, and the duty as given by whoever invited, so one of power still waits.

    Refused: used, withdrawn, expired, or from somebody who has been deactivated since.
    """
    invitation = take(Invitation.objects.select_related("invited_by"), invitation.pk)
    now = clock.now()
    if not invitation.is_open(now) or not invitation.invited_by.is_active:
        raise Refused(
            Problem(code="expired", text=_("This invitation is no longer good. Ask for a new one.")), status=409
        )
    user = write_user(
        login_name=invitation.email,
        full_name=full_name,
        email=invitation.email,
        language=invitation.language,
        password_hash=password_hash,
    )
    give(user, invitation.duty, invitation.facility_id, None, None, granted_by=invitation.invited_by_id)
    invitation.used_at, invitation.user = now, user
    invitation.save(update_fields=["used_at", "user"])
    trail.record(
        "invitation.accepted",
        invitation,
        facility=invitation.facility_id,
        detail={"user": str(user.pk), "duty": invitation.duty},
    )
    return user
