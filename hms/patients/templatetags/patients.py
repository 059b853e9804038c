"""Tags of pages about a patient."""

from __future__ import annotations

from django.template import Library

from hms.patients import banner
from hms.patients.models import Patient

register = Library()


@register.simple_tag
def banner_of(patient: Patient) -> banner.Banner:
    """The facts of the banner, asked for where it is shown."""
    return banner.banner_of(patient)


@register.filter
def age_of(patient: Patient) -> str:
    """64 y; hours for a newborn; the age at death for the dead; "~" where it is a guess."""
    return patient.age_text()


@register.filter
def language_of(code: str) -> str:
    """A language by its name."""
    return banner.language_name(code)
