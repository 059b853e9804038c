"""Django's migrate, and then what it can't do: triggers, history tables, partitions, keys."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from hms.core import crypto, guards, installation, partitions
from hms.core.models import CurrentDeed


class Command(DjangoMigrate):
    help = "Updates the database schema, then installs history, guards, partitions and keys."

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        partial = bool(options.get("app_label")) or options.get("plan") or options.get("check_unapplied")
        if not partial:
            guards.drop_triggers(connection)
        super().handle(*args, **options)
        if partial or MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
            return
        CurrentDeed.objects.get_or_create(id=1)
        count = guards.install(connection)
        partitions.make_partitions(connection)
        crypto.ensure_keys()
        installation.settle()
        if options["verbosity"] > 0:
            self.stdout.write(f"  {count} guards stand.")
