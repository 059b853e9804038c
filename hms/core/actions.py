"""The verbs. An action is the only thing that writes, and every door uses the same one.

The outermost action owns the transaction; one called inside another joins it. An action that leaves no
line in the trail is rolled back; one that is refused is rolled back and the refusal is recorded after.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import OperationalError, connection, models, transaction
from django.utils.translation import gettext as _

from hms.core import clock, crypto
from hms.core.actor import Actor
from hms.core.models import AuditEvent, IdempotentReply
from hms.core.problems import Busy, Conflict, Forbidden, Problem, Refused
from hms.core.records import missing, uuid7

__all__ = ["Refused", "action", "current_deed", "registry"]

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("hms.actions")


@dataclass(slots=True)
class Deed:
    """What is being done now, by whom; its id is on the audit lines and on every row it writes."""

    by: Actor
    name: str
    id: uuid.UUID = field(default_factory=uuid7)
    at: dt.datetime = field(default_factory=clock.now)
    lines: int = 0


_current: ContextVar[Deed | None] = ContextVar("hms_deed", default=None)
# permission → the action that asks for it; the laws walk this.
registry: dict[str, Callable[..., Any]] = {}


def current_deed() -> Deed | None:
    """The deed in progress, or None."""
    return _current.get()


def action(
    permission: str, *, look: Callable[..., dict[str, Any]] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the deed that `permission` ("app.action_name") allows.

    The function takes keywords only, `by` first. Callers may add `idempotency_key`: the same key with the
    same arguments returns the first answer again, with others it is refused.

    `look` gets the same keywords before the transaction begins, and returns more of them: what the deed must
    know and need not lock. On SQLite a transaction keeps every other writer waiting, from its first line on. What it
    can see to be in vain it refuses, without a transaction.
    """

    def decorate(perform: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(perform)
        def do(*arguments: P.args, **named: P.kwargs) -> R:
            if arguments:
                raise TypeError(f"{perform.__name__}() takes keywords only.")
            by: Actor = named["by"]  # type: ignore[assignment]
            key = named.pop("idempotency_key", None)
            if _current.get() is not None:
                return _join(permission, perform, by, named, look)
            return _own(permission, perform, by, str(key) if key else "", named, look)

        do.permission = permission  # type: ignore[attr-defined]
        registry[f"{perform.__module__}.{perform.__qualname__}"] = do
        return do

    return decorate


def _join(
    permission: str,
    perform: Callable[..., R],
    by: Actor,
    named: dict[str, Any],
    look: Callable[..., dict[str, Any]] | None,
) -> R:
    """Run inside the deed already in progress."""
    deed = _current.get()
    assert deed is not None
    _permit(permission, by)
    before = deed.lines
    result = perform(**named, **(look(**named) if look else {}))
    if deed.lines == before:
        raise AssertionError(f"{permission} left no line in the trail.")
    return result


def _own(
    permission: str,
    perform: Callable[..., R],
    by: Actor,
    key: str,
    named: dict[str, Any],
    look: Callable[..., dict[str, Any]] | None,
) -> R:
    """Run as the outermost deed: transaction, retry, and the record of a refusal."""
    try:
        _permit(permission, by)
        try:
            return _attempt(permission, perform, by, key, named, _seen(permission, by, key, named, look))
        except OperationalError as error:
            if not _is_collision(error) or connection.in_atomic_block:
                raise refusal_of(error) from error
            log.info("collision, trying once more", extra={"action": permission})
        try:
            return _attempt(permission, perform, by, key, named, _seen(permission, by, key, named, look))
        except OperationalError as error:
            raise refusal_of(error) from error
    except Refused as refusal:
        _record_refusal(permission, by, named, refusal)
        raise


def _seen(
    permission: str, by: Actor, key: str, named: dict[str, Any], look: Callable[..., dict[str, Any]] | None
) -> dict[str, Any]:
    """What the look finds. Where it refuses a form that was answered before, that answer counts and not the refusal."""
    if look is None:
        return {}
    try:
        return look(**named)
    except Refused:
        if key and IdempotentReply.objects.filter(key_digest=_key_digest(by, permission, key)).exists():
            return {}
        raise


def _attempt(
    permission: str, perform: Callable[..., R], by: Actor, key: str, named: dict[str, Any], seen: dict[str, Any]
) -> R:
    deed = Deed(by=by, name=permission)
    token = _current.set(deed)
    try:
        with transaction.atomic():
            _mark(deed)
            if key and (earlier := _earlier_reply(permission, by, key, named)) is not None:
                result = _recall(earlier)
            else:
                result = perform(**named, **seen)
                if deed.lines == 0:
                    raise AssertionError(f"{permission} left no line in the trail.")
                if key:
                    _remember(by, key, result)
            _mark(None)
            return result
    finally:
        _current.reset(token)


def _permit(permission: str, by: Actor) -> None:
    if not by.may(permission):
        raise Forbidden(
            Problem(code="forbidden", text=_("Your role does not include this. Ask an administrator if it should."))
        )


def _mark(deed: Deed | None) -> None:
    """Tell the database which deed its triggers are in."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT set_config('hms.deed', %s, true), set_config('hms.deed_at', %s, true)",
                [str(deed.id), deed.at.isoformat()] if deed else ["", ""],
            )
        else:
            cursor.execute(
                "UPDATE core_currentdeed SET deed = %s, at = %s",
                [deed.id.hex, connection.ops.adapt_datetimefield_value(deed.at)] if deed else [None, None],
            )


# --- Refusals ------------------------------------------------------------------------------------------------
def _is_collision(error: OperationalError) -> bool:
    """Deadlock (40P01) or serialization failure (40001): nothing is wrong with the request."""
    return getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"}


def refusal_of(error: OperationalError) -> Exception:
    """What an OperationalError means to the one who asked: a collision, a busy database, or a fault of ours."""
    if _is_collision(error):
        return Conflict(
            Problem(code="conflict", text=_("Somebody else changed the same thing at this moment. Please try again."))
        )
    # On PostgreSQL this class means the server or the connection; on SQLite it also means wrong SQL.
    if connection.vendor == "postgresql" or any(word in str(error) for word in ("locked", "busy", "disk", "readonly")):
        return Busy(
            Problem(code="transient", text=_("The system is busy. Nothing was saved; please try again in a moment."))
        )
    return error


def _record_refusal(permission: str, by: Actor, named: dict[str, Any], refusal: Refused) -> None:
    from hms.core import trail

    if isinstance(refusal, Busy):
        return  # The database would not take this line either.
    refusal.recorded = True
    subject = next((value for name, value in named.items() if name != "by" and isinstance(value, models.Model)), None)
    trail.observe(
        by,
        permission,
        subject=subject,
        patient=named.get("patient"),
        detail={"codes": refusal.codes, "status": refusal.status},
        outcome=AuditEvent.Outcome.REFUSED,
    )


# --- Idempotency -----------------------------------------------------------------------------------------------
def _earlier_reply(permission: str, by: Actor, key: str, named: dict[str, Any]) -> IdempotentReply | None:
    """Claim the key, or return what it was answered before. The claim waits for one in progress."""
    digest = _key_digest(by, permission, key)
    body = hashlib.sha256(
        json.dumps({k: _plain(v) for k, v in sorted(named.items()) if k != "by"}, default=str).encode()
    ).digest()
    claim = IdempotentReply(
        actor_id=by.id, action=permission, key_digest=digest, body_digest=body, created_at=clock.now()
    )
    # ON CONFLICT DO NOTHING: of two at once the second waits, then finds the first one's row.
    IdempotentReply.objects.bulk_create([claim], ignore_conflicts=True)
    row = IdempotentReply.objects.get(key_digest=digest)
    if row.pk == claim.pk:
        return None
    if bytes(row.body_digest) != body:
        raise Refused(
            Problem(
                code="duplicate", text=_("This form was already sent with other values. Reload the page and try again.")
            )
        )
    return row


def _key_digest(by: Actor, permission: str, key: str) -> bytes:
    return hashlib.sha256(f"{by.id or by.label}\0{permission}\0{key}".encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return f"{value._meta.label}/{value.pk}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    # A form's words may be secret; their digest tells same from other just as well.
    return crypto.keyed_digest(str(value).encode()).hex()


def _remember(by: Actor, key: str, result: Any) -> None:
    deed = _current.get()
    assert deed is not None
    if isinstance(result, models.Model) and isinstance(result.pk, uuid.UUID):
        IdempotentReply.objects.filter(key_digest=_key_digest(by, deed.name, key)).update(
            result_type=result._meta.label, result_id=result.pk
        )


def _recall(reply: IdempotentReply) -> Any:
    if not reply.result_type:
        return None
    record = apps.get_model(reply.result_type)._base_manager.filter(pk=reply.result_id).first()
    if record is None:
        raise missing()
    return record
