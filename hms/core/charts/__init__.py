"""Where the lines, bars and labels of a chart go: geometry as data, drawn as SVG by templates.

A chart says its finding in the title, carries a text alternative and the numbers as a table, tells its lines apart by
dash and label as well as colour, and uses red only for a value that is dangerous. Refuses more than three lines.
"""

from hms.core.charts.bars import Bar, BarChart, BarDrawing, draw_bars
from hms.core.charts.lines import MIDDLE, PHONE, SIZES, WIDE, Drawing, LineChart, Series, draw
from hms.core.charts.scale import nice_ticks, number
from hms.core.charts.sparks import Spark, spark

__all__ = [
    "MIDDLE",
    "PHONE",
    "SIZES",
    "WIDE",
    "Bar",
    "BarChart",
    "BarDrawing",
    "Drawing",
    "LineChart",
    "Series",
    "Spark",
    "draw",
    "draw_bars",
    "nice_ticks",
    "number",
    "spark",
]
