"""Demo and production never mix: whoever serves, works or migrates asks the database first."""

from __future__ import annotations

import importlib

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from hms.core import installation
from hms.core.models import Installation

pytestmark = pytest.mark.django_db


def settled(settings, kind: str, *, demo: bool = False, debug: bool = False) -> None:
    """A database of that kind, met with those settings and outside a test's leniency."""
    Installation.objects.update_or_create(id=1, defaults={"kind": kind})
    settings.TESTING, settings.DEMO, settings.DEBUG = False, demo, debug


@pytest.mark.parametrize(("demo", "debug", "name"), [(True, False, "HMS_DEMO=1"), (False, True, "HMS_DEBUG=1")])
def test_a_database_of_real_people_refuses_the_demo_and_the_debugger(settings, demo, debug, name):
    settled(settings, "production", demo=demo, debug=debug)
    with pytest.raises(ImproperlyConfigured, match=f"^{name} is set"):
        installation.check()


def test_the_demo_is_not_served_as_a_real_hospital(settings):
    settled(settings, "demo")
    with pytest.raises(ImproperlyConfigured, match="passwords everybody knows"):
        installation.check()


@pytest.mark.parametrize(("kind", "demo", "debug"), [("production", 0, 0), ("demo", 1, 0), ("demo", 0, 1)])
def test_each_opens_as_what_it_is(settings, kind, demo, debug):
    settled(settings, kind, demo=bool(demo), debug=bool(debug))
    installation.check()


@pytest.mark.parametrize(("demo", "debug", "kind"), [(0, 0, "production"), (1, 0, "demo"), (0, 1, "demo")])
def test_a_new_database_remembers_what_it_was_made_for(settings, demo, debug, kind):
    Installation.objects.all().delete()
    settings.DEMO, settings.DEBUG = bool(demo), bool(debug)
    assert installation.settle().kind == kind


def test_the_web_server_does_not_load_on_a_database_of_the_other_kind(settings, monkeypatch):
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    import hms.wsgi

    settled(settings, "demo")
    with pytest.raises(ImproperlyConfigured, match="passwords everybody knows"):
        importlib.reload(hms.wsgi)


def test_nothing_is_migrated_before_the_kinds_are_compared(settings):
    settled(settings, "production", demo=True)
    with pytest.raises(ImproperlyConfigured, match="belongs to a production installation"):
        call_command("migrate", verbosity=0)


def test_a_database_without_its_row_is_new(settings):
    Installation.objects.all().delete()
    settings.TESTING = False
    installation.check(may_be_new=True)
    with pytest.raises(ImproperlyConfigured, match="not set up yet"):
        installation.check()
