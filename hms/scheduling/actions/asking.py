"""Proposing another time to everybody of the list whose visit can't take place, a few at once, by the worker.

Pressed twice it is one round: the database keeps one open round of a facility. Each proposal is a deed of its own, so
one that fails costs nobody else theirs, and what was proposed stays proposed when a worker dies in between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from hms.core import clock, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Refused
from hms.core.records import missing, take
from hms.organization.models import Facility
from hms.scheduling import facts, refusals, strays
from hms.scheduling.models import MoveProposal, ProposalRound

PROPOSE = "scheduling.propose_move"
# So many visits are looked at in one go of the worker: some seconds, far from its lease.
AT_ONCE = 25


def _look(*, by: Actor, facility: Facility) -> dict[str, Any]:
    """How many are to be asked, counted before anybody is kept waiting."""
    return {"total": sum(1 for one in strays.strays(by, facility) if one.may_be_asked_by_itself)}


@action("scheduling.propose_move", look=_look)
def ask_everybody(*, by: Actor, facility: Facility, total: int = facts.LOOKED_UP) -> ProposalRound:
    """Begin a round of proposals; one that goes on is given back as it is. Refused: nobody is to be asked.

    `total` is filled in by the look beforehand.
    """
    if not by.in_facility(facility.pk, PROPOSE):
        raise missing()
    Facility.objects.select_for_update().get(pk=facility.pk)
    going_on = ProposalRound.objects.going_on().filter(facility=facility).first()
    if going_on is not None:
        trail.record("proposals.asked_for", subject=going_on, facility=facility, detail={"again": True})
        return going_on
    if not total:
        raise Refused(refusals.NOBODY_TO_ASK)
    made = ProposalRound.objects.create(
        facility=facility, asked_at=clock.now(), asked_by_id=by.id, total=total, after_at=clock.now()
    )
    trail.record("proposals.asked_for", subject=made, facility=facility, detail={"total": total})
    _say_next(made)
    return made


@action("scheduling.propose_move")
def advance_round(
    *, by: Actor, round: ProposalRound, after_at: datetime, after: UUID | None, is_over: bool
) -> ProposalRound:
    """Note how far the round is, and go on with it or end it. Refused: it has ended, or somebody else went on."""
    row = take(ProposalRound.objects.going_on(), round.pk, round.version)
    # Counted anew: a worker that was killed has proposed, and told nobody.
    made = MoveProposal.objects.filter(replaces__facility=row.facility_id, offered_at__gte=row.asked_at)
    row.asked = min(row.total, made.values("replaces").distinct().count())
    row.after_at, row.after = after_at, after
    row.ended_at = clock.now() if is_over else None
    row.save()
    trail.record("proposals.round_advanced", subject=row, facility=row.facility_id, detail={"asked": row.asked})
    if not is_over:
        _say_next(row)
    return row


def _say_next(row: ProposalRound) -> None:
    outbox.say("proposals.round", row, key=f"proposals.round:{row.pk}:{row.version}")
