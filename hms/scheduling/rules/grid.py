"""A day as a table: rows of some minutes, one column for each practitioner, cells that span rows.

What stands in a column at one time stands in one cell; nothing is hidden behind anything else. Visits come before
closed stretches, and those before free times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hms.scheduling.rules.wall_clock import Span

VISIT, CLOSED, FREE, EMPTY = "visit", "closed", "free", "empty"
_BEFORE = {VISIT: 0, CLOSED: 1, FREE: 2}


@dataclass(frozen=True, slots=True)
class Block:
    """Something that takes a stretch of a column."""

    span: Span
    kind: str
    content: Any = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell `rows` high with everything that begins or lasts in it."""

    rows: int
    kind: str = EMPTY
    blocks: tuple[Block, ...] = ()


def column(blocks: Iterable[Block], window: Span, step: timedelta) -> list[Cell | None]:
    """The cells of one column by row: a cell where one begins, None where one from above reaches."""
    count = -(-window.length // step)
    cells: list[Cell | None] = [Cell(1) for _ in range(count)]
    taken = [False] * count
    for kind in sorted(_BEFORE, key=_BEFORE.__getitem__):
        for first, last, some in _clusters(blocks_of(blocks, kind), window, step):
            for start, end in _stretches(taken, first, last, whole=kind == FREE):
                cells[start] = Cell(end - start, kind, tuple(some))
                for row in range(start + 1, end):
                    cells[row] = None
                for row in range(start, end):
                    taken[row] = True
    return cells


def table(columns: Sequence[Iterable[Block]], window: Span, step: timedelta) -> list[list[Cell | None]]:
    """Rows of cells, ready to be written one after the other."""
    by_column = [column(list(blocks), window, step) for blocks in columns]
    count = -(-window.length // step)
    return [[cells[row] for cells in by_column] for row in range(count)]


def blocks_of(blocks: Iterable[Block], kind: str) -> list[Block]:
    return sorted((block for block in blocks if block.kind == kind), key=lambda block: block.span)


def _clusters(blocks: Iterable[Block], window: Span, step: timedelta) -> Iterable[tuple[int, int, list[Block]]]:
    """(first row, row after the last, blocks) of blocks that share rows, inside the window."""
    found: list[tuple[int, int, list[Block]]] = []
    for block in blocks:
        if not block.span.overlaps(window):
            continue
        first = max(0, (block.span.start - window.start) // step)
        last = min(-(-window.length // step), -((window.start - block.span.end) // step))
        last = max(last, first + 1)
        if found and block.kind != FREE and first < found[-1][1]:
            before = found.pop()
            found.append((before[0], max(before[1], last), [*before[2], block]))
        else:
            found.append((first, last, [block]))
    return found


def _stretches(taken: Sequence[bool], first: int, last: int, *, whole: bool) -> list[tuple[int, int]]:
    """The parts of `[first, last)` not taken yet; of something that must stay whole, all or nothing."""
    if whole:
        return [] if any(taken[first:last]) else [(first, last)]
    found: list[tuple[int, int]] = []
    start: int | None = None
    for row in range(first, last):
        if taken[row]:
            if start is not None:
                found.append((start, row))
            start = None
        elif start is None:
            start = row
    if start is not None:
        found.append((start, last))
    return found
