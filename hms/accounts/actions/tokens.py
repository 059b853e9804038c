"""Giving programs a key, and taking it back."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from hms.accounts.models import ApiToken, User
from hms.accounts.tokens import digest_of, new_bearer, scope_problems
from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing, take

LONGEST = dt.timedelta(days=90)


@action("accounts.issue_token")
def issue_token(*, by: Actor, user: User, name: str, scopes: str, lasts: dt.timedelta = LONGEST) -> ApiToken:
    """Issue a bearer token that acts for a user within scopes, for at most 90 days.

    The secret is on the returned token as `bearer`, once, and nowhere else.
    """
    user = take(User.objects.all(), user.pk)
    if not user.is_active:
        raise Refused(Problem(code="business-rule", field="user", text=_("This person has been deactivated.")))
    if problems := scope_problems(scopes):
        raise Refused(*problems)
    now, bearer = clock.now(), new_bearer()
    token = ApiToken(
        user=user,
        name=name.strip()[:80],
        digest=digest_of(bearer),
        scopes=" ".join(scopes.split()),
        epoch=user.session_epoch,
        issued_at=now,
        expires_at=now + min(lasts, LONGEST),
    )
    token.save(force_insert=True)
    trail.record(
        "token.issued",
        token,
        detail={"user": str(user.pk), "scopes": token.scopes, "expires_at": token.expires_at.isoformat()},
    )
    token.bearer = bearer  # type: ignore[attr-defined]
    return token


@action("accounts.revoke_token")
def revoke_token(*, by: Actor, token: ApiToken) -> ApiToken:
    """Revoke one's own token, or as administrator anybody's. Harmless twice."""
    token = take(ApiToken.objects.all(), token.pk)
    if token.user_id != by.id and not by.may("accounts.deactivate_user"):
        raise missing()
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
    trail.record("token.revoked", token, detail={"user": str(token.user_id)})
    return token
