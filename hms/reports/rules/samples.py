"""Shares and middles of what was counted, and when there is too little to say anything.

Under ten, one visit more or less moves a share by ten points and more: no figure is given then (the threshold is the
house's own; hospital statistics commonly leave out rates that rest on fewer than ten to thirty cases).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 10


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`. `enough`: how large the whole must be for a percentage."""

    part: int = 0
    whole: int = 0
    enough: int = ENOUGH

    @property
    def percent(self) -> float | None:
        """To one decimal place; None where there is too little to tell."""
        return round(100 * self.part / self.whole, 1) if self.whole >= max(self.enough, 1) else None


@dataclass(frozen=True, slots=True)
class Sample:
    """Whole numbers (days, minutes), each with how often it was seen."""

    counts: Mapping[int, int]

    @property
    def size(self) -> int:
        return sum(self.counts.values())

    @property
    def median(self) -> float | None:
        """The middle one, or the mean of the middle two; None where there is too little to tell."""
        if self.size < ENOUGH:
            return None
        return (self._at((self.size + 1) // 2) + self._at(self.size // 2 + 1)) / 2

    @property
    def ninetieth(self) -> int | None:
        """The smallest value that nine in ten don't exceed (nearest rank); None where there is too little to tell."""
        return self._at(-(-self.size * 9 // 10)) if self.size >= ENOUGH else None

    def _at(self, rank: int) -> int:
        """The value at a place of the sorted row, counted from one."""
        seen = 0
        for value in sorted(self.counts):
            seen += self.counts[value]
            if seen >= rank:
                return value
        raise ValueError("There are not so many.")
