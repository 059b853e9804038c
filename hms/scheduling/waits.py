"""The waiting list as pages show it: rows, free times to offer, and why somebody stands where they stand, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core import clock, values
from hms.core.actor import Actor
from hms.scheduling import codes, queries, timetables, waiting
from hms.scheduling.models import (
    Appointment,
    ScheduleSession,
    WaitingListEntry,
    WaitingOffer,
)
from hms.scheduling.presenting import Choice
from hms.scheduling.rules import waiting as rules
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.waiting import MOST_FIT, Fit

# Free times shown to whoever offers by hand.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as lists show it."""

    entry: WaitingListEntry
    kept: Appointment | None
    now: datetime
    place: int = 0

    @property
    def offer(self) -> WaitingOffer | None:
        """The offer that stands."""
        found = self.entry.open_offer
        return found if found is not None and found.stands(self.now) else None

    @property
    def sentence(self) -> str:
        return place_sentence(self.entry, self.now)

    @property
    def wishes(self) -> list[str]:
        return wishes_in_words(self.entry)


def rows_of(entries: QuerySet[WaitingListEntry], now: datetime, first: int = 1) -> list[Row]:
    """Entries with everything a list says of them, in four queries however many they are."""
    wanted = entries.select_related("patient", "service", "department", "practitioner", "facility", "current")
    found = list(wanted.prefetch_related(Prefetch("offers", WaitingOffer.objects.select_related("appointment"))))
    kept = waiting.kept_visits(found, now)
    return [Row(entry, kept.get(entry.pk), now, place) for place, entry in enumerate(found, first)]


def of_patient(by: Actor, patient: UUID) -> list[Row]:
    """What a patient waits for."""
    entries = WaitingListEntry.objects.visible_to(by).waiting().filter(patient=patient)
    return rows_of(entries.order_by("added_at"), clock.now())


# --- In words -----------------------------------------------------------------------------------------------------
def sentence(offer: WaitingOffer) -> str:
    """Why this holder: the three factors and their values, as they were when the offer was made."""
    fit = Fit(offer.fit)
    facts = {
        "urgency": offer.get_urgency_display(),
        "points": fit.points,
        "most": MOST_FIT,
        "wishes": ", ".join(_FIT_WORDS()[one] for one in fit) or _("no wish of their own"),
        "among": offer.among,
        "days": offer.waited_days,
    }
    if offer.among:
        return (
            ngettext(
                "First of %(among)d by urgency (%(urgency)s), then fit (%(points)d of %(most)d: %(wishes)s), "
                "then waiting time (%(days)d day).",
                "First of %(among)d by urgency (%(urgency)s), then fit (%(points)d of %(most)d: %(wishes)s), "
                "then waiting time (%(days)d days).",
                offer.waited_days,
            )
            % facts
        )
    return (
        ngettext(
            "Chosen by the desk. Urgency: %(urgency)s; fit: %(points)d of %(most)d (%(wishes)s); "
            "waiting time: %(days)d day.",
            "Chosen by the desk. Urgency: %(urgency)s; fit: %(points)d of %(most)d (%(wishes)s); "
            "waiting time: %(days)d days.",
            offer.waited_days,
        )
        % facts
    )


def place_sentence(entry: WaitingListEntry, now: datetime) -> str:
    """Why somebody stands where they stand: what is known without a freed time."""
    days = rules.waited_days(entry.added_at, now)
    return ngettext("%(urgency)s, waiting for %(days)d day", "%(urgency)s, waiting for %(days)d days", days) % {
        "urgency": entry.get_urgency_display(),
        "days": days,
    }


def wishes_in_words(entry: WaitingListEntry) -> list[str]:
    """What somebody asked for, each wish as a few words; empty: any time will do."""
    found = []
    if entry.practitioner is not None:
        found.append(entry.practitioner.full_name)
    if entry.days != rules.ANY_DAY:
        found.append(", ".join(str(ScheduleSession.Weekday(day).label) for day in sorted(entry.days)))
    if entry.parts_of_day != rules.ANY_PART:
        found.append(", ".join(str(part.label) for part in codes.PartOfDay if part in entry.parts_of_day))
    if entry.earliest_on is not None:
        found.append(_("from %(day)s") % {"day": values.day_text(entry.earliest_on)})
    if entry.latest_on is not None:
        found.append(_("until %(day)s") % {"day": values.day_text(entry.latest_on)})
    return found


def _FIT_WORDS() -> dict[Fit, str]:
    return {
        Fit.PRACTITIONER: _("asked for this practitioner"),
        Fit.WEEKDAY: _("asked for this weekday"),
        Fit.PART_OF_DAY: _("asked for this part of the day"),
        Fit.WHOLE: _("fills the time to the minute"),
    }


# --- For the desk -------------------------------------------------------------------------------------------------
def free_times(entry: WaitingListEntry, now: datetime) -> list[tuple[Choice, str]]:
    """Free times that suit somebody who waits, with the practitioner's name: what the desk offers by hand."""
    visit, kept = entry.service.visit(entry.appointment_type), waiting.kept_visit(entry, now)
    wish = waiting.wish_of(entry, kept)
    schedules = queries.schedules_for(entry.service, entry.practitioner_id)
    offers = timetables.first_free(schedules, visit, entry.service, now=now, patient=entry.patient_id, each=200)
    found = []
    for timetable, starts in offers:
        for start in starts:
            if rules.suits(wish, start.at, timetable.practitioner.pk, timetable.zone):
                slot = Slot(timetable.schedule.pk, entry.service_id, start.at, entry.appointment_type)
                found.append((Choice(slot, start.at, ""), timetable.practitioner.full_name))
    return sorted(found, key=lambda pair: (pair[0].at, pair[1]))[:SHOWN]
