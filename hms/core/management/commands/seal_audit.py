"""Seals the audit events that are ready. The scheduler does this every few seconds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hms.core import sealing


class Command(BaseCommand):
    help = "Seals the audit events that are ready."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sealing.seal_pending()} events sealed.")
