"""When people, rooms and devices are taken: read by the index alone, joined to stretches, never kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import DateTimeField, UUIDField

from hms.core.prepared import Given, Prepared, named, several
from hms.core.stretches import Stretches, joined
from hms.scheduling import codes
from hms.scheduling.models import Appointment, AppointmentParticipant
from hms.scheduling.rules.availability import Busy
from hms.scheduling.rules.wall_clock import Span

# The appointment that is thought away where none is.
_NOBODY = UUID(int=0)


def taken_by(actors: Iterable[UUID], span: Span, *, now: datetime, but: Collection[UUID] = ()) -> dict[UUID, Busy]:
    """Taken time of practitioners, patients, rooms and devices in the plan's lane. Holds that ran out don't count.

    `but` are appointments that are thought away.
    """
    wanted, without = list(actors), list(but) or [_NOBODY]
    # NB: a busy department has tens of thousands of visits ahead, and few stretches without a gap.
    query = _taken(len(wanted), len(without))
    rows = query(start=span.start, end=span.end, now=now, **named("actor", wanted), **named("without", without))
    return {actor: Busy.of_stretches(*joined(text)) for actor, text in rows}


class TakenOnDemand:
    """Taken time of many things, of which a search looks at little.

    Each look-up reads twice as far as the one before, so there are few of them however long the search is.
    """

    FIRST = timedelta(days=4)

    def __init__(self, actors: Collection[UUID], whole: Span, now: datetime, but: Collection[UUID]) -> None:
        self._actors, self._whole, self._now, self._but = list(actors), whole, now, but
        self._length = self.FIRST
        self._known: list[Span] = []
        self.busy = {actor: _BusyOnDemand(self) for actor in self._actors}

    def learn(self, span: Span) -> None:
        """Read what is taken in the span, and further on, unless it is known."""
        if any(one.contains(span) for one in self._known):
            return
        more = Span(span.start, max(span.end, span.start + self._length))
        if self._length > self._whole.length:
            more = Span(min(span.start, self._whole.start), max(span.end, self._whole.end))
        self._length *= 2
        self._known.append(more)
        for actor, busy in taken_by(self._actors, more, now=self._now, but=self._but).items():
            self.busy[actor].add(busy)


class _BusyOnDemand(Busy):
    """One thing's taken time, which is looked up when it is asked for."""

    __slots__ = ("_of",)

    def __init__(self, of: TakenOnDemand) -> None:
        super().__init__()
        self._of = of

    def until(self, span: Span) -> datetime | None:
        self._of.learn(span)
        return super().until(span)

    def covers(self, span: Span) -> bool:
        self._of.learn(span)
        return super().covers(span)

    def without(self, span: Span) -> list[Span]:
        self._of.learn(span)
        return super().without(span)

    def add(self, more: Busy) -> None:
        both = Busy(map(Span, (*self.starts, *more.starts), (*self.ends, *more.ends)))
        self.starts, self.ends = both.starts, both.ends


@lru_cache(maxsize=128)
def _taken(count: int, without: int) -> Prepared[tuple[UUID, str]]:
    """Each of so many actors with the stretches in which their time is taken; those whose time is free are left out."""
    moment = DateTimeField()
    ran_out = Appointment.objects.filter(
        status=codes.AppointmentStatus.PENDING, hold_expires_at__lte=Given("now", moment)
    )
    return Prepared(
        lambda: (
            AppointmentParticipant.objects.filter(
                actor__in=several("actor", UUIDField(), count),
                blocking=True,
                seat=0,
                start_at__lt=Given("end", moment),
                end_at__gt=Given("start", moment),
            )
            .exclude(appointment__in=several("without", UUIDField(), without))
            .exclude(appointment__in=ran_out.values("pk"))
            .values("actor")
            .annotate(taken=Stretches("start_at", "end_at"))
            .values_list("actor", "taken")
        )
    )
