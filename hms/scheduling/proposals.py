"""Proposals of another time as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from hms.core import clock
from hms.core.actor import Actor
from hms.scheduling import codes
from hms.scheduling.models import MoveProposal
from hms.scheduling.presenting import State


def to_answer(by: Actor, patient: UUID) -> list[MoveProposal]:
    """What a patient was asked and has not answered yet, the first to end first. One query."""
    rows = MoveProposal.objects.visible_to(by).of_patient(patient).open().filter(expires_at__gt=clock.now())
    rows = rows.filter(replaces__status=codes.AppointmentStatus.BOOKED)
    return list(rows.select_related("appointment", "replaces").order_by("expires_at"))


def states(asked: Iterable[MoveProposal]) -> dict[UUID, State]:
    """How the visits stand for which another time is asked about: no list says that one of them is simply booked."""
    words = State(_("Can't take place"), "exclamation-triangle", "warn", "warn")
    return {one.replaces_id: words for one in asked}
