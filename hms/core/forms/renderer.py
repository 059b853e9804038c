"""How every form of the installation looks: label above, hint under it, error beside the field, in words.

The templates are found through TEMPLATES, so forms of other packages (sign-in, second factor) look the same.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.forms.renderers import TemplatesSetting

# Widgets that are one line of text or a box: the control class goes on the element itself.
_SELECTS: Final = (forms.Select, forms.SelectMultiple)
_CHECKS: Final = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
_BARE: Final = (forms.HiddenInput, forms.MultipleHiddenInput, forms.MultiWidget)


class HouseBoundField(forms.BoundField):
    """A field that knows its class, and says what it requires in words instead of by the browser's bubbles."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        css = _class_of(widget)
        if css:
            attrs["class"] = " ".join(filter(None, [css, widget.attrs.get("class", "")]))
        # NB: `required` would stop the form in the browser, one bubble at a time, before our summary can say it all.
        attrs.pop("required", None)
        if self.field.required and not isinstance(widget, (*_CHECKS, *_BARE)):
            attrs["aria-required"] = "true"
        return attrs

    @property
    def mark(self) -> str:
        """Whether the label says "required", "optional" or nothing: the form decides which is worth saying."""
        marks = getattr(self.form, "marks", "required")
        if marks == "required" and self.field.required:
            return "required"
        return "optional" if marks == "optional" and not self.field.required else ""

    @property
    def is_check(self) -> bool:
        """One tick box: the label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, _BARE):
        return ""
    if isinstance(widget, _CHECKS):
        return "form-check-input"
    return "form-select" if isinstance(widget, _SELECTS) else "form-control"


class Renderer(TemplatesSetting):
    """Django's renderer with our templates for form, formset and field."""

    form_template_name = "ui/form.html"
    formset_template_name = "ui/formset.html"
    field_template_name = "ui/field.html"
    bound_field_class = HouseBoundField
