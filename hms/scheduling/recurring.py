"""Series as lists and pages show them, and their rule in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hms.core import clock, values
from hms.core.actor import Actor
from hms.scheduling import codes
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentSeries,
    SeriesOccurrence,
    SeriesTerm,
)
from hms.scheduling.rules import series as rules

State = codes.OccurrenceState


@dataclass(frozen=True, slots=True)
class Row:
    """A series in a list, and on its own page."""

    series: AppointmentSeries
    dates: Sequence[SeriesOccurrence]
    now: datetime

    @property
    def words(self) -> str:
        return in_words(self.series)

    @property
    def coming(self) -> list[SeriesOccurrence]:
        found = [one for one in self.dates if _is_coming(one, self.now)]
        return sorted(found, key=lambda one: one.appointment.start_at)  # type: ignore[union-attr]

    @property
    def waiting(self) -> int:
        return sum(1 for one in self.dates if one.is_open)

    @property
    def next_visit(self) -> Appointment | None:
        return next((one.appointment for one in self.coming), None)

    @property
    def term(self) -> SeriesTerm:
        return self.series.term


def rows_of(series: QuerySet[AppointmentSeries]) -> list[Row]:
    """Series with everything a list says of them, in six queries however many they are."""
    terms = SeriesTerm.objects.select_related("schedule__facility", "schedule__practitioner_role__practitioner")
    people = AppointmentParticipant.objects.select_related("practitioner", "location", "patient", "device")
    dates = SeriesOccurrence.objects.select_related(
        "appointment__service", "appointment__facility", "participation"
    ).prefetch_related(Prefetch("appointment__participants", people))
    found = series.select_related("patient", "service", "department", "facility", "made_by").prefetch_related(
        Prefetch("terms", terms), Prefetch("occurrences", dates)
    )
    now = clock.now()
    return [Row(one, list(one.occurrences.all()), now) for one in found]


def of_patient(by: Actor, patient: UUID) -> list[Row]:
    """A patient's series that have a visit to come, a date to settle, or dates to be booked later."""
    rows = rows_of(AppointmentSeries.objects.visible_to(by).of_patient(patient))
    return [row for row in rows if row.coming or (row.series.is_going_on and (row.waiting or row.series.next_on))]


def place_of(visit: Appointment, patient: UUID | None) -> tuple[SeriesOccurrence, int, int] | None:
    """The date of a patient's series a visit is, which of its visits it is, and how many there are; None for a single.

    A group visit is in the series of several patients: theirs are nobody else's business.
    """
    occurrence = visit.occurrences.filter(series__patient=patient).select_related("series").first()
    if occurrence is None:
        return None
    dates = SeriesOccurrence.objects.filter(series=occurrence.series, state=State.BOOKED)
    standing = dates.exclude(appointment__status__in=codes.GONE).exclude(
        participation__status=codes.ParticipationStatus.DECLINED
    )
    ids = list(standing.order_by("appointment__start_at").values_list("pk", flat=True))
    number = ids.index(occurrence.pk) + 1 if occurrence.pk in ids else 0
    return occurrence, number, len(ids)


def _is_coming(one: SeriesOccurrence, now: datetime) -> bool:
    visit = one.appointment
    return visit is not None and visit.status in codes.LIVE and visit.end_at > now and not one.is_given_up


# --- In words ----------------------------------------------------------------------------------------------------
def in_words(series: AppointmentSeries) -> str:
    """ "Every 2 weeks on Tuesday and Friday, 6 visits": the rule and its end, as somebody says it."""
    return _("%(rule)s, %(end)s") % {"rule": rule_in_words(series.rule), "end": _end(series)}


def rule_in_words(rule: str) -> str:
    """A rule of ours in one phrase."""
    found = rules.read(rule)
    number = {"number": found.every}
    if found.unit == codes.SeriesUnit.DAY:
        return ngettext("Every day", "Every %(number)d days", found.every) % number
    if found.unit == codes.SeriesUnit.WEEK:
        often = ngettext("Every week", "Every %(number)d weeks", found.every) % number
        return _("%(often)s on %(days)s") % {"often": often, "days": _listed(_days(found.weekdays))}
    often = ngettext("Every month", "Every %(number)d months", found.every) % number
    if found.unit == codes.SeriesUnit.MONTH_DATE:
        return _("%(often)s on the same date (%(day)d)") % {"often": often, "day": found.day}
    nth = _NTH()[found.nth] % {"day": next(_days(found.weekdays))}
    return _("%(often)s on the %(nth)s") % {"often": often, "nth": nth}


def _end(series: AppointmentSeries) -> str:
    if series.ends_before is not None:
        return _("ended before %(day)s") % {"day": values.day_text(series.ends_before)}
    if series.until_on is not None:
        return _("until %(day)s") % {"day": values.day_text(series.until_on)}
    number = series.count or 0
    return ngettext("%(number)d visit", "%(number)d visits", number) % {"number": number}


def _days(weekdays: Iterable[int]) -> Iterator[str]:
    return (str(WEEKDAYS[day]) for day in weekdays)


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return _("%(some)s and %(last)s") % {"some": ", ".join(found[:-1]), "last": found[-1]}


def _NTH() -> dict[int, str]:
    return {
        1: pgettext("of a month", "first %(day)s"),
        2: pgettext("of a month", "second %(day)s"),
        3: pgettext("of a month", "third %(day)s"),
        4: pgettext("of a month", "fourth %(day)s"),
        -1: pgettext("of a month", "last %(day)s"),
    }
