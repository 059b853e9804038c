"""What follows from a signed note: the patient learns that there is something to read, and nothing of what it says."""

from __future__ import annotations

from django.urls import reverse

from hms.clinical.models import Note
from hms.core import clock
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.messaging.actions import notify
from hms.messaging.codes import NoticeKind
from hms.messaging.recipients import of_patient

_BY = system("clinical", "messaging.notify")


def on_note_signed(message: OutboxMessage) -> None:
    """Topic note.signed: tell the patient, if the note is for them to read."""
    _tell(message, "clinical/mail/note.txt")


def on_note_amended(message: OutboxMessage) -> None:
    """Topic note.amended: tell the patient, who may have read the note before."""
    _tell(message, "clinical/mail/addendum.txt")


def _tell(message: OutboxMessage, template: str) -> None:
    note = Note.objects.select_related("patient__user", "facility").get(pk=message.subject_id)
    # Without a login there is nothing to open, and a letter would say too much.
    if not note.is_signed or not note.released_at or note.released_at > clock.now() or note.patient.user is None:
        return
    notify(
        by=_BY,
        to=of_patient(note.patient),
        kind=NoticeKind.RESULT,
        template=template,
        context={"patient": note.patient},
        key=message.key or str(note.pk),
        facility=note.facility,
        link=reverse("clinical:note", args=[note.pk]),
    )
