"""Who asks, and about what: the facility, a department or oneself, and the days.

`reports.see_scheduling` sees a facility's departments and doctors; `reports.see_own_scheduling` the own visits alone.
The gate is here and nowhere else: every report starts from an `Asked`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hms.core import clock
from hms.core.actor import Actor
from hms.core.forms import DayField, HouseForm
from hms.organization.models import Department, Facility, Practitioner
from hms.reports.rules.periods import Period, last_weeks, period_problems

SEE, SEE_OWN = "reports.see_scheduling", "reports.see_own_scheduling"
WEEKS: Final = (4, 13, 52)


class AskForm(HouseForm):
    """Department and days. Typed days go before the period of the list; what is not theirs to ask is not there."""

    marks = ""

    facility = forms.CharField(required=False, widget=forms.HiddenInput)
    department = forms.ChoiceField(label=_("Department"), required=False)
    period = forms.TypedChoiceField(label=_("Period"), required=False, coerce=int, empty_value=WEEKS[0])
    first = DayField(label=_("Or from"), required=False)
    last = DayField(label=_("to"), required=False)

    def __init__(
        self,
        data: QueryDict,
        *,
        facility: Facility,
        departments: Collection[Department],
        dated: bool = True,
    ) -> None:
        """`departments`: those to choose from; `dated`: whether the report is about days that are over."""
        asked: dict[str, Any] = {name: data.get(name, "") for name in self.base_fields}
        self.departments = {str(one.pk): one for one in departments}
        # Of another facility, or retired since: then all departments are meant.
        asked["department"] = asked["department"] if asked["department"] in self.departments else ""
        asked["facility"] = str(facility.pk)
        asked["period"] = asked["period"] if asked["period"] in {str(weeks) for weeks in WEEKS} else str(WEEKS[0])
        super().__init__(asked)
        self.today = clock.today(facility.time_zone)
        self.fields["department"].choices = [  # type: ignore[attr-defined]
            ("", _("All departments")),
            *((id, one.name) for id, one in self.departments.items()),
        ]
        self.fields["period"].choices = [(weeks, period_words(weeks)) for weeks in WEEKS]  # type: ignore[attr-defined]
        left_out = [] if dated else ["period", "first", "last"]
        left_out += ["department"] if not departments else []
        for name in left_out:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = self.data["first"] or self.data["last"]
        if typed and "first" in self.fields and not self.errors:
            self.add_problems(period_problems(cleaned.get("first"), cleaned.get("last"), self.today))
        return cleaned

    @property
    def chosen_department(self) -> Department | None:
        return self.departments.get(self.data["department"])

    @property
    def asked_period(self) -> Period:
        """The days asked for; those of the list where the typed ones are not to be had."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            return Period(first, date.fromordinal(last.toordinal() + 1))
        return last_weeks(int(self.data["period"]), self.today)


def period_words(weeks: int) -> Any:
    """ "Last 4 weeks"."""
    return ngettext_lazy("Last %(number)d week", "Last %(number)d weeks", weeks) % {"number": weeks}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about. `own`: the practitioner who sees the own visits alone."""

    facility: Facility
    period: Period
    department: Department | None = None
    own: Practitioner | None = None

    @property
    def by_practitioner(self) -> bool:
        """Whether rows are practitioners (of a department) or departments."""
        return self.department is not None and self.own is None

    @property
    def where(self) -> str:
        """What the report is of, in words."""
        if self.own is not None:
            return self.own.full_name
        return self.department.name if self.department is not None else self.facility.name


def permission_of(by: Actor) -> str:
    """By which of the two permissions somebody asks; the wider one first."""
    return SEE if by.may(SEE) else SEE_OWN


def practitioner_of(by: Actor) -> Practitioner | None:
    """Who somebody is among the practitioners; None where the login belongs to none."""
    return Practitioner.objects.filter(user=by.id).first() if by.id is not None else None


def departments_of(facility: Facility) -> list[Department]:
    """The facility's departments with visits of their own, retired ones too: their past is part of it."""
    return list(Department.objects.filter(facility=facility, healthcare_services__isnull=False).distinct())
