"""Sessions that can be seen, counted and ended: who is at the keyboard, since when, and until when.

Django keeps the session's data; `UserSession` says whether it still counts. Each request reads session, user
and duties anew (two plain queries, cheaper than one clever join), so that whatever an administrator takes away
is gone with the next one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Exists, OuterRef, UUIDField
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from hms.accounts.actors import Holding, settled_role
from hms.accounts.codes import STAFF_DUTIES, SessionEnd
from hms.accounts.devices import address_of, agent_of, coarse
from hms.accounts.models import User, UserSession
from hms.accounts.models.grants import holdings_of
from hms.accounts.models.sessions import UserSessionQuerySet
from hms.accounts.rules import sessions as rules
from hms.core import clock
from hms.core.prepared import Given, Prepared

SESSION_ID, ROLE = "hms_session", "hms_role"
# The last use is written at most so often.
WRITE_EVERY = dt.timedelta(seconds=60)
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@dataclass(slots=True)
class Presence:
    """Somebody who is signed in."""

    session: UserSession
    holdings: frozenset[Holding]
    has_second_factor: bool
    role: str = ""

    @property
    def user(self) -> User:
        return self.session.user

    @property
    def is_staff(self) -> bool:
        return any(duty in STAFF_DUTIES for duty, _facility in self.holdings)

    @property
    def kind(self) -> str:
        return rules.kind_of((duty for duty, _facility in self.holdings), self.role)

    @property
    def needs_second_factor(self) -> bool:
        """Whether nothing but the set-up of a second factor is open to them."""
        return settings.MFA_REQUIRED_OF_STAFF and self.is_staff and not self.has_second_factor

    def why_over(self, now: dt.datetime) -> SessionEnd | None:
        return rules.why_over(
            now,
            started_at=self.session.started_at,
            last_seen_at=self.session.last_seen_at,
            kind=self.kind,
            limits=limits(),
        )

    def seconds_left(self, now: dt.datetime) -> int:
        return rules.seconds_left(
            now,
            started_at=self.session.started_at,
            last_seen_at=self.session.last_seen_at,
            kind=self.kind,
            limits=limits(),
        )


def limits() -> rules.Limits:
    return rules.Limits(idle=settings.SESSION_IDLE_SECONDS, absolute=settings.SESSION_ABSOLUTE_SECONDS)


# --- Opening and finding ---------------------------------------------------------------------------------------
def open_session(request: HttpRequest, user: User, method: str) -> UserSession:
    """Note a new sign-in. Called when Django has given the browser a fresh session key."""
    now = clock.now()
    if (before := current_id(request)) is not None:
        end(before, SessionEnd.SWITCHED)
    session = UserSession.objects.create(
        user=user,
        epoch=user.session_epoch,
        started_at=now,
        last_seen_at=now,
        method=method,
        address=coarse(address_of(request)),
        agent=agent_of(request),
    )
    request.session[SESSION_ID] = str(session.pk)
    return session


def claims_somebody(request: HttpRequest) -> bool:
    """Whether the browser's session says that somebody is signed in."""
    return SESSION_KEY in request.session


def presence_of(request: HttpRequest) -> Presence | None:
    """Who the session belongs to, or None if it was ended, revoked, outdated or never ours. Two queries."""
    session_id = current_id(request)
    if session_id is None:
        return None
    session = _standing(settings.MFA_REQUIRED_OF_STAFF).first(id=session_id)
    if session is None:
        return None
    user = session.user
    if str(user.pk) != request.session[SESSION_KEY] or not user.is_active or session.epoch != user.session_epoch:
        return None
    # Django's own stamp of the password: a hash changed by any way at all ends the session.
    if not constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    holdings = holdings_of(user.pk, clock.now())
    role = settled_role(holdings, request.session.get(ROLE, ""))
    return Presence(session, holdings, bool(getattr(session, "second_factor", True)), role)


@cache
def _standing(with_factors: bool) -> Prepared[UserSession]:
    """A session that has not been ended, with its user, and whether they have a second factor where that matters."""

    def build() -> UserSessionQuerySet:
        sessions = UserSession.objects.select_related("user").filter(pk=Given("id", UUIDField()), ended_at=None)
        if with_factors:
            factors = Authenticator.objects.filter(user=OuterRef("user_id"), type__in=SECOND_FACTORS)
            sessions = sessions.annotate(second_factor=Exists(factors))
        return sessions

    return Prepared(build)


def current_id(request: HttpRequest) -> uuid.UUID | None:
    """The id of the session this browser claims."""
    try:
        return uuid.UUID(request.session.get(SESSION_ID, ""))
    except ValueError:
        return None


# --- Using and ending --------------------------------------------------------------------------------------------
def touch(presence: Presence, now: dt.datetime) -> None:
    """Note that the session is used, once a minute."""
    if now - presence.session.last_seen_at >= WRITE_EVERY:
        UserSession.objects.filter(pk=presence.session.pk, ended_at=None).update(last_seen_at=now)
        presence.session.last_seen_at = now


def end(session_id: uuid.UUID, why: SessionEnd) -> bool:
    """End one session. False if it had ended already."""
    return bool(UserSession.objects.filter(pk=session_id, ended_at=None).update(ended_at=clock.now(), ended_why=why))


def end_all(user: User, why: SessionEnd, *, but: uuid.UUID | None = None) -> int:
    """End all sessions of a user, but perhaps one. Returns how many."""
    return (
        UserSession.objects.filter(user=user, ended_at=None).exclude(pk=but).update(ended_at=clock.now(), ended_why=why)
    )


def end_claimed(request: HttpRequest, why: SessionEnd) -> None:
    """End the session this browser claims, and forget its data."""
    session_id = current_id(request)
    if session_id is not None:
        end(session_id, why)
    request.session.flush()


# --- How fresh a proof is ------------------------------------------------------------------------------------------
def method_of(request: HttpRequest, user: User) -> str:
    """How this sign-in was proved: "password", "password+totp", "passkey", or what the caller noted."""
    if noted := getattr(request, "sign_in_method", ""):
        return noted
    steps = [_step(record) for record in get_authentication_records(request, user)]
    return "+".join(dict.fromkeys(steps))[:20] or "session"


def proved_within(request: HttpRequest, user: User, age: dt.timedelta) -> bool:
    """Whether this person gave their strongest proof in this session so recently. A PIN is no proof."""
    strong = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()
    oldest = clock.now().timestamp() - age.total_seconds()
    return any(
        oldest <= record.get("at", 0) <= clock.now().timestamp() + 1 and (record.get("method") == "mfa" or not strong)
        for record in get_authentication_records(request, user)
    )


def _step(record: dict) -> str:  # type: ignore[type-arg]
    if record.get("method") != "mfa":
        return str(record.get("method", ""))
    kind = {"webauthn": "passkey", "recovery_codes": "recovery"}.get(
        record.get("type", ""), str(record.get("type", ""))
    )
    return kind
