"""Tables for spreadsheet programs: CSV as RFC 4180 has it.

Cells that a program would take for a formula are made text (OWASP, CSV Injection): labels come from people and
machines we do not know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """The rows under a heading. Begins with a byte order mark, or Excel takes UTF-8 for something else."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(head) for head in heads])
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def _cell(cell: Any) -> Any:
    """A number stays one, whatever its sign; nothing is an empty cell."""
    if cell is None or isinstance(cell, int | float):
        return "" if cell is None else cell
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
