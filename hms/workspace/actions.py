"""The few deeds that belong to no room below: looking after what the mechanisms left undone."""

from __future__ import annotations

from hms.core import outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.models import OutboxMessage


@action("ops.replay_message")
def replay_effect(*, by: Actor, message: OutboxMessage) -> OutboxMessage:
    """Give an effect that was given up another eight tries. Does nothing to one that is not given up."""
    outbox.replay(message)
    trail.record("effect.replayed", subject=message, detail={"topic": message.topic})
    return message
