"""Visits as iCalendar (RFC 5545, RFC 5546): for mails, downloads and feeds.

What is written leaves the house, so it holds no diagnosis, no reason and no name of a patient: when, where,
with whom, and how to prepare. The same visit has the same UID for ever; SEQUENCE tells the newer text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from hms.core import clock
from hms.messaging.channels import Attachment
from hms.scheduling.rules.wall_clock import is_repeated

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit as a calendar shows it. `zone` is the facility's: in-person visits are in hospital time."""

    id: UUID
    start_at: datetime
    end_at: datetime
    zone: str
    sequence: int
    # When it was last changed; None where that was not written down.
    changed_at: datetime | None
    summary: str
    place: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False


def calendar(entries: Iterable[Entry], *, method: str = PUBLISH, organizer: str = "", name: str = "") -> bytes:
    """An iCalendar stream with its time zones. `organizer` is the facility's address for REQUEST and CANCEL."""
    # Imported here: the package is heavy, and few requests write calendars.
    import icalendar

    stream = icalendar.Calendar()
    stream.add("prodid", "-//HMS//Scheduling//EN")
    stream.add("version", "2.0")
    stream.add("calscale", "GREGORIAN")
    stream.add("method", method)
    if name:
        stream.add("x-wr-calname", name)
    for entry in entries:
        stream.add_component(_event(entry, organizer))
    # A reader with older rules for the zone than ours still shows the hour we promised.
    stream.add_missing_timezones()
    return stream.to_ical()


def attached(entries: Iterable[Entry], method: str, name: str, organizer: str) -> Attachment:
    """The same for a mail, which says by its type what a calendar is to do with it."""
    return Attachment(
        name=name,
        content_type=f'text/calendar; charset="utf-8"; method={method}',
        content=calendar(entries, method=method, organizer=organizer),
    )


def _event(entry: Entry, organizer: str) -> object:
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{entry.id}@hms")
    event.add("sequence", entry.sequence)
    # In a stream with a method this is when the stream is made (RFC 5545, 3.8.7.2): of two with one SEQUENCE the later.
    event.add("dtstamp", clock.now())
    if entry.changed_at is not None:
        event.add("last-modified", entry.changed_at)
    event.add("dtstart", _when(entry.start_at, entry.zone))
    event.add("dtend", _when(entry.end_at, entry.zone))
    event.add("summary", _("Cancelled: %(visit)s") % {"visit": entry.summary} if entry.cancelled else entry.summary)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    if entry.place:
        event.add("location", entry.place)
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    if organizer:
        event.add("organizer", f"mailto:{organizer}")
    return event


def _when(moment: datetime, zone: str) -> datetime:
    """Hospital time; in a repeated hour UTC, because a local time there always means its first occurrence."""
    tz = clock.zone(zone)
    return moment if is_repeated(moment, tz) else moment.astimezone(tz)
