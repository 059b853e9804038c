"""What may be said in the formulary: severities, evidence, routes, units, states of knowledge."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    """How much an issue weighs, worst first. The first two interrupt and want a reason."""

    CONTRAINDICATED = "contraindicated", _("Contraindicated")
    MAJOR = "major", _("Serious")
    MODERATE = "moderate", _("Moderate")
    MINOR = "minor", _("For information")

    @property
    def rank(self) -> int:
        """0 is worst."""
        return list(type(self)).index(self)

    @property
    def interrupts(self) -> bool:
        return self in (Severity.CONTRAINDICATED, Severity.MAJOR)

    @property
    def fhir(self) -> str:
        """FHIR R4 DetectedIssue.severity, which knows three."""
        return {"contraindicated": "high", "major": "high", "moderate": "moderate"}.get(self.value, "low")


class IssueCode(TextChoices):
    """What kind of danger was found."""

    INTERACTION = "interaction", _("Interaction")
    ALLERGY = "allergy", _("Allergy")
    INTOLERANCE = "intolerance", _("Intolerance")
    DUPLICATE = "duplicate", _("Duplicate therapy")
    DOSE = "dose", _("Dose")
    AGE = "age", _("Age")
    RENAL = "renal", _("Kidney function")
    PREGNANCY = "pregnancy", _("Pregnancy")
    LACTATION = "lactation", _("Breast-feeding")
    MISSING_FACT = "missing-fact", _("Not recorded")
    NOT_CHECKED = "not-checked", _("Not checked")
    CHECK_DID_NOT_RUN = "check-did-not-run", _("The check did not run")


class Evidence(TextChoices):
    """How sure we are of a statement, strongest first."""

    ESTABLISHED = "established", _("Established: on a published list of what must not be combined")
    AGREED = "agreed", _("Agreed: a medicines agency lists it too")
    LABEL = "label", _("From the product information")
    PUBLISHED = "published", _("From published studies")
    GUIDANCE = "guidance", _("From public guidance")


class Review(TextChoices):
    NOT_REVIEWED = "not-reviewed", _("Not yet reviewed by a pharmacist")
    REVIEWED = "reviewed", _("Reviewed by a pharmacist")


class MedicationStatus(TextChoices):
    """FHIR R4 Medication.status."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Withdrawn")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class Form(TextChoices):
    TABLET = "tablet", _("tablet")
    MODIFIED_RELEASE_TABLET = "modified-release tablet", _("modified-release tablet")
    CAPSULE = "capsule", _("capsule")
    ORAL_SOLUTION = "oral solution", _("oral solution")
    ORAL_SUSPENSION = "oral suspension", _("oral suspension")
    INJECTION = "injection", _("injection")
    PREFILLED_SYRINGE = "prefilled syringe", _("prefilled syringe")
    PEN = "pen", _("pen")
    INHALER = "inhaler", _("inhaler")
    NEBULISER_SOLUTION = "nebuliser solution", _("nebuliser solution")
    SUBLINGUAL_SPRAY = "sublingual spray", _("sublingual spray")
    SUBLINGUAL_TABLET = "sublingual tablet", _("sublingual tablet")
    PATCH = "patch", _("patch")
    CREAM = "cream", _("cream")
    PACK = "28-day pack", _("28-day pack")


class Route(TextChoices):
    ORAL = "oral", _("by mouth")
    SUBLINGUAL = "sublingual", _("under the tongue")
    INTRAVENOUS = "intravenous", _("into a vein")
    INTRAMUSCULAR = "intramuscular", _("into a muscle")
    SUBCUTANEOUS = "subcutaneous", _("under the skin")
    INHALED = "inhaled", _("inhaled")
    NASAL = "nasal", _("into the nose")
    RECTAL = "rectal", _("into the rectum")
    VAGINAL = "vaginal", _("into the vagina")
    TRANSDERMAL = "transdermal", _("patch on the skin")
    TOPICAL = "topical", _("on the skin")
    OPHTHALMIC = "ophthalmic", _("into the eye")
    OTIC = "otic", _("into the ear")

    @property
    def systemic(self) -> bool:
        """Whether the body as a whole gets the medicine. Inhaled ones count by their own ATC code alone."""
        return self not in (Route.TOPICAL, Route.OPHTHALMIC, Route.OTIC, Route.NASAL, Route.INHALED, Route.VAGINAL)


class DoseUnit(TextChoices):
    """Units a dose may be written in; UCUM spelling. Never "U", "IU" or the micro sign (ISMP)."""

    MG = "mg", _("mg")
    MICROGRAM = "ug", _("mcg")
    GRAM = "g", _("g")
    ML = "mL", _("mL")
    UNIT = "[iU]", _("units")
    MMOL = "mmol", _("mmol")
    TABLET = "{tablet}", _("tablet")
    CAPSULE = "{capsule}", _("capsule")
    PUFF = "{puff}", _("puff")
    PATCH = "{patch}", _("patch")
    APPLICATION = "{application}", _("application")


class TermKind(TextChoices):
    GENERIC = "generic", _("Generic name")
    SYNONYM = "synonym", _("Other name")
    BRAND = "brand", _("Brand name")


class MemberKind(TextChoices):
    """A class is a list of ATC prefixes and of ingredients."""

    ATC = "atc", _("ATC code or its beginning")
    INGREDIENT = "ingredient", _("Ingredient")


RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"
# Our own code systems: a medicine of this formulary, an allergy group, an ingredient of it.
MEDICATION_SYSTEM = "urn:hms:formulary:medication"
ALLERGY_GROUP_SYSTEM = "urn:hms:formulary:allergy-group"
INGREDIENT_SYSTEM = "urn:hms:formulary:ingredient"
# What people call a group, in lower case: 'sulfa'.
ALLERGY_NAME_SYSTEM = "urn:hms:formulary:allergy-name"
