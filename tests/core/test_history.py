"""History and guards are the database's: they hold for the ORM, bulk writes and raw SQL alike."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from hms.core import clock, history
from hms.core.actor import system
from tests import make
from tests.things.actions import make_thing, number_thing
from tests.things.models import Part, Stone, Thing

pytestmark = pytest.mark.django_db
by = system("somebody")


def states(thing):
    return [(v.row.version, v.row.name, v.actor_label, v.change) for v in history.versions(Thing, thing.pk)]


def test_every_state_is_kept_with_who_made_it():
    thing = make_thing(by=by, name="cup")
    number_thing(by=by, thing=thing)
    assert states(thing) == [(1, "cup", "somebody", "+"), (2, "no 1", "somebody", "~")]


def test_bulk_writes_and_raw_sql_are_in_it_and_shown_as_outside():
    thing = make_thing(by=by, name="cup")
    Thing.objects.update(name="bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE things_thing SET name = 'raw'")
    assert states(thing)[1:] == [(2, "bulk", None, "~"), (3, "raw", None, "~")]
    assert all(version.outside for version in history.versions(Thing, thing.pk)[1:])


def test_a_writer_who_forgets_the_version_has_it_advanced():
    thing = make_thing(by=by, name="cup")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE things_thing SET name = 'raw'")
    assert Thing.objects.get(pk=thing.pk).version == 2


def test_as_it_was_at_ten_o_clock():
    ten = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
    with time_machine.travel(ten - dt.timedelta(hours=1), tick=False):
        thing = make_thing(by=by, name="cup")
    with time_machine.travel(ten + dt.timedelta(hours=1), tick=False):
        number_thing(by=by, thing=thing)
        Part.objects.filter(thing=thing, end="0").delete()
    (then,) = history.as_of(Thing, ten, [thing.pk])
    assert then.name == "cup"
    assert [part.end for part in history.as_of(Part, ten, [thing.pk], "thing")] == ["0"]
    assert [part.end for part in history.as_of(Part, clock.now() + dt.timedelta(days=900), [thing.pk], "thing")] == [
        "n"
    ]
    assert history.as_of(Thing, ten - dt.timedelta(hours=2), [thing.pk]) == []


def test_a_ciphertext_is_kept_encrypted_and_opens_in_history():
    thing = make_thing(by=by, name="cup", secret="the canary sings")
    thing.secret = "another song"
    thing.save()
    assert [v.row.secret for v in history.versions(Thing, thing.pk)] == ["the canary sings", "another song"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM things_thing_history")
        assert all(b"canary" not in bytes(row[0]) for row in cursor.fetchall())


def test_a_write_to_an_owned_row_advances_the_root_once_a_deed():
    thing = make_thing(by=by, name="cup", parts=5)
    assert Thing.objects.get().version == 1
    number_thing(by=by, thing=thing)
    assert Thing.objects.get().version == 2
    Part.objects.filter(end="1").update(end="z")
    assert Thing.objects.get().version == 3
    Part.objects.filter(end="2").delete()
    assert Thing.objects.get().version == 4


def test_password_hashes_are_left_out():
    user = make.user("doctor")
    (version,) = history.versions(type(user), user.pk)
    assert version.row.login_name == user.login_name
    assert version.row.password is None


class TestWhatTheDatabaseRefuses:
    def refuses(self, *statements):
        for statement in statements:
            with (
                pytest.raises(IntegrityError, match="the database refuses this"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)

    def test_a_frozen_row_keeps_its_columns_and_allows_its_moves(self):
        thing = make_thing(by=by, name="cup")
        Thing.objects.update(status="final")
        self.refuses("UPDATE things_thing SET name = 'x'", "UPDATE things_thing SET status = 'draft'")
        Thing.objects.update(note="may change")
        Thing.objects.update(status="amended")
        Thing.objects.update(name="free again")
        assert Thing.objects.get(pk=thing.pk).name == "free again"

    def test_saving_a_frozen_row_unchanged_writes_the_same_ciphertext(self):
        make_thing(by=by, name="cup")
        Thing.objects.update(status="final")
        thing = Thing.objects.get()
        assert thing.secret == "swordfish"
        thing.note = "looked at"
        thing.save()

    def test_records_are_not_deleted(self):
        make_thing(by=by, name="cup", parts=0)
        self.refuses("DELETE FROM things_thing")

    def test_history_and_the_trail_are_written_once(self):
        make_thing(by=by, name="cup")
        self.refuses(
            "UPDATE things_thing_history SET name = 'x'",
            "DELETE FROM things_thing_history",
            "UPDATE core_auditevent SET actor_label = 'x'",
            "DELETE FROM core_auditevent",
        )

    def test_append_only_tables(self):
        Stone.objects.create(name="granite")
        self.refuses("UPDATE things_stone SET name = 'x'", "DELETE FROM things_stone")

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
    def test_truncate(self):
        self.refuses("TRUNCATE things_thing CASCADE", "TRUNCATE core_auditevent", "TRUNCATE things_thing_history")
