"""What people say when they book, move and cancel, as clean values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from hms.core.forms import CheckboxSlots, ClockField, DayField, HouseForm, MomentField, RadioCards, RadioSegment
from hms.organization.models import Department, Facility, Location, Practitioner
from hms.scheduling import codes, entries, wishing
from hms.scheduling.models import Appointment, HealthcareService, Schedule, ScheduleSession
from hms.scheduling.offered import Offer
from hms.scheduling.rules import slots
from hms.scheduling.rules.series import Recurrence
from hms.scheduling.rules.slots import Slot

# Short, so that a week fits into two lines of a telephone.
WEEKDAYS = [(value, WEEKDAYS_ABBR[value]) for value, _label in ScheduleSession.Weekday.choices]
# What patients choose from, in their own words.
PATIENT_WORDS = {
    "pat": _("I can't come then"),
    "pat-fb": _("I feel better"),
    "pat-lt": _("I have no way of getting there"),
    "pat-mt": _("I am treated elsewhere"),
    "oth-oth": _("Another reason"),
}
STAFF_REASONS = tuple(value for value in codes.CancellationReason.values if value not in codes.NOT_CHOSEN)


class SlotField(forms.CharField):
    """A chosen time, by its id."""

    default_error_messages = {"required": _("Choose a time."), "invalid": _("Choose a time from those shown.")}

    def to_python(self, value: Any) -> Slot | None:
        text = super().to_python(value)
        if not text:
            return None
        if (slot := slots.parse(text)) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return slot


class ChooseForm(HouseForm):
    """A time, and no more: patients are asked for the reason on the next page."""

    slot = SlotField(label=_("Time"))


class ReasonForm(HouseForm):
    """Why the patient comes, in their own words."""

    reason = forms.CharField(
        label=_("What is it about?"),
        help_text=_("In your own words. Only the people who treat you read this."),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class DeskBookForm(ChooseForm):
    """A booking by the hospital: time, why, and who asked for it."""

    reason = forms.CharField(
        label=_("Reason, as the patient says it"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    caller = forms.CharField(
        label=_("Who is calling"),
        help_text=_("Only if it is not the patient: name, and how they are related."),
        required=False,
        max_length=200,
    )
    channel = forms.ChoiceField(
        label=_("How they asked"),
        choices=[(one.value, one.label) for one in (codes.Channel.PHONE, codes.Channel.DESK)],
        required=False,
    )


class AnotherTimeForm(HouseForm):
    """A visit outside the timetable or beside another one, with the reason that makes it right."""

    schedule = forms.ModelChoiceField(label=_("With"), queryset=Schedule.objects.none())
    service = forms.ModelChoiceField(label=_("Type of visit"), queryset=HealthcareService.objects.none())
    start_at = MomentField(label=_("When"))
    overbook = forms.BooleanField(
        label=_("Beside another patient, if the time is taken"),
        help_text=_("Counts against what the session takes beyond its plan."),
        required=False,
    )
    override_reason = forms.CharField(
        label=_("Why"),
        help_text=_("For example: walk-in, referred as urgent. It is kept with the visit."),
        max_length=300,
    )
    reason = forms.CharField(
        label=_("Reason, as the patient says it"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    caller = forms.CharField(label=_("Who is calling"), required=False, max_length=200)

    def __init__(self, *args: Any, schedules: Any, services: Any, may_overbook: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose_from(self, schedules)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
        if not may_overbook:
            del self.fields["overbook"]


def _choose_from(form: HouseForm, schedules: Any) -> None:
    """The timetables to choose from, by their practitioners' names."""
    form.fields["schedule"].queryset = schedules  # type: ignore[attr-defined]
    form.fields["schedule"].label_from_instance = _name_of  # type: ignore[attr-defined]


def _name_of(schedule: Schedule) -> str:
    role = schedule.practitioner_role
    return role.practitioner.full_name if role is not None else str(schedule)


