"""Who acts in tests: people with a duty, and exactly the permissions that roles.py gives it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from hms.core.actor import ALL_FACILITIES, Actor


def actor(*duties: str, user: Any = None, facilities: Iterable[Any] | None = None, label: str = "") -> Actor:
    """An actor with these duties; None for facilities: all of them. Without a user it has an id of its own."""
    from hms.accounts.roles import permissions_of

    return Actor(
        id=user.pk if user is not None else uuid.uuid4(),
        label=label or (user.full_name if user is not None else " and ".join(duties) or "nobody in particular"),
        permissions=permissions_of(frozenset(duties)),
        duties=frozenset(duties),
        facilities=ALL_FACILITIES if facilities is None else frozenset(getattr(one, "pk", one) for one in facilities),
        role="patient" if set(duties) == {"patient"} else "staff",
    )


def stranger() -> Actor:
    """Signed in, with no duty at all."""
    return actor()
