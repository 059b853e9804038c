"""The small pieces: icon, pill, disc, count, key, flag, switch, tabs, steps, progress, skeleton, help."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from hms.core import values
from hms.core.frame import Choice

register = Library()
NOTHING = SafeString("")


def trimmed(content: SafeString) -> SafeString:
    """What stands between a block's tags, without the white space. NB: `strip` alone would make it unsafe text."""
    return SafeString(content.strip())


@register.simple_tag(name="icon")
def icon_tag(name: str, flip: bool = False) -> SafeString:
    """An icon as decoration beside a word; `flip` for one that points, so that it turns in right-to-left."""
    return icon(name, flip)


@lru_cache(maxsize=1024)
def icon(name: str, flip: bool = False) -> SafeString:
    """The icon's SVG. Kept, since a page writes the same few dozens of times."""
    if not name:
        return NOTHING
    return format_html(
        '<svg class="bi{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " bi--dir" if flip else "",
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def pill(words: Any, icon_name: str = "", tone: str = "") -> SafeString:
    """A status: word, icon and colour, in this order of importance."""
    return format_html(
        '<span class="hms-pill{}">{}{}</span>', f" hms-pill--{tone}" if tone else "", icon(icon_name), words
    )


@register.simple_tag
def flag(words: Any, tone: str = "", icon_name: str = "") -> SafeString:
    """The flag of a result: High, Low, Critical."""
    space = " " if icon_name else ""
    return format_html(
        '<span class="hms-flag{}">{}{}{}</span>', f" hms-flag--{tone}" if tone else "", icon(icon_name), space, words
    )


@register.simple_tag(name="disc")
def disc_tag(label: Any, id: Any = None, size: str = "") -> SafeString:
    """A person's initials in the colour of their id; decoration beside the name."""
    return disc(label, id, size)


def disc(label: Any, id: Any = None, size: str = "") -> SafeString:
    return format_html(
        '<span class="hms-disc hms-disc--{}{}" aria-hidden="true">{}</span>',
        values.hue(id),
        f" hms-disc--{size}" if size else "",
        values.initials(str(label)),
    )


@register.simple_tag
def person(label: Any, id: Any = None, detail: Any = "", url: str = "", size: str = "") -> SafeString:
    """Disc, name (a link where there is an address) and a second line."""
    name = format_html('<a href="{}">{}</a>', url, label) if url else label
    return format_html(
        '<span class="hms-person">{}<span class="hms-row__main"><span class="hms-row__title">{}</span>{}</span></span>',
        disc(label, id, size),
        name,
        format_html('<span class="hms-row__sub">{}</span>', detail) if detail else "",
    )


@register.simple_tag(name="count")
def count_tag(number: int | None, words: Any = "", urgent: bool = False) -> SafeString:
    """A number in a bubble, with `words` for those who hear it; nothing for none."""
    return count(number, words, urgent)


def count(number: int | None, words: Any = "", urgent: bool = False) -> SafeString:
    if not number:
        return NOTHING
    return format_html(
        '<span class="hms-count{}">{}{}</span>',
        " hms-count--crit" if urgent else "",
        number,
        format_html('<span class="visually-hidden"> {}</span>', words) if words else "",
    )


@register.simple_tag
def key(keys: str) -> SafeString:
    """Key hints: "N", "Ctrl+Enter" together, "G D" one after the other. Hidden on touch screens."""
    then = format_html(" {} ", gettext("then"))
    strokes = [
        format_html_join(" ", '<kbd class="hms-key">{}</kbd>', ((part,) for part in stroke.split("+") if part))
        for stroke in keys.split()
    ]
    if len(strokes) == 1:
        return strokes[0]
    sequence = format_html_join(then, "{}", ((stroke,) for stroke in strokes))
    return format_html('<span class="hms-keys">{}</span>', sequence)


def _link(choice: Choice, current: str) -> SafeString:
    return format_html(
        '<a href="{}"{}>{}{}{}</a>',
        choice.url,
        format_html(' aria-current="{}"', current) if choice.current else "",
        icon(choice.icon),
        choice.label,
        count(choice.count),
    )


@register.simple_tag
def seg(items: Iterable[Choice], label: Any = "") -> SafeString:
    """A switch between a few views, as links."""
    links = format_html_join("", "{}", ((_link(item, "true"),) for item in items))
    return format_html('<div class="hms-seg" role="group" aria-label="{}">{}</div>', label, links)


@register.simple_tag
def tabs(items: Iterable[Choice], label: Any = "") -> SafeString:
    """Tabs of one thing's pages, as links."""
    links = format_html_join("", "<li>{}</li>", ((_link(item, "page"),) for item in items))
    return format_html('<nav aria-label="{}"><ul class="hms-tabs">{}</ul></nav>', label, links)


@register.simple_tag
def steps(*words: Any, current: int = 1) -> SafeString:
    """Where one is in a sequence; `current` counts from 1."""
    label = gettext("Step %(current)s of %(total)s") % {"current": current, "total": len(words)}

    def state(number: int) -> SafeString:
        if number == current:
            return SafeString(' aria-current="step"')
        return SafeString(' class="done"') if number < current else NOTHING

    return format_html(
        '<ol class="hms-steps" aria-label="{}">{}</ol>',
        label,
        format_html_join("", "<li{}><span>{}</span></li>", ((state(n), word) for n, word in enumerate(words, 1))),
    )


@register.simple_tag
def progress(done: float, total: float, label: Any = "", note: Any = "") -> SafeString:
    """A bar that says what is done and what is left."""
    percent = round(100 * done / total) if total else 0
    spoken = gettext("%(label)s: %(percent)s percent") % {"label": label, "percent": percent}
    return format_html(
        '<div class="hms-progress"><progress class="hms-meter" max="100" value="{}" aria-label="{}"></progress>'
        '<span class="hms-hint">{}</span></div>',
        percent,
        spoken,
        note or spoken,
    )


@register.simple_tag
def skeleton(lines: int = 3, words: Any = "") -> SafeString:
    """Grey lines in place of what is being fetched; seen only after 300 ms."""
    return format_html(
        '<div class="hms-late" aria-busy="true"><span class="visually-hidden">{}</span>'
        '<div class="hms-skel" aria-hidden="true">{}</div></div>',
        words or gettext("Loading"),
        SafeString("<span></span>" * int(lines)),
    )


@register.simple_block_tag(name="help")
def help_tag(content: SafeString, about: Any = "") -> SafeString:
    """A '?' that opens a short explanation in place. Works without JavaScript."""
    return format_html(
        '<details class="hms-help"><summary><span class="visually-hidden">{}</span>{}</summary>'
        '<div class="hms-help__text">{}</div></details>',
        gettext("Help: %(about)s") % {"about": about} if about else gettext("Help"),
        icon("question-circle"),
        content,
    )
