"""Tables: always a caption, labelled cards on phones, headings that sort.

NB: the roles are written out because a table turned into cards by `display` loses its native ones.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template import Context, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hms.core.templatetags.ui.pieces import NOTHING, icon, trimmed

register = Library()


@register.simple_block_tag
def table(
    content: SafeString, caption: Any, cards: str = "stack", show_caption: bool = False, id: str = ""
) -> SafeString:
    """A table. `cards`: "stack" (labelled cards on phones), "rows" (compact cards), "" (stays a table, scrolls)."""
    kind = {"stack": " hms-table--stack", "rows": " hms-table--stack hms-table--rows"}.get(cards, "")
    html = format_html(
        '<table class="hms-table{}" role="table"{}><caption{}>{}</caption>{}</table>',
        kind,
        format_html(' id="{}"', id) if id else "",
        NOTHING if show_caption else SafeString(' class="visually-hidden"'),
        caption,
        content,
    )
    return html if kind else format_html('<div class="hms-scroll" tabindex="0">{}</div>', html)


@register.simple_block_tag
def head(content: SafeString) -> SafeString:
    """The table's row of headings."""
    return format_html('<thead role="rowgroup"><tr role="row">{}</tr></thead>', trimmed(content))


@register.simple_tag(takes_context=True)
def th(
    context: Context, label: Any, sort: str = "", num: bool = False, hidden: bool = False, css: str = ""
) -> SafeString:
    """A column's heading. `sort` makes it a link that sorts by that name, and back; `hidden` is only heard."""
    words: Any = format_html('<span class="visually-hidden">{}</span>', label) if hidden else label
    state: Any = NOTHING
    request = context.get("request")
    if sort and request is not None:
        now = request.GET.get("sort", "")
        up, down = now == sort, now == f"-{sort}"
        state = format_html(' aria-sort="{}"', "ascending" if up else "descending") if up or down else NOTHING
        words = format_html(
            '<a href="{}">{}{}</a>',
            query_with(request, sort=f"-{sort}" if up else sort, page=None),
            label,
            icon("arrow-up" if up else "arrow-down") if up or down else "",
        )
    classes = " ".join(filter(None, ["num" if num else "", css]))
    return format_html(
        '<th role="columnheader" scope="col"{}{}>{}</th>',
        format_html(' class="{}"', classes) if classes else "",
        state,
        words,
    )


@register.simple_block_tag
def td(content: SafeString, label: Any, css: str = "", num: bool = False) -> SafeString:
    """A cell; `label` names it on a phone's card, `css` places it there."""
    classes = f"{css} num".strip() if num else css
    return format_html(
        '<td role="cell"{} data-label="{}">{}</td>',
        format_html(' class="{}"', classes) if classes else "",
        label,
        trimmed(content),
    )


@register.simple_block_tag
def rowhead(content: SafeString, css: str = "") -> SafeString:
    """The cell that names its row."""
    return format_html(
        '<th role="rowheader" scope="row"{}>{}</th>', format_html(' class="{}"', css) if css else "", trimmed(content)
    )


def query_with(request: HttpRequest, **changes: str | int | None) -> str:
    """The page's query with some parameters changed, or dropped where None: "?q=li&page=2"."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
