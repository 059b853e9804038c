"""Checks the trail against its seals."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hms.core import sealing
from hms.core.models import AuditEvent, AuditSeal


class Command(BaseCommand):
    help = "Verifies that no audit event was changed, removed, added or moved since it was sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(sealing.verify())
        for finding in findings:
            self.stdout.write(self.style.ERROR(str(finding)))
        if findings:
            raise CommandError(f"The trail does not match its seals. The first row that does not: {findings[0]}")
        self.stdout.write(
            f"{AuditSeal.objects.count()} seals and {AuditEvent.objects.count()} events: all as they were sealed."
        )
