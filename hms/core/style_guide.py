"""Every component in every state, light beside dark: for those who build pages, on demo and debug installations only.

The people, numbers and addresses are made up. Refuses nothing and changes nothing.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from hms.core import charts
from hms.core.access import PUBLIC, access
from hms.core.forms import (
    Card,
    ClockField,
    DayField,
    HouseForm,
    MeasureField,
    MomentField,
    PartialDateField,
    RadioCards,
    RadioSegment,
    RadioSlots,
)
from hms.core.frame import Choice, Frame, Language, Person, Place, Role, Tour, TourStep, theme_of
from hms.core.money import Money

SWATCHES = [
    "canvas", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "accent-soft",
    "crit", "warn", "ok", "info", "error",
]  # fmt: skip
NOON = dt.datetime(2026, 11, 23, 9, 52, 32, tzinfo=dt.UTC)


class SampleForm(HouseForm):
    """One field of each kind."""

    reason = forms.CharField(label=_("Reason for the visit"), help_text=_("In the patient’s own words"))
    weight = MeasureField(label=_("Weight, kg"), help_text=_("For example 81.4"))
    born = PartialDateField(label=_("Date of birth"), help_text=_("As far as it is known"))
    day = DayField(label=_("Day"), required=False)
    clock = ClockField(label=_("Time"), required=False)
    when = MomentField(label=_("When it happened"), required=False)
    route = forms.ChoiceField(label=_("Route"), choices=[("po", _("by mouth")), ("iv", _("into a vein"))])
    story = forms.CharField(label=_("History"), widget=forms.Textarea({"rows": 3}), required=False)
    how = forms.ChoiceField(
        label=_("How"),
        choices=[("person", _("In person")), ("video", _("Video"))],
        widget=RadioSegment,
        initial="person",
    )
    kind = forms.ChoiceField(
        label=_("Kind of visit"),
        widget=RadioCards,
        initial="new",
        choices=[
            ("new", Card(_("New problem"), _("40 minutes"), "person-plus")),
            ("back", Card(_("Follow-up"), _("20 minutes"), "arrow-repeat")),
        ],
    )
    slot = forms.ChoiceField(
        label=_("Time"),
        widget=RadioSlots,
        initial="09:20",
        choices=[(at, at) for at in ("08:40", "09:00", "09:20", "11:00")],
    )
    needs = forms.MultipleChoiceField(
        label=_("Needs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("interpreter", _("Interpreter")), ("chair", _("Wheelchair"))],
    )
    keep = forms.BooleanField(label=_("Do not substitute"), required=False, initial=True)


class FilterForm(HouseForm):
    marks = ""
    q = forms.CharField(label=_("Name"), required=False)
    clinic = forms.ChoiceField(
        label=_("Clinic"), required=False, choices=[("", _("All clinics")), ("2", _("Clinic 2"))]
    )


def sample_frame(request: HttpRequest) -> Frame:
    """A doctor's frame, whole."""
    places = [
        (_("My day"), "sun", None, "d"), (_("Patients"), "people", None, "p"), (_("Calendar"), "calendar3", None, "a"),
        (_("Results"), "clipboard2-pulse", 7, "r"), (_("Messages"), "chat-left-text", 3, "m"),
        (_("Refills"), "capsule", 4, ""), (_("Reports"), "bar-chart", None, ""),
    ]  # fmt: skip
    here = request.path
    steps = (
        TourStep(_("Find anybody"), _("A name as you hear it, a birth date or a record number."), "search"),
        TourStep(_("Your places"), _("Everything you do daily is here, and only that."), "places"),
    )
    return Frame(
        facility_name="Alder Valley Hospital",
        home_url=here,
        user=Person("Dr Amara Nwosu", _("Physician, internal medicine"), 1),
        places=tuple(
            Place(label, icon, here, count, index == 0, key=key)
            for index, (label, icon, count, key) in enumerate(places)
        ),
        search_url=here,
        palette_url=here,
        bell_url=here,
        bell_count=3,
        languages=(Language("en", "English", True), Language("de", "Deutsch"), Language("ar", "العربية")),
        language_url=here,
        help_url=here,
        profile_url=here,
        roles=(Role(_("doctor"), "staff", True), Role(_("patient"), "patient")),
        role_url=here,
        theme=theme_of(request),
        theme_url=here,
        density="compact",
        switch_user_url=here,
        logout_url=here,
        tour=Tour(steps, here),
        notice=_("Demo hospital: no real patients."),
    )


