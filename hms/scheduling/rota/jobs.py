"""The worker's part: it asks the solver, and keeps the answer."""

from __future__ import annotations

from contextlib import suppress

from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.scheduling import actions
from hms.scheduling.models import RotaPlan
from hms.scheduling.rota import asking, reading


def on_asked(message: OutboxMessage) -> None:
    """Look for a plan, and keep it. May run twice: what was changed or answered meanwhile stays as it is."""
    plan = RotaPlan.objects.select_related("facility", "department__facility").get(pk=message.subject_id)
    asked_at = plan.asked_at
    if not plan.is_draft or not plan.is_being_proposed or asked_at is None:
        return
    try:
        answer = asking.ask(reading.read(plan).problem)
    except asking.SolverFailed:
        # Trying again would end the same way: whoever asked is told.
        answer = None
    with suppress(Refused):  # changed in this moment
        actions.record_rota(by=system("scheduling"), plan=plan, answer=answer, asked_at=asked_at)
