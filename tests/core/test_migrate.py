"""On an empty database `migrate` makes each model class once, and gets what Django's own way gets."""

from __future__ import annotations

from django.db.migrations.loader import MigrationLoader

from hms.core.management.commands.migrate import GrowingState


def shape(apps):
    """All that a migration could ask of the models: columns, relations there and back, constraints, indexes."""
    return {
        model._meta.label: (
            [field.deconstruct()[:2] for field in model._meta.local_fields],
            sorted(str(relation) for relation in model._meta.related_objects),
            [one.name for one in model._meta.constraints],
            [one.name for one in model._meta.indexes],
        )
        for model in apps.get_models(include_auto_created=True)
    }


def test_it_is_the_state_that_django_would_have_made():
    loader = MigrationLoader(None)
    grown = GrowingState()
    assert not shape(grown.apps)  # rendered from the start, as the executor does
    plan = dict.fromkeys(key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf))
    for key in plan:
        grown = loader.graph.nodes[key].mutate_state(grown, preserve=False)
    assert isinstance(grown, GrowingState)
    wanted = shape(loader.project_state().apps)
    assert len(wanted) > 100
    assert shape(grown.apps) == wanted
