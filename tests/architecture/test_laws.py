"""The laws of the house. Each is held against the house, and against a violation planted for it."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.urls import path
from django.utils.module_loading import import_string

from hms.core import guards
from hms.core.access import check_access, declared, routes
from tests.architecture import laws
from tests.architecture.exceptions import PLAIN_TEXT, WORDLESS


def parsed(source: str) -> list[tuple[Path, ast.Module]]:
    return [(Path("planted.py"), ast.parse(source))]


def linked_models():
    return laws.patient_linked(apps.get_models(include_auto_created=True), apps.get_model("patients.Patient"))


class TestRelationsPointDown:
    def test_in_the_house(self):
        assert laws.relations_pointing_up(laws.all_relations()) == []

    def test_planted(self):
        assert laws.relations_pointing_up([("patients", "Patient.appointment", "scheduling")])


class TestAddressesPointDown:
    def test_in_the_house(self):
        assert laws.url_names_pointing_up(laws.all_texts()) == []

    @pytest.mark.parametrize("line", ["{% url 'workspace:chart' id %}", 'redirect("billing:invoice")'])
    def test_planted(self, line):
        assert laws.url_names_pointing_up([("patients", "planted.html", line)])


class TestEveryViewDeclaresAccess:
    def test_in_the_house(self):
        assert check_access() == []

    def test_planted(self):
        silent = SimpleNamespace(url_patterns=[path("silent/", lambda request: None, name="silent")], namespace=None)
        assert [declared(name, view) for _route, name, view in routes(silent)] == [None]


class TestEveryPermissionIsInTheTable:
    def known(self):
        return import_string("hms.accounts.roles.PERMISSIONS")

    def test_of_actions(self):
        assert laws.actions_without_permission(laws.action_permissions(), self.known()) == []

    def test_of_pages(self):
        wanted = {one for _r, name, view in routes() for one in declared(name, view) or () if "." in one}
        assert laws.actions_without_permission(wanted, self.known()) == []

    def test_planted(self):
        assert laws.actions_without_permission(["patients.teleport_patient"], self.known())


class TestEveryActionLeavesALine:
    def test_in_the_house(self):
        assert laws.actions_without_trail(laws.trees()) == []

    def test_planted(self):
        assert laws.actions_without_trail(parsed("@action('a.b')\ndef b(*, by):\n    return 1"))


class TestPatientLinkedTablesDeclareTheirFate:
    def test_in_the_house(self):
        assert laws.undeclared(linked_models()) == []

    def test_planted(self):
        silent = SimpleNamespace(_meta=SimpleNamespace(label="x.Silent"))
        assert len(laws.undeclared([silent])) == 3


class TestEveryTopicHasAHandler:
    def test_in_the_house(self):
        handlers = import_string(settings.EFFECTS)
        assert laws.topics_without_handler(laws.topics_said() | set(import_string(settings.RECURRING)), handlers) == []

    def test_every_handler_can_be_imported(self):
        for dotted in import_string(settings.EFFECTS).values():
            assert callable(import_string(dotted))

    def test_planted(self):
        assert laws.topics_without_handler({"moon.risen"}, {})


class TestNoPlainTextThroughASideDoor:
    def test_in_the_house(self):
        assert laws.plain_text(linked_models(), PLAIN_TEXT) == []

    def test_planted(self):
        field = models.TextField()
        field.name = "story"
        open_book = SimpleNamespace(_meta=SimpleNamespace(label="x.OpenBook", concrete_fields=[field]))
        assert laws.plain_text([open_book], PLAIN_TEXT)


class TestNoInlineCode:
    def test_in_the_house(self):
        assert laws.inline_code(laws.templates()) == []

    @pytest.mark.parametrize(
        "line", ['<p style="color:red">', '<a onclick="go()">', "<div hx-on:click='x'>", "<script>x</script>"]
    )
    def test_planted(self, line):
        assert laws.inline_code([("planted.html", line)])

    def test_data_is_no_code(self):
        assert laws.inline_code([("data.html", '<script id="words" type="application/json">{}</script>')]) == []


class TestWordsAreTranslatable:
    def test_in_templates(self):
        assert laws.untranslated((file, text) for file, text in laws.templates() if file not in WORDLESS) == []

    def test_in_problems(self):
        assert laws.untranslated_problems(laws.trees()) == []

    def test_translators_are_shown_every_word(self):
        assert laws.unextracted(laws.trees()) == []

    def test_planted(self):
        assert laws.untranslated([("planted.html", "<p>Nobody can translate this</p>")])
        assert laws.unextracted(parsed("from django.utils.translation import gettext_lazy as _l"))
        assert laws.untranslated_problems(parsed('Problem(text="Nobody can translate this.")'))


@pytest.mark.django_db
class TestTheEngineHoldsWhatIsPromised:
    def test_in_the_house(self):
        assert guards.promised(connection.vendor) - guards.present(connection) == set()

    def test_planted(self):
        name = next(iter(sorted(one for one in guards.promised(connection.vendor) if one.endswith("_kept"))))
        table = name.removesuffix("_kept")
        with connection.cursor() as cursor:
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{on}')
        assert guards.promised(connection.vendor) - guards.present(connection) == {name}
