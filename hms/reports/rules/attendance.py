"""What a visit whose day is over says about coming and not coming.

Source: NHS England, "Did not attend" (NHS Data Dictionary, attended or did not attend): the rate is of those who came
and those who were expected and did not; what was called off before, by whomever, is in neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from hms.reports.rules.samples import Share
from hms.scheduling.codes import AppointmentStatus as Status

CAME = frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED})


@dataclass(slots=True)
class Attendance:
    """How many visits came to which end. `late` is part of `called_off`, which counts those by the patient."""

    came: int = 0
    absent: int = 0
    # Neither came nor did not come: nobody wrote down what became of them.
    unclosed: int = 0
    called_off: int = 0
    late: int = 0
    by_hospital: int = 0

    def add(self, status: str, number: int, *, by_hospital: bool = False, late: bool = False) -> None:
        """Count visits of one kind. What was never promised (held, proposed, entered in error) counts nowhere."""
        if status in CAME:
            self.came += number
        elif status == Status.NOSHOW:
            self.absent += number
        elif status == Status.BOOKED:
            self.unclosed += number
        elif status == Status.CANCELLED and by_hospital:
            self.by_hospital += number
        elif status == Status.CANCELLED:
            self.called_off += number
            self.late += number if late else 0

    @property
    def rate(self) -> Share:
        return Share(self.absent, self.came + self.absent)
