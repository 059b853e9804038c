"""From a signed-in person or a token to the `Actor` that everything else takes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from hms.accounts.codes import Duty, Role
from hms.accounts.models import User
from hms.accounts.roles import permissions_of
from hms.core.actor import ALL_FACILITIES, Actor

# (duty, facility or None for all), as held now.
Holding = tuple[str, uuid.UUID | None]


class Powers(NamedTuple):
    """What a set of holdings adds up to."""

    permissions: frozenset[str]
    duties: frozenset[str]
    facilities: frozenset[uuid.UUID]
    reach: dict[str, frozenset[uuid.UUID]]


def actor_for(
    user: User, holdings: Iterable[Holding], *, role: str = "", channel: str = "web", client: str = ""
) -> Actor:
    """Who acts. Somebody who is staff and patient acts with one hat at a time: their own chart is never a patient's."""
    held = frozenset(holdings)
    role = settled_role(held, role)
    worn = frozenset(holding for holding in held if (holding[0] == Duty.PATIENT) == (role == Role.PATIENT))
    powers = powers_of(worn)
    return Actor(
        id=user.pk,
        label=user.label,
        permissions=powers.permissions,
        duties=powers.duties,
        facilities=powers.facilities,
        purpose=_purpose(powers.duties),
        channel=channel,
        client=client,
        role=role,
        reach=powers.reach,
    )


# Why somebody of this duty looks at a record (HL7 v3 PurposeOfUse). Whoever also treats, treats.
_PURPOSES: dict[str, str] = {
    Duty.PATIENT: "PATRQT",
    Duty.BILLING: "HPAYMT",
    Duty.FRONT_DESK: "PATADMIN",
    Duty.PRIVACY_OFFICER: "HCOMPL",
    Duty.ADMINISTRATOR: "HOPERAT",
    Duty.INTEGRATION_ANALYST: "HOPERAT",
}


def _purpose(duties: Iterable[str]) -> str:
    purposes = {_PURPOSES.get(duty, "TREAT") for duty in duties}
    return purposes.pop() if len(purposes) == 1 else "TREAT"


def roles_of(holdings: Iterable[Holding]) -> list[Role]:
    """The hats somebody has: staff first."""
    duties = {duty for duty, _facility in holdings}
    found = [Role.STAFF] if duties - {Duty.PATIENT} else []
    return found + ([Role.PATIENT] if Duty.PATIENT in duties else [])


def settled_role(holdings: Iterable[Holding], wanted: str = "") -> str:
    """The hat that is worn: the wanted one if they have it, else staff before patient, else none."""
    roles = roles_of(holdings)
    return wanted if wanted in roles else (roles[0] if roles else "")


@lru_cache(maxsize=512)
def powers_of(holdings: frozenset[Holding]) -> Powers:
    """The union of what each duty carries, each where it is held."""
    duties = frozenset(duty for duty, _facility in holdings)
    where = {duty: _where(holdings, duty) for duty in duties}
    facilities = _union(where.values())
    reach: dict[str, frozenset[uuid.UUID]] = {}
    if len({id(one) if one is ALL_FACILITIES else one for one in where.values()}) > 1:
        for permission in permissions_of(duties):
            carriers = [duty for duty in duties if permission in permissions_of(frozenset({duty}))]
            reach[permission] = _union(where[duty] for duty in carriers)
    return Powers(permissions_of(duties), duties, facilities, reach)


def _where(holdings: frozenset[Holding], duty: str) -> frozenset[uuid.UUID]:
    places = {facility for held, facility in holdings if held == duty}
    return ALL_FACILITIES if None in places else frozenset(places)  # type: ignore[arg-type]


def _union(sets: Iterable[frozenset[uuid.UUID]]) -> frozenset[uuid.UUID]:
    found: frozenset[uuid.UUID] = frozenset()
    for one in sets:
        # The set of everything holds nothing that a union could take over.
        if one is ALL_FACILITIES:
            return ALL_FACILITIES
        found |= one
    return found
