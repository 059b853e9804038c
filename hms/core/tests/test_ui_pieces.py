"""Components escape what they are given, pass what other components made, and write neither style nor script."""

import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from hms.core import charts, style_guide
from hms.core.frame import Choice
from hms.core.style_guide import line_chart, two_lines
from hms.core.templatetags import ui

HOSTILE = "<img src=x onerror=alert(1)>\"'"
TEMPLATES = Path(ui.__file__).parents[2] / "templates"
STATIC = Path(ui.__file__).parents[2] / "static" / "hms"


class Reader(HTMLParser):
    """What a browser makes of it: its tags, and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def parsed(html: str) -> tuple[list[str], list[str]]:
    reader = Reader()
    reader.feed(html)
    return reader.tags, reader.attributes


def rendered(source: str, path: str = "/list/", **context: object) -> str:
    request = RequestFactory().get(path)
    return Template(source).render(Context({"request": request, "x": HOSTILE, **context}))


@pytest.mark.parametrize(
    "source",
    [
        "{% pill x 'bell' 'ok' %}",
        "{% flag x 'warn' %}",
        "{% disc x 3 %}",
        "{% person x 3 detail=x url=x %}",
        "{% count 3 words=x %}",
        "{% key x %}",
        "{% seg items label=x %}",
        "{% tabs items label=x %}",
        "{% steps x x current=1 %}",
        "{% progress 1 2 label=x note=x %}",
        "{% skeleton words=x %}",
        "{% help about=x %}{{ x }}{% endhelp %}",
        "{% page_head x line=x back=x back_label=x %}{{ x }}{% endpage_head %}",
        "{% panel x note=x url=x link=x id=x %}{{ x }}{% endpanel %}",
        "{% panel_foot %}{{ x }}{% endpanel_foot %}",
        "{% alert 'warn' title=x %}{{ x }}{% endalert %}",
        "{% interrupt x note=x %}{{ x }}{% endinterrupt %}",
        "{% empty_state x %}{{ x }}{% endempty_state %}",
        "{% confirm action=x button=x cancel=x %}{{ x }}{% endconfirm %}",
        "{% menu x icon='list' hide_label=True %}<li>{{ x }}</li>{% endmenu %}",
        "{% table x %}{% head %}{% th x sort='name' %}{% endhead %}{% endtable %}",
        "{% td x x %}{{ x }}{% endtd %}{% rowhead x %}{{ x }}{% endrowhead %}",
        "{% stat x x unit=x url=x note=x %}",
        "{% spark numbers label=x %}",
        "{% fieldset x hint=x %}{{ x }}{% endfieldset %}",
        "{% draft_state x %}",
        "{% value x x %}",
    ],
)
def test_what_people_typed_is_never_html(source: str) -> None:
    html = rendered(source, items=[Choice(HOSTILE, HOSTILE, True, "bell", 2)], numbers=[1, 2])
    tags, attributes = parsed(html)
    assert "img" not in tags
    assert not any(name.startswith("on") for name in attributes)


def test_what_a_component_made_passes_into_another() -> None:
    html = rendered("{% panel 'Today' %}{% alert 'ok' %}{% pill 'Here' %}{% endalert %}{% endpanel %}")
    assert '<span class="hms-pill">Here</span>' in html
    assert "&lt;" not in html


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_style_guide_writes_no_style_no_script_and_no_handler(rf: RequestFactory, language: str) -> None:
    with translation.override(language):
        context = style_guide.context_of(rf.get("/_style/"))
        html = get_template("ui/style_guide.html").render(context)
    tags, attributes = parsed(html)
    assert "style" not in tags + attributes
    assert not any(re.match(r"on|hx-on", name) for name in attributes)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    # Safe HTML that was escaped by mistake shows as tags.
    assert "&lt;" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_no_template_of_the_look_knows_a_url_name() -> None:
    for path in TEMPLATES.rglob("*.html"):
        assert "{% url" not in path.read_text(), path


def test_no_script_of_ours_evaluates_or_writes_html() -> None:
    forbidden = re.compile(
        r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|['\"]style['\"]"
    )
    for path in STATIC.glob("*.js"):
        assert not forbidden.search(path.read_text()), path


def test_an_icon_is_decoration_and_comes_from_the_sprite() -> None:
    html = rendered("{% icon 'arrow-left' flip=True %}")
    assert re.fullmatch(r'<svg class="bi bi--dir" aria-hidden="true"><use href="[^"]+#arrow-left"/></svg>', html)


def test_a_count_of_none_is_not_shown() -> None:
    assert rendered("{% count 0 %}{% count none %}", none=None) == ""


def test_keys_one_after_the_other_are_told_apart_from_keys_together() -> None:
    assert rendered("{% key 'Ctrl+Enter' %}").count("<kbd") == 2
    assert " then " in rendered("{% key 'G D' %}")


def test_a_persons_colour_follows_from_the_id_alone() -> None:
    assert "hms-disc--3" in rendered("{% disc 'Anybody' 11 %}")


def test_an_alert_of_unknown_weight_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        rendered("{% alert 'red' %}{% endalert %}")


def test_a_heading_sorts_and_turns_and_keeps_the_query() -> None:
    source = "{% th 'Name' sort='name' %}"
    assert 'href="?q=li&amp;sort=name"' in rendered(source, "/list/?q=li&page=3")
    html = rendered(source, "/list/?q=li&sort=name")
    assert 'aria-sort="ascending"' in html
    assert "sort=-name" in html
    assert 'aria-sort="descending"' in rendered(source, "/list/?sort=-name")


def test_pages_say_which_part_is_seen_and_keep_the_query() -> None:
    html = rendered("{% pagination page %}", "/list/?q=li", page=Paginator(range(312), 25).page(2))
    assert "26" in html
    assert "312" in html
    assert "?q=li&amp;page=3" in html
    assert 'aria-current="page"' in html


def test_a_table_has_a_caption_and_says_its_roles() -> None:
    html = rendered("{% table 'Visits' cards='rows' %}{% head %}{% th 'Time' %}{% endhead %}{% endtable %}")
    assert '<caption class="visually-hidden">Visits</caption>' in html
    assert 'role="table"' in html
    assert "hms-table--rows" in html


def test_a_stat_opens_the_list_it_counts() -> None:
    html = rendered("{% stat 'Still expected' 41 url='/list/' %}")
    assert '<a class="hms-stat__link" href="/list/">Still expected</a>' in html


class TestCharts:
    def test_time_is_spaced_by_time(self) -> None:
        drawing = charts.draw(line_chart(), charts.WIDE)
        xs = [x for x, _, _ in drawing.lines[0].dots]
        assert xs[0] == charts.WIDE.left
        assert xs[-1] == drawing.right
        assert xs[2] - xs[1] != pytest.approx(xs[1] - xs[0], abs=1)

    def test_the_axis_has_round_numbers_around_everything(self) -> None:
        assert charts.nice_ticks([4.7, 6.4, 3.5, 5.1]) == [3, 4, 5, 6, 7]
        assert charts.nice_ticks([5, 5])[0] < 5
        assert charts.nice_ticks([]) == [0, 1]

    def test_an_axis_begins_at_nought_where_that_is_asked(self) -> None:
        series = [charts.Series("one", [("a", 17.7), ("b", 18.1)])]
        for from_zero, lowest in ((False, "17.6"), (True, "0")):
            chart = charts.LineChart("t", "%", "s", series, from_zero=from_zero)
            assert charts.draw(chart, charts.WIDE).y_labels[0].text == lowest

    def test_labels_at_the_ends_do_not_cover_each_other(self) -> None:
        same = [("a", 1.0), ("b", 2.0)]
        chart = charts.LineChart("t", "", "s", [charts.Series("one", same), charts.Series("two", same)])
        first, second = (line.label.y for line in charts.draw(chart, charts.WIDE).lines)
        assert abs(first - second) >= 15

    def test_more_than_three_lines_are_refused(self) -> None:
        with pytest.raises(ValueError, match="three lines"):
            charts.LineChart("t", "", "s", [charts.Series(str(n), []) for n in range(4)])

    def test_a_chart_says_its_finding_its_alternative_and_its_numbers(self) -> None:
        html = rendered("{% line_chart chart %}", chart=two_lines())
        assert "No-shows fell" in html
        assert html.count('role="img" aria-label="Clinic 2 fell') == 3
        assert "<summary>Show as table</summary>" in html
        assert '<td role="cell" class="num">10.4</td>' in html

    def test_coordinates_and_clinical_numbers_keep_their_point_in_every_language(self) -> None:
        with translation.override("de"):
            html = rendered(
                "{% line_chart chart %}{% spark numbers low=3.5 high=5.1 %}", chart=line_chart(), numbers=[4.7, 5.2]
            )
        assert not re.search(r'\s(x|y|cx|cy|x1|y1|width|height)="\d+,\d', html)
        assert ">6.4<" in html

    def test_decimals_of_the_database_are_drawn_as_they_are(self) -> None:
        values = [Decimal("4.70"), Decimal("6.4")]
        days = [dt.date(2026, 3, 12), dt.date(2026, 11, 23)]
        chart = charts.LineChart(
            "t",
            "mmol/L",
            "s",
            [charts.Series("K", list(zip(days, values, strict=True)))],
            band=(Decimal("3.5"), Decimal("5.1")),
            digits=1,
        )
        bars = charts.BarChart("t", "%", "s", [charts.Bar("a", Decimal("4.2"))], goal=Decimal(8), digits=1)
        html = rendered(
            "{% line_chart chart %}{% bar_chart bars %}{% spark values low=low %}",
            chart=chart,
            bars=bars,
            values=values,
            low=Decimal("3.5"),
        )
        assert html.count("<svg") == 5

    def test_an_empty_series_draws_an_empty_chart(self) -> None:
        chart = charts.LineChart("t", "", "s", [charts.Series("one", [])])
        assert charts.draw(chart, charts.PHONE).lines == []
        assert rendered("{% spark numbers %}", numbers=[]) == ""
