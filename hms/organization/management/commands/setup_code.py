"""Prints the code that the first-run page asks for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hms.organization import setup


class Command(BaseCommand):
    help = "Print the code with which the first administrator sets up a new installation."

    def handle(self, *args: Any, **options: Any) -> None:
        if not setup.is_pending():
            raise CommandError("This installation is set up already; its administrators can add people.")
        self.stdout.write(f"Open {settings.BASE_URL}/organization/setup/ and enter the code {setup.code()}")
