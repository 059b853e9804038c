"""How long somebody waits after so many tries that failed.

A slow-down, not a lock-out: the wait grows and ends by itself, so nobody can shut a colleague out for
long, and the real person's own devices are counted apart (see throttle.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlowDown:
    """So many tries are free, then `first` seconds, doubling up to `longest`; forgotten after quiet hours."""

    free: int
    first: int
    longest: int
    forget_after: dt.timedelta

    def wait_after(self, tries: int) -> dt.timedelta:
        """The wait before the next try, after this many that failed or are still running."""
        over = tries - self.free
        if over < 0:
            return dt.timedelta(0)
        # 2**20 seconds is beyond any `longest`; the bound keeps the power small.
        return dt.timedelta(seconds=min(self.first * 2 ** min(over, 20), self.longest))

    def tries_left(self, tries: int) -> int:
        """How many more may fail before somebody has to wait."""
        return max(self.free - tries, 0)
