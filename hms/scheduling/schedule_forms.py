"""Working hours, days away and types of visit, as people say them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import CheckboxCards, CheckboxSlots, ClockField, DayField, HouseForm, RadioCards, RadioSegment
from hms.organization.models import Location, PractitionerRole
from hms.scheduling import codes
from hms.scheduling.actions import Hours
from hms.scheduling.forms import WEEKDAYS
from hms.scheduling.models import HealthcareService, Schedule
from hms.scheduling.rules.wall_clock import DAY, first_instant


class NewScheduleForm(HouseForm):
    """For whom a timetable is made, and from when."""

    practitioner_role = forms.ModelChoiceField(label=_("Who"), queryset=PractitionerRole.objects.none())
    valid_from = DayField(label=_("First day"))
    valid_until = DayField(label=_("First day without"), required=False)

    def __init__(self, *args: Any, roles: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["practitioner_role"]
        field.queryset = roles
        field.label_from_instance = lambda role: f"{role.practitioner.label} · {role.department.name}"


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
    valid_from = DayField(label=_("First day"), required=False)
    valid_until = DayField(label=_("First day without"), required=False)

    def __init__(self, *args: Any, schedule: Schedule, **options: Any) -> None:
        super().__init__(*args, **options)
        rooms: Any = self.fields["location"]
        rooms.queryset = Location.objects.filter(facility=schedule.facility, status="active").order_by("name")
        services: Any = self.fields["services"]
        services.queryset = HealthcareService.objects.offered()
        role = schedule.practitioner_role
        if role is not None:
            services.queryset = services.queryset.filter(department=role.department_id)

    def hours(self) -> list[Hours]:
        """One session for each day that was chosen."""
        said = dict(self.cleaned_data)
        weekdays, services = said.pop("weekdays"), tuple(said.pop("services"))
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
        return {"start_at": start, "end_at": end} | {name: said[name] for name in ("kind", "location", "note")}

    def _at(self, day: date, clock: time) -> datetime:
        return first_instant(datetime.combine(day, clock), self._zone)


class EndSessionForm(HouseForm):
    """From when a session does not take place any more."""

    on = DayField(label=_("First day without"))


class ServiceForm(HouseForm):
    """A type of visit of a department."""

    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.SlugField(label=_("Short code"), max_length=40)
    duration_new = forms.IntegerField(label=_("First visit, minutes"), min_value=1, max_value=1440, initial=30)
    duration_followup = forms.IntegerField(label=_("Follow-up, minutes"), min_value=1, max_value=1440, initial=15)
    step = forms.IntegerField(label=_("Times are offered every, minutes"), min_value=1, max_value=240, initial=15)
    buffer_before = forms.IntegerField(label=_("Kept free before, minutes"), min_value=0, max_value=240, initial=0)
    buffer_after = forms.IntegerField(label=_("Kept free after, minutes"), min_value=0, max_value=240, initial=0)
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=200, initial=1, help_text=_("More than one makes it a group visit.")
    )
    delivery = forms.ChoiceField(label=_("Where"), choices=codes.Delivery.choices, widget=RadioCards)
    who_may_book = forms.ChoiceField(label=_("Who may book"), choices=codes.WhoMayBook.choices, widget=RadioCards)
    lead_min = forms.IntegerField(
        label=_("Shortest notice for patients, minutes"), min_value=0, required=False,
        help_text=_("Empty: as the facility's rules say."),
    )  # fmt: skip
    lead_max = forms.IntegerField(
        label=_("How far ahead patients book, days"), min_value=0, max_value=730, required=False,
        help_text=_("Empty: as the facility's rules say."),
    )  # fmt: skip
    horizon = forms.IntegerField(label=_("How far ahead anybody books, days"), min_value=1, max_value=730, initial=365)
    rank = forms.IntegerField(
        label=_("Order in lists"), min_value=0, max_value=10_000, initial=100,
        help_text=_("The first is meant when somebody books a visit and says no more."),
    )  # fmt: skip
    price_code = forms.CharField(label=_("Price code"), max_length=40, required=False)
    preparation = forms.CharField(
        label=_("How to prepare"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Shown, printed and mailed to the patient."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
