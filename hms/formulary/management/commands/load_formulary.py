"""Load the formulary and what is known of interactions, allergies, doses, kidneys and pregnancy."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hms.core.actor import system
from hms.formulary.actions import is_current, load_formulary
from hms.formulary.sheets import read_sheets


class Command(BaseCommand):
    help = "Load the formulary from its sheets. Loading the same edition twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        sheets = read_sheets()
        if is_current(sheets):
            self.stdout.write(f"Formulary {sheets.version} is loaded already.")
            return
        loaded = load_formulary(by=system("load_formulary", "formulary.load_formulary"), sheets=sheets)
        self.stdout.write(
            f"Formulary {sheets.version}: {loaded.added} medicines added, {loaded.changed} changed, "
            f"{loaded.withdrawn} withdrawn, {loaded.statements} statements of knowledge."
        )
