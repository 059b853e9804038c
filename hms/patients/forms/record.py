"""What stands beside the person: relatives, insurance, allergies, alerts, privacy, and emergency access."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hms.core.forms import Card, CheckboxCards, DayField, HouseForm, PartialDateField, RadioCards
from hms.formulary.catalogue import allergen_of
from hms.patients import codes
from hms.patients.actions import NewAllergy, NewCoverage, NewRelative, Reaction
from hms.patients.models import Coverage


class RelativeForm(HouseForm):
    """A person around the patient."""

    kind = forms.ChoiceField(
        label=_("What the person is"),
        choices=[
            (codes.RelatedKind.EMERGENCY_CONTACT, Card(_("Emergency contact"), _("Is called. Sees nothing."))),
            (codes.RelatedKind.NEXT_OF_KIN, Card(_("Next of kin"), _("Is told. Sees nothing."))),
            (codes.RelatedKind.GUARDIAN, Card(_("Guardian of a child"), _("Acts for the child until it is of age."))),
            (codes.RelatedKind.PROXY, Card(_("Proxy"), _("Chosen by the patient, for a year at most."))),
            (codes.RelatedKind.BLOCKED, Card(_("Blocked"), _("Gets no access, whoever else allows it."))),
        ],
        widget=RadioCards,
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    relationship = forms.ChoiceField(
        label=_("Relationship"), required=False, choices=[("", _("Not recorded")), *codes.Relationship.choices]
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    login_name = forms.CharField(
        label=_("Login name"),
        required=False,
        max_length=254,
        help_text=_("Of a guardian, a proxy or a blocked person who has a login here."),
    )
    mrn = forms.CharField(
        label=_("Own record number"), required=False, max_length=20, help_text=_("If the person is a patient here too.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"), required=False, choices=codes.Scope.choices, widget=CheckboxCards, initial=["view"]
    )
    end = DayField(label=_("Until"), required=False)
    document = forms.CharField(
        label=_("Document seen"),
        required=False,
        max_length=200,
        help_text=_("For example birth certificate, court order."),
    )

    def told(self, *, user: Any, related_patient: Any) -> NewRelative:
        data = self.cleaned_data
        return NewRelative(
            name=data["name"],
            relationship=data["relationship"],
            phone=data["phone"],
            email=data["email"],
            document=data["document"],
            user=user,
            related_patient=related_patient,
        )


class CoverageForm(HouseForm):
    """An insurance."""

    kind = forms.ChoiceField(label=_("Kind"), choices=codes.CoverageKind.choices)
    payor = forms.CharField(label=_("Insurer"), required=False, max_length=200)
    plan = forms.CharField(label=_("Plan"), required=False, max_length=150)
    subscriber_id = forms.CharField(
        label=_("Member number"), required=False, max_length=64, widget=forms.TextInput({"autocomplete": "off"})
    )
    relationship = forms.ChoiceField(label=_("Insured through"), choices=codes.SubscriberRelationship.choices)
    subscriber_name = forms.CharField(label=_("Name of the insured"), required=False, max_length=200)
    group_number = forms.CharField(label=_("Group"), required=False, max_length=64)
    order = forms.IntegerField(label=_("Pays as number"), min_value=1, max_value=9, initial=1)
    start = DayField(label=_("Valid from"), required=False)
    end = DayField(label=_("Valid until"), required=False)
    status = forms.ChoiceField(label=_("Status"), choices=codes.CoverageStatus.choices)

    def told(self, coverage: Coverage | None = None) -> NewCoverage:
        """How the insurance shall stand. What no field asks stays as it is, the insurer's own record among it."""
        if coverage is None:
            return NewCoverage(**self.cleaned_data)
        organization = coverage.payor_organization
        if self.cleaned_data["payor"] != coverage.payor:
            organization = None  # another insurer was written in
        return NewCoverage(
            **self.cleaned_data,
            payor_organization=organization,
            network=coverage.network,
            dependent=coverage.dependent,
        )

    @classmethod
    def initial_of(cls, coverage: Coverage) -> dict[str, Any]:
        return {name: getattr(coverage, name) for name in cls.base_fields}


