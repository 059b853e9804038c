"""A day as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hms.scheduling.rules.grid import CLOSED, EMPTY, FREE, VISIT, Block, column, table
from hms.scheduling.rules.wall_clock import Span

EIGHT = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
TEN = 10 * MINUTES
MORNING = Span(EIGHT, EIGHT + timedelta(hours=1))


def block(start: int, end: int, kind: str = VISIT, content: object = None) -> Block:
    return Block(Span(EIGHT + start * MINUTES, EIGHT + end * MINUTES), kind, content)


def drawn(*blocks: Block) -> str:
    """A letter for each row: the kind where a cell begins, a stroke where one from above reaches."""
    letters = {VISIT: "v", CLOSED: "c", FREE: "f", EMPTY: "."}
    return "".join("|" if cell is None else letters[cell.kind] for cell in column(blocks, MORNING, TEN))


def test_a_visit_spans_its_rows():
    assert drawn(block(10, 30)) == ".v|..."


def test_visits_that_touch_have_a_cell_each():
    assert drawn(block(0, 20), block(20, 40)) == "v|v|.."


def test_visits_at_one_time_share_a_cell_and_none_is_hidden():
    cells = column([block(0, 20, content="a"), block(10, 30, content="b")], MORNING, TEN)
    assert cells[0].rows == 3
    assert [one.content for one in cells[0].blocks] == ["a", "b"]


def test_a_visit_inside_a_closed_stretch_is_seen():
    assert drawn(block(0, 60, CLOSED), block(20, 30)) == "c|vc||"


def test_a_free_time_is_shown_whole_or_not_at_all():
    assert drawn(block(0, 20, FREE), block(20, 40, FREE), block(30, 40)) == "f|.v.."


def test_visits_that_begin_between_the_rows_take_both():
    assert drawn(block(5, 15)) == "v|...."


def test_what_lies_outside_the_window_is_cut():
    assert drawn(block(-30, 10), block(50, 90), block(90, 99)) == "v....v"


def test_a_table_has_a_cell_for_each_column_in_each_row():
    rows = table([[block(0, 60)], []], MORNING, TEN)
    assert [len(row) for row in rows] == [2] * 6


@given(
    st.lists(st.tuples(st.integers(-30, 80), st.integers(1, 60), st.sampled_from([VISIT, CLOSED, FREE])), max_size=8)
)
def test_the_cells_of_a_column_fill_it_exactly_and_show_every_visit(raw):
    blocks = [block(start, start + long, kind, number) for number, (start, long, kind) in enumerate(raw)]
    cells = column(blocks, MORNING, TEN)
    row = 0
    while row < len(cells):
        cell = cells[row]
        assert cell is not None
        assert all(below is None for below in cells[row + 1 : row + cell.rows])
        row += cell.rows
    assert row == len(cells)
    shown = {one.content for cell in cells if cell is not None for one in cell.blocks}
    assert {one.content for one in blocks if one.kind == VISIT and one.span.overlaps(MORNING)} <= shown
