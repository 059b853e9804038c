"""The words of a message, in the reader's language, with times on the facility's clock.

A message is one text template with three parts, named as partials: `subject` (one line), `body` (the mail or
text message), `notice` (one sentence for the bell). Plain text: what a patient wrote can't become markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation

from hms.core import clock

if TYPE_CHECKING:
    from hms.organization.models import Facility


@dataclass(frozen=True, slots=True)
class Composed:
    subject: str
    body: str
    notice: str


def compose(template: str, context: Mapping[str, Any], *, language: str, facility: Facility | None) -> Composed:
    """Render a message's three parts. `template`: "scheduling/mail/booked.txt"."""
    zone = facility.zone if facility is not None else clock.zone(settings.TIME_ZONE)
    words = {**context, "facility": facility, "zone": str(zone), "base_url": settings.BASE_URL}
    with translation.override(language or settings.LANGUAGE_CODE), timezone.override(zone):
        subject, body, notice = (_part(template, name, words) for name in ("subject", "body", "notice"))
    # One line, or somebody's name could add a header.
    return Composed(" ".join(subject.split()), body.strip() + "\n", " ".join(notice.split()))


def _part(template: str, name: str, words: Mapping[str, Any]) -> str:
    part = Engine.get_default().get_template(f"{template}#{name}")
    return str(part.render(Context(dict(words), autoescape=False)))
