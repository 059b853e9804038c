"""How likely it is that somebody does not come: a small sum whose every term can be read.

A help for the desk, to telephone or to remind; never a refusal, never a price, never shown to the patient. Only what
was between the hospital and the patient counts: missed visits, short-notice cancellations, and how far ahead the visit
was booked. Nothing about who somebody is: no age, sex, language, insurance or address.

The missed share is drawn towards the usual one while few visits are known. Source of the two strongest signs: Dantas et
al., No-shows in appointment scheduling – a systematic literature review, Health Policy 122(4), 2018: earlier no-shows,
and lead time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# What is usual, and how many visits it weighs.
USUAL, WEIGHT = 0.15, 4
# Booked further ahead than this.
FAR_AHEAD, VERY_FAR_AHEAD = timedelta(days=14), timedelta(days=42)
FAR_ADDS, VERY_FAR_ADDS, FIRST_ADDS, LATE_ADDS = 0.05, 0.10, 0.03, 0.05
# From here on staff is told.
TOLD_FROM = 0.3


class Sign(StrEnum):
    """What speaks for it."""

    MISSED = "missed"
    CANCELLED_LATE = "cancelled-late"
    FAR_AHEAD = "far-ahead"


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of somebody's earlier visits, at this hospital."""

    kept: int = 0
    missed: int = 0
    cancelled_late: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.missed


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The score, between 0 and 1, and the signs it rests on, the strongest first."""

    score: float
    signs: tuple[Sign, ...]
    past: Past
    lead: timedelta

    @property
    def told(self) -> bool:
        """Whether it is worth a call. Never without a sign that can be named."""
        return self.score >= TOLD_FROM and bool(self.signs)


def likelihood(past: Past, lead: timedelta) -> Likelihood:
    """How likely a visit is missed that was booked so long ahead."""
    score = (past.missed + USUAL * WEIGHT) / (past.due + WEIGHT)
    signs = [Sign.MISSED] if past.missed else []
    if past.cancelled_late:
        score += LATE_ADDS
        signs.append(Sign.CANCELLED_LATE)
    if lead >= FAR_AHEAD:
        score += VERY_FAR_ADDS if lead >= VERY_FAR_AHEAD else FAR_ADDS
        signs.append(Sign.FAR_AHEAD)
    if not past.due:
        score += FIRST_ADDS
    return Likelihood(min(score, 1.0), tuple(signs), past, lead)
