"""Deeds on things."""

from __future__ import annotations

from typing import Any

from hms.core import numbering, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from tests.things.models import Part, Thing


@action("things.make_thing")
def make_thing(*, by: Actor, name: str, secret: str = "swordfish", parts: int = 1) -> Thing:  # noqa: S107
    thing = Thing(name=name, secret=secret)
    thing.save()
    Part.objects.bulk_create(Part(thing=thing, end=str(n)) for n in range(parts))
    trail.record("thing.made", subject=thing)
    outbox.say("thing.made", thing, key=f"made {thing.pk}")
    return thing


def _look_for_others(*, by: Actor, name: str) -> dict[str, Any]:
    if Thing.objects.exists():
        raise Refused(Problem(code="conflict", text="there is one"))
    return {"seen": 0}


@action("things.make_thing", look=_look_for_others)
def make_only_thing(*, by: Actor, name: str, seen: int = -1) -> Thing:
    thing = Thing.objects.create(name=f"{name} {seen}")
    trail.record("thing.made", subject=thing)
    return thing


@action("things.number_thing")
def number_thing(*, by: Actor, thing: Thing, refuse: bool = False) -> Thing:
    thing.name = f"no {numbering.next_number('things')}"
    thing.save()
    Part.objects.create(thing=thing, end="n")
    if refuse:
        raise Refused(Problem(code="business-rule", text="no"))
    trail.record("thing.numbered", subject=thing)
    return thing


@action("things.make_and_number")
def make_and_number(*, by: Actor, name: str) -> Thing:
    return number_thing(by=by, thing=make_thing(by=by, name=name))


@action("things.forget_the_trail")
def forget_the_trail(*, by: Actor) -> Thing:
    return Thing.objects.create(name="unseen", secret="")
