"""What follows from a corrected result: everybody who read the old value is told (domain rule 45)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse

from hms.accounts.actors import actor_for
from hms.accounts.codes import Role
from hms.accounts.models.grants import holdings_of
from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.diagnostics.models import Observation
from hms.messaging.actions import notify
from hms.messaging.codes import Channel, NoticeKind
from hms.messaging.recipients import of_user

_BY = system("diagnostics", "messaging.notify")
# Pages that show values; a look at the list of documents is no reason to be told.
_PAGES = ("diagnostics:", "workspace:", "clinical:")


def on_observation_corrected(message: OutboxMessage) -> None:
    """Topic observation.corrected: tell staff who opened the chart while the old value stood, and may still do so."""
    new = Observation.objects.select_related("patient", "facility", "replaces").get(pk=message.subject_id)
    for user in _readers(new):
        notify(
            by=_BY,
            to=of_user(user, new.patient),
            kind=NoticeKind.WORK,
            template="diagnostics/mail/corrected.txt",
            context={"patient": new.patient},
            key=message.key or str(new.pk),
            facility=new.facility,
            # A result is never sent out of the house to staff.
            channels=(Channel.IN_APP,),
            link=reverse("diagnostics:test", args=[new.patient_id, new.code]),
        )


def _readers(new: Observation) -> Iterable[Any]:
    assert new.replaces is not None
    reads = AuditEvent.objects.filter(
        verb="chart.read",
        patient_id=new.patient_id,
        at__gte=new.replaces.recorded_at,
        at__lt=new.recorded_at,
        actor_id__isnull=False,
    ).values_list("actor_id", "detail")
    ids = {actor for actor, detail in reads if str(detail.get("page", "")).startswith(_PAGES)}
    for user in get_user_model().objects.filter(pk__in=ids, is_active=True):
        # As staff: a parent who read it in the portal is no colleague, and reads the new value there.
        reader = actor_for(user, holdings_of(user.pk, clock.now()), role=Role.STAFF)
        if reader.role == Role.STAFF and Observation.objects.visible_to(reader).filter(pk=new.pk).exists():
            yield user
