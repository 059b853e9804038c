"""Words from people about visits: notes, addenda, diagnoses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.clinical import codes
from hms.clinical.rules.notes import LONGEST_SECTION
from hms.core.forms import HouseForm, MomentField, PartialDateField

_ROWS = {"reason": 2, "subjective": 5, "objective": 4, "assessment": 3, "plan": 3}


class NoteForm(HouseForm):
    """The sections of a note, and when it happened."""

    marks = ""

    occurred_at = MomentField(
        label=_("When"), required=False, help_text=_("Change it when you write down later what happened earlier.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for section in codes.NoteSection:
            self.fields[section.value] = forms.CharField(
                label=section.label,
                required=False,
                max_length=LONGEST_SECTION,
                widget=forms.Textarea({"rows": _ROWS[section.value]}),
            )

    @property
    def sections(self) -> dict[str, str]:
        """The words by section, as cleaned."""
        return {section: self.cleaned_data.get(section, "") for section in codes.NoteSection.values}

    @property
    def section_fields(self) -> list[Any]:
        return [self[section] for section in codes.NoteSection.values]


class AddendumForm(HouseForm):
    """What is added to a signed note."""

    text = forms.CharField(
        label=_("Addendum"),
        max_length=LONGEST_SECTION,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("It is signed with your name and the present time. The note itself stays as it is."),
    )


class ErrorForm(HouseForm):
    """Why something was entered in error."""

    reason = forms.CharField(
        label=_("Why was it entered in error?"), max_length=500, widget=forms.Textarea({"rows": 2})
    )


class ConditionForm(HouseForm):
    """How a diagnosis is recorded, beside its code."""

    verification_status = forms.ChoiceField(
        label=_("Certainty"),
        choices=[
            choice
            for choice in codes.ConditionVerificationStatus.choices
            if choice[0] not in ("refuted", "entered-in-error")
        ],
        initial=codes.ConditionVerificationStatus.CONFIRMED,
    )
    category = forms.ChoiceField(
        label=_("List"),
        choices=[
            (codes.ConditionCategory.ENCOUNTER_DIAGNOSIS, codes.ConditionCategory.ENCOUNTER_DIAGNOSIS.label),
            (codes.ConditionCategory.PROBLEM, _("Problem: stays on the list")),
        ],
        initial=codes.ConditionCategory.ENCOUNTER_DIAGNOSIS,
    )
    laterality = forms.ChoiceField(
        label=_("Side"), required=False, choices=[("", _("Not said")), *codes.Laterality.choices]
    )
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, choices=[("", _("Not said")), *codes.Severity.choices]
    )
    onset_text = PartialDateField(
        label=_("Since"), required=False, help_text=_("As exact as is known: 2019, Mar-2019 or 14-Mar-2019.")
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))


class ResolveForm(HouseForm):
    """How and when a diagnosis ended."""

    clinical_status = forms.ChoiceField(
        label=_("It is now"),
        choices=[(status, status.label) for status in codes.ENDED_CONDITION],
        initial=codes.ConditionClinicalStatus.RESOLVED,
    )
    abatement_text = PartialDateField(label=_("Since when"), required=False, help_text=_("Leave empty for today."))
