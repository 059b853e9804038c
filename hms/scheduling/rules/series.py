"""On which days a series of visits comes again, and what stands in the way of each of its dates.

Source: RFC 5545, section 3.3.10 (recurrence rule) and 3.8.4.4 (a date of a series is named by the day the rule gives
it, wherever it was moved to). The rule itself holds neither number nor end: a number counts visits, and a date that is
left out because nobody is there is made up for at the end; an end date is an end whatever is left out.

Days are those of the wall clock of the place; facts come as dataclasses, the clock as an argument.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hms.core.problems import Problem
from hms.scheduling import refusals
from hms.scheduling.codes import CLOSED, Obstacle, OccurrenceState, SeriesUnit, WhenClosed
from hms.scheduling.rules import availability
from hms.scheduling.rules.availability import NOTHING, Busy, FreeStart, Place, Pool, Session, Thing, Visit
from hms.scheduling.rules.wall_clock import DAY, Span, day_span, first_instant, wall_time

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Twice a week for a year, or every fortnight for four: what people can still look through.
MOST_VISITS, MOST_EVERY, LONGEST = 104, 52, timedelta(days=5 * 366)
# So many days after, or before, the rule's own its dates may be (the database refuses more).
MOST_SHIFT = 366
# So many days a date moves on at most, and never onto or past the next date.
MOVES_ON = 6
# How far around a date other times are looked for, and how many are shown.
AROUND, SHOWN = timedelta(days=7), 12


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What somebody asks for: how visits come again, from which day, at what time, and when it ends.

    `count` or `until` says the end, one of them. `weekdays` count for weeks alone; 0 is Monday.
    """

    unit: str
    every: int
    first: date
    at: time
    weekdays: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None
    when_closed: str = WhenClosed.SKIP

    @property
    def rule(self) -> str:
        """As a recurrence rule, without number and end."""
        freq, by = self._parts()
        return ";".join(part for part in (f"FREQ={freq}", f"INTERVAL={self.every}", by) if part)

    def _parts(self) -> tuple[str, str]:
        if self.unit == SeriesUnit.DAY:
            return "DAILY", ""
        if self.unit == SeriesUnit.WEEK:
            return "WEEKLY", f"BYDAY={','.join(WEEKDAYS[day] for day in sorted(self.weekdays))}"
        if self.unit == SeriesUnit.MONTH_WEEKDAY:
            return "MONTHLY", f"BYDAY={_nth(self.first)}{WEEKDAYS[self.first.weekday()]}"
        return "MONTHLY", _date_of_month(self.first.day)


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule read back, to be said in words. `nth` is -1 for the last of a month."""

    unit: str
    every: int
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A date of a series: `on` is the rule's day, `start` the time that is proposed, `obstacle` what is in its way.

    BOOKED may be booked as proposed, OPEN wants a decision, SKIPPED is left out because nobody is there.
    """

    on: date
    wanted: datetime
    start: datetime | None
    state: str
    obstacle: str = ""
    moved_on: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The dates that can be looked at now, and the first one that lies too far ahead."""

    dates: list[Planned]
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Diary:
    """Everything known about the time of a practitioner, the patient and the rooms in a stretch of time."""

    visit: Visit
    zone: ZoneInfo
    now: datetime
    sittings: Sequence[Session] = ()
    holidays: Busy = NOTHING
    away: Busy = NOTHING
    busy: Busy = NOTHING
    patient_busy: Busy = NOTHING
    rooms: Mapping[Hashable, Thing] = field(default_factory=dict)
    pools: Mapping[Hashable, Pool] = field(default_factory=dict)
    # Places left in the group visits of this type that are booked already, by their start.
    places: Mapping[datetime, int] = field(default_factory=dict)
    # A patient takes what is on offer; staff may place a visit between the marks.
    on_offer: bool = False

    def obstacle(self, start: datetime, own: Iterable[Span] = ()) -> str:
        """What stands in the way of a visit then; empty where nothing does. `own`: other dates of the same series."""
        seen, around = self.visit.seen(start), self.visit.occupied(start)
        bookable = self.visit.bookable(self.now)
        if start <= self.now:
            return Obstacle.PASSED
        if start < bookable.start:
            return Obstacle.SOON
        if start >= bookable.end:
            return Obstacle.BEYOND
        if self.holidays.until(seen) is not None:
            return Obstacle.HOLIDAY
        if self.away.until(seen) is not None:
            return Obstacle.AWAY
        day = day_span(wall_time(start, self.zone).date(), self.zone)
        today = [one for one in self._sittings(day) if one.offers(self.visit.service)]
        if not today:
            return Obstacle.NO_DAY
        here = [one for one in today if one.span.contains(seen)]
        if not here:
            return Obstacle.NO_HOURS
        if self.on_offer and all((start - one.span.start) % self.visit.step for one in here):
            return Obstacle.NO_OFFER
        if not any(one.open_part(self.now).contains(seen) for one in here):
            return Obstacle.KEPT
        if self.patient_busy.until(seen) is not None or any(one.overlaps(seen) for one in own):
            return Obstacle.PATIENT
        if start in self.places:
            return "" if self.places[start] > 0 else Obstacle.FULL
        if self.busy.until(around) is not None:
            return Obstacle.TAKEN
        # NB: the room is the one of the first sitting, as for every booking.
        room = self.rooms.get(here[0].room) if self.visit.own_room else None
        things = [Pool([room])] if room is not None else []
        things += [self.pools[need] for need in self.visit.needs]
        there = all(pool.things and pool.not_before(self.visit, start) is None for pool in things)
        return "" if there else Obstacle.TAKEN

    def near(self, wanted: datetime, own: Iterable[Span] = (), count: int = SHOWN) -> list[datetime]:
        """The free times closest to a wanted one, in order of time."""
        window = Span(wanted - AROUND, wanted + AROUND)
        free: list[FreeStart] = availability.free_starts(
            self._sittings(window),
            self.visit,
            now=self.now,
            window=window,
            closed=Busy([*_spans(self.holidays), *_spans(self.away)]),
            busy=self.busy,
            patient_busy=Busy([*_spans(self.patient_busy), *own]),
            rooms=self.rooms,
            pools=self.pools,
            places=[Place(start, self.visit.service, left) for start, left in self.places.items()],
        )
        return [start.at for start in availability.nearest(free, wanted, count)]

    def _sittings(self, window: Span) -> list[Session]:
        """Those that reach into a stretch. A sitting is shorter than a day, so few are looked at."""
        first = bisect_left(self.sittings, window.start - 2 * DAY, key=lambda one: one.span.start)
        last = bisect_left(self.sittings, window.end, key=lambda one: one.span.start)
        return [one for one in self.sittings[first:last] if one.span.overlaps(window)]


def recurrence_problems(asked: Recurrence, *, today: date) -> list[Problem]:
    """Every reason why visits can't come again like this."""
    problems = []
    if not 1 <= asked.every <= MOST_EVERY:
        problems.append(refusals.how_often(MOST_EVERY))
    if asked.unit == SeriesUnit.WEEK and not asked.weekdays:
        problems.append(refusals.NO_WEEKDAY)
    if asked.first < today:
        problems.append(refusals.SERIES_STARTED)
    if (asked.count is None) == (asked.until is None):
        problems.append(refusals.SERIES_ENDS)
    if asked.count is not None and not 2 <= asked.count <= MOST_VISITS:
        problems.append(refusals.how_many(MOST_VISITS))
    # A rule that needs more years than a series lasts would end early, and nobody would notice.
    elif not problems and asked.count is not None and _ends_early(asked, asked.count):
        problems.append(refusals.SERIES_PERIOD)
    if asked.until is not None:
        if not asked.first < asked.until <= asked.first + LONGEST:
            problems.append(refusals.SERIES_PERIOD)
        elif not problems and sum(1 for _day in dates(asked.rule, asked.first, until=asked.until)) > MOST_VISITS:
            problems.append(refusals.how_many(MOST_VISITS))
    return problems


