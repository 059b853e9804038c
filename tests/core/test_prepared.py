"""A prepared query answers as its queryset does, and keeps no answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import CharField, DateTimeField, Exists, OuterRef, UUIDField
from django.test.utils import CaptureQueriesContext

from hms.accounts.models import UserSession
from hms.core import clock
from hms.core.prepared import Given, Prepared, named, several
from hms.patients.models import Flag
from tests import make
from tests.things.models import Part, Thing

pytestmark = pytest.mark.django_db

PARTS_OF = Prepared(lambda: Part.objects.filter(thing=Given("thing", UUIDField())).order_by("end"))


def test_models_come_whole_with_what_was_selected_beside_them():
    user = make.user("front-desk")
    at = clock.now()
    UserSession.objects.create(user=user, epoch=user.session_epoch, started_at=at, last_seen_at=at, method="password")
    flags = Flag.objects.filter(patient=OuterRef("user_id"))
    query = Prepared(
        lambda: (
            UserSession.objects.select_related("user")
            .annotate(flagged=Exists(flags))
            .filter(user=Given("user", UUIDField()), started_at__lte=Given("now", DateTimeField()))
        )
    )
    (found,) = query(user=user.pk, now=at)
    with CaptureQueriesContext(connection) as queries:
        assert found.user == user
        assert found.user.label == user.label
    assert not queries
    assert found.started_at == at
    assert found.flagged is False
    assert not found._state.adding
    assert query(user=user.pk, now=at - dt.timedelta(seconds=1)) == []


def test_rows_of_values_and_of_one_value():
    cup = Thing.objects.create(name="cup")
    by_name = Thing.objects.filter(name=Given("name", CharField()))
    assert Prepared(lambda: by_name.values_list("id", "name"))(name="cup") == [(cup.pk, "cup")]
    assert Prepared(lambda: by_name.values_list("id", flat=True)).first(name="cup") == cup.pk
    assert Prepared(lambda: by_name.values_list("id", flat=True)).first(name="pot") is None


def test_several_values_of_a_kind_for_a_relation_too():
    cup, pot, lid = (Thing.objects.create(name=name) for name in ("cup", "pot", "lid"))
    things = Prepared(lambda: Thing.objects.filter(pk__in=several("id", UUIDField(), 2)).order_by("name"))
    assert things(**named("id", [pot.pk, cup.pk])) == [cup, pot]
    part = Part.objects.create(thing=lid, end="a")
    parts = Prepared(lambda: Part.objects.filter(thing__in=several("thing", UUIDField(), 2)))
    assert parts(**named("thing", [pot.pk, lid.pk])) == [part]
    assert Prepared(lambda: Part.objects.filter(thing__in=several("thing", UUIDField(), 0)))() == []


def test_every_asking_sees_what_is_there():
    cup = Thing.objects.create(name="cup")
    assert PARTS_OF(thing=cup.pk) == []
    part = Part.objects.create(thing=cup, end="a")
    assert PARTS_OF(thing=cup.pk) == [part]
    # Past the application, too.
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Part._meta.db_table} SET {connection.ops.quote_name('end')} = 'b'")
    assert [one.end for one in PARTS_OF(thing=cup.pk)] == ["b"]


def test_what_was_found_can_be_changed_and_saved():
    cup = Thing.objects.create(name="cup")
    found = Prepared(lambda: Thing.objects.filter(pk=Given("id", UUIDField()))).first(id=cup.pk)
    found.name = "mug"
    found.save()
    assert Thing.objects.get(pk=cup.pk).name == "mug"


def test_what_cannot_be_kept_is_refused():
    things = Thing.objects.all()
    sorted_by_more = things.order_by("name").values_list("status").distinct()
    for queryset in (things.select_for_update(), things.prefetch_related("parts"), things.values(), sorted_by_more):
        with pytest.raises(ValueError, match="prepared query"):
            Prepared(lambda queryset=queryset: queryset)()
