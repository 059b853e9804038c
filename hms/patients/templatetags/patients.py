"""Tags of pages about a patient."""

from __future__ import annotations

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hms.patients import banner
from hms.patients.models import Patient

register = Library()


@register.simple_tag
def banner_of(patient: Patient) -> banner.Banner:
    """The facts of the banner, asked for where it is shown."""
    return banner.banner_of(patient)


@register.filter
def age_of(patient: Patient) -> SafeString | str:
    """64 y; hours for a newborn; the age at death for the dead; "~" where it is a guess. In its own direction."""
    text = patient.age_text()
    return format_html("<bdi>{}</bdi>", text) if text else ""


@register.filter
def language_of(code: str) -> str:
    """A language by its name."""
    return banner.language_name(code)
