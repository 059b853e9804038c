"""Plans in sentences: which rules are broken, what could be better, what a proposal came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hms.core import values
from hms.scheduling import codes
from hms.scheduling.models import RotaConflict
from hms.scheduling.rota.reading import GENERAL, Rota
from hms.scheduling.rules.rota import checking
from hms.scheduling.rules.rota.checking import Breach, Flaw, Report

# Whole sentences by rule: %(who)s holds a session %(when)s in %(room)s.
_BREACHES: Mapping[str, str | Promise] = {
    checking.CLOSED: gettext_lazy("%(who)s has a session on %(when)s, and the house is closed."),
    checking.TWO_PLACES: gettext_lazy("%(who)s has two sessions at once on %(when)s."),
    checking.AWAY: gettext_lazy("%(who)s is away on %(when)s."),
    checking.ELSEWHERE: gettext_lazy("%(who)s has other hours on %(when)s, which this plan leaves as they are."),
    checking.WISH: gettext_lazy("%(who)s can't work on %(when)s, as they said."),
    checking.DAY_LIMIT: gettext_lazy("%(who)s has more sessions on %(day)s than they hold in a day."),
    checking.WEEK_LIMIT: gettext_lazy("%(who)s has more sessions in the week of %(day)s than they hold in a week."),
    checking.NO_ROOM: gettext_lazy("%(who)s has no room on %(when)s."),
    checking.ROOM_TWICE: gettext_lazy("%(who)s has to share %(room)s with somebody on %(when)s."),
    checking.ROOM_KIND: gettext_lazy("%(who)s is in %(room)s on %(when)s, which is no room for %(work)s."),
    checking.ROOM_CLOSED: gettext_lazy("%(who)s is in %(room)s on %(when)s, which others have then, or nobody."),
    checking.KEPT: gettext_lazy("%(who)s has no session on %(when)s in %(room)s, as it was set by hand."),
}
# The same as reasons that stand against one another: nothing is planned yet.
_REASONS: Mapping[str, str | Promise] = {
    checking.AWAY: _BREACHES[checking.AWAY],
    checking.ELSEWHERE: _BREACHES[checking.ELSEWHERE],
    checking.WISH: _BREACHES[checking.WISH],
    checking.DAY_LIMIT: gettext_lazy("%(who)s holds no more sessions than their limit on %(day)s."),
    checking.WEEK_LIMIT: gettext_lazy("%(who)s holds no more sessions than their limit in the week of %(day)s."),
    checking.ROOM_TWICE: gettext_lazy("%(room)s is for one person on %(when)s."),
    checking.ROOM_KIND: gettext_lazy("%(work)s needs a room of its kind."),
    checking.ROOM_CLOSED: gettext_lazy("Others have %(room)s on %(when)s, or nobody can use it."),
    checking.KEPT: gettext_lazy("%(who)s was given a session on %(when)s by hand."),
}
_FLAWS: Mapping[str, str | Promise] = {
    checking.RATHER: gettext_lazy("%(who)s would rather not work on %(when)s."),
    checking.PREFERRED: gettext_lazy("%(who)s would like to work on %(when)s, and does not."),
    checking.STRANGE: gettext_lazy("%(who)s is to do %(work)s on %(when)s, which they have not done lately."),
    checking.APART: gettext_lazy("%(who)s changes rooms in the middle of %(day)s."),
}
_COSTS: Mapping[str, str | Promise] = {
    checking.UNMET: gettext_lazy("Sessions missing"),
    checking.LOST: gettext_lazy("Booked visits without a session"),
    checking.STRANGE: gettext_lazy("Work somebody has not done lately"),
    checking.RATHER: gettext_lazy("Sessions when somebody would rather not"),
    checking.PREFERRED: gettext_lazy("No session when somebody would like one"),
    checking.STEADY: gettext_lazy("Half-days that differ from the timetables as they are"),
    checking.APART: gettext_lazy("Changes of room in the middle of a day"),
    checking.OTHER_ROOM: gettext_lazy("Sessions in another room than usual"),
    checking.SURPLUS: gettext_lazy("More sessions than are wanted"),
    checking.UNFAIR: gettext_lazy("How far apart the shares are that people hold of what they could"),
}
# In the order of what they cost.
TOLD = (checking.UNMET, checking.LOST, checking.STRANGE, checking.RATHER, checking.PREFERRED, checking.APART)


def month_text(day: date) -> str:
    """ "Dec 2026"."""
    return f"{values.MONTHS[day.month - 1]} {day.year}"


def day_words(day: date) -> str:
    """ "Tue 08-Dec"."""
    return f"{WEEKDAYS_ABBR[day.weekday()]} {values.short_day_text(day)}"


def when_text(day: date | None, part: str) -> str:
    """ "Tue 08-Dec, morning": when a half-day is."""
    if day is None:
        return ""
    half = {
        codes.RotaPart.MORNING: _("%(day)s, morning"),
        codes.RotaPart.AFTERNOON: _("%(day)s, afternoon"),
    }.get(part, "%(day)s")  # type: ignore[call-overload]
    return half % {"day": day_words(day)}


def work_text(rota: Rota, work: str) -> str:
    """What a session is for."""
    if work == GENERAL or work not in rota.services:
        return _("Any visit")
    return rota.services[work].name


def breach_text(rota: Rota, breach: Breach) -> str:
    """A broken rule."""
    if breach.rule == checking.BOOKED:
        return _booked(rota, breach)
    return str(_BREACHES[breach.rule]) % _words(rota, breach, breach.room)


def reason_text(rota: Rota, conflict: RotaConflict) -> str:
    """One of the rules that can't be kept together."""
    breach = Breach(
        conflict.rule,
        str(conflict.member_id or ""),
        conflict.on,
        conflict.part,
        str(conflict.location_id or ""),
        str(conflict.service_id or ""),
        conflict.count,
    )
    if breach.rule == checking.BOOKED:
        return _booked(rota, breach)
    return str(_REASONS[breach.rule]) % _words(rota, breach, breach.room)


def flaw_text(rota: Rota, flaw: Flaw) -> str:
    """Something that could be better; of the names in TOLD."""
    if flaw.name == checking.UNMET:
        words = ngettext(
            "%(day)s: %(count)d session more is wanted of “%(work)s”.",
            "%(day)s: %(count)d sessions more are wanted of “%(work)s”.",
            flaw.count,
        )
        return words % {**_words(rota, flaw), "count": flaw.count}
    if flaw.name == checking.LOST:
        return _booked(rota, flaw)
    return str(_FLAWS[flaw.name]) % _words(rota, flaw)


def costs(report: Report) -> list[tuple[str | Promise, int]]:
    """What the points of a plan are for, the most first."""
    found: Counter[str] = Counter()
    for one in report.flaws:
        found[one.name] += one.cost
    return [(_COSTS[name], cost) for name, cost in found.most_common()]


def _booked(rota: Rota, one: Breach | Flaw) -> str:
    words = ngettext(
        "%(who)s has %(count)d booked visit on %(when)s.",
        "%(who)s has %(count)d booked visits on %(when)s.",
        one.count,
    )
    return words % {**_words(rota, one), "count": one.count}


def _words(rota: Rota, one: Breach | Flaw, room: str = "") -> dict[str, Any]:
    member = rota.members.get(one.doctor)
    return {
        "who": member.practitioner_role.practitioner.label if member is not None else _("Somebody"),
        "when": when_text(one.day, one.part),
        "day": day_words(one.day) if one.day is not None else "",
        "room": rota.rooms[room].name if room in rota.rooms else _("another room"),
        "work": work_text(rota, one.work),
    }
