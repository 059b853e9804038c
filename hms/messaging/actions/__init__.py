"""Telling people, and what becomes of it. Nothing here writes to any other room's rows."""

from hms.messaging.actions.deliveries import (
    record_attempt,
    resolve_delivery,
    retry_delivery,
    withhold_for_death,
)
from hms.messaging.actions.notifying import notify, queue_mail
from hms.messaging.actions.reading import mark_read, set_preference, set_preference_of_patient, set_quiet_hours

__all__ = [
    "mark_read",
    "notify",
    "queue_mail",
    "record_attempt",
    "resolve_delivery",
    "retry_delivery",
    "set_preference",
    "set_preference_of_patient",
    "set_quiet_hours",
    "withhold_for_death",
]
