"""The slow-down of guessing: passwords, codes, PINs, requests for a reset.

Per account, growing, ending by itself. Browsers their owner has signed in from before are counted apart, so
a stranger's wrong tries don't shut the owner out. An address is never blocked, for a whole hospital may sit
behind one; an address that fails a lot only loses the free tries per account.

A try is charged before the secret is checked and given back when it was right: a hundred tries at once
are a hundred tries. Rows name nobody (keyed digests), exist for unknown names as for known ones, and
are bounded in number.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from django.db import transaction

from hms.accounts.models import SignInTries
from hms.accounts.rules.slowdown import SlowDown
from hms.core import clock, crypto

HOURS = dt.timedelta(hours=1)
LANES = {
    "account": SlowDown(free=5, first=15, longest=900, forget_after=24 * HOURS),
    "device": SlowDown(free=10, first=5, longest=60, forget_after=24 * HOURS),
    # No wait of its own: past `free` within the hour the address is suspect.
    "address": SlowDown(free=50, first=0, longest=0, forget_after=HOURS),
    "code": SlowDown(free=5, first=15, longest=900, forget_after=24 * HOURS),
    # A tablet at the entrance: people mistype, and the next one is somebody else.
    "kiosk": SlowDown(free=8, first=15, longest=120, forget_after=HOURS),
    "pin": SlowDown(free=10, first=30, longest=900, forget_after=12 * HOURS),
    "reset": SlowDown(free=3, first=60, longest=3600, forget_after=24 * HOURS),
    # Asking for links is nobody's daily work, so here an address may have to wait.
    "resets": SlowDown(free=30, first=10, longest=600, forget_after=HOURS),
}
# What an account has left from a suspect address: the first try of the right person still goes through.
SUSPECT = SlowDown(free=1, first=15, longest=900, forget_after=24 * HOURS)
MOST_ROWS = 20_000
# So far apart the clocks of two servers may be.
SKEW = dt.timedelta(minutes=2)
# Every so many new rows the table is tidied.
TIDY_EVERY = 256


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a try may be made; if not, how long to wait; if so, how many more may fail before a wait."""

    allowed: bool
    wait: dt.timedelta
    tries_left: int

    @property
    def seconds(self) -> int:
        """The wait in whole seconds, never 0 for a wait."""
        return math.ceil(self.wait.total_seconds())


def charge(lane: str, subject: str, policy: SlowDown | None = None) -> Verdict:
    """Count a try for a subject, or refuse it while the subject has to wait. One short transaction."""
    policy = policy or LANES[lane]
    now, key = clock.now(), _key(lane, subject)
    with transaction.atomic():
        row = _row(lane, key, now)
        if now - row.last_at > policy.forget_after or row.last_at - now > SKEW:
            # Long ago, or in a time to come: a clock that ran ahead for a moment must not shut somebody out for a year.
            row.tries, row.blocked_until = 0, now
        if row.blocked_until > now:
            return Verdict(False, row.blocked_until - now, 0)
        row.tries += 1
        row.last_at, row.blocked_until = now, now + policy.wait_after(row.tries)
        row.save(update_fields=["tries", "last_at", "blocked_until"])
    if row.pk % TIDY_EVERY == 0:
        tidy()
    return Verdict(True, policy.wait_after(row.tries), policy.tries_left(row.tries))


def forgive(lane: str, subject: str) -> None:
    """The secret was right: start from nothing."""
    SignInTries.objects.filter(key=_key(lane, subject)).delete()


def charge_sign_in(login_name: str, address: str, *, known_device: str = "") -> Verdict:
    """Count a try to sign in as `login_name`. `known_device` is the digest of a browser its owner has used."""
    if known_device:
        return charge("device", f"{login_name}\0{known_device}")
    suspect = charge("address", address).tries_left == 0
    return charge("account", login_name, SUSPECT if suspect else None)


def forgive_sign_in(login_name: str, address: str, *, known_device: str = "") -> None:
    """It was the right person. The address gets its try back, not a clean sheet: the next one may be a guess."""
    if known_device:
        forgive("device", f"{login_name}\0{known_device}")
        return
    forgive("account", login_name)
    with transaction.atomic():
        row = SignInTries.objects.select_for_update().filter(key=_key("address", address)).first()
        if row is not None and row.tries:
            row.tries -= 1
            row.save(update_fields=["tries"])


def tidy() -> int:
    """Drop what is forgotten anyway, and the least telling rows beyond the bound. Returns how many went."""
    gone, _rows = SignInTries.objects.filter(last_at__lt=clock.now() - 24 * HOURS).delete()
    over = SignInTries.objects.count() - MOST_ROWS
    if over > 0:
        least = list(SignInTries.objects.order_by("tries", "last_at").values_list("pk", flat=True)[:over])
        gone += SignInTries.objects.filter(pk__in=least).delete()[0]
    return gone


def _key(lane: str, subject: str) -> bytes:
    return crypto.keyed_digest(subject.encode(), f"accounts.tries.{lane}")


def _row(lane: str, key: bytes, now: dt.datetime) -> SignInTries:
    """The row of this key, made if need be, locked."""
    locked = SignInTries.objects.select_for_update()
    row = locked.filter(key=key).first()
    if row is None:
        fresh = SignInTries(key=key, lane=lane, last_at=now, blocked_until=now)
        SignInTries.objects.bulk_create([fresh], ignore_conflicts=True)
        row = locked.get(key=key)
    return row