class CancelForm(HouseForm):
    """Why a visit is called off."""

    reason = forms.ChoiceField(label=_("Why"), widget=RadioCards)
    comment = forms.CharField(label=_("Note for the team"), required=False, max_length=500)

    def __init__(self, *args: Any, by_patient: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        words = PATIENT_WORDS if by_patient else dict(codes.CancellationReason.choices)
        reasons = PATIENT_WORDS if by_patient else STAFF_REASONS
        self.fields["reason"].choices = [(value, words[value]) for value in reasons]  # type: ignore[attr-defined]
        self.initial.setdefault("reason", "pat")
        if by_patient:
            del self.fields["comment"]


class PlacesForm(HouseForm):
    """How many places a group visit has."""

    marks = ""

    capacity = forms.IntegerField(label=_("Places"), min_value=2, max_value=999)


class WaitForm(HouseForm):
    """What somebody waits for. Every day and part of the day suits, until they say otherwise."""

    marks = "optional"

    current = forms.ModelChoiceField(
        label=_("The visit there is already"),
        help_text=_("It is kept until an earlier time is accepted."),
        queryset=Appointment.objects.none(),
        required=False,
        empty_label=_("None: any time will do"),
    )
    practitioner = forms.ModelChoiceField(
        label=_("With"), queryset=Practitioner.objects.none(), required=False, empty_label=_("Anybody")
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days that suit"), choices=ScheduleSession.Weekday.choices, coerce=int, widget=CheckboxSlots
    )
    parts = forms.MultipleChoiceField(
        label=_("Times of day that suit"), choices=codes.PartOfDay.choices, widget=CheckboxSlots
    )
    earliest_on = DayField(label=_("Not before"), required=False)
    latest_on = DayField(label=_("Not after"), help_text=_("The wait ends after this day."), required=False)
    urgency = forms.ChoiceField(label=_("How urgent"), choices=codes.Urgency.choices, widget=RadioSegment)
    note = forms.CharField(
        label=_("Anything to know"),
        help_text=_("For example how much time you need to get here. Only the people who treat you read this."),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self, *args: Any, practitioners: Any, visits: Any, by_patient: bool, group: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["practitioner"].queryset = practitioners  # type: ignore[attr-defined]
        self.fields["practitioner"].label_from_instance = lambda one: one.full_name  # type: ignore[attr-defined]
        self.fields["current"].queryset = visits  # type: ignore[attr-defined]
        self.fields["current"].label_from_instance = _when_of  # type: ignore[attr-defined]
        self.initial.setdefault("days", list(ScheduleSession.Weekday.values))
        self.initial.setdefault("parts", list(codes.PartOfDay.values))
        self.initial.setdefault("urgency", codes.Urgency.ROUTINE)
        if by_patient:
            del self.fields["urgency"]
        if group:
            del self.fields["current"]


def _when_of(visit: Appointment) -> str:
    told = entries.Told(visit)
    return f"{told.when} · {told.practitioner}" if told.practitioner else told.when


class SeriesForm(HouseForm):
    """How visits come again, from which day, at what time, and until when."""

    schedule = forms.ModelChoiceField(label=_("With"), queryset=Schedule.objects.none())
    service = forms.ModelChoiceField(label=_("Type of visit"), queryset=HealthcareService.objects.none())
    first = DayField(label=_("First day"))
    at = ClockField(label=_("Time"))
    every = forms.IntegerField(label=_("Every"), min_value=1)
    unit = forms.ChoiceField(label=_("Counted in"), choices=codes.SeriesUnit.choices)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        help_text=_("They count for weeks alone."),
        choices=ScheduleSession.Weekday.choices,
        coerce=int,
        required=False,
        widget=CheckboxSlots,
    )
    count = forms.IntegerField(
        label=_("How many visits"),
        help_text=_("A date on which nobody is there is made up for at the end. Or write the last day instead."),
        required=False,
        min_value=2,
    )
    until = DayField(label=_("Last day"), required=False)
    when_closed = forms.ChoiceField(
        label=_("On a holiday, or when the practitioner is away"),
        choices=codes.WhenClosed.choices,
        widget=RadioCards,
    )

    def __init__(self, *args: Any, schedules: Any, services: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose_from(self, schedules)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]

    def recurrence(self) -> Recurrence:
        """What was asked for. Only of a valid form."""
        said = self.cleaned_data
        names = ("unit", "every", "first", "at", "count", "until", "when_closed")
        return Recurrence(**{name: said[name] for name in names}, weekdays=tuple(sorted(said["weekdays"])))


class SeriesReasonForm(HouseForm):
    """Why the patient comes again."""

    reason = forms.CharField(
        label=_("Reason, as the patient says it"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )


class SeriesMoveForm(HouseForm):
    """When the first of the visits shall be, and with whom: those that follow keep their distance to it."""

    schedule = forms.ModelChoiceField(label=_("With"), queryset=Schedule.objects.none())
    day = DayField(label=_("New first day"), help_text=_("The others move by as many days."))
    at = ClockField(label=_("New time"))

    def __init__(self, *args: Any, schedules: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose_from(self, schedules)


class UrgencyForm(HouseForm):
    """How urgently somebody waits, and why that changes."""

    urgency = forms.ChoiceField(label=_("How urgent"), choices=codes.Urgency.choices, widget=RadioSegment)
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("It is kept with the entry."))


class ScreenForm(HouseForm):
    """A new display or kiosk."""

    marks = "optional"

    kind = forms.ChoiceField(
        label=_("What it is for"), choices=codes.ScreenKind.choices, initial="display", widget=RadioSegment
    )
    name = forms.CharField(
        label=_("Name"), help_text=_("Where it hangs or stands, so that the right one is switched off."), max_length=60
    )
    facility = forms.ModelChoiceField(label=_("House"), queryset=Facility.objects.none(), empty_label=None)
    department = forms.ModelChoiceField(
        label=_("Clinic"), queryset=Department.objects.none(), required=False, empty_label=_("All clinics")
    )
    location = forms.ModelChoiceField(
        label=_("Room"),
        help_text=_("For a display beside one door."),
        queryset=Location.objects.none(),
        required=False,
        empty_label=_("All rooms"),
    )

    def __init__(self, *args: Any, facilities: Any, departments: Any, locations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        querysets = {"facility": facilities, "department": departments, "location": locations}
        for name, queryset in querysets.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class KioskForm(HouseForm):
    """Who somebody is, in what everybody knows by heart. Nothing of it is kept by the browser."""

    marks = ""

    born_on = DayField(label=_("Your date of birth"), help_text=_("For example 14.3.1962"))
    family = forms.CharField(label=_("Your family name"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.fields["born_on"].widget.attrs["autofocus"] = True


class WishesForm(HouseForm):
    """What a time should be like, as an address: whatever is left empty will do as it comes."""

    marks = ""

    part = forms.MultipleChoiceField(
        label=_("Time of day"), choices=codes.PartOfDay.choices, required=False, widget=CheckboxSlots
    )
    weekday = forms.TypedMultipleChoiceField(
        label=_("Day of the week"), choices=WEEKDAYS, coerce=int, required=False, widget=CheckboxSlots
    )
    language = forms.ChoiceField(label=_("Language spoken"), required=False)
    gender = forms.ChoiceField(label=_("Treated by"), required=False)
    remote = forms.BooleanField(label=_("By video or telephone"), required=False)
    elsewhere = forms.BooleanField(label=_("Other clinics of this kind, too"), required=False)

    def __init__(self, *args: Any, offer: Offer, **options: Any) -> None:
        wishes = offer.wishes
        said = {name: getattr(wishes, name) for name in self.base_fields}
        super().__init__(*args, initial=said | {name: sorted(said[name]) for name in ("part", "weekday")}, **options)
        self.fields["language"].choices = [("", _("Any language")), *offer.languages]  # type: ignore[attr-defined]
        self.fields["gender"].choices = [("", _("Anybody")), *wishing.genders().items()]  # type: ignore[attr-defined]
        # Nobody is asked what there is no choice of.
        pointless = {
            "language": len(offer.languages) < 2,
            "gender": offer.practitioner is not None,
            "remote": not offer.has_remote,
            "elsewhere": not (offer.elsewhere or wishes.elsewhere),
        }
        for name in (name for name, so in pointless.items() if so):
            del self.fields[name]


class WaitingFilterForm(HouseForm):
    """Which part of the waiting list is shown."""

    marks = ""

    department = forms.ModelChoiceField(
        label=_("Clinic"), queryset=Department.objects.none(), required=False, empty_label=_("All clinics")
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=[("", _("Any urgency")), *codes.Urgency.choices], required=False
    )
    offered = forms.ChoiceField(
        label=_("Offers"),
        choices=[("", _("With and without offer")), ("yes", _("Offer stands")), ("no", _("No offer"))],
        required=False,
    )

    def __init__(self, *args: Any, departments: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
