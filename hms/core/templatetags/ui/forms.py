"""Tags that write forms: one field, the summary of errors, the guard against stale and double writes."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from hms.core.templatetags.ui.pieces import NOTHING, icon

register = Library()


@register.simple_tag
def field(
    bound: BoundField, label: Any = None, hint: Any = None, width: str = "", autofocus: bool = False
) -> SafeString:
    """One field with label, hint, error and control; `width` is short, medium or full."""
    if label is not None:
        bound.label = label
    if hint is not None:
        bound.help_text = hint
    if autofocus:
        bound.field.widget.attrs["autofocus"] = True
    renderer = bound.form.renderer
    template = bound.field.template_name or renderer.field_template_name  # type: ignore[attr-defined]
    # Django's renderer trims what its template made, and by that forgets that it is safe.
    return SafeString(renderer.render(template, {"field": bound, "width": width}))


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What is wrong with these forms, at the top, each line a link to its field."""
    lines: list[tuple[str, str]] = []
    for form in forms:
        if not form.is_bound:
            continue
        lines += [("", str(error)) for error in form.non_field_errors()]
        for bound in form:
            # A hidden field can't be gone to; its error still has to be read.
            lines += [("" if bound.is_hidden else target_of(bound), str(error)) for error in bound.errors]
    return {"lines": lines}


def target_of(bound: BoundField) -> str:
    """The id of the control an error leads to: a group's first, since the group itself takes no focus."""
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.simple_tag(takes_context=True)
def form_guard(context: Context, record: Any = None, patient: Any = None, anew: bool = False) -> SafeString:
    """Hidden record id, version and a fresh idempotency key.

    NB: a form that comes back refused keeps the version its person started from; taking the record's present one would
    let the next try overwrite what somebody else wrote in between. `anew`: the form answers a deed that was done, in a
    list that shows the record as it is now.
    """
    fields = []
    # A page that makes something new has no record yet; a name the context lacks arrives as "".
    if getattr(record, "pk", None) is not None:
        fields += [("record_id", record.pk), ("version", record.version if anew else _version_of(context, record))]
    if patient is not None:
        fields.append(("patient_id", patient.pk))
    fields.append(("idempotency_key", uuid.uuid4()))
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


def _version_of(context: Context, record: Any) -> Any:
    stale = getattr(context.get("form"), "stale", None)
    if stale is not None and getattr(stale.theirs, "pk", None) == record.pk:
        # The person has both versions before them: what they send next is decided upon this one.
        return stale.theirs.version
    request = context.get("request")
    if request is not None and request.method == "POST" and request.POST.get("record_id") == str(record.pk):
        posted = request.POST.get("version", "")
        if posted.isascii() and posted.isdigit():
            return posted
    return getattr(record, "version", "")


@register.simple_block_tag
def fieldset(content: SafeString, legend: Any, hint: Any = "") -> SafeString:
    """Fields that belong together, under a common heading."""
    return format_html(
        '<fieldset class="hms-fieldset"><legend class="h3">{}</legend>{}{}</fieldset>',
        legend,
        format_html('<p class="hms-hint">{}</p>', hint) if hint else "",
        content,
    )


@register.simple_tag
def draft_state(saved_at: Any = None) -> SafeString:
    """Where a form with `data-draft` says "Saved 10:11:32"."""
    words = NOTHING
    if saved_at:
        words = format_html("{}", gettext("Saved %(time)s") % {"time": saved_at})
    return format_html(
        '<span class="hms-note__state" data-draft-state role="status">{} <span>{}</span></span>',
        icon("cloud-check"),
        words,
    )
