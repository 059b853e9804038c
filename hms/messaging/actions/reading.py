"""Reading one's notifications, and saying what one wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import missing
from hms.messaging import rules
from hms.messaging.codes import Channel
from hms.messaging.models import Notification, Preference, QuietHours

if TYPE_CHECKING:
    from hms.accounts.models import User


@action("messaging.read_notifications")
def mark_read(*, by: Actor, notifications: Iterable[Notification] | None = None) -> int:
    """Mark one's own notifications as read: those given, or (None) all. Returns how many were unread."""
    rows = Notification.objects.visible_to(by).unread()
    if notifications is not None:
        rows = rows.filter(pk__in=[one.pk for one in notifications])
    count = rows.update(read_at=clock.now())
    trail.record("notifications.read", detail={"count": count})
    return count


@action("messaging.set_preferences")
def set_preference(*, by: Actor, user: User, channel: str, kind: str, wanted: bool) -> Preference | None:
    """Say whether one wants a kind of notice by a channel. Refused: security notices can't be switched off."""
    _refuse_always(kind)
    if user.pk != by.id:
        raise missing()
    return _prefer({"user": user}, None, channel, kind, wanted)


@action("messaging.set_preference_of_patient")
def set_preference_of_patient(*, by: Actor, patient: Any, channel: str, kind: str, wanted: bool) -> Preference | None:
    """Write down what a patient without a login told the front desk. Refused: security notices."""
    _refuse_always(kind)
    return _prefer({"patient": patient}, patient, channel, kind, wanted)


@action("messaging.set_preferences")
def set_quiet_hours(
    *, by: Actor, user: User, start: time | None, end: time | None, time_zone: str
) -> QuietHours | None:
    """Set one's own quiet hours; None for both: none of one's own. Refused: as long as a whole day."""
    if user.pk != by.id:
        raise missing()
    if start is None or end is None:
        QuietHours.objects.filter(user=user).delete()
        trail.record("quiet-hours.removed")
        return None
    if start == end:
        raise Refused(
            Problem(code="invalid", field="end", text=_("Quiet hours must end at another time than they begin."))
        )
    row = QuietHours.objects.filter(user=user).first() or QuietHours(user=user)
    row.start, row.end, row.time_zone = start, end, time_zone
    row.save()
    trail.record("quiet-hours.set", subject=row)
    return row


def _refuse_always(kind: str) -> None:
    if not rules.wanted(Channel.EMAIL, kind, {(Channel.EMAIL, kind)}):
        return
    raise Refused(
        Problem(code="business-rule", field="kind", text=_("Notices about sign-in and security can't be switched off."))
    )


def _prefer(whose: dict[str, Any], patient: Any, channel: str, kind: str, wanted: bool) -> Preference | None:
    row = Preference.objects.filter(**whose, channel=channel, kind=kind).first() or Preference(
        **whose, channel=channel, kind=kind
    )
    row.wanted = wanted
    row.save()
    trail.record(
        "preference.set", subject=row, patient=patient, detail={"channel": channel, "kind": kind, "wanted": wanted}
    )
    return row
