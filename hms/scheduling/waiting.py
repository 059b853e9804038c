"""Who waits, read from the tables for the rules: whom a freed time suits, in order, and why in one sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core import clock
from hms.core.actor import Actor
from hms.core.problems import Problem
from hms.messaging import rules as messages
from hms.messaging.codes import NoticeKind
from hms.organization.models import Facility
from hms.organization.policies import policies
from hms.scheduling import codes, queries, refusals, timetables
from hms.scheduling.facts import Booking
from hms.scheduling.models import Appointment, AppointmentParticipant, Schedule, WaitingListEntry, WaitingOffer
from hms.scheduling.presenting import Choice
from hms.scheduling.rules import waiting as rules
from hms.scheduling.rules.availability import Busy
from hms.scheduling.rules.slots import Slot
from hms.scheduling.rules.waiting import MOST_FIT, Fit, Freed, Ranked, Wish
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.timetables import Timetable

STANDS, NOTICE, BY_ITSELF = "scheduling.offer_stands", "scheduling.offer_notice", "scheduling.offers_by_itself"
QUIET_START, QUIET_END = "messaging.quiet_start", "messaging.quiet_end"
POLICIES = (STANDS, NOTICE, BY_ITSELF, QUIET_START, QUIET_END)
# Free times shown to whoever offers by hand.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Suited:
    """Somebody whom a freed time suits, and the schedule it is in."""

    entry: WaitingListEntry
    schedule: UUID
    ranked: Ranked


def suited_by(freed: Freed, now: datetime) -> list[Suited]:
    """Whom a freed time suits, who is asked first standing first; a fixed number of queries however many wait.

    Empty where the facility offers nothing by itself, the time has been taken, or is too near to be answered. Nobody
    is asked twice for the same time.
    """
    schedules = Schedule.objects.filter(practitioner_role__practitioner=freed.practitioner, active=True)
    found = timetables.load(schedules, freed.span, now=now)
    asked = WaitingOffer.objects.asked_about(freed.practitioner, freed.span.start, freed.span.end).values("entry")
    departments = [one.schedule.practitioner_role.department_id for one in found]
    rows = WaitingListEntry.objects.waiting().filter(
        department__in=departments, service__active=True, patient__deceased=False, patient__merged_into__isnull=True
    )
    rows = rows.exclude(offers__outcome="").exclude(pk__in=asked).select_related("service", "current")
    entries = list(rows)
    patients = {entry.patient_id for entry in entries}
    taken = timetables.taken_by(patients, freed.span, now=now) if patients else {}
    kept = kept_visits(entries, now)
    suited = []
    for timetable in found:
        if (notice := _notice(timetable.schedule.facility, now)) is None:
            continue
        for entry in entries:
            if entry.department_id == timetable.schedule.practitioner_role.department_id:
                wish = wish_of(entry, kept.get(entry.pk))
                starts = _starts(timetable, wish, taken.get(entry.patient_id, ()), freed.span, now=now)
                starts = [start for start in starts if rules.has_notice(start, *notice)]
                if (ranked := rules.rank(wish, starts, freed, timetable.zone, now=now)) is not None:
                    suited.append(Suited(entry, timetable.schedule.pk, ranked))
    return sorted(suited, key=lambda one: one.ranked.order)


def _notice(facility: Facility, now: datetime) -> tuple[datetime, Any] | None:
    """When somebody asked now hears of it, and how much notice they need; None where nothing is offered by itself."""
    decided = policies(POLICIES, facility)
    return (heard_at(facility, decided, now), decided[NOTICE]) if decided[BY_ITSELF] else None


def heard_at(facility: Facility, decided: Mapping[str, Any], now: datetime) -> datetime:
    """Now, or in the night when quiet hours end: nobody loses an offer by being asleep."""
    start, end = decided[QUIET_START], decided[QUIET_END]
    return messages.send_at(now, NoticeKind.REMINDER, start, end, facility.zone)


def _starts(timetable: Timetable, wish: Wish, taken: Iterable[Span], span: Span, *, now: datetime) -> list[datetime]:
    """The free starts inside the freed stretch for this holder's visit."""
    theirs = replace(timetable, patient_busy=Busy(taken), places=())
    return [start.at for start in theirs.free_starts(wish.visit, now=now, window=span)]


