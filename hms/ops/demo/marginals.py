"""What the demo hospital looks like in figures: aimed at, and measured.

`docs/demo.md` publishes the table, a test holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from hms.clinical.models import Condition
from hms.core import clock
from hms.organization.models import Department, Facility, PractitionerRole
from hms.patients.models import AllergyIntolerance, AllergyStatus, Patient, PatientName, RelatedPerson
from hms.scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Marginal:
    """One figure: what it is, the range it lies in, and how it is measured. Shares are of 1."""

    name: str
    low: float
    high: float
    measure: Callable[[], float]

    def line(self) -> tuple[str, str, str, bool]:
        value = self.measure()
        shown = f"{value:.0f}" if self.high > 1 else f"{value:.1%}"
        wanted = f"{self.low:.0f} to {self.high:.0f}" if self.high > 1 else f"{self.low:.0%} to {self.high:.0%}"
        return self.name, wanted, shown, self.low <= value <= self.high


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _patients(*conditions: Q) -> float:
    return _share(Patient.objects.filter(*conditions).count(), Patient.objects.count())


def _aged(low: int, high: int) -> float:
    today = clock.today("UTC")
    return _patients(
        Q(birth_high__gt=today.replace(year=today.year - high, day=min(today.day, 28))),
        Q(birth_high__lte=today.replace(year=today.year - low, day=min(today.day, 28))),
    )


def _no_shows() -> float:
    due = Appointment.objects.filter(end_at__lt=clock.now(), status__in=["noshow", "fulfilled"])
    return _share(due.filter(status="noshow").count(), due.count())


MARGINALS = [
    Marginal("Facilities", 2, 2, lambda: Facility.objects.count()),
    Marginal("Departments", 12, 12, lambda: Department.objects.count()),
    Marginal(
        "Practitioners with hours", 40, 40, lambda: PractitionerRole.objects.filter(schedules__isnull=False).count()
    ),
    Marginal("Younger than 18", 0.14, 0.27, lambda: _aged(0, 18)),
    Marginal("18 to 39", 0.19, 0.34, lambda: _aged(18, 40)),
    Marginal("40 to 64", 0.24, 0.39, lambda: _aged(40, 65)),
    Marginal("65 and older", 0.15, 0.31, lambda: _aged(65, 120)),
    Marginal("Women and girls", 0.42, 0.58, lambda: _patients(Q(gender="female"))),
    Marginal(
        "With a condition",
        0.60,
        0.95,
        lambda: _share(Condition.objects.values("patient").distinct().count(), Patient.objects.count()),
    ),
    Marginal(
        "Children with a guardian, of all patients",
        0.07,
        0.14,
        lambda: _share(
            RelatedPerson.objects.filter(kind="guardian").values("patient").distinct().count(), Patient.objects.count()
        ),
    ),
    Marginal("Deceased", 0.015, 0.05, lambda: _patients(Q(deceased=True))),
    Marginal(
        "With one name only",
        0.03,
        0.07,
        lambda: _share(
            PatientName.objects.filter(Q(family="") | Q(given=""), use="official").count(), Patient.objects.count()
        ),
    ),
    Marginal(
        "With an allergy",
        0.15,
        0.30,
        lambda: _share(AllergyIntolerance.objects.values("patient").distinct().count(), Patient.objects.count()),
    ),
    Marginal(
        "Asked, and no allergies known",
        0.45,
        0.65,
        lambda: _share(AllergyStatus.objects.values("patient").distinct().count(), Patient.objects.count()),
    ),
    Marginal("Did not come, of visits due", 0.15, 0.25, _no_shows),
    Marginal(
        "Weeks of appointments",
        5,
        6,
        lambda: (
            (Appointment.objects.latest("start_at").start_at - Appointment.objects.earliest("start_at").start_at).days
            / 7
        ),
    ),
]


def table() -> list[tuple[str, str, str, bool]]:
    """Each figure: its name, what is aimed at, what was found, whether it fits."""
    return [marginal.line() for marginal in MARGINALS]
