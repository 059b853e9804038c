"""The PIN's digest: argon2 over a keyed digest, so that a copied table of four-digit PINs can't be tried through."""

from __future__ import annotations

import uuid

from django.contrib.auth.hashers import check_password, make_password

from hms.accounts.models import User
from hms.accounts.rules.pins import pin_problems
from hms.core import crypto
from hms.core.problems import Refused


def hash_pin(user_id: uuid.UUID, pin: str) -> str:
    """What is kept of a PIN. Refuses one that is too easy. Slow on purpose: never inside an action."""
    if problems := pin_problems(pin):
        raise Refused(*problems)
    return make_password(_peppered(user_id, pin))


def is_pin_of(user: User, pin: str) -> bool:
    """Whether this is the person's PIN. Takes as long for somebody who has none."""
    if not user.pin_hash:
        make_password(_peppered(user.pk, pin))
        return False
    return check_password(_peppered(user.pk, pin), user.pin_hash)


def _peppered(user_id: uuid.UUID, pin: str) -> str:
    return crypto.keyed_digest(f"{user_id}\0{pin}".encode(), "accounts.pin").hex()
