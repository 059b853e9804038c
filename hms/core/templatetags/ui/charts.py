"""Numbers and pictures: the stat that opens its list, sparkline, line and bar chart. SVG made here, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hms.core import charts
from hms.core.templatetags.ui.pieces import NOTHING

register = Library()


@register.simple_tag
def stat(
    label: Any,
    number: Any,
    unit: Any = "",
    url: str = "",
    note: Any = "",
    tone: str = "",
    trend: Sequence[float] = (),
    low: float | None = None,
    high: float | None = None,
) -> SafeString:
    """A number with its name, in a `<dl class="hms-stats">`; `url` is the list it counts. A nought has no `tone`."""
    picture = spark(trend, low, high) if trend else NOTHING
    return format_html(
        '<div class="hms-stat{}{}"><dt class="hms-stat__label">{}</dt>'
        '<dd class="hms-stat__value"><span class="hms-v">{}</span>{}</dd>{}{}</div>',
        " hms-stat--link" if url else "",
        f" hms-stat--{tone}" if tone and number else "",
        format_html('<a class="hms-stat__link" href="{}">{}</a>', url, label) if url else label,
        number,
        format_html(" <small>{}</small>", unit) if unit else "",
        format_html('<dd class="hms-stat__trend">{}</dd>', picture) if picture else "",
        format_html('<dd class="hms-stat__note">{}</dd>', note) if note else "",
    )


@register.simple_tag(name="spark")
def spark_tag(
    numbers: Iterable[float],
    low: float | None = None,
    high: float | None = None,
    label: Any = "",
    tone: str = "",
    wide: bool = False,
) -> SafeString:
    """A row of numbers as a small line, with its reference band; `label` says in words what it shows."""
    return spark(list(numbers), low, high, label, tone, wide)


def spark(
    numbers: Sequence[float],
    low: float | None = None,
    high: float | None = None,
    label: Any = "",
    tone: str = "",
    wide: bool = False,
) -> SafeString:
    drawing = charts.spark(numbers, low, high)
    if drawing is None:
        return NOTHING
    band: Any = NOTHING
    if drawing.band:
        band = format_html('<rect class="band" x="0" y="{}" width="96" height="{}" rx="2"/>', *_dots(drawing.band))
    return format_html(
        '<svg class="hms-spark{}" viewBox="0 0 96 24" {}>{}<polyline class="line" points="{}"/>'
        '<circle class="dot{}" cx="{}" cy="{}" r="2.75"/></svg>',
        " hms-spark--wide" if wide else "",
        format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"'),
        band,
        drawing.path,
        f" dot--{tone}" if tone else "",
        *_dots(drawing.last),
    )


def _dots(pair: tuple[float, float]) -> tuple[str, str]:
    """Coordinates as SVG reads them, whatever the language writes for a decimal point."""
    return str(pair[0]), str(pair[1])


@register.inclusion_tag("ui/line_chart.html")
def line_chart(chart: charts.LineChart) -> dict[str, Any]:
    """A line chart, drawn at three sizes, with its finding, text alternative and table."""
    rows: dict[Any, list[str]] = {}
    for position, series in enumerate(chart.series):
        for x, number in series.points:
            rows.setdefault(x, [""] * len(chart.series))[position] = charts.number(number, chart.digits)
    return {
        "chart": chart,
        "drawings": [charts.draw(chart, size) for size in charts.SIZES],
        "rows": rows.items(),
    }


@register.inclusion_tag("ui/bar_chart.html")
def bar_chart(chart: charts.BarChart) -> dict[str, Any]:
    """A bar chart with its finding, text alternative and table."""
    return {"chart": chart, "drawing": charts.draw_bars(chart)}
