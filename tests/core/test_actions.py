"""The write path: permission, transaction, trail, refusal, idempotency."""

from __future__ import annotations

import pytest
from django.db import transaction

from hms.core.actor import Actor, system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Refused, Stale
from hms.core.records import take
from tests.things.actions import forget_the_trail, make_and_number, make_only_thing, make_thing, number_thing
from tests.things.models import Part, Thing

pytestmark = pytest.mark.django_db
by = system("somebody")


def test_a_deed_leaves_one_line_and_its_effects():
    thing = make_thing(by=by, name="cup")
    line = AuditEvent.objects.get()
    assert (line.verb, line.outcome, line.subject_id, line.actor_label) == (
        "thing.made",
        "success",
        thing.pk,
        "somebody",
    )
    message = OutboxMessage.objects.get()
    assert (message.topic, message.subject_id, message.deed) == ("thing.made", thing.pk, line.deed)


def test_without_permission_nothing_happens_and_the_refusal_is_recorded():
    stranger = Actor(id=None, label="stranger", permissions=frozenset({"things.other"}))
    with pytest.raises(Forbidden):
        make_thing(by=stranger, name="cup")
    assert not Thing.objects.exists()
    assert AuditEvent.objects.get().outcome == "refused"


def test_a_refused_deed_is_rolled_back_and_recorded_after():
    thing = make_thing(by=by, name="cup")
    with pytest.raises(Refused):
        number_thing(by=by, thing=thing, refuse=True)
    assert Thing.objects.get().name == "cup"
    assert Part.objects.count() == 1
    refusal = AuditEvent.objects.get(outcome="refused")
    assert refusal.verb == "things.number_thing"
    assert refusal.subject_id == thing.pk
    assert refusal.detail == {"codes": ["business-rule"], "status": 422}


def test_a_deed_that_leaves_no_line_is_rolled_back():
    with pytest.raises(AssertionError, match="no line in the trail"):
        forget_the_trail(by=by)
    assert not Thing.objects.exists()


def test_an_inner_deed_joins_the_outer_one():
    make_and_number(by=by, name="cup")
    assert len(set(AuditEvent.objects.values_list("deed", flat=True))) == 1
    assert AuditEvent.objects.count() == 2


def test_positional_arguments_are_refused():
    with pytest.raises(TypeError):
        make_thing(by, name="cup")


class TestIdempotency:
    def test_the_same_request_twice_is_one_deed(self):
        first = make_thing(by=by, name="cup", idempotency_key="k")
        again = make_thing(by=by, name="cup", idempotency_key="k")
        assert first.pk == again.pk
        assert Thing.objects.count() == 1

    def test_the_same_key_with_other_values_is_refused(self):
        make_thing(by=by, name="cup", idempotency_key="k")
        with pytest.raises(Refused) as refusal:
            make_thing(by=by, name="saucer", idempotency_key="k")
        assert refusal.value.codes == ["duplicate"]

    def test_what_was_answered_is_answered_again_though_the_look_would_refuse_it_now(self):
        first = make_only_thing(by=by, name="cup", idempotency_key="k")
        assert make_only_thing(by=by, name="cup", idempotency_key="k").pk == first.pk
        with pytest.raises(Refused) as refusal:
            make_only_thing(by=by, name="mug", idempotency_key="k")
        assert refusal.value.codes == ["duplicate"]
        for key in ("l", None):
            with pytest.raises(Refused) as refusal:
                make_only_thing(by=by, name="cup", idempotency_key=key)
            assert refusal.value.codes == ["conflict"]

    def test_a_refused_deed_leaves_its_key_free(self):
        thing = make_thing(by=by, name="cup")
        with pytest.raises(Refused):
            number_thing(by=by, thing=thing, refuse=True, idempotency_key="k")
        assert number_thing(by=by, thing=Thing.objects.get(), idempotency_key="k").name == "no 1"

    def test_the_key_belongs_to_the_person(self):
        make_thing(by=by, name="cup", idempotency_key="k")
        make_thing(by=system("other"), name="saucer", idempotency_key="k")
        assert Thing.objects.count() == 2


class TestStaleWrites:
    def test_the_second_of_two_writers_is_told_and_sees_both_versions(self):
        make_thing(by=by, name="cup")
        first, second = Thing.objects.get(), Thing.objects.get()
        first.name = "mug"
        first.save()
        second.name = "glass"
        with pytest.raises(Stale) as refusal, transaction.atomic():
            second.save()
        assert refusal.value.theirs.name == "mug"
        assert Thing.objects.get().name == "mug"

    def test_take_refuses_the_version_of_an_old_form(self):
        thing = make_thing(by=by, name="cup")
        Thing.objects.update(name="mug")
        with pytest.raises(Stale):
            take(Thing.objects.all(), thing.pk, version=1)
        assert take(Thing.objects.all(), thing.pk, version=2).name == "mug"

    def test_take_does_not_tell_missing_from_forbidden(self):
        thing = make_thing(by=by, name="cup")
        for queryset, key in [(Thing.objects.none(), thing.pk), (Thing.objects.all(), "nonsense")]:
            with pytest.raises(Refused) as refusal:
                take(queryset, key)
            assert refusal.value.status == 404


def test_a_gapless_number_is_given_back_by_a_refused_deed():
    thing = make_thing(by=by, name="cup")
    with pytest.raises(Refused):
        number_thing(by=by, thing=thing, refuse=True)
    assert number_thing(by=by, thing=Thing.objects.get()).name == "no 1"
    assert number_thing(by=by, thing=Thing.objects.get()).name == "no 2"
