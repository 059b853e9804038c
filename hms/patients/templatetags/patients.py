"""Tags of pages about a patient."""

from __future__ import annotations

from django.template import Context, Library
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hms.core.frame import Choice
from hms.core.templatetags.ui.pieces import tabs
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


@register.simple_tag(takes_context=True)
def record_tabs(context: Context, patient: Patient, here: str) -> SafeString:
    """The pages of this room about one patient, as far as the person may open them."""
    may = context["request"].actor.may
    pages = [
        ("profile", _("Profile"), "patients.view_identity"),
        ("allergies", _("Allergies"), "patients.read_chart"),
        ("flags", _("Alerts"), "patients.record_flag"),
        ("coverages", _("Insurance"), "patients.manage_coverage"),
        ("changes", _("What changed"), "patients.view_history"),
    ]
    items = [
        Choice(label, reverse(f"patients:{name}", args=[patient.pk]), current=name == here)
        for name, label, permission in pages
        if may(permission)
    ]
    return tabs(items, label=_("Record"))
