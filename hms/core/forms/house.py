"""The form every room starts from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hms.core.problems import Busy, Conflict, Forbidden, Missing, Problem, Refused, Stale

_SAYS_NO: Final = ("error", "fatal")
# What Django writes where nothing is chosen, and nobody can read aloud.
_DASHES: Final = "---------"


class HouseForm(forms.Form):
    """A form that takes the problems of rules and actions as its own errors.

    `marks` says which fields' labels are marked in words: "required", "optional", or "" where all are alike.
    """

    marks = "required"
    # Nothing is required by the browser: its bubbles stop at the first field and can't be read later.
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.notices: list[Problem] = []
        for name, field in self.fields.items():
            if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _missing(field, name)
            if isinstance(field, forms.SlugField):
                field.error_messages.setdefault("invalid", _("Use only letters, digits, hyphens and underscores."))
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == _DASHES:
                field.empty_label = _("Choose one") if field.required else _("None")
        self.refused_status = 0
        # The refusal for a write that rests on an older version; ui/form.html then shows both.
        self.stale: Stale | None = None
        # What the refusal offers instead, in the terms of whoever asked; see `Conflict`.
        self.alternatives: Any = ()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do a deed inside. A refusal that the person can mend becomes this form's errors; any other goes on.

        `with form.attempt(): …` and then `if form.is_valid(): redirect`, else the page again with `status=form.status`.
        """
        try:
            yield
        except (Forbidden, Missing, Busy):
            raise
        except Refused as refusal:
            self.refused_status = refusal.status
            self.stale = refusal if isinstance(refusal, Stale) else None
            self.alternatives = refusal.alternatives if isinstance(refusal, Conflict) else ()
            self.add_problems(refusal.problems)
            if self.is_valid():  # nothing but warnings was given, and yet it was refused
                raise

    @property
    def status(self) -> int:
        """The status of the answer that shows this form: 200 for a new one, 422 or 409 for one that was refused."""
        return 200 if not self.is_bound or self.is_valid() else self.refused_status or 422

    @property
    def stale_lines(self) -> list[tuple[Any, Any, Any]]:
        """(label, yours, theirs) of the fields that the saved record has too."""
        theirs = self.stale.theirs if self.stale is not None else None
        return [
            (bound.label, _shown(bound.field, bound.value()), _shown(bound.field, getattr(theirs, bound.name)))
            for bound in self.visible_fields()
            if theirs is not None and hasattr(theirs, bound.name)
        ]

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Errors go to the field they name, or on top; warnings and information into `notices`."""
        for problem in problems:
            if problem.severity not in _SAYS_NO:
                self.notices.append(problem)
                continue
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, ValidationError(problem.text, code=problem.code))


def _shown(field: forms.Field, value: Any) -> str:
    """A field's value in words: of a choice, its label; Yes or No."""
    raw = getattr(value, "pk", value)
    for key, label in getattr(field, "choices", ()):
        if str(key) == str(raw):
            return str(label)
    if isinstance(field, forms.BooleanField):
        return {True: str(_("Yes")), False: str(_("No"))}.get(field.to_python(value), "")
    if value is not None and hasattr(field.widget, "format_value"):
        value = field.widget.format_value(value)
    return str(value or "")


def _missing(field: forms.Field, name: str) -> Any:
    """What a field says that was left empty. It names the field: the summary stands far from it."""
    label = field.label or pretty_name(name)
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return format_lazy(_("{label}: please choose"), label=label)
    return format_lazy(_("{label}: please fill this in"), label=label)