def wish_of(entry: WaitingListEntry, kept: Appointment | None) -> Wish:
    """The rule's view of an entry."""
    return Wish(
        key=entry.pk,
        urgency=entry.urgency,
        added_at=entry.added_at,
        visit=entry.service.visit(entry.appointment_type),
        practitioner=entry.practitioner_id,
        earliest=entry.earliest_on,
        latest=entry.latest_on,
        weekdays=entry.days,
        parts=entry.parts_of_day,
        before=kept.start_at if kept is not None else None,
    )


def kept_visits(entries: Iterable[WaitingListEntry], now: datetime) -> dict[UUID, Appointment]:
    """The visit each entry keeps until something earlier is accepted. One query for all; `current` is read before.

    Who joined without a visit and has booked one of this type since keeps that one.
    """
    entries = list(entries)
    found: dict[UUID, Appointment] = {}
    without: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for entry in entries:
        if (current := entry.current) is not None and _is_kept(current, now):
            found[entry.pk] = current
        else:
            without[entry.patient_id, entry.service_id].append(entry.pk)
    rows = AppointmentParticipant.objects.filter(
        patient__in={patient for patient, _service in without},
        appointment__service__in={service for _patient, service in without},
        appointment__status=codes.AppointmentStatus.BOOKED,
        appointment__capacity=1,
        start_at__gt=now,
    )
    for row in rows.select_related("appointment").order_by("start_at") if without else ():
        for entry_id in without.get((row.patient_id, row.appointment.service_id), ()):  # type: ignore[arg-type]
            found.setdefault(entry_id, row.appointment)
    return found


def kept_visit(entry: WaitingListEntry, now: datetime) -> Appointment | None:
    return kept_visits([entry], now).get(entry.pk)


def _is_kept(visit: Appointment, now: datetime) -> bool:
    return visit.status == codes.AppointmentStatus.BOOKED and visit.start_at > now


def fit_of(entry: WaitingListEntry, booking: Booking, freed: Freed | None) -> Fit:
    """In what the time fits. One chosen by the desk may meet no wish: only what is met counts."""
    wish, start = wish_of(entry, None), booking.start
    wall = start.astimezone(booking.timetable.zone)
    fit = rules.fit_of(wish, start, freed.span if freed is not None else booking.occupied)
    met = {
        Fit.PRACTITIONER: wish.practitioner == booking.timetable.practitioner.pk,
        Fit.WEEKDAY: wall.weekday() in wish.weekdays,
        Fit.PART_OF_DAY: rules.part_of(wall.time()) in wish.parts,
        Fit.WHOLE: freed is not None,
    }
    return Fit(sum(one for one in fit if met[one]))


def problems(entry: WaitingListEntry) -> list[Problem]:
    """Why somebody can't wait like this."""
    found = []
    today, patient = clock.today(entry.service.facility.time_zone), entry.patient
    if patient.merged_into_id is not None:
        found.append(refusals.MERGED)
    if patient.deceased:
        found.append(refusals.DECEASED)
    if entry.service.capacity > 1:
        found.append(refusals.NO_GROUP)
    if not entry.days or not entry.parts_of_day:
        found.append(refusals.NO_SUITING_DAY)
    if entry.latest_on is not None and entry.latest_on < max(today, entry.earliest_on or today):
        found.append(refusals.LAST_DAY_PASSED)
    return found


# --- Lists ---------------------------------------------------------------------------------------------------------
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
    kept = kept_visits(found, now)
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
    from hms.core import values
    from hms.scheduling.models import ScheduleSession

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
    visit, kept = entry.service.visit(entry.appointment_type), kept_visit(entry, now)
    wish = wish_of(entry, kept)
    schedules = queries.schedules_for(entry.service, entry.practitioner_id)
    offers = timetables.first_free(schedules, visit, entry.service, now=now, patient=entry.patient_id, each=200)
    found = []
    for timetable, starts in offers:
        for start in starts:
            if start.joins is None and rules.suits(wish, start.at, timetable.practitioner.pk, timetable.zone):
                slot = Slot(timetable.schedule.pk, entry.service_id, start.at, entry.appointment_type)
                found.append((Choice(slot, start.at, ""), timetable.practitioner.full_name))
    return sorted(found, key=lambda pair: (pair[0].at, pair[1]))[:SHOWN]
