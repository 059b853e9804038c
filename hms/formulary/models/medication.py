"""Medicines: ingredients, generics, and the products that are prescribed.

A generic is what a prescriber thinks of ("clarithromycin"), a medication what a pharmacist hands over
("clarithromycin 500 mg tablet"): FHIR's Medication. Rows are written by `load_formulary` alone and never
deleted: a medicine that left the formulary is inactive, so that old prescriptions stay readable.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.core.records import Record
from hms.formulary import codes


class Ingredient(models.Model):
    """A substance that acts, by its international nonproprietary name."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    rxcui = models.CharField(_("RxNorm code"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("ingredient")
        verbose_name_plural = _("ingredients")

    def __str__(self) -> str:
        return self.name


class Generic(models.Model):
    """A medicine by its generic name, whatever its form and strength.

    `atc` and `other_atc` are codes of the WHO index; `tall_man` is the name with look-alike letters raised
    (predniSONE). Empty means not known, never 'none'.
    """

    name = models.CharField(_("generic name"), max_length=64, unique=True)
    tall_man = models.CharField(_("name with tall letters"), max_length=64, blank=True)
    atc = models.CharField(_("ATC code"), max_length=7, blank=True)
    other_atc = models.CharField(_("second ATC code"), max_length=7, blank=True)
    rxcui = models.CharField(_("RxNorm code"), max_length=16, blank=True)
    high_alert = models.BooleanField(_("high-alert medicine"), default=False)
    controlled_schedule = models.CharField(_("controlled substance, schedule"), max_length=4, blank=True)
    source = models.CharField(_("source"), max_length=300)
    review = models.CharField(_("review"), max_length=12, choices=codes.Review, default=codes.Review.NOT_REVIEWED)

    class Meta:
        verbose_name = _("generic")
        verbose_name_plural = _("generics")

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """As it is written on a medicine line: Tall Man letters where it has them, else a capital."""
        return self.tall_man or self.name[:1].upper() + self.name[1:]


class GenericIngredient(models.Model):
    """Which ingredients a generic holds; the first one is what a dose in mg counts."""

    generic = models.ForeignKey(Generic, models.CASCADE, related_name="generic_ingredients")
    ingredient = models.ForeignKey(Ingredient, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["generic_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["generic", "position"], name="formulary_generic_position_once"),
            models.UniqueConstraint(fields=["generic", "ingredient"], name="formulary_generic_ingredient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.generic_id}: {self.ingredient_id}"


class GenericTerm(models.Model):
    """A word by which a generic is found: its name, another name, a brand. `folded` is lower case without accents."""

    generic = models.ForeignKey(Generic, models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=8, choices=codes.TermKind)
    term = models.CharField(max_length=100)
    folded = models.CharField(max_length=100, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generic", "folded"], name="formulary_term_once")]

    def __str__(self) -> str:
        return self.term


class MedicationQuerySet(models.QuerySet["Medication"]):
    def prescribable(self) -> MedicationQuerySet:
        """What may be prescribed today, with what its line needs."""
        return self.filter(status=codes.MedicationStatus.ACTIVE).select_related("generic")


class Medication(Record):
    """A product that can be prescribed: FHIR Medication.

    `unit` is the counted form that strengths refer to ("{tablet}", "mL"); empty for powders that are dosed
    by weight alone. The usual_… columns are the commonest adult order, a start for the form and no advice.
    """

    code = models.SlugField(_("code"), max_length=100, unique=True)
    generic = models.ForeignKey(Generic, models.PROTECT, related_name="medications", verbose_name=_("generic"))
    status = models.CharField(
        _("status"), max_length=16, choices=codes.MedicationStatus, default=codes.MedicationStatus.ACTIVE
    )
    form = models.CharField(_("form"), max_length=24, choices=codes.Form)
    strength_text = models.CharField(_("strength"), max_length=100, blank=True)
    unit = models.CharField(_("counted in"), max_length=16, choices=codes.DoseUnit, blank=True)
    route = models.CharField(_("route"), max_length=16, choices=codes.Route)
    rxcui = models.CharField(_("RxNorm code"), max_length=16, blank=True)
    position = models.PositiveSmallIntegerField(_("place among the products of the generic"), default=0)

    usual_dose = models.DecimalField(_("usual dose"), max_digits=12, decimal_places=4, null=True, blank=True)
    usual_unit = models.CharField(_("unit"), max_length=16, choices=codes.DoseUnit, blank=True)
    usual_frequency = models.PositiveSmallIntegerField(_("times"), null=True, blank=True)
    usual_period = models.PositiveSmallIntegerField(_("in"), null=True, blank=True)
    usual_period_unit = models.CharField(max_length=2, blank=True)
    usual_as_needed = models.BooleanField(_("as needed"), default=False)
    usual_max_doses_a_day = models.PositiveSmallIntegerField(_("at most a day"), null=True, blank=True)
    usual_min_hours_between = models.PositiveSmallIntegerField(_("hours between doses"), null=True, blank=True)
    usual_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    review = models.CharField(_("review"), max_length=12, choices=codes.Review, default=codes.Review.NOT_REVIEWED)

    objects = MedicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("medicine")
        verbose_name_plural = _("medicines")
        ordering = ["generic__name", "position"]

    def __str__(self) -> str:
        return self.label

    @property
    def product(self) -> str:
        """Strength and form: '500 mg tablet'."""
        from hms.formulary.lines import product_text

        return product_text(self.strength_text, self.form)

    @property
    def label(self) -> str:
        """Clarithromycin 500 mg tablet."""
        return f"{self.generic.shown_name} {self.product}".rstrip()


class MedicationIngredient(models.Model):
    """How much of an ingredient one counted unit holds: FHIR Medication.ingredient."""

    medication = models.ForeignKey(Medication, models.CASCADE, related_name="medication_ingredients")
    ingredient = models.ForeignKey(Ingredient, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    strength_value = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    strength_unit = models.CharField(max_length=16, choices=codes.DoseUnit, blank=True)

    class Meta:
        ordering = ["medication_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["medication", "position"], name="formulary_medication_position_once"),
            models.UniqueConstraint(fields=["medication", "ingredient"], name="formulary_medication_ingredient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient_id} {self.strength_value} {self.strength_unit}"


class ProductCode(models.Model):
    """A product code of another system (RxNorm) and what is in it, for records that come from elsewhere."""

    system = models.CharField(max_length=100)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=300)
    generic = models.ForeignKey(Generic, models.PROTECT, null=True, blank=True, related_name="+")
    systemic = models.BooleanField(default=True)
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "code"], name="formulary_product_code_once")]

    def __str__(self) -> str:
        return self.name


class ProductIngredient(models.Model):
    product = models.ForeignKey(ProductCode, models.CASCADE, related_name="product_ingredients")
    ingredient = models.ForeignKey(Ingredient, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["product_id", "position"]
        constraints = [models.UniqueConstraint(fields=["product", "position"], name="formulary_product_position_once")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.ingredient_id}"
