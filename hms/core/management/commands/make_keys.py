"""Prints fresh secrets for the environment of a production installation."""

from __future__ import annotations

import base64
import os
import secrets
from typing import Any

from django.core.management.base import BaseCommand

from hms.core import clock


class Command(BaseCommand):
    help = "Prints fresh values for HMS_SECRET_KEY and HMS_KEYRING. Keep them apart from the database and its backups."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"HMS_SECRET_KEY={secrets.token_urlsafe(48)}")
        self.stdout.write(f"HMS_KEYRING=k{clock.now():%Y%m%d}:{base64.b64encode(os.urandom(32)).decode()}")
