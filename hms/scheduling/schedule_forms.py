"""Working hours, days away and types of visit, as people say them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import CheckboxCards, CheckboxSlots, ClockField, DayField, HouseForm, RadioCards, RadioSegment
from hms.organization.models import Device, Facility, Location, PractitionerRole
from hms.scheduling import codes, things
from hms.scheduling.actions import Hours
from hms.scheduling.forms import WEEKDAYS
from hms.scheduling.models import HealthcareService, Schedule
from hms.scheduling.rules.wall_clock import DAY, first_instant


class NewScheduleForm(HouseForm):
    """For whom or what a timetable is made, and from when."""

    owner = forms.ChoiceField(
        label=_("Whose"),
        help_text=_("Rooms and devices need one only if they can't be used at all times, or are closed on some days."),
    )
    valid_from = DayField(label=_("First day"), help_text=_("Nothing can be booked by this timetable before it."))
    valid_until = DayField(label=_("First day without"), required=False, help_text=_("Empty: until further notice."))

    # What the groups of the choice are called in the action.
    PEOPLE, ROOMS, DEVICES = "practitioner_role", "location", "device"

    def __init__(self, *args: Any, roles: Any, rooms: Any, devices: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._owners = {f"{kind}:{one.pk}": (kind, one) for kind, some in (
            (self.PEOPLE, roles), (self.ROOMS, rooms), (self.DEVICES, devices)
        ) for one in some}  # fmt: skip
        groups = ((_("People"), self.PEOPLE), (_("Rooms"), self.ROOMS), (_("Devices"), self.DEVICES))
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *(
                (title, [(key, _name_of(one)) for key, (kind, one) in self._owners.items() if kind == wanted])
                for title, wanted in groups
                if any(kind == wanted for kind, _one in self._owners.values())
            ),
        ]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        said = dict(self.cleaned_data)
        kind, owner = self._owners[said.pop("owner")]
        return {kind: owner, **said}


def _name_of(owner: PractitionerRole | Location | Device) -> str:
    if isinstance(owner, PractitionerRole):
        department = f" · {owner.department.name}" if owner.department is not None else ""
        return f"{owner.practitioner.label}{department}"
    return owner.name


class HoursForm(HouseForm):
    """Weekly sessions on several days at once."""

    weekdays = forms.TypedMultipleChoiceField(label=_("Days"), choices=WEEKDAYS, coerce=int, widget=CheckboxSlots)
    start = ClockField(label=_("From"))
    end = ClockField(label=_("Until"), help_text=_("A time before the start is on the next day."))
    location = forms.ModelChoiceField(label=_("Room"), queryset=Location.objects.none(), required=False)
    services = forms.ModelMultipleChoiceField(
        label=_("Types of visit"),
        queryset=HealthcareService.objects.none(),
        required=False,
        help_text=_("None chosen: all of the department."),
        widget=CheckboxCards,
    )
    overbooking_cap = forms.IntegerField(
        label=_("Patients beyond plan"), min_value=0, max_value=20, required=False,
        help_text=_("Empty: as the facility's rules say."),
    )  # fmt: skip
    same_day_reserve = forms.IntegerField(
        label=_("Kept for the day itself, minutes"), min_value=0, max_value=1440, required=False,
        help_text=_("The last so many minutes can be booked from the morning of the day on. Empty: nothing is kept."),
    )  # fmt: skip
    valid_from = DayField(label=_("First day"), required=False)
    valid_until = DayField(label=_("First day without"), required=False)

    def __init__(self, *args: Any, schedule: Schedule, **options: Any) -> None:
        super().__init__(*args, **options)
        if schedule.practitioner_role is None:
            # A room or device is open or not: what takes place in it, and how many come, is said elsewhere.
            for name in ("location", "services", "overbooking_cap", "same_day_reserve"):
                del self.fields[name]
            return
        rooms: Any = self.fields["location"]
        rooms.queryset = Location.objects.filter(facility=schedule.facility, status="active").order_by("name")
        services: Any = self.fields["services"]
        services.queryset = HealthcareService.objects.offered().filter(
            department=schedule.practitioner_role.department_id
        )

    def hours(self) -> list[Hours]:
        """One session for each day that was chosen."""
        said = dict(self.cleaned_data)
        weekdays, services = said.pop("weekdays"), tuple(said.pop("services", ()))
        if "same_day_reserve" in said:
            said["same_day_reserve"] = said["same_day_reserve"] or 0
        return [Hours(weekday=weekday, services=services, **said) for weekday in weekdays]


class AwayForm(HouseForm):
    """Days or hours on which a timetable differs."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[(one.value, one.label) for one in codes.ExceptionKind if one != codes.ExceptionKind.HOLIDAY],
        initial=codes.ExceptionKind.LEAVE,
        widget=RadioSegment,
    )
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), required=False, help_text=_("Empty: that day alone."))
    start = ClockField(label=_("From"), required=False, help_text=_("Empty: the whole day."))
    end = ClockField(label=_("Until"), required=False)
    location = forms.ModelChoiceField(
        label=_("Room, for an extra session"), queryset=Location.objects.none(), required=False
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, help_text=_("For those who plan. Patients never see it.")
    )

    def __init__(self, *args: Any, schedule: Schedule, **options: Any) -> None:
        super().__init__(*args, **options)
        self._zone: ZoneInfo = schedule.facility.zone
        if schedule.practitioner_role is None:
            del self.fields["location"]
            kind: Any = self.fields["kind"]
            kind.choices = [(value, label) for value, label in kind.choices if value != codes.ExceptionKind.LEAVE]
            self.initial.setdefault("kind", codes.ExceptionKind.CLOSED)
            return
        rooms: Any = self.fields["location"]
        rooms.queryset = Location.objects.filter(facility=schedule.facility, status="active").order_by("name")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("kind") == codes.ExceptionKind.EXTRA:
            for name in ("start", "end"):
                if name not in self.errors and said.get(name) is None:
                    self.add_error(name, _("An extra session needs its hours."))
        return said

    def told(self) -> dict[str, Any]:
        """What the action takes: the stretch of time on the facility's wall clock."""
        said = self.cleaned_data
        first, last = said["first"], said["last"] or said["first"]
        start = self._at(first, said["start"] or time.min)
        end = self._at(last, said["end"]) if said["end"] else self._at(last + DAY, time.min)
        return {"start_at": start, "end_at": end} | {
            name: said[name] for name in ("kind", "location", "note") if name in said
        }

    def _at(self, day: date, clock: time) -> datetime:
        return first_instant(datetime.combine(day, clock), self._zone)


