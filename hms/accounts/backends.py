"""How a password is checked."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from hms.accounts.models import User
from hms.accounts.rules.login_names import normalise


class LoginNameBackend(BaseBackend):
    """Login name and password. Unknown names, deactivated people and wrong passwords look alike, also by the clock."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_credentials: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = User.objects.filter(login_name=normalise(username)).first()
        if user is None or not user.has_usable_password():
            # The work of one check, so that the time taken does not tell who has an account.
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: uuid.UUID | str) -> User | None:
        try:
            return User.objects.filter(pk=user_id, is_active=True).first()
        except (ValidationError, ValueError):
            return None
