"""The secret link of a visit, for checking in without signing in.

It is signed, not kept: whoever has it may say that the patient is here, on the day, and see the token; nothing else.
The name of the patient, why they come and with whom are not behind it.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from hms.core.actor import Actor, system
from hms.scheduling.models import Appointment

ONESELF = "scheduling.check_in_oneself"
_SIGNER = Signer(salt="hms.scheduling.come")
# Whoever holds the link, as the actions see them: one deed and no other.
BEARER: Actor = system("visit link", ONESELF)


def secret_of(visit: Appointment) -> str:
    """What stands in the link of a visit."""
    return _SIGNER.sign(visit.pk.hex)


def address_of(visit: Appointment) -> str:
    """The link itself."""
    return settings.BASE_URL + reverse("scheduling:come", args=[secret_of(visit)])


def visit_of(secret: str) -> Appointment | None:
    """The visit a link speaks of, with everybody in it; None for what nobody signed."""
    try:
        id = UUID(hex=_SIGNER.unsign(secret))
    except (BadSignature, ValueError):
        return None
    return Appointment.objects.visible_to(BEARER).listed().with_people().filter(pk=id).first()
