"""A QR code as a path for SVG: a page draws it without a picture to load, and paper prints it sharp."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

# The quiet edge that scanners need around the code, in modules (ISO/IEC 18004, 6.3.8).
QUIET = 4


@dataclass(frozen=True, slots=True)
class Qr:
    """The code's outline: `path` within a square of `size` modules."""

    size: int
    path: str


def qr(text: str) -> Qr:
    """The code for a text; a quarter of it may be dirty or creased (error correction Q)."""
    import segno  # only a few pages draw one

    rows = segno.make_qr(text, error="q", boost_error=False).matrix
    pieces = []
    for y, row in enumerate(rows, QUIET):
        x = QUIET
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                pieces.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return Qr(len(rows) + 2 * QUIET, "".join(pieces))