def pieces(prefix: str) -> dict[str, Any]:
    """The data of one column; `prefix` keeps the ids of the two apart."""
    wrong = SampleForm(
        {
            "reason": "Cough and fever",
            "weight": "1,000",
            "born": "14.3.56",
            "route": "po",
            "kind": "new",
            "how": "person",
        },
        auto_id=f"{prefix}-wrong-%s",
    )
    return {
        "prefix": prefix,
        "form": SampleForm(
            auto_id=f"{prefix}-%s",
            initial={"reason": "Cough and fever", "born": "1956", "day": NOON.date(), "when": NOON},
        ),
        "wrong": wrong,
        "filter": FilterForm({"clinic": "2"}, auto_id=f"{prefix}-filter-%s"),
        "now": NOON,
        "money": Money(184050, "EUR"),
        "weight": Decimal("72.50"),
        "steps": ["Reason", "Time", "Check"],
        "views": [Choice(_("Day"), "#day", True), Choice(_("Week"), "#week")],
        "tabs": [
            Choice(_("Summary"), "#summary", True),
            Choice(_("Results"), "#results", count=2),
            Choice(_("Medicines"), "#medicines"),
        ],
        "page": Paginator(range(312), 25).page(2),
        "potassium": [4.7, 4.9, 4.8, 5.2, 5.4, 5.9],
        "line": line_chart(),
        "two_lines": two_lines(),
        "bars": bars(),
        "stale": [("Telephone", "555 0199", "555 0142"), ("Street", "Birch Lane 4", "Birch Lane 4")],
        "people": [
            (
                "HALVORSEN, Ingrid (Mrs)",
                2,
                "Cough and fever, 5 days",
                "10:00",
                "clock",
                "warn",
                _("Waiting 14 min"),
                "",
            ),
            ("GARCÍA MÁRMOL, Rosa", 5, "Falls review", "10:30", "person-check", "info", _("Arrived"), "is-hover"),
            ("WEI, Yu", 1, "Asthma, new inhaler", "10:50", "calendar2-check", "", _("Booked"), "is-selected"),
        ],
        "swatches": SWATCHES,
    }


def line_chart() -> charts.LineChart:
    days = [(3, 12, 4.7), (5, 4, 4.9), (6, 30, 5.0), (8, 21, 5.2), (10, 2, 5.6), (11, 23, 6.4)]
    return charts.LineChart(
        title=_("Potassium has risen at each of the last 5 tests"),
        unit="mmol/L",
        summary=_("Potassium rose from 4.7 in March to 6.4 on 23-Nov-2026; the reference is 3.5 to 5.1."),
        series=[charts.Series(_("Potassium"), [(dt.date(2026, m, d), value) for m, d, value in days], frozenset({5}))],
        band=(3.5, 5.1),
        marks=[(dt.date(2026, 8, 21), _("Spironolactone started"))],
        digits=1,
        level=4,
    )


def two_lines() -> charts.LineChart:
    months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    clinic = [10.4, 10.1, 10.6, 9.9, 9.8, 9.6, 8.1, 7.4, 7.0, 6.6, 6.3, 6.1]
    everywhere = [8.8, 9.0, 8.9, 8.6, 8.8, 8.5, 8.4, 8.2, 8.3, 8.1, 8.2, 8.0]
    return charts.LineChart(
        title=_("No-shows fell from 10.4 % to 6.1 % after two-step reminders"),
        unit="%",
        line=_("Share of booked visits, percent"),
        summary=_("Clinic 2 fell from 10.4 to 6.1 percent, all clinics from 8.8 to 8.0 percent."),
        series=[
            charts.Series(_("Clinic 2"), list(zip(months, clinic, strict=True))),
            charts.Series(_("All clinics"), list(zip(months, everywhere, strict=True))),
        ],
        marks=[("Jun", _("Two-step reminders"))],
        digits=1,
        level=4,
    )


def bars() -> charts.BarChart:
    values = {"Family medicine": 4.2, "Internal medicine": 5.6, "Orthopaedics": 7.9, "Dermatology": 9.3}
    return charts.BarChart(
        title=_("Dermatology is above the goal of 8 %"),
        unit="%",
        summary=_("No-shows: family medicine 4.2, internal medicine 5.6, orthopaedics 7.9, dermatology 9.3 percent."),
        bars=[charts.Bar(name, value, over=value > 8) for name, value in values.items()],
        goal=8,
        line=_("November 2026"),
        digits=1,
        level=4,
    )


@access(PUBLIC)
def style_guide(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "ui/style_guide.html", context_of(request))


def context_of(request: HttpRequest) -> dict[str, Any]:
    return {"request": request, "frame": sample_frame(request), "light": pieces("light"), "dark": pieces("dark")}
