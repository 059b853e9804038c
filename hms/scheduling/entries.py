"""What a calendar or a message says of a visit. It leaves the house: no diagnosis, no reason for the visit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from hms.core import values
from hms.organization.wordings import worded
from hms.scheduling import codes, ics, links
from hms.scheduling.models import Appointment, AppointmentParticipant


@dataclass(frozen=True, slots=True)
class Told:
    """A visit in words, made when they are read: in the reader's language, on the hospital's clock."""

    appointment: Appointment

    @property
    def when(self) -> str:
        """Tuesday, 24-Nov-2026, 09:20 CET: in the facility's zone, which is always named."""
        visit = self.appointment
        day = values.long_day_text(visit.start_at, visit.zone)
        return _("%(day)s, %(time)s") % {"day": day, "time": values.clock_text(visit.start_at, visit.zone)}

    @property
    def minutes(self) -> int:
        return self.appointment.minutes

    @property
    def practitioner(self) -> str:
        found = self.appointment.practitioner
        return found.full_name if found is not None else ""

    @property
    def place(self) -> str:
        """Room, house and street, as one finds it; a visit by video or telephone says that instead."""
        visit = self.appointment
        if visit.delivery != codes.Delivery.IN_PERSON:
            return str(visit.get_delivery_display())
        room = visit.room
        parts = [room.name if room is not None else "", visit.facility.name, *visit.facility.address_lines]
        return ", ".join(part for part in parts if part)

    @property
    def preparation(self) -> str:
        service = self.appointment.service
        return worded(service, "preparation") if service is not None and service.preparation else ""

    @property
    def come_link(self) -> str:
        """Where one checks in on the day; empty for a visit by video or telephone."""
        visit = self.appointment
        return links.address_of(visit) if visit.delivery == codes.Delivery.IN_PERSON else ""

    @property
    def link(self) -> str:
        return settings.BASE_URL + reverse("scheduling:appointment", args=[self.appointment.pk])


def for_patient(visit: Appointment, part: AppointmentParticipant | None = None) -> ics.Entry:
    """The patient's own calendar: where, with whom, what to bring. `part`: theirs, where they may have given it up."""
    told = Told(visit)
    with_whom = _("Visit: %(practitioner)s") % {"practitioner": told.practitioner}
    entry = _entry(visit, with_whom if told.practitioner else _("Visit"), told.preparation)
    if part is not None and part.status == codes.ParticipationStatus.DECLINED:
        return replace(entry, cancelled=True, changed_at=part.declined_at or entry.changed_at)
    return entry


def for_practitioner(visit: Appointment) -> ics.Entry:
    """The practitioner's calendar, which lies with somebody else: initials, not names."""
    names = [values.initials(patient.label) for patient in visit.patients]
    what = visit.service.name if visit.service is not None else _("Visit")
    return _entry(visit, f"{what} ({', '.join(names)})" if names else what, "")


def _entry(visit: Appointment, summary: str, description: str) -> ics.Entry:
    told = Told(visit)
    return ics.Entry(
        id=visit.pk,
        start_at=visit.start_at,
        end_at=visit.end_at,
        zone=visit.zone,
        sequence=visit.sequence,
        # A visit that was moved keeps when it was booked: a calendar would take the old text for the newer one.
        changed_at=visit.cancelled_at or (visit.booked_at if visit.sequence == 0 else None),
        summary=summary,
        place=told.place,
        description=description,
        url=told.link,
        cancelled=visit.status in codes.GONE,
    )
