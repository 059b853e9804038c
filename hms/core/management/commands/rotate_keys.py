"""Re-wraps the data keys with the current key-encryption key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hms.core import crypto


class Command(BaseCommand):
    help = "Re-wraps every data key with the first key of HMS_KEYRING. Touches no record; runs under traffic."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{crypto.rewrap()} data keys re-wrapped.")
