"""The person and the rows of their record: for registering, editing, emergency arrivals and newborns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hms.core.forms import DayField, HouseForm, MomentField, PartialDateField, RadioSegment, RadioSlots
from hms.patients import codes
from hms.patients.intake import Contact, Identifier, NewPatient, PostalAddress
from hms.patients.models import Patient
from hms.patients.rules import aliases
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate

_NO_MEMORY = {"autocomplete": "off"}
_SEX = [
    (codes.AdministrativeGender.FEMALE, _("Female")),
    (codes.AdministrativeGender.MALE, _("Male")),
    (codes.AdministrativeGender.OTHER, _("Other")),
    (codes.AdministrativeGender.UNKNOWN, _("Not known")),
]


def _text(label: Any, *, required: bool = False, most: int = 200, hint: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint, widget=forms.TextInput(_NO_MEMORY | attrs)
    )


def languages() -> list[tuple[str, Any]]:
    """Languages of the pages first; any other is written as its code."""
    return [("", _("Not recorded")), *settings.LANGUAGES]


class PersonForm(HouseForm):
    """Who the person is: shared by registering and editing."""

    birth = PartialDateField(label=_("Date of birth"), required=False, help_text=_("14-Mar-1962, Mar-1962 or 1962"))
    birth_estimated = forms.BooleanField(label=_("The date of birth is a guess"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=_SEX, widget=RadioSegment)
    language = _text(_("Language"), most=16, hint=_("As a code, for example en, de or ar."))
    interpreter_needed = forms.BooleanField(label=_("Needs an interpreter"), required=False)

    def birth_told(self) -> PartialDate | None:
        text = self.cleaned_data.get("birth", "")
        return PartialDate(text, bool(self.cleaned_data.get("birth_estimated"))) if text else None


class RegisterForm(PersonForm):
    """A new patient: what a front desk asks for. Everything but a name may be filled in later."""

    field_order = ["family", "given", "prefix", "birth", "birth_estimated", "sex", "phone", "email"]

    family = _text(_("Family name"))
    given = _text(_("Given names"))
    prefix = _text(_("Title"), most=60)
    native = _text(_("Name in its own script"))
    former_family = _text(_("Former family name"))
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=60, widget=forms.TextInput(_NO_MEMORY | {"inputmode": "tel"})
    )
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(_NO_MEMORY))
    lines = forms.CharField(
        label=_("Street and number"), required=False, max_length=300, widget=forms.TextInput(_NO_MEMORY)
    )
    postal_code = _text(_("Postal code"), most=20)
    city = _text(_("Town or city"), most=100)
    country = _text(_("Country"), most=2, hint=_("Two letters, for example DE."))
    identifier_type = forms.ChoiceField(
        label=_("Card or document"), required=False, choices=[("", _("None shown")), *codes.IdentifierType.choices]
    )
    identifier = _text(_("Number on it"), most=100)
    duplicate_reason = forms.CharField(
        label=_("Why this is another person"),
        required=False,
        max_length=300,
        widget=forms.TextInput(_NO_MEMORY),
        help_text=_("For example: twin sister, passport seen."),
    )

    def told(self) -> NewPatient:
        """What was typed, as far as it could be read: the live check asks while half of it is missing."""
        data = self.cleaned_data
        names = []
        if any(data.get(part) for part in ("family", "given", "native")):
            parts = {part: data.get(part, "") for part in ("family", "given", "prefix", "native")}
            names.append(Name(**parts))
            if data.get("former_family"):
                names.append(Name(family=data["former_family"], given=data.get("given", ""), use=codes.NameUse.OLD))
        contacts = [Contact(data["phone"])] if data.get("phone") else []
        if data.get("email"):
            contacts.append(Contact(data["email"], system=codes.ContactSystem.EMAIL))
        address = {part: data.get(part, "") for part in ("lines", "postal_code", "city", "country")}
        return NewPatient(
            names=names,
            birth=self.birth_told(),
            gender=data.get("sex") or codes.AdministrativeGender.UNKNOWN,
            language=data.get("language", ""),
            interpreter_needed=bool(data.get("interpreter_needed")),
            contacts=contacts,
            addresses=[PostalAddress(**address)] if any(address.values()) else [],
            identifiers=[Identifier(data["identifier"], type=data.get("identifier_type") or codes.IdentifierType.OTHER)]
            if data.get("identifier")
            else [],
        )


_BANDS = {
    "infant": _("Under 1"),
    "child": _("1–12"),
    "teenager": _("13–17"),
    "young-adult": _("18–39"),
    "adult": _("40–59"),
    "older-adult": _("60–79"),
    "old-adult": _("80+"),
}


class EmergencyForm(HouseForm):
    """Somebody whose name nobody knows: three fields."""

    sex = forms.ChoiceField(label=_("Sex"), choices=_SEX, widget=RadioSegment)
    age_band = forms.ChoiceField(
        label=_("About how old"), choices=[(band, _BANDS[band]) for band in aliases.AGE_BANDS], widget=RadioSlots
    )
    note = forms.CharField(
        label=_("What is known"),
        required=False,
        max_length=200,
        widget=forms.TextInput(_NO_MEMORY),
        help_text=_("Clothes, marks, where found, who brought the person. Shown in the banner."),
    )


class NewbornForm(HouseForm):
    """A child just born: when, which sex, and for twins in which order."""

    born_at = MomentField(label=_("Born on"))
    sex = forms.ChoiceField(label=_("Sex"), choices=_SEX, widget=RadioSegment)
    birth_order = forms.TypedChoiceField(
        label=_("Twins and more: born as number"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Single birth")), *((n, str(n)) for n in range(1, 7))],
    )


class EditForm(PersonForm):
    """The person's own columns; names, contacts, addresses and identifiers are formsets beside it."""

    sex_for_clinical_use = forms.ChoiceField(
        label=_("Sex for clinical use"),
        choices=codes.SexForClinicalUse.choices,
        help_text=_("Decides which reference ranges and doses fit."),
    )
    gender_identity = forms.ChoiceField(
        label=_("Gender identity"), required=False, choices=[("", _("Not recorded")), *codes.GenderIdentity.choices]
    )
    marital_status = forms.ChoiceField(
        label=_("Marital status"), required=False, choices=[("", _("Not recorded")), *codes.MaritalStatus.choices]
    )
    multiple_birth = forms.NullBooleanField(label=_("Twin, triplet or more"), required=False)

    field_order = ["birth", "birth_estimated", "sex", "sex_for_clinical_use", "gender_identity", "marital_status"]

    def told(self, patient: Patient) -> NewPatient:
        """How the person's own columns shall stand; the rows are added by the view. What no field asks stays."""
        data = self.cleaned_data
        return NewPatient(
            birth=self.birth_told(),
            birth_at=patient.birth_at,
            birth_order=patient.birth_order,
            multiple_birth=data["multiple_birth"],
            gender=data["sex"],
            sex_for_clinical_use=data["sex_for_clinical_use"],
            gender_identity=data["gender_identity"],
            marital_status=data["marital_status"],
            language=data["language"],
            interpreter_needed=data["interpreter_needed"],
        )

    @staticmethod
    def initial_of(patient: Patient) -> dict[str, Any]:
        return {
            "birth": patient.birth_date_text,
            "birth_estimated": patient.birth_date_estimated,
            "sex": patient.gender,
            "sex_for_clinical_use": patient.sex_for_clinical_use,
            "gender_identity": patient.gender_identity,
            "marital_status": patient.marital_status,
            "language": patient.language,
            "interpreter_needed": patient.interpreter_needed,
            "multiple_birth": patient.multiple_birth,
        }


