"""The parts of the frame that stay the same from page to page: made once, kept in this process.

They are two thirds of an empty page's work. The key of what is kept is everything that goes into it, so nobody can get
a part that was made for somebody else; tokens, addresses of pages and counts are never kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, gettext

from hms.core.frame import Frame, Tour
from hms.core.templatetags.ui.pieces import tabs

register = Library()
NOBODY = Frame()
NO_STEPS = Tour((), "")
# Stand in for what differs from request to request. NB: private characters, which no name or address holds.
_BELL, _TOKEN, _HERE = "\ue000bell\ue000", "\ue000token\ue000", "\ue000here\ue000"


@register.simple_tag(takes_context=True)
def frame_head(context: Context) -> SafeString:
    """Style sheets and scripts."""
    frame = _frame(context)
    rtl, idle = get_language_bidi(), frame.idle_seconds > 0
    return _kept(_head, rtl, bool(frame.user), bool(frame.palette_url), idle, bool(frame.tour))


@register.simple_tag(takes_context=True)
def frame_dialogs(context: Context) -> SafeString:
    """Palette, list of keys, warning before the time-out, tour, and the words that scripts say."""
    frame = _frame(context)
    html = _kept(
        _dialogs, get_language(), bool(frame.user), frame.search_url, frame.palette_url, frame.profile_url,
        frame.idle_seconds, frame.keepalive_url, bool(frame.logout_url), frame.tour,
    )  # fmt: skip
    return SafeString(html.replace(_TOKEN, escape(context.get("csrf_token") or "")))


@register.simple_tag(takes_context=True)
def subject_tabs(context: Context, subject: Any) -> SafeString:
    """The tabs of whatever the page is about (a patient's chart), where an upper storey offers some."""
    offered = context.get("subject_tabs")
    items = offered(subject) if callable(offered) and subject is not None else ()
    return tabs(items, label=gettext("Chart")) if items else SafeString("")


@register.simple_tag(takes_context=True)
def frame_topbar(context: Context) -> SafeString:
    """Brand, search, bell and the menus of language, help and person."""
    frame = _frame(context)
    request = context.get("request")
    bell = get_template("frame/bell.html").render({"frame": frame}) if frame.bell_url else ""
    html: str = _kept(_topbar, get_language(), replace(frame, places=(), bell_count=0, tour=frame.tour and NO_STEPS))
    html = html.replace(_BELL, bell).replace(_TOKEN, escape(context.get("csrf_token") or ""))
    return SafeString(html.replace(_HERE, escape(request.get_full_path()) if request is not None else "/"))


def _frame(context: Context) -> Frame:
    frame = context.get("frame")
    return frame if isinstance(frame, Frame) else NOBODY


def _kept(make: Any, *key: Any) -> SafeString:
    # Whoever works on the templates sees each change at once.
    return make.__wrapped__(*key) if settings.DEBUG else make(*key)


@lru_cache(maxsize=32)
def _head(rtl: bool, signed_in: bool, palette: bool, idle: bool, tour: bool) -> SafeString:
    parts = {"rtl": rtl, "signed_in": signed_in, "palette": palette, "idle": idle, "tour": tour}
    return SafeString(get_template("frame/head.html").render(parts))


@lru_cache(maxsize=128)
def _dialogs(
    _language: str,
    signed_in: bool,
    search_url: str,
    palette_url: str,
    profile_url: str,
    idle_seconds: int,
    keepalive_url: str,
    can_log_out: bool,
    tour: Tour | None,
) -> SafeString:
    html = get_template("frame/dialogs.html").render(
        {
            "signed_in": signed_in,
            "search_url": search_url,
            "palette_url": palette_url,
            "profile_url": profile_url,
            "idle_seconds": idle_seconds,
            "keepalive_url": keepalive_url,
            "can_log_out": can_log_out,
            "tour": tour,
            "token": _TOKEN,
        }
    )
    return SafeString(html)


@lru_cache(maxsize=512)
def _topbar(_language: str, frame: Frame) -> SafeString:
    parts = {"frame": frame, "bell": _BELL, "token": _TOKEN, "here": _HERE}
    return SafeString(get_template("frame/topbar.html").render(parts))
