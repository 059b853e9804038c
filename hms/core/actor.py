"""Who acts. Everything that reads or writes takes an `Actor`, nothing takes a `User`.

Core knows no roles: whoever makes the actor (login middleware, token, job) puts the permissions in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final


class _Everything(frozenset[Any]):
    """A set that contains whatever is asked for: the facilities, or permissions, of somebody unrestricted."""

    def __contains__(self, item: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "EVERYTHING"


EVERYTHING: Final = _Everything()
ALL_FACILITIES: Final = EVERYTHING


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, program or job at the moment of a deed.

    `id` is the user's id (None for anonymous and for the system itself), `kind` one of "anonymous",
    "user", "client", "system". `on_behalf_of` names the patient a proxy acts for, or the clinician
    somebody writes for. `purpose` is a PurposeOfUse code of HL7 v3, "TREAT" unless said otherwise.
    """

    id: uuid.UUID | None
    label: str
    kind: str = "user"
    permissions: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    facilities: frozenset[uuid.UUID] = frozenset()
    on_behalf_of: uuid.UUID | None = None
    purpose: str = "TREAT"
    channel: str = "web"
    client: str = ""
    # The role somebody acts in who holds two: "staff" or "patient".
    role: str = ""
    # Which facilities a permission was granted for, where grants differ by facility.
    reach: dict[str, frozenset[uuid.UUID]] = field(default_factory=dict, hash=False, compare=False)

    @property
    def is_authenticated(self) -> bool:
        return self.kind != "anonymous"

    def may(self, permission: str) -> bool:
        """Whether this actor holds the permission at all."""
        return permission in self.permissions

    def may_any(self, permissions: Iterable[str]) -> bool:
        return any(permission in self.permissions for permission in permissions)

    def in_facility(self, facility_id: uuid.UUID | None, permission: str = "") -> bool:
        """Whether the actor works at this facility (for this permission, where grants differ)."""
        return facility_id in self.reach.get(permission, self.facilities)

    def on_behalf(self, subject: uuid.UUID | None) -> Actor:
        return replace(self, on_behalf_of=subject)

    def for_purpose(self, purpose: str) -> Actor:
        return replace(self, purpose=purpose)


ANONYMOUS: Final = Actor(id=None, label="anonymous", kind="anonymous", role="anonymous")


def system(name: str, *permissions: str) -> Actor:
    """The program itself, acting for nobody: an importer, a scheduled job, a command.

    With no permission named it may do everything its caller asks.
    """
    return Actor(
        id=None,
        label=name,
        kind="system",
        permissions=frozenset(permissions) if permissions else EVERYTHING,
        facilities=ALL_FACILITIES,
        purpose="HOPERAT",
        channel="job",
        role="system",
    )
