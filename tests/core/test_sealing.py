"""The seals find every kind of tampering, and name the first row that does not fit."""

from __future__ import annotations

import pytest
from django.db import connection

from hms.core import guards, sealing
from hms.core.actor import system
from hms.core.models import AuditEvent, AuditSeal
from tests.things.actions import make_thing


@pytest.fixture
def sealed(db, settings, tmp_path, monkeypatch):
    """Two seals over ten events. The guards that would refuse the tampering are taken down for it."""
    settings.DATA_DIR = tmp_path
    if connection.vendor == "postgresql":
        # Inside the test's own transaction nothing has ended; take everything as ended.
        monkeypatch.setattr(sealing, "_ready", _ready_within_a_test)
    for batch in range(2):
        for number in range(5):
            make_thing(by=system("somebody"), name=f"{batch}{number}")
        assert sealing.seal_pending() == 5
    with connection.cursor() as cursor:
        for piece in guards.AppendOnly().pieces(AuditEvent, connection.vendor, 0):
            cursor.execute(piece.drop)
        for piece in guards.AppendOnly().pieces(AuditSeal, connection.vendor, 0):
            cursor.execute(piece.drop)
    assert list(sealing.verify()) == []
    return list(AuditEvent.objects.order_by("at"))


def _ready_within_a_test(start):
    # One transaction has one number, so the second batch would share the first one's; number them apart.
    sealed_ids = {
        bytes(s.entries)[at : at + 16] for s in AuditSeal.objects.all() for at in range(0, len(bytes(s.entries)), 48)
    }
    fresh = [e for e in AuditEvent.objects.order_by("at") if e.id.bytes not in sealed_ids]
    with connection.cursor() as cursor:
        for offset, event in enumerate(fresh):
            cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
            cursor.execute("UPDATE core_auditevent SET position = %s WHERE id = %s", [start + 1 + offset, event.id])
    return sealing._events("WHERE position >= %s ORDER BY position, id", [start])


def first():
    return next(iter(sealing.verify()))


def test_an_edit(sealed):
    AuditEvent.objects.filter(pk=sealed[3].pk).update(verb="thing.forgotten")
    assert first().event == sealed[3].pk


def test_a_swapped_actor(sealed):
    AuditEvent.objects.filter(pk=sealed[6].pk).update(actor_label="somebody else")
    assert first().event == sealed[6].pk


def test_a_deletion(sealed):
    AuditEvent.objects.filter(pk=sealed[2].pk).delete()
    assert (first().event, first().what) == (sealed[2].pk, "it is missing")


def test_an_insertion(sealed):
    forged = AuditEvent(
        **{f.attname: getattr(sealed[2], f.attname) for f in AuditEvent._meta.concrete_fields if f.name != "id"}
    )
    forged.save(force_insert=True)
    _place(forged, like=sealed[2])
    assert first().event == forged.pk
    assert "added" in first().what


def test_a_reordering(sealed):
    one, two = _placed(sealed[1]), _placed(sealed[2])
    _set_place(sealed[1], 10**9)
    _set_place(sealed[2], one)
    _set_place(sealed[1], two)
    assert first().event in {sealed[1].pk, sealed[2].pk}
    assert "place" in first().what


def test_a_cut_tail_of_events(sealed):
    AuditEvent.objects.filter(pk__in=[event.pk for event in sealed[7:]]).delete()
    assert first().event == sealed[7].pk


def test_a_cut_tail_of_events_and_seals(sealed):
    AuditEvent.objects.filter(pk__in=[event.pk for event in sealed[5:]]).delete()
    AuditSeal.objects.filter(number=2).delete()
    assert "cut" in first().what


def test_a_cut_tail_shows_also_after_the_sealer_has_gone_on(sealed):
    AuditEvent.objects.filter(pk__in=[event.pk for event in sealed[5:]]).delete()
    AuditSeal.objects.filter(number=2).delete()
    for number in range(2):
        make_thing(by=system("somebody"), name=f"later {number}")
        assert sealing.seal_pending() == 1
    assert (first().seal, first().what) == (2, "it is not the seal that was made")


def test_a_torn_checkpoint_is_named_and_does_not_take_the_next_one_with_it(sealed):
    file = sealing._checkpoint_file()
    file.write_text(file.read_text() + '{"number": 3, "dig')
    make_thing(by=system("somebody"), name="later")
    assert sealing.seal_pending() == 1
    assert [finding.what for finding in sealing.verify()] == ["a checkpoint outside the database can't be read"]
    assert file.read_text().count("\n") == 4


def test_a_checkpoint_of_somebody_else_proves_nothing(sealed):
    file = sealing._checkpoint_file()
    file.write_text(file.read_text() + '{"number": 9, "digest": "00", "signature": "00"}\n')
    assert "not signed by this installation" in first().what


def test_a_forged_seal(sealed):
    AuditSeal.objects.filter(number=1).update(count=4, entries=b"")
    assert first().seal == 1


def _column():
    return "position" if connection.vendor == "postgresql" else "rowid"


def _key(event):
    return event.pk if connection.vendor == "postgresql" else event.pk.hex


def _placed(event):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_column()} FROM core_auditevent WHERE id = %s", [_key(event)])
        return cursor.fetchone()[0]


def _set_place(event, place):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_auditevent SET {_column()} = %s WHERE id = %s", [place, _key(event)])


def _place(forged, like):
    """Put a forged event between two sealed ones: shift nothing, take a free place inside the range."""
    if connection.vendor == "postgresql":
        _set_place(forged, _placed(like))
    else:
        # SQLite's places are unique: make room by moving everything behind it.
        at = _placed(like)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_auditevent SET rowid = -rowid WHERE rowid > %s", [at])
            cursor.execute("UPDATE core_auditevent SET rowid = -rowid + 1 WHERE rowid < 0")
        _set_place(forged, at + 1)
