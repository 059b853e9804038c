"""What follows in several rooms from a deed in one."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from hms.accounts.codes import Duty
from hms.accounts.models import User
from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.messaging.actions import notify
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import of_user
from hms.patients.models import GlassBreak

_BY: Final = system("pathways", "messaging.notify")


def on_glass_broken(message: OutboxMessage) -> None:
    """Topic glass.broken: tell every privacy officer what there is to review. No patient is named."""
    glass = GlassBreak.objects.select_related("facility").get(pk=message.subject_id)
    for officer in User.objects.on_duty(Duty.PRIVACY_OFFICER, clock.now()).filter(is_active=True):
        notify(
            by=_BY,
            to=of_user(officer),
            kind=NoticeKind.WORK,
            template="pathways/mail/glass_broken.txt",
            context={"who": glass.user_label, "reason": glass.get_reason_display()},
            key=str(glass.pk),
            facility=glass.facility,
            link=reverse("patients:glass_review", args=[glass.pk]),
        )
