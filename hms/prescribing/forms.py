"""Words of a prescriber → clean values. What is missing or wrong is said by rules and actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hms.core.forms import HouseForm
from hms.formulary.codes import DoseUnit, Route
from hms.formulary.dosage import Dosage
from hms.formulary.lines import medicine_line
from hms.prescribing import codes, refusals
from hms.prescribing.rules.orders import LONGEST_COURSE_DAYS

# "times/period/unit": what nearly every order says. An order that says something else keeps its own.
TIMINGS = (
    "1/1/d",
    "2/1/d",
    "3/1/d",
    "4/1/d",
    "5/1/d",
    "1/4/h",
    "1/6/h",
    "1/8/h",
    "1/12/h",
    "1/2/d",
    "1/1/wk",
    "1/1/mo",
)


def timing_code(dosage: Dosage) -> str:
    if not dosage.frequency or not dosage.period:
        return ""
    return f"{dosage.frequency}/{dosage.period.normalize():f}/{dosage.period_unit}"


def timing_words(code: str) -> str:
    """'2/1/d' → '2 times a day', in the line's own words."""
    times, period, unit = code.split("/")
    line = medicine_line("", "", Dosage(frequency=int(times), period=Decimal(period), period_unit=unit), ongoing=False)
    return " ".join(line.rest)


class DosageForm(HouseForm):
    """How a medicine is taken."""

    marks = ""

    dose = forms.DecimalField(
        label=_("One dose"), min_value=Decimal("0.0001"), max_digits=12, decimal_places=4, required=False
    )
    dose_unit = forms.ChoiceField(label=_("Unit"), choices=[("", "–"), *DoseUnit.choices], required=False)
    route = forms.ChoiceField(
        label=pgettext_lazy("route", "Given"), choices=[("", "–"), *Route.choices], required=False
    )
    timing = forms.ChoiceField(label=_("How often"), required=False)
    when = forms.MultipleChoiceField(
        label=_("When"), choices=codes.EventTiming.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=LONGEST_COURSE_DAYS,
        required=False,
        help_text=_("Empty: it goes on"),
        error_messages={"max_value": refusals.COURSE_TOO_LONG.text},
    )
    as_needed = forms.BooleanField(label=_("As needed"), required=False)
    as_needed_for = forms.CharField(label=_("Needed for"), max_length=200, required=False)
    max_doses_a_day = forms.IntegerField(label=_("At most, times a day"), min_value=1, max_value=48, required=False)
    min_hours_between = forms.DecimalField(
        label=_("At least, hours apart"), min_value=Decimal("0.25"), max_digits=6, decimal_places=2, required=False
    )
    instructions = forms.CharField(
        label=_("Instructions for the patient"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    repeats = forms.IntegerField(label=_("Repeats"), min_value=0, max_value=24, required=False)
    substitution_allowed = forms.BooleanField(label=_("Another make may be given"), required=False)

    def __init__(self, *args: Any, dosage: Dosage | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        own = timing_code(dosage) if dosage else ""
        offered = TIMINGS if own in ("", *TIMINGS) else (own, *TIMINGS)
        timing: Any = self.fields["timing"]
        timing.choices = [("", "–"), *((code, timing_words(code)) for code in offered)]

    @classmethod
    def of(cls, request: Any, data: Any = None, **options: Any) -> DosageForm:
        """The form of a draft, as it stands."""
        dosage = request.dosage
        initial = {
            "dose": f"{dosage.dose.normalize():f}" if dosage.dose is not None else None,
            "dose_unit": dosage.unit,
            "route": dosage.route,
            "timing": timing_code(dosage),
            "when": list(dosage.when),
            "days": dosage.days,
            "as_needed": dosage.as_needed,
            "as_needed_for": dosage.as_needed_for,
            "max_doses_a_day": dosage.max_doses_a_day,
            "min_hours_between": f"{dosage.min_hours_between.normalize():f}" if dosage.min_hours_between else None,
            "instructions": request.instructions,
            "repeats": request.repeats,
            "substitution_allowed": request.substitution_allowed,
        }
        return cls(data, initial=initial, dosage=dosage, **options)

    def to_dosage(self) -> Dosage:
        clean = self.cleaned_data
        times, _slash, rest = clean["timing"].partition("/")
        period, _slash, unit = rest.partition("/")
        return Dosage(
            dose=clean["dose"],
            unit=clean["dose_unit"],
            route=clean["route"],
            frequency=int(times) if times else None,
            period=Decimal(period) if period else None,
            period_unit=unit,
            when=tuple(clean["when"]),
            as_needed=clean["as_needed"],
            as_needed_for=clean["as_needed_for"] if clean["as_needed"] else "",
            max_doses_a_day=clean["max_doses_a_day"] if clean["as_needed"] else None,
            min_hours_between=clean["min_hours_between"] if clean["as_needed"] else None,
            days=clean["days"],
        )

    @property
    def rest(self) -> dict[str, Any]:
        """The columns beside the dosage."""
        clean = self.cleaned_data
        return {
            "instructions": clean["instructions"],
            "repeats": clean["repeats"] or 0,
            "substitution_allowed": clean["substitution_allowed"],
        }


class OverrideForm(HouseForm):
    """Why somebody goes on in spite of an alert."""

    override_reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *codes.OverrideReason.choices], required=False
    )
    override_text = forms.CharField(label=_("In your words"), max_length=500, required=False)


class EndingForm(HouseForm):
    """Why a prescription ends."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("", _("Choose a reason")),
            *(
                choice
                for choice in codes.StatusReason.choices
                if choice[0] not in (codes.StatusReason.REPLACED, codes.StatusReason.NOT_SIGNED)
            ),
        ],
    )
    note = forms.CharField(label=_("Remark"), max_length=500, required=False)


class CorrectionForm(HouseForm):
    error_reason = forms.CharField(
        label=_("Why it was never true"), max_length=500, help_text=_("For example: written in the wrong chart")
    )
