"""Taking over a shared workstation within a shift, by PIN.

Only people who have signed in fully on this very browser in the last twelve hours, who have a PIN, and
whose access has not changed since. Five wrong PINs and the full sign-in is asked for again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.auth import login as django_login
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hms.accounts import devices, sessions, throttle
from hms.accounts.codes import SessionEnd
from hms.accounts.models import KnownDevice, User
from hms.accounts.pins import is_pin_of
from hms.core import clock, trail
from hms.core.actor import ANONYMOUS
from hms.core.models import AuditEvent
from hms.core.problems import Problem, Refused

WRONG_PINS = 5
_BACKEND = "hms.accounts.backends.LoginNameBackend"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take over here by PIN."""

    id: uuid.UUID
    label: str


def people_here(request: HttpRequest) -> list[Colleague]:
    """Who may take over this browser by PIN, by name. One query, none for a browser nobody knows."""
    digest = devices.digest_of(request)
    if not digest:
        return []
    rows = _devices(digest).exclude(user__pin_hash="").order_by("user__full_name")
    return [Colleague(row.user.pk, row.user.label) for row in rows]


def switch(request: HttpRequest, person_id: uuid.UUID, pin: str) -> User:
    """Sign the session over to a colleague. Drafts stay: they belong to their author, not to the session.

    Refused alike for a wrong PIN and for somebody who can't take over here.
    """
    verdict = throttle.charge("pin", str(person_id))
    if not verdict.allowed:
        raise Refused(
            Problem(code="throttled", field="pin", text=_("Too many wrong PINs. Sign in with your password.")),
            status=429,
        )
    digest = devices.digest_of(request)
    device = _devices(digest).filter(user_id=person_id).first() if digest else None
    # A person who can't take over costs the same time as one whose PIN is wrong.
    right = is_pin_of(device.user if device else User(pk=person_id), pin)
    if device is None or not right:
        _wrong(device, person_id)
        raise Refused(
            Problem(
                code="invalid",
                field="pin",
                text=_("That PIN is not right. After five wrong ones, sign in with your password."),
            )
        )
    throttle.forgive("pin", str(person_id))
    KnownDevice.objects.filter(pk=device.pk).update(wrong_pins=0, last_seen_at=clock.now())
    if sessions.claims_somebody(request):
        sessions.end_claimed(request, SessionEnd.SWITCHED)
    request.sign_in_method = "pin"  # type: ignore[attr-defined]
    django_login(request, device.user, backend=_BACKEND)
    return device.user


def _devices(digest: bytes):  # type: ignore[no-untyped-def]
    return KnownDevice.objects.filter(
        secret_digest=digest, switch_until__gt=clock.now(), user__is_active=True, epoch=F("user__session_epoch")
    ).select_related("user")


def _wrong(device: KnownDevice | None, person_id: uuid.UUID) -> None:
    """Count a wrong PIN; the fifth on this browser ends the right to switch here."""
    if device is not None:
        KnownDevice.objects.filter(pk=device.pk).update(wrong_pins=F("wrong_pins") + 1)
        KnownDevice.objects.filter(pk=device.pk, wrong_pins__gte=WRONG_PINS).update(switch_until=clock.now())
    subject = device.user if device else User.objects.filter(pk=person_id).first()
    trail.observe(ANONYMOUS, "session.refused", subject, detail={"method": "pin"}, outcome=AuditEvent.Outcome.REFUSED)
