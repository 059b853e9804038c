"""From a bearer token to the actor it stands for."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hms.accounts.actors import actor_for, roles_of
from hms.accounts.codes import Role
from hms.accounts.models import ApiToken
from hms.accounts.models.grants import holdings_of
from hms.core import clock
from hms.core.actor import Actor
from hms.core.problems import Problem

PREFIX = "hms_"
# SMART App Launch 2.2 (2024), scopes v2: context/Resource.cruds with optional ?parameters, and the launch words.
_SCOPE = re.compile(r"(?:patient|user|system)/(?:\*|[A-Z][A-Za-z]+)\.(?=[cruds])c?r?u?d?s?(?:\?[\w.,:|=&/%*-]+)?")
_WORDS = frozenset({"openid", "fhirUser", "profile", "launch", "launch/patient", "offline_access", "online_access"})


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token stands for, within which scopes. Scopes only narrow: the actor's own rows and duties still hold."""

    actor: Actor
    scopes: frozenset[str]
    token: ApiToken


def actor_from_token(bearer: str) -> Bearer | None:
    """The actor of a bearer token, or None if it opens nothing (any more). Two queries.

    Acts as patient when the token has patient scopes only, else as staff; whoever is no patient (any more) has
    nothing that such a token could open.
    """
    if not bearer.startswith(PREFIX):
        return None
    now = clock.now()
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(bearer)).first()
    if token is None or not token.is_good(now):
        return None
    holdings = holdings_of(token.user_id, now)
    scopes = frozenset(token.scopes.split())
    contexts = {scope.partition("/")[0] for scope in scopes if scope not in _WORDS}
    role = Role.PATIENT if contexts == {"patient"} else Role.STAFF
    if role == Role.PATIENT and role not in roles_of(holdings):
        return None
    actor = actor_for(token.user, holdings, role=role, channel="api", client=f"{token.name} {token.pk}")
    return Bearer(actor, scopes, token)


def new_bearer() -> str:
    """256 random bits, with a prefix that secret scanners can find."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(bearer: str) -> bytes:
    """What is kept of a token. Its own randomness makes a plain digest enough."""
    return hashlib.sha256(bearer.encode()).digest()


def scope_problems(scopes: str) -> list[Problem]:
    """Why these are no scopes."""
    wanted = scopes.split()
    if not wanted:
        return [Problem(code="required", field="scopes", text=_("Name at least one scope, for example user/*.rs."))]
    wrong = [scope for scope in wanted if scope not in _WORDS and not _SCOPE.fullmatch(scope)]
    return [
        Problem(
            code="invalid",
            field="scopes",
            text=_("%(scope)s is no scope. Write for example user/Observation.rs.") % {"scope": one},
        )
        for one in wrong
    ]
