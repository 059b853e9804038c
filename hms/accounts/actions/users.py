"""Making people known to the system, changing how they are known, and showing them out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from hms.accounts.actions.grants import end, give, grant_duty, keep_an_administrator
from hms.accounts.codes import Duty, SessionEnd
from hms.accounts.models import ApiToken, Grant, KnownDevice, User
from hms.accounts.rules.login_names import login_name_problems, normalise
from hms.accounts.sessions import end_all
from hms.core import clock, locks, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take

_PREFERENCES = ("language", "density", "shortcuts")
# What two first administrators at once would have to hold.
_FOUNDING = uuid.UUID("0196a000-0000-7000-8000-00000000f0d0")


@action("accounts.create_user")
def create_user(
    *,
    by: Actor,
    login_name: str,
    full_name: str,
    email: str = "",
    language: str = "",
    password_hash: str = "",
    must_change_password: bool = False,
    duties: Sequence[tuple[str, uuid.UUID | None]] = (),
) -> User:
    """Make a user, with duties as (duty, facility or None for all).

    Without a password nobody can sign in as this user until one is set by link. Refused: a login name that
    is none or taken.
    """
    user = write_user(
        login_name=login_name, full_name=full_name, email=email, language=language, password_hash=password_hash
    )
    if must_change_password:
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
    trail.record("user.created", user, detail={"duties": [duty for duty, _facility in duties]})
    for duty, facility_id in duties:
        grant_duty(by=by, user=user, duty=duty, facility_id=facility_id)
    return User.objects.get(pk=user.pk)


@action("accounts.found_administrator")
def found_administrator(*, by: Actor, login_name: str, full_name: str, password_hash: str, email: str = "") -> User:
    """Make the first administrator of a new installation. Refused as soon as there has been one."""
    locks.lock_actors([_FOUNDING])
    if Grant.objects.filter(duty=Duty.ADMINISTRATOR).exists():
        raise Refused(
            Problem(
                code="business-rule", text=_("This installation has an administrator already. Ask them for access.")
            ),
            status=409,
        )
    user = write_user(login_name=login_name, full_name=full_name, email=email, password_hash=password_hash)
    give(user, Duty.ADMINISTRATOR, None, None, None, granted_by=None)
    trail.record("administrator.founded", user)
    return user


@action("accounts.change_user")
def change_user(
    *, by: Actor, user: User, login_name: str, full_name: str, email: str, version: int | None = None
) -> User:
    """Change how somebody is known and signs in. Refused: a login name that is none or taken."""
    user = take(User.objects.visible_to(by), user.pk, version)
    before = (user.login_name, user.full_name, user.email)
    user.login_name, user.full_name, user.email = normalise(login_name), full_name.strip(), email.strip().lower()
    changed = [
        name
        for name, old in zip(("login_name", "full_name", "email"), before, strict=True)
        if getattr(user, name) != old
    ]
    _save(user)
    trail.record("user.changed", user, detail={"fields": changed})
    return user


@action("accounts.change_own_profile")
def change_own_profile(*, by: Actor, email: str, version: int | None = None) -> User:
    """Change one's own e-mail address, to which links for a new password go."""
    user = take(User.objects.filter(pk=by.id), by.id, version)
    user.email = email.strip().lower()
    user.save(update_fields=["email"])
    trail.record("profile.changed", user, detail={"fields": ["email"]})
    return user


@action("accounts.change_own_preferences")
def change_own_preferences(*, by: Actor, version: int | None = None, **wanted: str | bool) -> User:
    """Change one's own language, density and keyboard shortcuts."""
    if unknown := set(wanted) - set(_PREFERENCES):
        raise TypeError(f"{', '.join(sorted(unknown))}: no such preference")
    user = take(User.objects.filter(pk=by.id), by.id, version)
    for name, value in wanted.items():
        setattr(user, name, value)
    user.save(update_fields=list(wanted))
    trail.record("preferences.changed", user, detail={"fields": sorted(wanted)})
    return user


@action("accounts.deactivate_user")
def deactivate_user(*, by: Actor, user: User, version: int | None = None) -> User:
    """Show somebody out: no session, token, device or staff duty of theirs is good any more.

    Refused: oneself, the last administrator, somebody already out. Duties don't come back by themselves.
    """
    if user.pk == by.id:
        raise Refused(
            Problem(code="business-rule", text=_("You can't deactivate yourself. Ask another administrator."))
        )
    keep_an_administrator(but_user=user)
    user = take(User.objects.visible_to(by), user.pk, version)
    if not user.is_active:
        raise Refused(Problem(code="conflict", text=_("This person has been deactivated already.")))
    now = clock.now()
    user.is_active, user.deactivated_at = False, now
    user.end_everything()
    user.save(update_fields=["is_active", "deactivated_at", "session_epoch"])
    sessions = end_all(user, SessionEnd.SECURITY)
    tokens = ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    KnownDevice.objects.filter(user=user).delete()
    ended = list(Grant.objects.open().filter(user=user).exclude(duty=Duty.PATIENT).select_for_update())
    for grant in ended:
        end(grant)
    trail.record(
        "user.deactivated",
        user,
        detail={"sessions": sessions, "tokens": tokens, "duties": [grant.duty for grant in ended]},
    )
    return user


@action("accounts.reactivate_user")
def reactivate_user(*, by: Actor, user: User, version: int | None = None) -> User:
    """Let somebody in again, with no staff duty: those are given anew."""
    user = take(User.objects.visible_to(by), user.pk, version)
    if user.is_active:
        raise Refused(Problem(code="conflict", text=_("This person is active already.")))
    user.is_active, user.deactivated_at = True, None
    user.save(update_fields=["is_active", "deactivated_at"])
    trail.record("user.reactivated", user)
    return user


# --- Used by the other verbs of this room ----------------------------------------------------------------------
def write_user(
    *, login_name: str, full_name: str, email: str = "", language: str = "", password_hash: str = ""
) -> User:
    """Insert a user."""
    user = User(
        login_name=normalise(login_name),
        full_name=full_name.strip(),
        email=(email or (login_name if "@" in login_name else "")).strip().lower(),
        language=language,
        # Django's mark of a password that no check accepts.
        password=password_hash or UNUSABLE_PASSWORD_PREFIX + get_random_string(40),
    )
    _save(user)
    return user


def _save(user: User) -> None:
    problems = login_name_problems(user.login_name)
    if not user.full_name:
        problems.append(Problem(code="required", field="full_name", text=_("Enter the name.")))
    if problems:
        raise Refused(*problems)
    try:
        # A savepoint: on PostgreSQL the refused insert would spoil the whole transaction.
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        if "login_name" not in str(error):
            raise
        raise Refused(
            Problem(code="duplicate", field="login_name", text=_("Somebody signs in with this name already."))
        ) from error