def dates(rule: str, first: date, *, after: date | None = None, until: date | None = None) -> Iterator[date]:
    """The days of a rule from the first on, both ends of the period included; those after a day, where one is given."""
    # Imported here: few requests ask for series.
    from dateutil.rrule import rrulestr

    last = min(until, first + LONGEST) if until is not None else first + LONGEST
    for moment in rrulestr(rule, dtstart=datetime.combine(first, time.min)):
        day = moment.date()
        if day > last:
            return
        if after is None or day > after:
            yield day


def read(rule: str) -> Rule:
    """A rule of ours, read back."""
    parts = dict(part.split("=") for part in rule.split(";"))
    every, by = int(parts["INTERVAL"]), parts.get("BYDAY", "")
    if parts["FREQ"] == "DAILY":
        return Rule(SeriesUnit.DAY, every)
    if parts["FREQ"] == "WEEKLY":
        return Rule(SeriesUnit.WEEK, every, tuple(WEEKDAYS.index(day) for day in by.split(",")))
    if by:
        return Rule(SeriesUnit.MONTH_WEEKDAY, every, (WEEKDAYS.index(by[-2:]),), nth=int(by[:-2]))
    return Rule(SeriesUnit.MONTH_DATE, every, day=int(parts["BYMONTHDAY"].split(",")[-1]))


