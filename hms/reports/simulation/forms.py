"""What somebody tries: whose quarter, and which rules would have been others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hms.core import clock
from hms.core.forms import DayField, HouseForm
from hms.organization.models import Department, Facility, Practitioner
from hms.reports.rules.periods import WEEKS_OF_QUARTER, Period, quarter_from, quarter_problems
from hms.reports.rules.simulation.change import Rule
from hms.reports.rules.simulation.day import MINUTE, Order
from hms.reports.simulation.quarter import Which
from hms.scheduling.rules.noshow import TOLD_FROM
from hms.scheduling.rules.queue import Customs

SEEN, TURNED_AWAY = "seen", "turned-away"
# As it was: what a field says that is not to be tried. Lanes are empty then, and the grace is the policy's.
AS_IT_WAS: Final[Mapping[str, Any]] = {
    "late": SEEN,
    "lanes": None,
    "likely": round(TOLD_FROM * 100),
    "reserve": 0,
    "at_start": 1,
    "more": 0,
    "gap": 0,
    "earlier": 0,
}


class TryForm(HouseForm):
    """Whose visits, from which day on, and what is tried. An empty field tries nothing."""

    marks = ""

    facility = forms.CharField(required=False, widget=forms.HiddenInput)
    department = forms.ChoiceField(label=_("Department"), required=False)
    practitioner = forms.ChoiceField(label=_("Practitioner"), required=False)
    first = DayField(
        label=_("Thirteen weeks from"),
        required=False,
        help_text=_("Empty: the thirteen weeks up to yesterday."),
    )
    grace = forms.IntegerField(
        label=_("Grace, minutes"),
        required=False,
        min_value=0,
        max_value=240,
        help_text=_("Who comes later than this after their time waits by the time they came."),
    )
    late = forms.ChoiceField(
        label=_("Who comes after the grace"),
        required=False,
        choices=[(SEEN, _("Is seen, by their arrival")), (TURNED_AWAY, _("Is asked to come another day"))],
    )
    lanes = forms.IntegerField(
        label=_("Overbooked visits per session"),
        required=False,
        min_value=0,
        max_value=10,
        help_text=_("Empty: those there were. Fewer are refused, more are filled with people who are made up."),
    )
    likely = forms.IntegerField(
        label=_("Only beside visits likely to be missed, from percent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("By the no-show score as it was the day before. 0: beside any visit."),
    )
    reserve = forms.IntegerField(
        label=_("Kept for the day itself, minutes"),
        required=False,
        min_value=0,
        max_value=240,
        help_text=_("At each session's end. People without an appointment are given these times."),
    )
    at_start = forms.TypedChoiceField(
        label=_("Patients at the start of a session"),
        required=False,
        coerce=int,
        choices=[(1, _("One")), (2, _("Two (Bailey and Welch)")), (3, _("Three"))],
    )
    more = forms.IntegerField(
        label=_("Minutes more for each visit"),
        required=False,
        min_value=-60,
        max_value=60,
        help_text=_("Planned, not taken. Fewer: with a minus."),
        # The keys for numbers of some phones have no minus.
        widget=forms.TextInput({"inputmode": "text"}),
    )
    gap = forms.IntegerField(
        label=_("Free after each visit, minutes"),
        required=False,
        min_value=0,
        max_value=60,
    )
    earlier = forms.IntegerField(
        label=_("Sessions begin earlier by, minutes"),
        required=False,
        min_value=0,
        max_value=120,
    )

    def __init__(
        self,
        data: QueryDict,
        *,
        facility: Facility,
        departments: Collection[Department],
        practitioners: Collection[Practitioner],
        grace: timedelta,
    ) -> None:
        """`grace`: the one in force. A form that was not filled in yet says what is."""
        self.house, self.grace = facility, grace
        self.departments = {str(one.pk): one for one in departments}
        self.practitioners = {str(one.pk): one for one in practitioners}
        as_it_was = {"grace": grace // MINUTE, **AS_IT_WAS, "lanes": ""}
        asked: dict[str, Any] = {name: data.get(name, as_it_was.get(name, "")) for name in self.base_fields}
        # Of another facility, or gone since: then all are meant.
        asked["department"] = asked["department"] if asked["department"] in self.departments else ""
        asked["practitioner"] = asked["practitioner"] if asked["practitioner"] in self.practitioners else ""
        asked["facility"] = str(facility.pk)
        super().__init__(asked)
        self.asked = "grace" in data
        self.today = clock.today(facility.time_zone)
        for name, every, found in (
            ("department", _("All departments"), [(id, one.name) for id, one in self.departments.items()]),
            ("practitioner", _("All practitioners"), [(id, one.full_name) for id, one in self.practitioners.items()]),
        ):
            self.fields[name].choices = [("", every), *found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first") is not None:
            self.add_problems(quarter_problems(cleaned["first"], self.today))
        return cleaned

    @property
    def which(self) -> Which:
        """Whose quarter; of a form that is as it should be."""
        first: date | None = self.cleaned_data["first"]
        return Which(
            self.house,
            quarter_from(first) if first is not None else self.last_quarter,
            self.departments.get(self.data["department"]),
            self.practitioners.get(self.data["practitioner"]),
        )

    @property
    def last_quarter(self) -> Period:
        return quarter_from(self.today - timedelta(weeks=WEEKS_OF_QUARTER))

    @property
    def tried(self) -> dict[str, Any]:
        """What is not as it is: the fields, each with what is tried."""
        as_it_is = {"grace": self.grace // MINUTE, **AS_IT_WAS}
        said = {name: self._said(name, value) for name, value in as_it_is.items()}
        if said["lanes"] is None:
            # Beside whom nobody is put is no change.
            said["likely"] = as_it_is["likely"]
        return {name: value for name, value in said.items() if value != as_it_is[name]}

    def _said(self, name: str, as_it_is: Any) -> Any:
        value = self.cleaned_data[name]
        return as_it_is if value in (None, "") else value

    @property
    def tried_in_words(self) -> list[tuple[Any, str]]:
        """Label and value of each field that tries something."""
        found = []
        for name, value in self.tried.items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            found.append((self.fields[name].label, str(choices.get(value, value))))
        return found

    def today_rule(self, customs: Customs) -> Rule:
        return Rule(Order(self.grace, customs))

    def changed_rule(self, customs: Customs) -> Rule | None:
        """None where nothing is tried."""
        tried = self.tried
        if not tried:
            return None
        said = {"grace": self.grace // MINUTE, **AS_IT_WAS, **tried}
        return Rule(
            Order(said["grace"] * MINUTE, customs, turn_away=said["late"] == TURNED_AWAY),
            lanes=said["lanes"],
            likely=said["likely"] / 100,
            at_start=said["at_start"],
            **{name: said[name] * MINUTE for name in ("reserve", "more", "gap", "earlier")},
        )
