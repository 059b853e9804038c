"""The secret of an invitation's link: derived from its id with the installation's key, and kept nowhere."""

from __future__ import annotations

import base64
import hmac
import uuid

from hms.accounts.models import Invitation
from hms.core import clock, crypto


def secret_of(invitation_id: uuid.UUID) -> str:
    """The part of the link that only the invited person has."""
    return (
        base64.urlsafe_b64encode(crypto.keyed_digest(invitation_id.bytes, "accounts.invitation")).decode().rstrip("=")
    )


def opened_by(invitation_id: uuid.UUID, secret: str) -> Invitation | None:
    """The invitation that this link opens now. None alike for a wrong, used, withdrawn or expired one."""
    # Bytes: of texts it compares ASCII alone, and an address may hold anything.
    if not hmac.compare_digest(secret_of(invitation_id).encode(), secret.encode()):
        return None
    invitation = Invitation.objects.select_related("invited_by").filter(pk=invitation_id).first()
    return (
        invitation
        if invitation is not None and invitation.is_open(clock.now()) and invitation.invited_by.is_active
        else None
    )