class EndSessionForm(HouseForm):
    """From when a session does not take place any more."""

    on = DayField(label=_("First day without"))


class ServiceForm(HouseForm):
    """A type of visit of a department. Every field says what it does to the times that are offered."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Patients read it when they book."))
    code = forms.SlugField(
        label=_("Short code"), max_length=40, help_text=_("For other systems. Letters, digits and hyphens.")
    )
    rank = forms.IntegerField(
        label=_("Order in lists"), min_value=0, max_value=10_000, initial=100,
        help_text=_("The first is meant when somebody books a visit and says no more."),
    )  # fmt: skip
    duration_new = forms.IntegerField(
        label=_("First visit, minutes"), min_value=1, max_value=1440, initial=30,
        help_text=_("For people whom the department has not seen within three years."),
    )  # fmt: skip
    duration_followup = forms.IntegerField(label=_("Follow-up, minutes"), min_value=1, max_value=1440, initial=15)
    step = forms.IntegerField(
        label=_("Times are offered every, minutes"), min_value=1, max_value=240, initial=15,
        help_text=_("Counted from the start of the session: every 15 from 9:00 gives 9:00, 9:15, 9:30."),
    )  # fmt: skip
    buffer_before = forms.IntegerField(
        label=_("Kept free before, minutes"), min_value=0, max_value=240, initial=0,
        help_text=_("Nobody else gets the practitioner, room or device then. The patient does not see it."),
    )  # fmt: skip
    buffer_after = forms.IntegerField(
        label=_("Kept free after, minutes"), min_value=0, max_value=240, initial=0,
        help_text=_("For cleaning up, or for writing."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=200, initial=1, help_text=_("More than one makes it a group visit.")
    )
    room_kind = forms.ChoiceField(
        label=_("Room it needs"), required=False,
        help_text=_("Any free room that is used for this is taken with the practitioner."),
    )  # fmt: skip
    device_kind = forms.ChoiceField(
        label=_("Device it needs"), required=False,
        help_text=_("Any free device of this kind is taken, too. A time is offered only when all of them are free."),
    )  # fmt: skip
    delivery = forms.ChoiceField(label=_("Where"), choices=codes.Delivery.choices, widget=RadioCards)
    who_may_book = forms.ChoiceField(label=_("Who may book"), choices=codes.WhoMayBook.choices, widget=RadioCards)
    lead_min = forms.IntegerField(
        label=_("Shortest notice for patients, minutes"), min_value=0, required=False,
        help_text=_("Times that begin sooner are given by staff alone. Empty: as the facility's rules say."),
    )  # fmt: skip
    lead_max = forms.IntegerField(
        label=_("How far ahead patients book, days"), min_value=0, max_value=730, required=False,
        help_text=_("Empty: as the facility's rules say."),
    )  # fmt: skip
    horizon = forms.IntegerField(
        label=_("How far ahead anybody books, days"), min_value=1, max_value=730, initial=365,
        help_text=_("Later times are not offered to anybody yet."),
    )  # fmt: skip
    price_code = forms.CharField(
        label=_("Price code"), max_length=40, required=False,
        help_text=_("The line of the price list that is charged. Empty: the price of a plain visit."),
    )  # fmt: skip
    preparation = forms.CharField(
        label=_("How to prepare"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Shown, printed and mailed to the patient."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, facility: Facility, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, thing, none in (
            ("room_kind", codes.ThingKind.ROOM, _("The room of the session, if there is one")),
            ("device_kind", codes.ThingKind.DEVICE, _("None")),
        ):
            kinds = things.kinds(facility, thing)
            now = self.initial.get(name)
            gone = [(now, _("%(kind)s (none in use)") % {"kind": now})] if now and now not in kinds else []
            self.fields[name].choices = [("", none), *((kind, kind) for kind in kinds), *gone]  # type: ignore[attr-defined]
