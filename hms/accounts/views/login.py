"""The login page."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from hms.accounts.codes import SessionEnd
from hms.accounts.demo import demo_accounts
from hms.accounts.middleware import ENDED_COOKIE
from hms.accounts.switching import people_here


class _Login(LoginView):  # type: ignore[misc]
    """allauth's, which knows the steps after the password, with what our page shows beside the form."""

    template_name = "accounts/login.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context = super().get_context_data(**named)
        ended = self.request.COOKIES.get(ENDED_COOKIE, "")
        return context | {
            "ended": SessionEnd(ended) if ended in SessionEnd.values else None,
            "can_switch": bool(people_here(self.request)),
            "demo_accounts": demo_accounts() if settings.DEMO else [],
        }


login = _Login.as_view()
