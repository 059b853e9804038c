"""Effects happen if and only if the deed did, once, and none is lost."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from hms.core import clock, outbox
from hms.core.actor import system
from hms.core.models import OutboxMessage
from tests.things.actions import make_thing, number_thing

pytestmark = pytest.mark.django_db
done: list[str] = []


def listen(message):
    done.append(message.topic)


def choke(message):
    raise ValueError("Maria Canary has a secret")


@pytest.fixture(autouse=True)
def effects(monkeypatch):
    done.clear()
    monkeypatch.setattr(
        outbox,
        "handlers",
        lambda: {"thing.made": "tests.core.test_outbox.listen", "bad": "tests.core.test_outbox.choke"},
    )


def test_a_message_is_done_once():
    make_thing(by=system("somebody"), name="cup")
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    assert done == ["thing.made"]


def test_a_refused_deed_says_nothing():
    thing = make_thing(by=system("somebody"), name="cup")
    outbox.drain()
    with pytest.raises(Exception, match="business-rule"):
        number_thing(by=system("somebody"), thing=thing, refuse=True)
    assert outbox.drain() == 0


def test_a_key_said_twice_is_one_message():
    for _time in range(2):
        outbox.say("thing.made", key="same")
    assert outbox.drain() == 1


def test_what_is_not_due_waits():
    outbox.say("thing.made", due_at=clock.now() + dt.timedelta(hours=1))
    assert outbox.drain() == 0
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)):
        assert outbox.drain() == 1


def test_a_failing_handler_is_tried_again_later_and_given_up_at_last():
    outbox.say("bad")
    now = clock.now()
    for attempt in range(outbox.ATTEMPTS):
        with time_machine.travel(now + dt.timedelta(hours=attempt)):
            assert outbox.drain() == 1
            assert outbox.drain() == 0
    message = OutboxMessage.objects.get()
    assert message.state == "dead"
    outbox.replay(message)
    assert OutboxMessage.objects.get().state == "due"


def test_the_error_kept_says_where_and_never_what():
    outbox.say("bad")
    outbox.drain()
    error = OutboxMessage.objects.get().last_error
    assert error.startswith("ValueError at core/test_outbox.py:")
    assert "Maria" not in error


def test_a_poisoned_message_does_not_hold_up_the_others():
    outbox.say("bad")
    outbox.say("thing.made")
    outbox.drain()
    assert done == ["thing.made"]


def test_the_message_of_a_dead_worker_goes_back():
    outbox.say("thing.made")
    assert len(outbox.claim(worker="dies here")) == 1
    assert outbox.drain() == 0
    with time_machine.travel(clock.now() + outbox.LEASE * 2):
        assert outbox.drain() == 1


def test_a_message_that_takes_its_worker_down_each_time_is_given_up():
    outbox.say("thing.made")
    now = clock.now()
    for attempt in range(outbox.ATTEMPTS):
        with time_machine.travel(now + attempt * 2 * outbox.LEASE):
            assert len(outbox.claim(worker=f"dies here {attempt}")) == 1
    with time_machine.travel(now + outbox.ATTEMPTS * 2 * outbox.LEASE):
        assert outbox.claim() == []
    message = OutboxMessage.objects.get()
    assert (message.state, message.last_error) == ("dead", "its worker ended each time")


@pytest.mark.parametrize("topic", ["thing.made", "bad"])
def test_a_worker_whose_lease_ran_out_does_not_decide_any_more(topic):
    outbox.say(topic)
    (slow,) = outbox.claim(worker="slow")
    with time_machine.travel(clock.now() + outbox.LEASE * 2):
        (quick,) = outbox.claim(worker="quick")
        outbox.perform(slow)
        assert OutboxMessage.objects.get().claimed_by == "quick"
        assert OutboxMessage.objects.get().claimed_until is not None
        outbox.perform(quick)
    assert OutboxMessage.objects.get().state == ("done" if topic == "thing.made" else "due")


def test_what_waited_behind_a_slow_one_beyond_its_lease_is_left_to_the_next(monkeypatch):
    outbox.say("thing.made")
    outbox.say("thing.made")
    now = clock.now()
    with time_machine.travel(now) as traveller:
        monkeypatch.setattr(
            "tests.core.test_outbox.listen",
            lambda message: (done.append(message.topic), traveller.move_to(now + outbox.LEASE * 2)),
        )
        outbox.drain()
        assert done == ["thing.made"]
        outbox.drain()
        assert done == ["thing.made", "thing.made"]


def test_a_recurring_topic_is_said_once_a_period(settings, monkeypatch):
    monkeypatch.setattr("hms.ops.effects.RECURRING", {"thing.made": dt.timedelta(minutes=1)})
    now = clock.now().replace(second=10)
    assert outbox.say_recurring(now) == 1
    assert outbox.say_recurring(now + dt.timedelta(seconds=20)) == 0
    assert outbox.say_recurring(now + dt.timedelta(seconds=60)) == 1