class RowForm(HouseForm):
    """A row of the record, with the id it has there. An empty new row is left out."""

    marks = ""
    # The field without which a row says nothing.
    says: tuple[str, ...] = ()

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in self.says)


class NameRow(RowForm):
    says = ("family", "given", "native")

    use = forms.ChoiceField(label=_("Kind of name"), choices=codes.NameUse.choices)
    family = _text(_("Family name"))
    given = _text(_("Given names"))
    prefix = _text(_("Title"), most=60)
    suffix = _text(_("Suffix"), most=60)
    native = _text(_("In its own script"))
    start = DayField(label=_("From"), required=False)
    end = DayField(label=_("Until"), required=False)

    def told(self) -> Name:
        return Name(**self.cleaned_data)


class ContactRow(RowForm):
    says = ("value",)

    system = forms.ChoiceField(label=_("Kind"), choices=codes.ContactSystem.choices)
    use = forms.ChoiceField(label=_("Use"), required=False, choices=[("", "–"), *codes.ContactUse.choices])
    value = _text(_("Number or address"), most=254)
    shared = forms.BooleanField(label=_("Shared with others"), required=False)
    confidential = forms.BooleanField(label=_("Write to this one only"), required=False)

    def told(self) -> Contact:
        return Contact(**self.cleaned_data)


class AddressRow(RowForm):
    says = ("lines", "postal_code", "city")

    use = forms.ChoiceField(label=_("Use"), choices=codes.AddressUse.choices)
    lines = forms.CharField(
        label=_("Street and number"), required=False, max_length=300, widget=forms.Textarea(_NO_MEMORY | {"rows": "2"})
    )
    postal_code = _text(_("Postal code"), most=20)
    city = _text(_("Town or city"), most=100)
    state = _text(_("State or province"), most=100)
    country = _text(_("Country"), most=2)
    confidential = forms.BooleanField(label=_("Write to this one only"), required=False)

    def told(self) -> PostalAddress:
        return PostalAddress(**self.cleaned_data)


class IdentifierRow(RowForm):
    says = ("value",)

    type = forms.ChoiceField(label=_("Kind of number"), choices=codes.IdentifierType.choices)
    use = forms.ChoiceField(label=_("Use"), choices=codes.IdentifierUse.choices, initial=codes.IdentifierUse.OFFICIAL)
    value = _text(_("Number"), most=100)
    issuer = _text(_("Issued by"), most=150)
    system = forms.CharField(required=False, widget=forms.HiddenInput)
    start = DayField(label=_("Valid from"), required=False)
    end = DayField(label=_("Valid until"), required=False)

    def told(self) -> Identifier:
        return Identifier(**self.cleaned_data)


class DeathForm(HouseForm):
    """When somebody died, as exactly as it is known."""

    on = PartialDateField(label=_("Date of death"), required=False, help_text=_("As exactly as it is known."))
    estimated = forms.BooleanField(label=_("The date is approximate"), required=False)

    def told(self) -> PartialDate | None:
        return PartialDate(self.cleaned_data["on"], self.cleaned_data["estimated"]) if self.cleaned_data["on"] else None
