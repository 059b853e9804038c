"""Words from people → clean values."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hms.core.forms import ClockField, HouseForm
from hms.messaging import codes


class PreferencesForm(HouseForm):
    """A tick for each kind of notice and channel. Security notices are shown and stay ticked."""

    marks = ""

    def __init__(self, *args: Any, wanted: set[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in codes.NoticeKind:
            for channel in codes.Channel:
                self.fields[field_name(channel, kind)] = forms.BooleanField(
                    label=channel.label,
                    required=False,
                    initial=(channel, kind) in wanted,
                    disabled=kind in codes.ALWAYS,
                )

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """(kind in words, its fields) for the table."""
        return [
            (kind.label, [self[field_name(channel, kind)] for channel in codes.Channel]) for kind in codes.NoticeKind
        ]

    def changes(self) -> list[tuple[str, str, bool]]:
        """(channel, kind, wanted) of what was ticked or cleared."""
        return [
            (channel, kind, self.cleaned_data[name])
            for kind in codes.NoticeKind
            for channel in codes.Channel
            if (name := field_name(channel, kind)) in self.changed_data
        ]


class QuietHoursForm(HouseForm):
    marks = ""

    start = ClockField(label=_("Nothing from"), required=False)
    end = ClockField(label=_("until"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Where you are"),
        choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "start" in cleaned and "end" in cleaned and (cleaned["start"] is None) != (cleaned["end"] is None):
            self.add_error("end", ValidationError(_("Enter both times, or neither."), code="invalid"))
        return cleaned


class ResolveForm(HouseForm):
    resolution = forms.ChoiceField(label=_("What was done"), choices=[("", ""), *codes.Resolution.choices])


def field_name(channel: str, kind: str) -> str:
    return f"{kind}_{channel}".replace("-", "_")
