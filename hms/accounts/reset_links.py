"""Links to a new password: good once, for an hour, and only while nothing about the account has changed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetLinks(PasswordResetTokenGenerator):
    """Derived from the account's state, so that use, deactivation and a new e-mail address all end it."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{user.pk}{user.password}{user.email}{user.session_epoch}{user.is_active}{timestamp}"
