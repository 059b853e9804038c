"""The blocks a page is made of: head, panel, alert, interrupt, empty state, confirmation, menu."""

from __future__ import annotations

from typing import Any, Final

from django.template import Context, Library, TemplateSyntaxError
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from hms.core.templatetags.ui.pieces import NOTHING, trimmed
from hms.core.templatetags.ui.pieces import count as bubble
from hms.core.templatetags.ui.pieces import icon as draw

register = Library()

# Weight decides the form: ok and info are notes, warn asks to be looked at, error says no, crit is danger to a patient.
_ALERTS: Final = {
    "ok": "check-circle-fill",
    "info": "info-circle-fill",
    "warn": "exclamation-triangle-fill",
    "error": "x-octagon-fill",
    "crit": "exclamation-octagon-fill",
}


@register.simple_block_tag
def page_head(content: SafeString, title: Any, line: Any = "", back: str = "", back_label: Any = "") -> SafeString:
    """The page's only h1, one line of context, and its actions; `back` is the address of the page above."""
    up = NOTHING
    if back:
        up = format_html(
            '<a class="hms-back" href="{}">{}{}</a>', back, draw("arrow-left", True), back_label or gettext("Back")
        )
    return format_html(
        '<div class="hms-page-head"><div>{}<h1>{}</h1>{}</div>{}</div>',
        up,
        title,
        format_html("<p>{}</p>", line) if line else "",
        format_html('<div class="hms-actions">{}</div>', trimmed(content)) if trimmed(content) else "",
    )


@register.simple_block_tag
def panel(
    content: SafeString,
    title: Any,
    count: int | None = None,
    note: Any = "",
    url: str = "",
    link: Any = "",
    level: int = 2,
    id: str = "",
    pad: bool = False,
    urgent: bool = False,
) -> SafeString:
    """A thing of its own: title, count, note, one link. Edge to edge for lists and tables, padded with `pad=True`."""
    head = format_html(
        '<div class="hms-panel__head"><h{} class="h3">{}</h{}>{}{}{}</div>',
        level,
        title,
        level,
        bubble(count, urgent=urgent),
        format_html('<span class="text-3">{}</span>', note) if note else "",
        format_html('<a href="{}">{}</a>', url, link) if url else "",
    )
    return format_html(
        '<section class="hms-panel"{}>{}{}</section>',
        format_html(' id="{}"', id) if id else "",
        head,
        format_html('<div class="hms-panel__body">{}</div>', content) if pad else content,
    )


@register.simple_block_tag
def panel_foot(content: SafeString) -> SafeString:
    """The last line of a panel."""
    return format_html('<div class="hms-panel__foot">{}</div>', content)


@register.simple_block_tag
def alert(content: SafeString, tone: str = "info", title: Any = "", icon: str = "", live: bool = False) -> SafeString:
    """A note in the page, by weight: ok, info, warn, error, crit. `live` reads it out when it is swapped in."""
    if tone not in _ALERTS:
        raise TemplateSyntaxError(f"An alert is one of {', '.join(_ALERTS)}, not {tone!r}.")
    return format_html(
        '<div class="hms-alert hms-alert--{}"{}>{}{}<div>{}</div></div>',
        tone,
        SafeString(' role="alert"') if live else "",
        draw(icon or _ALERTS[tone]),
        format_html('<p class="hms-alert__title">{}</p>', title) if title else "",
        trimmed(content),
    )


@register.simple_block_tag
def interrupt(content: SafeString, title: Any, level: int = 3, note: Any = "") -> SafeString:
    """What must be decided before signing. Stands in the page at the thing it is about; never a modal."""
    return format_html(
        '<section class="hms-interrupt"><div class="hms-interrupt__head">{}<h{} class="h3">{}</h{}>{}'
        '</div><div class="hms-interrupt__body">{}</div></section>',
        draw("exclamation-octagon-fill"),
        level,
        title,
        level,
        format_html("<span>{}</span>", note) if note else "",
        content,
    )


@register.simple_block_tag
def empty_state(content: SafeString, title: Any, icon: str = "inbox", level: int = 3) -> SafeString:
    """Nothing here: says why, and what to do next."""
    return format_html(
        '<div class="hms-empty">{}<h{} class="h3">{}</h{}>{}</div>',
        draw(icon),
        level,
        title,
        level,
        trimmed(content),
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: SafeString,
    action: str,
    button: Any,
    cancel: str,
    record: Any = None,
    destructive: bool = True,
) -> SafeString:
    """Asks before a deed that can't be taken back; `button` names the deed and the thing."""
    html = get_template("ui/confirm.html").render(
        {
            "content": content,
            "action": action,
            "button": button,
            "cancel": cancel,
            "record": record,
            "destructive": destructive,
            # NB: handed on, not rendered "with the request": that would run every context processor once more.
            "request": context.get("request"),
            "csrf_token": context.get("csrf_token"),
        }
    )
    return SafeString(html)


@register.simple_block_tag
def menu(
    content: SafeString, label: Any, hide_label: bool = False, button: str = "btn-quiet", icon: str = ""
) -> SafeString:
    """A small menu of links and buttons (`<li>`s) under a button. Opens without JavaScript."""
    words = format_html('<span class="visually-hidden">{}</span>', label) if hide_label else label
    return format_html(
        '<details class="hms-more"><summary class="btn btn-sm {}">{}{}</summary>'
        '<ul class="hms-more__list">{}</ul></details>',
        button,
        draw(icon or ("three-dots" if hide_label else "")),
        words,
        content,
    )
