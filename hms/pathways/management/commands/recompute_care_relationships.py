"""manage.py recompute_care_relationships: bring who treats whom in step with what it rests on."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from hms.core.actor import system
from hms.patients.care import reconcile_care_relationships

# Label of the source's model → the function that yields every `CareRow` such sources give rise to.
SOURCES: Final[dict[str, str]] = {
    "scheduling.Appointment": "hms.scheduling.actions.care.rows_of_all",
}


class Command(BaseCommand):
    help = "Recomputes who treats whom from appointments and other sources. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        by = system("recompute_care_relationships", "patients.reconcile_care_relationships")
        for source, path in SOURCES.items():
            done = reconcile_care_relationships(by=by, source_type=source, rows=import_string(path)())
            put_right = f"{done.opened:,} opened, {done.changed:,} changed, {done.closed:,} closed"
            self.stdout.write(f"{source}: {done.right:,} right, {put_right}")
