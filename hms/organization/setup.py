"""Whether this installation is still without a hospital, and the code that lets its owner set one up.

The code is derived from the secret key, so it is stored nowhere: who can read the server's environment or its
console can print it (`manage.py setup_code`), a stranger on the network can't. It is worth nothing once there
is an administrator or a facility.
"""

from __future__ import annotations

import base64
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

from hms.accounts.models import User
from hms.organization.models import Facility


def is_pending() -> bool:
    """No facility and nobody to administer one."""
    return not Facility.objects.exists() and not User.objects.exists()


def code() -> str:
    """80 bits as four groups of four letters and digits."""
    digest = salted_hmac("hms.organization.setup", "first-run", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    text = base64.b32encode(digest[:10]).decode()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def matches(typed: str) -> bool:
    """Whether somebody typed the code, with or without the dashes, in whatever case."""
    return hmac.compare_digest(_bare(typed).encode(), _bare(code()).encode())


def _bare(text: str) -> str:
    return "".join(text.upper().replace("-", "").split())
