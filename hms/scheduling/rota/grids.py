"""A plan as a page shows it: one week at a time, people or rooms as rows, half-days as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hms.scheduling import codes
from hms.scheduling.rota.reading import Rota
from hms.scheduling.rota.telling import breach_text, day_words, flaw_text, when_text, work_text
from hms.scheduling.rules.rota import checking
from hms.scheduling.rules.rota.checking import Report
from hms.scheduling.rules.rota.problem import CANNOT, PARTS, PREFERS, RATHER_NOT, Slot

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """Half a day of somebody or of a room. `words` is what stands in it, `label` what it is called when read aloud."""

    key: str
    words: str
    label: str
    # Morning or afternoon, in words and as it stands in addresses.
    part: str
    half: str
    # The member whose cell it is; empty for a room's.
    member: str = ""
    icon: str = ""
    # "broken", "wish", "held", "closed" or nothing.
    tone: str = ""
    why: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class DayCells:
    """A day of a row, with its halves."""

    day: date
    words: str
    closed: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody or a room, with the days of the week."""

    title: str
    detail: str
    days: tuple[DayCells, ...]


def weeks_of(first: date, until: date) -> list[date]:
    """The Mondays of a month's weeks."""
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(days=n) for n in range(0, (until - monday).days, 7)]


def days_of(rota: Rota, monday: date) -> list[date]:
    """The days of a week that a plan has anything to say of; weekends only where somebody is wanted or there."""
    plan = rota.plan
    week = [monday + n * _DAY for n in range(7)]
    used = {slot.day.weekday() for _member, slot in rota.entries}
    used |= {day.weekday() for (day, _work), count in rota.problem.demand.items() if count}
    return [
        day for day in week if plan.first_on <= day < plan.until_on and (day.weekday() < 5 or day.weekday() in used)
    ]


def people(rota: Rota, report: Report, days: Iterable[date]) -> list[Row]:
    """A row for each member."""
    days, broken, flawed = list(days), _breaches(rota, report), _flaws(rota, report)
    rows = []
    for doctor in rota.problem.doctors:
        member = rota.members[doctor.key]
        shown = []
        for day in days:
            cells = []
            for part in PARTS:
                slot = Slot(day, part)
                entry = rota.entries.get((doctor.key, slot))
                words = _held(rota, entry) if entry is not None else _not_there(rota, doctor.key, slot)
                why = broken.get((doctor.key, slot), []) or flawed.get((doctor.key, slot), [])
                cells.append(
                    Cell(
                        key=f"{doctor.key}-{day.isoformat()}-{part}",
                        words=words,
                        label=f"{member.practitioner_role.practitioner.label}, {when_text(day, part)}: {words}",
                        part=str(codes.RotaPart(part).label),
                        half=part,
                        member=doctor.key,
                        icon="exclamation-triangle" if broken.get((doctor.key, slot)) else "",
                        tone=_tone(entry is not None, broken.get((doctor.key, slot)), flawed.get((doctor.key, slot))),
                        why=" ".join(why),
                        by_hand=entry is not None and entry.by_hand,
                    )
                )
            shown.append(DayCells(day, day_words(day), rota.closed.get(day, ""), tuple(cells)))
        count = sum(1 for key, slot in rota.entries if key == doctor.key and slot.day in set(days))
        detail = _("%(count)d of %(most)d") % {"count": count, "most": member.most_a_week}
        rows.append(Row(member.practitioner_role.practitioner.label, detail, tuple(shown)))
    return rows


def rooms(rota: Rota, report: Report, days: Iterable[date]) -> list[Row]:
    """A row for each room."""
    days = list(days)
    twice = {
        (one.room, Slot(one.day, one.part)) for one in report.breaches if one.rule == checking.ROOM_TWICE and one.day
    }
    held: dict[tuple[str, Slot], list[str]] = defaultdict(list)
    for (member, slot), entry in rota.entries.items():
        held[str(entry.location_id or ""), slot].append(rota.members[member].practitioner_role.practitioner.label)
    rows = []
    for room in rota.problem.rooms:
        shown = []
        for day in days:
            cells = []
            for part in PARTS:
                slot = Slot(day, part)
                names = held.get((room.key, slot), [])
                shut = slot in room.closed
                words = ", ".join(names) or (_("Not free") if shut else _("Free"))
                wrong = (room.key, slot) in twice or (bool(names) and shut)
                cells.append(
                    Cell(
                        key=f"{room.key}-{day.isoformat()}-{part}",
                        words=words,
                        label=words,
                        part=str(codes.RotaPart(part).label),
                        half=part,
                        icon="exclamation-triangle" if wrong else "",
                        tone="broken" if wrong else "held" if names else "",
                    )
                )
            shown.append(DayCells(day, day_words(day), rota.closed.get(day, ""), tuple(cells)))
        rows.append(Row(rota.rooms[room.key].name, rota.rooms[room.key].use, tuple(shown)))
    return rows


def _held(rota: Rota, entry: object) -> str:
    """The room, and what for where that is not any visit; without rooms what for alone."""
    location, service = getattr(entry, "location", None), getattr(entry, "service", None)
    work = work_text(rota, str(service.pk)) if service is not None else ""
    if location is None:
        return work or (_("No room") if rota.problem.rooms else _("Session"))
    return f"{location.name} · {work}" if work else location.name


def _not_there(rota: Rota, key: str, slot: Slot) -> str:
    """Why nobody expects them then, where there is a reason."""
    doctor = next(one for one in rota.problem.doctors if one.key == key)
    if slot in doctor.away:
        return _("Away")
    if slot in doctor.elsewhere:
        return _("Other hours")
    wishes = {CANNOT: _("Can't"), RATHER_NOT: _("Rather not"), PREFERS: _("Would like to")}
    return wishes.get(doctor.wishes.get(slot, ""), "–")


def _tone(held: bool, broken: object, flawed: object) -> str:
    if broken:
        return "broken"
    if flawed:
        return "wish"
    return "held" if held else ""


def _breaches(rota: Rota, report: Report) -> dict[tuple[str, Slot], list[str]]:
    """Sentences by whose half-day they are about; those about a whole day or week stand over both halves of the day."""
    found: dict[tuple[str, Slot], list[str]] = defaultdict(list)
    for one in report.breaches:
        if one.day is not None:
            for part in [one.part] if one.part else PARTS:
                found[one.doctor, Slot(one.day, part)].append(breach_text(rota, one))
    return found


def _flaws(rota: Rota, report: Report) -> dict[tuple[str, Slot], list[str]]:
    found: dict[tuple[str, Slot], list[str]] = defaultdict(list)
    for one in report.flaws_of(checking.RATHER, checking.PREFERRED, checking.STRANGE, checking.LOST):
        if one.day is not None:
            found[one.doctor, Slot(one.day, one.part)].append(flaw_text(rota, one))
    return found