def plan(
    days: Iterable[date],
    at: time,
    diary: Diary,
    *,
    shift: int = 0,
    count: int | None = None,
    when_closed: str = WhenClosed.SKIP,
    kept: Mapping[date, datetime] | None = None,
) -> Plan:
    """What becomes of each day: free, in need of a decision, or left out.

    `shift`: so many days after the rule's day. `count`: so many dates at most, not counting those left out because
    nobody is there. `kept`: dates that are booked already. A date too far ahead ends the plan; it comes later.
    """
    found: list[Planned] = []
    own: list[Span] = []
    left, kept = count, kept or {}
    days = iter(days)
    upcoming = next(days, None)
    while upcoming is not None and left != 0:
        day, upcoming = upcoming, next(days, None)
        wanted = first_instant(datetime.combine(day + shift * DAY, at), diary.zone)
        if day in kept:
            planned = Planned(day, wanted, kept[day], OccurrenceState.BOOKED)
        else:
            if (obstacle := diary.obstacle(wanted, own)) == Obstacle.BEYOND:
                return Plan(found, next_on=day)
            planned = _planned(day, wanted, obstacle, upcoming, at, diary, own, shift, when_closed)
        found.append(planned)
        if planned.start is not None:
            own.append(diary.visit.seen(planned.start))
        if left is not None and planned.state != OccurrenceState.SKIPPED:
            left -= 1
    return Plan(found)


def moved(wanted: Iterable[tuple[date, datetime]], diary: Diary) -> list[Planned]:
    """What stands in the way of each date at its new time. Nothing is left out: each visit is somebody's already."""
    found: list[Planned] = []
    own: list[Span] = []
    for day, start in wanted:
        obstacle = diary.obstacle(start, own)
        free = not obstacle
        found.append(
            Planned(
                day,
                start,
                start if free else None,
                OccurrenceState.BOOKED if free else OccurrenceState.OPEN,
                obstacle,
            )
        )
        if free:
            own.append(diary.visit.seen(start))
    return found


def _planned(
    day: date,
    wanted: datetime,
    obstacle: str,
    upcoming: date | None,
    at: time,
    diary: Diary,
    own: Sequence[Span],
    shift: int,
    when_closed: str,
) -> Planned:
    if not obstacle:
        return Planned(day, wanted, wanted, OccurrenceState.BOOKED)
    if obstacle not in CLOSED:
        return Planned(day, wanted, None, OccurrenceState.OPEN, obstacle)
    if when_closed == WhenClosed.SKIP:
        return Planned(day, wanted, None, OccurrenceState.SKIPPED, obstacle)
    for further in range(1, MOVES_ON + 1):
        if upcoming is not None and day + further * DAY >= upcoming:
            break
        start = first_instant(datetime.combine(day + (shift + further) * DAY, at), diary.zone)
        if (then := diary.obstacle(start, own)) not in CLOSED:
            if not then:
                return Planned(day, wanted, start, OccurrenceState.BOOKED, obstacle, moved_on=True)
            break
    return Planned(day, wanted, None, OccurrenceState.OPEN, obstacle)


def _ends_early(asked: Recurrence, count: int) -> bool:
    return sum(1 for _day in islice(dates(asked.rule, asked.first), count)) < count


def _nth(day: date) -> int:
    """Which of its weekdays in its month a day is; the fifth is the last, because most months have none."""
    number = (day.day - 1) // 7 + 1
    return number if number < 5 else -1


def _date_of_month(day: int) -> str:
    """A day of every month: the 31st is the last where there is none."""
    if day <= 28:
        return f"BYMONTHDAY={day}"
    return f"BYMONTHDAY={','.join(str(one) for one in range(28, day + 1))};BYSETPOS=-1"


def _spans(busy: Busy) -> Iterator[Span]:
    return (Span(start, end) for start, end in zip(busy.starts, busy.ends, strict=True))
