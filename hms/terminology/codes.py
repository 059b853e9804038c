"""Names of code systems and of what a code system's rows are, spelled as FHIR spells them."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
SNOMED: Final = "http://snomed.info/sct"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"

# The sentence its licence asks for wherever LOINC codes are shown or exported.
LOINC_NOTICE: Final = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © 1995-2020, "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee "
    "and is available at no cost under the license at http://loinc.org/license. "
    "LOINC® is a registered United States trademark of Regenstrief Institute, Inc."
)


class ConceptKind(models.TextChoices):
    """Where a concept stands in its hierarchy. Flat code systems know only `CODE`."""

    CHAPTER = "chapter", _("Chapter")
    BLOCK = "block", _("Block")
    CATEGORY = "category", _("Category")
    SUBCATEGORY = "subcategory", _("Subcategory")
    # An ICD-10-CM code made complete by its seventh character, such as S72.001A.
    EXTENSION = "extension", _("Code with seventh character")
    CODE = "code", _("Code")


class RubricKind(models.TextChoices):
    """Kinds of note that a classification puts beside a class (ClaML's word is rubric)."""

    INCLUDES = "includes", _("Includes")
    INCLUSION_TERM = "inclusion-term", _("Inclusion term")
    EXCLUDES1 = "excludes1", _("Not coded here")
    EXCLUDES2 = "excludes2", _("Not included here")
    CODE_FIRST = "code-first", _("Code first")
    CODE_ALSO = "code-also", _("Code also")
    USE_ADDITIONAL = "use-additional", _("Use additional code")


class DesignationUse(models.TextChoices):
    """Why a text leads to a concept. `LAY` rows are ours, everything else is the code system's own."""

    TITLE = "title", _("Title")
    INCLUSION = "inclusion", _("Inclusion term")
    LAY = "lay", _("Everyday word")
