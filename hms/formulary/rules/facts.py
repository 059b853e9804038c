"""What the rules know about a person and about the medicine to be given.

Amounts are Decimals. Ages are ranges, because a birth date may be known to the year only; a rule looks at
the end of the range that is more dangerous.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

DAYS_A_YEAR = Decimal("365.25")


@dataclass(frozen=True, slots=True)
class Amount:
    """How much: "mg" (all masses are mg here), "mL", "[iU]", "mmol" or a counted form such as "{tablet}"."""

    value: Decimal
    unit: str

    def times(self, factor: Decimal | int) -> Amount:
        return Amount(self.value * factor, self.unit)


@dataclass(frozen=True, slots=True)
class Part:
    """One ingredient of a medicine, and how much of it one counted unit (tablet, mL, puff) holds."""

    ingredient: str
    strength: Amount | None = None


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine as the rules see it.

    `unit` is the counted form one strength refers to ("{tablet}", "mL"). A drug that came with an import
    and could not be told keeps its name and has no parts: `known` is False, and the rules say so.
    """

    name: str
    atc: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    unit: str = ""
    systemic: bool = True

    @property
    def known(self) -> bool:
        return bool(self.atc or self.parts)

    @property
    def ingredients(self) -> frozenset[str]:
        return frozenset(part.ingredient for part in self.parts)


@dataclass(frozen=True, slots=True)
class Order:
    """A medicine about to be signed. `key` finds its row again; `replaces` names medicines it takes the place of."""

    key: str
    drug: Drug
    route: str = "oral"
    dose: Amount | None = None
    # The most doses in 24 h, and the least time between two: what the timing allows, as needed or not.
    doses_a_day: Decimal | None = None
    hours_between: Decimal | None = None
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InUse:
    """A medicine the person takes, or took until lately."""

    key: str
    drug: Drug
    source: str = "home"  # "home", "inpatient", "stopped"
    stopped_on: date | None = None
    dose: Amount | None = None
    doses_a_day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Allergy:
    """One entry of the allergy list that still counts: refuted and mistaken ones never come here.

    `groups` and `ingredients` say what it is to; both empty means the entry is words only.
    """

    key: str
    text: str
    ingredients: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    intolerance: bool = False
    severe: bool = False  # anaphylaxis, angio-oedema, severe skin reaction, or criticality high
    active: bool = True
    about_medicine: bool = True  # False for food and environment
    reaction: str = ""


@dataclass(frozen=True, slots=True)
class Allergies:
    """`status` is "none-known", "unknown" or "list" (domain rule 30: unknown is not none)."""

    status: str = "unknown"
    entries: tuple[Allergy, ...] = ()


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Youngest and oldest possible age in days."""

    youngest: int
    oldest: int

    @property
    def youngest_years(self) -> Decimal:
        return Decimal(self.youngest) / DAYS_A_YEAR

    @property
    def oldest_years(self) -> Decimal:
        return Decimal(self.oldest) / DAYS_A_YEAR

    @classmethod
    def born(cls, earliest: date, latest: date, today: date) -> AgeRange:
        """The age of somebody born between two dates."""
        return cls(max((today - latest).days, 0), max((today - earliest).days, 0))


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and the day it was measured: weight in kg, creatinine in µmol/L, eGFR in mL/min/1.73 m²."""

    value: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """`pregnant` and `breast_feeding` are None where nobody recorded it. `week` is the completed week."""

    pregnant: bool | None = None
    week: int | None = None
    breast_feeding: bool | None = None


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """All the rules may ask about a person, on one day."""

    today: date
    age: AgeRange | None = None
    sex: str = "unknown"  # FHIR administrative-gender, for clinical use
    weight: Measured | None = None
    creatinine: Measured | None = None
    egfr: Measured | None = None
    pregnancy: Pregnancy = field(default_factory=Pregnancy)
    allergies: Allergies = field(default_factory=Allergies)
    medicines: tuple[InUse, ...] = ()
