"""The places of each duty in the rail, as data: five to eight, the most used first (a phone shows four).

Somebody with several duties has the places of all, the first duty's first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hms.accounts.codes import Duty


class Where(NamedTuple):
    """A place: its name, its icon, its address by name, and the letter after "g"."""

    label: Any
    icon: str
    address: str
    key: str


_FIND = Where(_("Patients"), "people", "patients:search", "p")
_CALENDAR = Where(_("Calendar"), "calendar3", "scheduling:calendar", "a")
_QUEUE = Where(_("Queue"), "list-check", "scheduling:queue", "q")
_TIMETABLES = Where(_("Timetables"), "calendar-week", "scheduling:schedules", "h")
_NUMBERS = Where(pgettext_lazy("reports", "Numbers"), "bar-chart", "reports:scheduling", "n")

# Each duty's home comes first.
PLACES: Final[dict[str, tuple[Where, ...]]] = {
    Duty.ADMINISTRATOR: (
        Where(_("Hospital"), "hospital", "workspace:administration", "d"),
        Where(_("People"), "person-badge", "accounts:people", "u"),
        Where(_("Facilities"), "buildings", "organization:facilities", "f"),
        Where(_("Practitioners"), "person-vcard", "organization:practitioners", "t"),
        _TIMETABLES,
        _NUMBERS,
        Where(_("Rules"), "sliders", "organization:policies", "r"),
        Where(_("Permissions"), "shield-lock", "accounts:permissions", "e"),
    ),
    Duty.DOCTOR: (
        Where(_("My day"), "sun", "workspace:doctor", "d"),
        _FIND,
        _CALENDAR,
        _NUMBERS,
    ),
    Duty.NURSE: (Where(_("Clinic board"), "clipboard2-pulse", "workspace:nursing", "d"), _QUEUE, _FIND, _CALENDAR),
    Duty.FRONT_DESK: (
        Where(_("Front desk"), "door-open", "workspace:front_desk", "d"),
        _QUEUE,
        _CALENDAR,
        _FIND,
        Where(_("Waiting list"), "hourglass-split", "scheduling:waiting_list", "w"),
        Where(_("Cashier"), "cash-stack", "billing:invoices", "c"),
        _TIMETABLES,
        Where(_("Undelivered"), "envelope-exclamation", "messaging:undelivered", "m"),
    ),
    Duty.LABORATORY: (Where(_("Laboratory"), "eyedropper", "workspace:laboratory", "d"), _FIND),
    Duty.PHARMACIST: (Where(_("Pharmacy"), "capsule", "workspace:pharmacy", "d"), _FIND),
    Duty.BILLING: (
        Where(_("Billing"), "receipt", "workspace:billing", "d"),
        Where(_("To bill"), "hourglass-split", "billing:worklist", "w"),
        Where(_("Invoices"), "file-earmark-text", "billing:invoices", "c"),
        Where(_("Prices"), "tags", "billing:own_prices", "r"),
        _FIND,
    ),
    Duty.PRIVACY_OFFICER: (
        Where(_("Privacy"), "shield-check", "workspace:privacy", "d"),
        Where(_("Emergency access"), "unlock", "patients:glass_breaks", "g"),
        Where(_("Who read what"), "eye", "workspace:trail", "t"),
        _FIND,
        Where(_("Permissions"), "shield-lock", "accounts:permissions", "e"),
    ),
    Duty.INTEGRATION_ANALYST: (Where(_("Integration"), "diagram-3", "workspace:integration", "d"),),
    Duty.PATIENT: (
        Where(_("Home"), "house", "workspace:my_home", "d"),
        Where(_("Visits"), "calendar3", "workspace:my_visits", "a"),
        Where(_("Health"), "heart-pulse", "workspace:my_health", "h"),
        Where(_("Bills"), "receipt", "workspace:my_bills", "b"),
        Where(_("Who looked"), "eye", "workspace:my_readers", "w"),
    ),
}
_MOST: Final = 8


def places_of(duties: Iterable[str]) -> tuple[Where, ...]:
    """The places of somebody who holds these duties, in the order of the table, each once.

    Where there are too many, the home of each duty stays: who has a second duty must find the way to it.
    """
    held = set(duties)
    found: dict[str, Where] = {}
    homes = {places[0].address for duty, places in PLACES.items() if duty in held}
    for duty, places in PLACES.items():
        if duty in held:
            for place in places:
                found.setdefault(place.address, place)
    others = [address for address in found if address not in homes][: max(_MOST - len(homes), 0)]
    return tuple(place for address, place in found.items() if address in homes or address in others)[:_MOST]


def home_of(duties: Iterable[str]) -> str | None:
    """The address of the first duty's home, or None for somebody without a duty."""
    places = places_of(duties)
    return places[0].address if places else None
