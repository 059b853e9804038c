"""What is new for a person in the portal: notices not yet read, and what was released since they last looked.

"Looked" is what the trail says: when this person last opened the page where the thing stands. Of notes and invoices
people are told by a notice; those whose notice was read elsewhere, or that had none, are found here all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.billing.models import Invoice
from hms.clinical.models import Note
from hms.core import clock
from hms.core.models import AuditEvent
from hms.core.values import day_text
from hms.diagnostics.models import Observation
from hms.documents.models import DocumentReference
from hms.messaging.codes import NoticeKind
from hms.messaging.models import Notification
from hms.workspace.deeds import READ
from hms.workspace.household import Whom

# For somebody who never looked before, older things are not news.
_AT_MOST: Final = dt.timedelta(days=30)
_MOST_NOTICES: Final = 5
# What a parent is told about a teenager: when and where, and what it costs.
_OPEN_KINDS: Final = (NoticeKind.APPOINTMENT, NoticeKind.REMINDER, NoticeKind.BILLING)
_MOST_NAMES: Final = 3
_HEALTH: Final = ("workspace:my_health", "workspace:my_results")
_VISITS: Final = ("workspace:my_visits", "workspace:my_visit", "clinical:note", "clinical:encounter")
_BILLS: Final = ("workspace:my_bills", "billing:invoice")


@dataclass(frozen=True, slots=True)
class News:
    """One line: a notice that is opened by a POST, or a link to what was released."""

    title: str
    detail: str = ""
    icon: str = "bell"
    url: str = ""
    notice: Notification | None = None


def news_for(whom: Whom) -> list[News]:
    """Notices first, newest first. Seven queries at most."""
    notices = _notices(whom)
    found = [News(one.text, day_text(one.created_at), _ICONS.get(one.kind, "bell"), notice=one) for one in notices]
    told = {one.kind for one in notices}
    seen = _seen(whom)
    if not whom.is_confidential:
        found += _results(whom, seen(_HEALTH))
        found += _documents(whom, seen(_HEALTH))
        if NoticeKind.RESULT not in told:
            found += _notes(whom, seen(_VISITS))
    if whom.may_pay and NoticeKind.BILLING not in told:
        found += _invoices(whom, seen(_BILLS))
    return found


_ICONS: Final = {
    NoticeKind.APPOINTMENT: "calendar2-check",
    NoticeKind.REMINDER: "alarm",
    NoticeKind.RESULT: "clipboard2-pulse",
    NoticeKind.BILLING: "receipt",
    NoticeKind.ACCOUNT: "shield-lock",
}


def _notices(whom: Whom) -> list[Notification]:
    """Those about this person; what is about nobody in particular stands on one's own page."""
    about = Q(patient=whom.patient)
    if whom.is_self or not any(member.is_self for member in whom.household):
        about |= Q(patient__isnull=True)
    notices = Notification.objects.visible_to(whom.by).unread().filter(about)
    return list((notices.filter(kind__in=_OPEN_KINDS) if whom.is_confidential else notices)[:_MOST_NOTICES])


def _seen(whom: Whom) -> Any:
    """A function from pages to the moment since when things on them are new. One query."""
    earliest = clock.now() - _AT_MOST
    looks = dict(
        AuditEvent.objects.filter(patient_id=whom.patient.pk, actor_id=whom.by.id, verb=READ, at__gte=earliest)
        .values_list("detail__page")
        .annotate(last=Max("at"))
        .order_by()
    )
    return lambda pages: max([looks[page] for page in pages if page in looks], default=earliest)


def _results(whom: Whom, since: dt.datetime) -> Iterator[News]:
    rows = Observation.objects.visible_to(whom.by).filter(patient=whom.patient, released_at__gt=since).current()
    names = list(dict.fromkeys(rows.order_by("-effective_at", "text").values_list("text", flat=True)[:200]))
    if names:
        title = ngettext("%(count)d new result", "%(count)d new results", len(names)) % {"count": len(names)}
        yield News(title, _some(names), "clipboard2-pulse", _health(whom, "#results"))


def _notes(whom: Whom, since: dt.datetime) -> Iterator[News]:
    rows = Note.objects.visible_to(whom.by).filter(patient=whom.patient, released_at__gt=since, encounter__isnull=False)
    for note in rows.select_related("encounter").order_by("-occurred_at")[:_MOST_NAMES]:
        title = _("What %(author)s wrote on %(day)s") % {"author": note.author_label, "day": day_text(note.occurred_at)}
        url = reverse("workspace:my_visit", args=[whom.patient.pk, note.encounter_id])
        yield News(title, icon="journal-text", url=url)


def _documents(whom: Whom, since: dt.datetime) -> Iterator[News]:
    rows = DocumentReference.objects.visible_to(whom.by).filter(patient=whom.patient, released_at__gt=since).current()
    kinds = [str(one) for one in rows[:_MOST_NAMES]]
    if kinds:
        yield News(_("New documents"), _some(kinds), "file-earmark-text", _health(whom, "#documents"))


def _invoices(whom: Whom, since: dt.datetime) -> Iterator[News]:
    rows = Invoice.objects.visible_to(whom.by).filter(patient=whom.patient, kind="invoice", issued_at__gt=since)
    for invoice in rows[:_MOST_NAMES]:
        title = _("Invoice %(number)s") % {"number": invoice.number_text}
        yield News(title, str(invoice.total), "receipt", reverse("workspace:my_bills", args=[whom.patient.pk]))


def _health(whom: Whom, part: str) -> str:
    return reverse("workspace:my_health", args=[whom.patient.pk]) + part


def _some(names: list[str]) -> str:
    """The first three, and that there are more."""
    shown = ", ".join(names[:_MOST_NAMES])
    return _("%(names)s and more") % {"names": shown} if len(names) > _MOST_NAMES else shown
