"""Django's migrate, and then what it can't do: triggers, history tables, partitions, keys, the table of the cache."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

from hms.core import crypto, guards, installation, partitions
from hms.core.models import CurrentDeed


class GrowingState(ProjectState):
    """The state of an empty database while its tables are made: a new table is added, and no other made again.

    Django re-makes every model class that a new table's relations can be followed to, there and back. In a house where
    all rooms hang together those are all of them, for each of 130 tables: 5,300 classes and four fifths of the time.
    """

    def add_model(self, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        if "apps" not in self.__dict__ or key in self.models:
            super().add_model(model_state)
            return
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]
            self.resolve_model_relations(key)
        self.apps.render_multiple([model_state])


class Executor(MigrationExecutor):
    """Django's, starting from a `GrowingState` where nothing has been applied yet."""

    def migrate(self, targets: Any, plan: Any = None, state: Any = None, **options: Any) -> Any:  # type: ignore[override]
        if state is not None and not state.models:
            state = GrowingState(real_apps=state.real_apps)
        return super().migrate(targets, plan=plan, state=state, **options)


# NB: Django's command finds its executor only under this name.
django_migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(django_migrate.Command):
    help = (
        "Updates the database schema, then installs history, guards, partitions, keys and the table of the cache. "
        "Refuses a demo's settings on a real database, and the other way round."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        installation.check(may_be_new=True)
        partial = bool(options.get("app_label")) or options.get("plan") or options.get("check_unapplied")
        if not partial:
            guards.drop_triggers(connection)
        super().handle(*args, **options)
        if partial or _unapplied(connection):
            return
        CurrentDeed.objects.get_or_create(id=1)
        count = guards.install(connection)
        partitions.make_partitions(connection)
        call_command("createcachetable", database=options["database"], verbosity=0)
        crypto.ensure_keys()
        installation.settle()
        if options["verbosity"] > 0:
            self.stdout.write(f"  {count} guards stand.")


def _unapplied(connection: Any) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
