"""Plans of sessions and wishes, as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from hms.core.forms import ClockField, HouseForm, RadioCards
from hms.organization.models import Department
from hms.scheduling import codes
from hms.scheduling.actions import HalfDays
from hms.scheduling.actions.rota import month_after
from hms.scheduling.forms import WEEKDAYS
from hms.scheduling.models import RotaPlan
from hms.scheduling.rota.reading import GENERAL, Rota
from hms.scheduling.rota.telling import day_words, month_text, work_text
from hms.scheduling.rules.rota.problem import PARTS, Slot

# So many months can be planned, and wished for, beginning with the one that runs.
MONTHS_AHEAD = 6
NOTHING = "none"


def months_from(today: date) -> list[tuple[str, str]]:
    """The months one can choose."""
    found, first = [], today.replace(day=1)
    for _number in range(MONTHS_AHEAD):
        found.append((first.isoformat(), month_text(first)))
        first = month_after(first)
    return found


class BeginRotaForm(HouseForm):
    """For which clinic and month a plan is begun."""

    department = forms.ModelChoiceField(label=_("Clinic"), queryset=Department.objects.none())
    month = forms.ChoiceField(label=_("Month"))
    morning_start = ClockField(label=_("Mornings from"))
    morning_end = ClockField(label=_("Mornings until"))
    afternoon_start = ClockField(label=_("Afternoons from"))
    afternoon_end = ClockField(label=_("Afternoons until"))
    keep_bookings = forms.BooleanField(
        label=_("Every booked visit keeps its session"), required=False, initial=True,
        help_text=_("Without this, a plan may leave visits without a session; they are then listed to be moved."),
    )  # fmt: skip

    def __init__(self, *args: Any, departments: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        clinics: Any = self.fields["department"]
        clinics.queryset = departments
        self.fields["month"].choices = months_from(today)  # type: ignore[attr-defined]
        usual = HalfDays()
        for name, hour in usual.columns.items():
            self.initial.setdefault(name, hour)
        self.initial.setdefault("month", month_after(today).isoformat())

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        said = dict(self.cleaned_data)
        half_days = HalfDays(**{name: said.pop(name) for name in HalfDays().columns})
        return {**said, "month": date.fromisoformat(said["month"]), "half_days": half_days}


class CellForm(HouseForm):
    """Half a day of somebody: for what, and in which room."""

    work = forms.ChoiceField(label=_("Session"), widget=RadioCards)
    location = forms.ChoiceField(label=_("Room"), required=False)

    def __init__(self, *args: Any, rota: Rota, slot: Slot, **options: Any) -> None:
        super().__init__(*args, **options)
        self._rota = rota
        kinds = [(one.key, work_text(rota, one.key)) for one in rota.problem.works]
        self.fields["work"].choices = [(NOTHING, _("No session")), *kinds]  # type: ignore[attr-defined]
        if not rota.problem.rooms:
            del self.fields["location"]
            return
        taken = {
            str(entry.location_id): rota.members[key].practitioner_role.practitioner.label
            for (key, when), entry in rota.entries.items()
            if when == slot and entry.location_id
        }
        choices = []
        for room in rota.problem.rooms:
            name, of = rota.rooms[room.key].name, taken.get(room.key)
            state = of or (_("not free") if slot in room.closed else _("free"))
            choices.append((room.key, f"{name} – {state}"))
        self.fields["location"].choices = [("", _("No room")), *choices]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        work, room = self.cleaned_data["work"], self.cleaned_data.get("location", "")
        return {
            "holds": work != NOTHING,
            "service": self._rota.services.get(work),
            "location": self._rota.rooms.get(room) if work != NOTHING else None,
        }


class TermsForm(HouseForm):
    """Limits of people, and sessions wanted by weekday."""

    marks = ""
    keep_bookings = forms.BooleanField(label=_("Every booked visit keeps its session"), required=False)

    def __init__(self, *args: Any, rota: Rota, **options: Any) -> None:
        super().__init__(*args, **options)
        self._rota = rota
        self.initial.setdefault("keep_bookings", rota.plan.keep_bookings)
        for key, member in rota.members.items():
            name = member.practitioner_role.practitioner.label
            day, week = _("%(name)s, most sessions a day"), _("%(name)s, most sessions a week")
            self._number(f"day:{key}", day % {"name": name}, member.most_a_day, 2)
            self._number(f"week:{key}", week % {"name": name}, member.most_a_week, 14)
        known = {(str(one.service_id or GENERAL), one.weekday): one.sessions for one in rota.plan.demands.all()}
        for work in rota.problem.works:
            for weekday, label in WEEKDAYS:
                words = f"{work_text(rota, work.key)}, {label}"
                self._number(f"want:{work.key}:{weekday}", words, known.get((work.key, weekday), 0), 200)

    def _number(self, name: str, label: str, initial: int, most: int) -> None:
        self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=most)
        self.fields[name].widget.attrs["aria-label"] = label
        self.initial.setdefault(name, initial)

    @property
    def people(self) -> list[tuple[str, Any, Any]]:
        """(name, field of the day, field of the week) of each member."""
        return [
            (member.practitioner_role.practitioner.label, self[f"day:{key}"], self[f"week:{key}"])
            for key, member in self._rota.members.items()
        ]

    @property
    def wanted(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """(kind of work, [(weekday, field)])."""
        return [
            (work_text(self._rota, work.key), [(label, self[f"want:{work.key}:{day}"]) for day, label in WEEKDAYS])
            for work in self._rota.problem.works
        ]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        wanted: dict[tuple[UUID | None, int], int] = {}
        for work in self._rota.problem.works:
            for day, _label in WEEKDAYS:
                key = None if work.key == GENERAL else UUID(work.key)
                wanted[key, day] = said[f"want:{work.key}:{day}"]
        limits = {UUID(key): (said[f"day:{key}"], said[f"week:{key}"]) for key in self._rota.members}
        return {"keep_bookings": said["keep_bookings"], "wanted": wanted, "limits": limits}


class WishesForm(HouseForm):
    """Half-days of a month, each with a wish or none."""

    marks = ""

    def __init__(self, *args: Any, days: Iterable[date], known: dict[Slot, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._days = list(days)
        for day in self._days:
            for part in PARTS:
                label = f"{day_words(day)}, {codes.RotaPart(part).label}"
                choices = [("", _("No wish")), *codes.RotaWishKind.choices]
                name = _name(Slot(day, part))
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
                self.fields[name].widget.attrs["aria-label"] = label
                self.initial.setdefault(name, known.get(Slot(day, part), ""))

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """(day in words, morning, afternoon)."""
        return [
            (f"{WEEKDAYS_ABBR[day.weekday()]} {day.day}", *(self[_name(Slot(day, part))] for part in PARTS))
            for day in self._days
        ]

    def wishes(self) -> dict[Slot, str]:
        """What the action takes."""
        found = {}
        for day in self._days:
            for part in PARTS:
                if kind := self.cleaned_data[_name(Slot(day, part))]:
                    found[Slot(day, part)] = kind
        return found


def _name(slot: Slot) -> str:
    return f"{slot.day.isoformat()}:{slot.part}"


def usual_half_days(plan: RotaPlan | None) -> dict[str, Any]:
    """The hours of the department's last plan, for whoever begins the next one."""
    return {} if plan is None else {name: getattr(plan, name) for name in HalfDays().columns}
