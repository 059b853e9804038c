"""Messages that say what has been done, and offer to undo it.

They travel as Django messages, so they survive the redirect after a POST. The address that undoes is carried in the
message's extra tags and is only ever posted to; the text is plain and escaped by the template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_UNDO: Final = "undo:"
_TONES: Final = {"success": "ok", "info": "info", "warning": "warn", "error": "error", "debug": "info"}


@dataclass(frozen=True, slots=True)
class Toast:
    """A message as the page shows it. `undo` is an address of ours that takes a POST."""

    text: Any
    tone: str = "ok"
    undo: str = ""


def toast(request: HttpRequest, text: Any, *, undo: str = "", level: int = messages.SUCCESS) -> None:
    """Say `text` on the next page this person sees. `undo` must be a path of this site."""
    if undo and not (undo.startswith("/") and not undo.startswith("//")):
        raise ValueError("Undo is a path of this site.")
    messages.add_message(request, level, text, extra_tags=f"{_UNDO}{quote(undo)}" if undo else "")


def forget(request: HttpRequest) -> None:
    """Let go of what was said to whoever used this browser so far: it may name a patient."""
    for _said in messages.get_messages(request):
        pass  # What was read is not stored again.


def read(message: Message) -> Toast:
    """A Django message, ours or another app's, as a toast."""
    undo = next((unquote(tag[len(_UNDO) :]) for tag in (message.extra_tags or "").split() if tag.startswith(_UNDO)), "")
    return Toast(message.message, _TONES.get(message.level_tag, "info"), undo)
