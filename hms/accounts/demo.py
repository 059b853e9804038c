"""The accounts of the demo hospital, which the login page offers there and nowhere else.

Their password is public. A database that holds real people refuses to be a demo, and the demo command
refuses a database that does (hms.core.installation).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from hms.accounts.codes import Duty, GrantStatus
from hms.accounts.models import Grant

DOMAIN = "@demo.hms"
PASSWORD = "hms-demo-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of the list beside the form."""

    login_name: str
    full_name: str
    duty: str | Promise
    password: str = PASSWORD


def demo_accounts() -> list[DemoAccount]:
    """The demo's people with their first duty, in the order of the duties. One query."""
    order = {duty: place for place, duty in enumerate(Duty)}
    grants = Grant.objects.filter(
        user__login_name__endswith=DOMAIN, user__is_active=True, status=GrantStatus.ACTIVE
    ).select_related("user")
    found: dict[str, DemoAccount] = {}
    for grant in sorted(grants, key=lambda grant: (order.get(Duty(grant.duty), 99), grant.user.login_name)):
        found.setdefault(
            grant.user.login_name, DemoAccount(grant.user.login_name, grant.user.full_name, Duty(grant.duty).label)
        )
    return list(found.values())
