"""What the booking page shows, and the address that leads to it with its choices and wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from hms.organization.models import Practitioner
from hms.scheduling import codes
from hms.scheduling.models import HealthcareService
from hms.scheduling.presenting import Choice, DayChip, Group
from hms.scheduling.rules.wishes import NO_WISHES, Wishes

# What the address says: what was chosen, and what was wished. Several values of one name are joined by commas.
WISHES = ("part", "weekday", "language", "gender", "remote", "elsewhere")
CHOICES = ("department", "service", "practitioner", "day", "type", *WISHES)


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the first step: a department, or a practitioner one knows."""

    label: str
    detail: str
    url: str
    id: Any = None


@dataclass(frozen=True, slots=True)
class Instead:
    """A wish to give up, what there is then, and where."""

    words: str
    choice: Choice
    practitioner: Practitioner
    url: str


@dataclass(slots=True)
class Offer:
    """Everything the page shows. Without a service it is the first step."""

    departments: list[Entry] = field(default_factory=list)
    usual: list[Entry] = field(default_factory=list)
    service: HealthcareService | None = None
    services: list[Entry] = field(default_factory=list)
    name: str = ""
    preparation: str = ""
    appointment_type: str = ""
    minutes: int = 0
    practitioner: Practitioner | None = None
    anybody: str = ""
    days: list[DayChip] = field(default_factory=list)
    day: date | None = None
    earlier: str = ""
    later: str = ""
    groups: list[Group] = field(default_factory=list)
    wishes: Wishes = NO_WISHES
    wished: str = ""
    instead: list[Instead] = field(default_factory=list)
    # Without any wish, and what the form of wishes carries on.
    plain: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    # What can be wished for here.
    languages: list[tuple[str, str]] = field(default_factory=list)
    has_remote: bool = False
    elsewhere: str = ""

    @property
    def type_label(self) -> str:
        return str(codes.AppointmentType(self.appointment_type).label) if self.appointment_type else ""

    @property
    def chosen(self) -> bool:
        """Whether one of the times is chosen already."""
        return any(choice.checked for group in self.groups for choice in group.choices)

    @property
    def is_empty(self) -> bool:
        return not any(group.choices for group in self.groups)


def address(asked: Mapping[str, str], **changes: Any) -> str:
    """The page's address with some of its choices changed, or dropped where None."""
    kept = {name: asked[name] for name in CHOICES if asked.get(name)}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return f"?{urlencode(kept)}"