class AllergyForm(HouseForm):
    """An allergy or intolerance, with its first reaction."""

    text = forms.CharField(
        label=_("Substance"),
        max_length=200,
        help_text=_(
            "For example penicillin, peanut, latex. Medicines from the list are compared when somebody prescribes."
        ),
        widget=forms.TextInput({"list": "allergens", "autocomplete": "off"}),
    )
    type = forms.ChoiceField(
        label=_("Type"),
        required=False,
        choices=[
            ("", _("Not known")),
            (codes.AllergyType.ALLERGY, _("Allergy")),
            (codes.AllergyType.INTOLERANCE, _("Intolerance, a side effect")),
        ],
    )
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("Not known")), *codes.AllergyCategory.choices]
    )
    criticality = forms.ChoiceField(
        label=_("Risk"), required=False, choices=[("", _("Not known")), *codes.AllergyCriticality.choices]
    )
    verification_status = forms.ChoiceField(
        label=_("Certainty"),
        choices=[
            (codes.AllergyVerificationStatus.UNCONFIRMED, _("Reported, not confirmed")),
            (codes.AllergyVerificationStatus.CONFIRMED, _("Confirmed")),
        ],
    )
    reaction = forms.CharField(label=_("Reaction"), required=False, max_length=200)
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, choices=[("", _("Not known")), *codes.ReactionSeverity.choices]
    )
    onset_text = PartialDateField(label=_("Since"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea({"rows": "2"}))

    def told(self) -> NewAllergy:
        data = dict(self.cleaned_data)
        reaction, severity = data.pop("reaction"), data.pop("severity")
        allergen = allergen_of(data["text"])
        if allergen is not None:
            data["allergy_group" if allergen.kind == "group" else "ingredient"] = allergen.name
            data["category"] = data["category"] or codes.AllergyCategory.MEDICATION
        return NewAllergy(**data, reactions=[Reaction(reaction, severity=severity)] if reaction else [])


class RefuteForm(HouseForm):
    reason = forms.CharField(
        label=_("How is it known that this is no allergy?"),
        max_length=500,
        help_text=_("For example: tolerated amoxicillin in March 2025."),
    )


class StatementForm(HouseForm):
    statement = forms.ChoiceField(
        label=_("What the patient said"), choices=codes.AllergyStatement.choices, widget=forms.RadioSelect
    )


class FlagForm(HouseForm):
    code = forms.ChoiceField(label=_("Alert"), choices=[("", _("Choose an alert")), *codes.FlagCode.choices])
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class PrivacyForm(HouseForm):
    """What the patient decided about being found and written to."""

    marks = ""

    hidden_from_directory = forms.BooleanField(label=_("Callers and visitors are told nothing"), required=False)
    no_voicemail = forms.BooleanField(label=_("No messages on answering machines"), required=False)
    research_refused = forms.BooleanField(label=_("No use for research"), required=False)
    payer_not_told = forms.BooleanField(label=_("The insurer is not told of visits the patient pays"), required=False)


class RestrictionForm(HouseForm):
    restriction = forms.ChoiceField(
        label=_("Confidential record"),
        required=False,
        choices=codes.Restriction.choices,
        help_text=_("The name is hidden in lists, and every look is reviewed."),
    )


class GlassForm(HouseForm):
    """Why a chart must be opened now."""

    reason = forms.ChoiceField(
        label=_("Why you need this chart"), choices=codes.GlassReason.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=_("In a few words"), max_length=500, widget=forms.TextInput({"autocomplete": "off"})
    )


class ReviewForm(HouseForm):
    outcome = forms.ChoiceField(
        label=_("How you judge this access"), choices=codes.GlassOutcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What you ask or found"), required=False, max_length=1000, widget=forms.Textarea({"rows": "2"})
    )


class PortalForm(HouseForm):
    login_name = forms.CharField(label=_("Login name of the patient"), max_length=254)


def end_of(day: dt.date | None, zone: str) -> dt.datetime | None:
    """The moment at which a last day given on a form is over."""
    from hms.core import clock

    return clock.day_bounds(day, zone)[1] if day else None
