"""Every policy HMS knows: its name, type, default and what it means in plain words.

A decision a hospital may take differently is a line here, never a number in the code. The value in force
on a day is `policy(name, facility, on)`; without a decision it is the default below.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db.models import CharField, DateField, UUIDField
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hms.core import clock
from hms.core.prepared import Given, Prepared, named, several
from hms.organization.codes import PolicyType

if TYPE_CHECKING:
    from hms.organization.models import Facility, Policy

PolicyValue = int | Decimal | bool | str | time | timedelta


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """What a policy is: `least` and `most` bound numbers and durations, `choices` bounds words."""

    name: str
    type: PolicyType
    default: PolicyValue
    label: Any
    explanation: Any
    least: Any = None
    most: Any = None
    choices: tuple[str, ...] = ()


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


_ALL: Final = [
    PolicyKind(
        "scheduling.booking_horizon_days", PolicyType.INTEGER, 180,
        _("How far ahead patients book"),
        _("Patients see free times up to this many days ahead. Staff see all."),
        least=1, most=730,
    ),
    PolicyKind(
        "scheduling.booking_notice", PolicyType.DURATION, _hours(2),
        _("Shortest notice for a booking by the patient"),
        _("A time that begins sooner than this can only be given by staff."),
        least=timedelta(0), most=timedelta(days=14),
    ),
    PolicyKind(
        "scheduling.late_cancellation", PolicyType.DURATION, _hours(24),
        _("When a cancellation counts as late"),
        _("A patient who cancels later than this before the visit cancels late. The hospital never does."),
        least=timedelta(0), most=timedelta(days=14),
    ),
    PolicyKind(
        "scheduling.no_show_grace", PolicyType.DURATION, _minutes(20),
        _("Grace before a visit counts as missed"),
        _("A visit can be marked as missed only so long after its start, if the patient has not checked in."),
        least=timedelta(0), most=_hours(4),
    ),
    PolicyKind(
        "scheduling.check_in_undo", PolicyType.DURATION, _minutes(10),
        _("How long a check-in can be undone"),
        _("Within this time a check-in of the wrong person is taken back without a reason."),
        least=_minutes(1), most=_hours(4),
    ),
    PolicyKind(
        "scheduling.self_check_in", PolicyType.DURATION, _minutes(90),
        _("How early patients check in by themselves"),
        _("From so long before the visit, at the kiosk or by phone, until the grace after its start."),
        least=_minutes(5), most=_hours(12),
    ),
    PolicyKind(
        "scheduling.queue_gentle", PolicyType.BOOLEAN, True,
        _("Pregnant and frail people and small children go first"),
        _("They are called before others who wait, after urgent ones. Without this they go in turn."),
    ),
    PolicyKind(
        "scheduling.queue_child_age", PolicyType.INTEGER, 6,
        _("Small children are younger than"),
        _("In years. Younger children go first by themselves, where such people go first."),
        least=0, most=18,
    ),
    PolicyKind(
        "scheduling.queue_frail_age", PolicyType.INTEGER, 80,
        _("Frail by age from"),
        _("In years. From this age people go first by themselves, where such people go first."),
        least=60, most=120,
    ),
    PolicyKind(
        "scheduling.queue_walk_ins_last", PolicyType.BOOLEAN, False,
        _("People without an appointment are called last"),
        _("After everybody with an appointment, unless they are urgent. Without this they go by their arrival."),
    ),
    PolicyKind(
        "scheduling.overbooking_cap", PolicyType.INTEGER, 2,
        _("Overbooked visits per session"),
        _("How many visits staff may squeeze in beside others in one session, with a reason. 0 forbids it."),
        least=0, most=20,
    ),
    PolicyKind(
        "scheduling.same_day_opens", PolicyType.TIME, time(7, 0),
        _("When times kept for the day itself are given out"),
        _("Sessions may keep their last part for people who call on the day. It can be booked from this time on."),
    ),
    PolicyKind(
        "scheduling.hold", PolicyType.DURATION, _minutes(10),
        _("How long a chosen time is held"),
        _("While a patient fills in the booking, nobody else can take the time. After this it is free again."),
        least=_minutes(1), most=_hours(1),
    ),
    PolicyKind(
        "scheduling.offers_by_itself", PolicyType.BOOLEAN, True,
        _("Freed times are offered to the waiting list"),
        _("A time that is given up is offered at once to whom it suits best. Without this the desk offers by hand."),
    ),
    PolicyKind(
        "scheduling.offer_stands", PolicyType.DURATION, _minutes(60),
        _("How long an offer stands"),
        _("So long a freed time is kept for whoever was asked; less when the visit is near. Then the next is asked."),
        least=_minutes(5), most=_hours(24),
    ),
    PolicyKind(
        "scheduling.offer_notice", PolicyType.DURATION, _hours(2),
        _("Shortest notice for an offer"),
        _("A freed time that begins sooner than this is not offered by itself: nobody could come in time."),
        least=_minutes(15), most=timedelta(days=14),
    ),
    PolicyKind(
        "scheduling.proposal_stands", PolicyType.DURATION, _hours(48),
        _("How long another time is kept that the hospital proposes"),
        _("When a visit can't take place, so long the proposed time is kept for the patient; less when it is near."),
        least=_minutes(30), most=timedelta(days=14),
    ),
    PolicyKind(
        "patients.relationship_days", PolicyType.INTEGER, 30,
        _("Days around a visit in which the chart is open"),
        _("A practitioner may open the chart this many days before and after a visit with the patient."),
        least=1, most=365,
    ),
    PolicyKind(
        "patients.majority_age", PolicyType.INTEGER, 18,
        _("Age at which a guardian's access ends"),
        _("On this birthday a parent or guardian no longer sees the chart, unless the patient allows it."),
        least=12, most=25,
    ),
    PolicyKind(
        "patients.glass_duration", PolicyType.DURATION, _hours(1),
        _("How long emergency access lasts"),
        _("Who opens a chart in an emergency has it for this long. Every such access is reviewed."),
        least=_minutes(5), most=_hours(24),
    ),
    PolicyKind(
        "diagnostics.release_delay", PolicyType.DURATION, timedelta(0),
        _("Delay before patients see results"),
        _("A verified result shows in the patient portal after this time. Nothing at all means at once."),
        least=timedelta(0), most=timedelta(days=14),
    ),
    PolicyKind(
        "clinical.note_release", PolicyType.BOOLEAN, True,
        _("Patients read signed notes"),
        _("Signed visit notes show in the patient portal. A doctor can hold one back with a reason."),
    ),
    PolicyKind(
        "messaging.reminder_lead", PolicyType.DURATION, _hours(24),
        _("When the reminder of a visit is sent"),
        _("This long before the visit, in the patient's language, never with a diagnosis."),
        least=_hours(1), most=timedelta(days=14),
    ),
    PolicyKind(
        "messaging.quiet_start", PolicyType.TIME, time(21, 0),
        _("Quiet hours begin"),
        _("After this time of day a reminder waits until quiet hours end. Confirmations and sign-in codes go at once."),
    ),
    PolicyKind(
        "messaging.quiet_end", PolicyType.TIME, time(7, 0),
        _("Quiet hours end"),
        _("From this time of day reminders are sent again."),
    ),
    PolicyKind(
        "billing.payment_days", PolicyType.INTEGER, 30,
        _("Days to pay an invoice"),
        _("An invoice is due this many days after it was issued."),
        least=0, most=365,
    ),
]  # fmt: skip

# What the rooms are called on the page of policies.
ROOMS: Final = {
    "scheduling": _("Visits and booking"),
    "patients": _("Access to charts"),
    "diagnostics": _("Results"),
    "clinical": _("Notes"),
    "messaging": _("Messages"),
    "billing": _("Money"),
}
KINDS: Final = {kind.name: kind for kind in _ALL}


def policy(name: str, facility: Facility | None = None, on: date | None = None) -> Any:
    """The value in force for a facility (None: the group) on a day (None: today at the facility)."""
    return policies([name], facility, on)[name]


def policies(names: Iterable[str], facility: Facility | None = None, on: date | None = None) -> dict[str, Any]:
    """Several values by one query. An unknown name is a mistake in the code and raises KeyError."""
    values = {name: KINDS[name].default for name in names}
    if not values:
        return {}
    on = on or clock.today(facility.time_zone if facility else "UTC")
    settled: set[str] = set()
    # The best row of each name comes first.
    for row in _decided(facility is not None, len(values))(
        facility=facility.pk if facility else None, on=on, **named("name", list(values))
    ):
        if row.name not in settled:
            settled.add(row.name)
            values[row.name] = row.value
    return values


@cache
def _decided(by_facility: bool, count: int) -> Prepared[Policy]:
    """Rows of so many names that count on a day, the facility's before the group's. Asked by every booking."""
    from hms.organization.models import Policy

    names = several("name", CharField(), count)
    where: Any = Given("facility", UUIDField()) if by_facility else None
    return Prepared(lambda: Policy.objects.in_force(where, Given("on", DateField())).filter(name__in=names))


def in_words(value: PolicyValue) -> str:
    """A value as people read it: Yes, 24 hours, 21:00."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        if minutes and minutes % 1440 == 0:
            return ngettext("%(count)s day", "%(count)s days", minutes // 1440) % {"count": minutes // 1440}
        if minutes and minutes % 60 == 0:
            return ngettext("%(count)s hour", "%(count)s hours", minutes // 60) % {"count": minutes // 60}
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return str(value)
