"""Pieces of the calendar. A week has a hundred of them, twice: in the grid, and in the lists that phones show."""

from __future__ import annotations

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hms.core import values
from hms.core.addresses import address_of
from hms.core.templatetags.ui.pieces import icon, pill
from hms.core.templatetags.ui.values import isolated
from hms.scheduling.calendars import Event, Free
from hms.scheduling.rules.grid import CLOSED, VISIT, Block

register = Library()
NOTHING = SafeString("")


@register.simple_tag
def cell_block(block: Block, book_url: str, to_moving: str) -> SafeString | str:
    """What stands in a cell: a visit to open and carry, a free time to take, or why nobody is there."""
    if block.kind == VISIT:
        return _visit(block.content, to_moving)
    if block.kind == CLOSED:
        return str(block.content)
    free: Free = block.content
    return format_html(
        '<a class="hms-free" href="{}?slot={}" data-slot="{}">{}<span class="visually-hidden">{} </span>{}</a>',
        book_url,
        free.choice.value,
        free.choice.value,
        icon("plus"),
        free.words,
        isolated(free.choice.label),
    )


@register.simple_tag
def agenda_line(block: Block, book_url: str) -> SafeString:
    """The same as a line of a list. A stretch that nobody has to know of is none."""
    start = isolated(values.clock_text(block.span.start))
    if block.kind == VISIT:
        event: Event = block.content
        return format_html(
            '<li><a class="hms-row" href="{}"><span class="hms-row__time">{}</span><span class="hms-row__main">'
            '<span class="hms-row__title">{}</span><span class="hms-row__sub">{}</span></span>{}</a></li>',
            address_of("scheduling:appointment", event.visit.pk),
            start,
            event.name,
            event.service,
            pill(event.state.words, event.state.icon, event.state.tone),
        )
    if block.kind == CLOSED:
        if not block.content:
            return NOTHING
        return format_html(
            '<li class="hms-row"><span class="hms-row__time">{}</span>'
            '<span class="hms-row__main text-3">{}</span></li>',
            start,
            block.content,
        )
    return format_html(
        '<li><a class="hms-row" href="{}?slot={}"><span class="hms-row__time">{}</span>'
        '<span class="hms-row__main text-2">{}</span>{}</a></li>',
        book_url,
        block.content.choice.value,
        start,
        _("Free"),
        icon("plus"),
    )


def _visit(event: Event, to_moving: str) -> SafeString:
    visit, state = event.visit, event.state
    return format_html(
        '<a class="hms-ev{}{}" href="{}"{}>{}<b>{}</b> <span>{}</span>'
        '<span class="visually-hidden">, {}, {}{}</span></a>',
        f" hms-ev--{state.event}" if state.event else "",
        " hms-ev--carried" if event.carried else "",
        address_of("scheduling:appointment", visit.pk),
        _carry(event, to_moving),
        format_html("{} ", icon(state.icon)) if state.event else "",
        event.name,
        event.service,
        values.clock_text(visit.start_at),
        state.words,
        format_html(", {}", _("looks for another time")) if event.carried else "",
    )


def _carry(event: Event, to_moving: str) -> SafeString:
    """What the browser needs to carry a visit to another time, by drag or by key."""
    if not event.movable:
        return NOTHING
    return format_html(
        ' data-move="{}" data-moving="{}moving={}" aria-keyshortcuts="m"',
        address_of("scheduling:move", event.visit.pk),
        to_moving,
        event.visit.pk,
    )
