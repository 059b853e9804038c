"""manage.py rebuild_search: make the patient search index anew from the names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hms.core.actor import system
from hms.patients.actions import rebuild_search
from hms.patients.models import Patient

BATCH = 500


class Command(BaseCommand):
    help = "Makes the words and keys by which patients are found anew, and the labels made from their names."

    def handle(self, *args: Any, **options: Any) -> None:
        by = system("rebuild_search", "patients.rebuild_search")
        done = changed = 0
        last = None
        while True:
            rest = Patient.objects.order_by("pk").prefetch_related("names")
            batch = list((rest.filter(pk__gt=last) if last else rest)[:BATCH])
            if not batch:
                break
            changed += rebuild_search(by=by, patients=batch)
            done, last = done + len(batch), batch[-1].pk
            self.stdout.write(f"{done:,} patients, {changed:,} labels changed")
