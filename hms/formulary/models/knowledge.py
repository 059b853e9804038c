"""What is known of the dangers of medicines, row by row with its source.

Written by `load_formulary` alone, as one version: the rows of a version replace those of the last. What a
prescription was checked against stays readable, because each detected issue keeps its words, its source
and the version's name. Sides of a rule (`a`, `b`, `who`, `avoid` …) name a class or an ingredient.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.formulary import codes


class Statement(models.Model):
    """A fact with its source. `position` keeps the order of the sheet, which is the order rules read in."""

    position = models.PositiveSmallIntegerField()
    source = models.CharField(_("source"), max_length=300)
    evidence = models.CharField(_("how sure"), max_length=12, choices=codes.Evidence, default=codes.Evidence.LABEL)
    review = models.CharField(_("review"), max_length=12, choices=codes.Review, default=codes.Review.NOT_REVIEWED)

    class Meta:
        abstract = True
        ordering = ["position"]


class KnowledgeVersion(models.Model):
    """One edition of all tables below: '2026.11-3fa9c1d2', from the sheets' own digest. The last row is in force."""

    name = models.CharField(_("version"), max_length=40)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("loaded"))
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("knowledge version")
        verbose_name_plural = _("knowledge versions")
        get_latest_by = ["loaded_at", "id"]

    def __str__(self) -> str:
        return self.name


class MedicationClass(models.Model):
    """A class of medicines: for interactions and rules, or for allergies, where classes are cut otherwise."""

    class Purpose(models.TextChoices):
        RULES = "rules", _("Interactions and rules")
        ALLERGY = "allergy", _("Allergies")

    purpose = models.CharField(max_length=7, choices=Purpose)
    name = models.CharField(_("name"), max_length=64)
    position = models.PositiveSmallIntegerField()
    # Whether an allergy is recorded to it; side-chain groups only serve the rules.
    recordable = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("medicine class")
        verbose_name_plural = _("medicine classes")
        ordering = ["purpose", "position"]
        constraints = [models.UniqueConstraint(fields=["purpose", "name"], name="formulary_class_once")]

    def __str__(self) -> str:
        return self.name


class ClassMember(models.Model):
    """Who belongs to a class: an ATC code or its beginning, or an ingredient."""

    medication_class = models.ForeignKey(MedicationClass, models.CASCADE, related_name="members")
    kind = models.CharField(max_length=10, choices=codes.MemberKind)
    member = models.CharField(max_length=64)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["medication_class", "kind", "member"], name="formulary_member_once")
        ]

    def __str__(self) -> str:
        return self.member


class Interaction(Statement):
    a = models.CharField(max_length=64)
    b = models.CharField(max_length=64)
    severity = models.CharField(max_length=15, choices=codes.Severity)
    effect = models.CharField(_("may happen"), max_length=200)
    mechanism = models.CharField(_("why"), max_length=200)
    action = models.CharField(_("what to do"), max_length=200)

    class Meta(Statement.Meta):
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="formulary_interaction_once")]

    def __str__(self) -> str:
        return f"{self.a} + {self.b}"


class CrossReaction(Statement):
    """Allergic to one, given the other. Rows go from narrow to wide; the first that fits decides."""

    allergy = models.CharField(max_length=64)
    given = models.CharField(max_length=64)
    severity = models.CharField(max_length=15, choices=codes.Severity)
    why = models.CharField(max_length=200)
    likelihood = models.CharField(max_length=100)

    class Meta(Statement.Meta):
        verbose_name = _("cross-reaction")
        verbose_name_plural = _("cross-reactions")
        constraints = [models.UniqueConstraint(fields=["allergy", "given"], name="formulary_cross_reaction_once")]

    def __str__(self) -> str:
        return f"{self.allergy} → {self.given}"


class AllergyCode(models.Model):
    """What an allergy coded elsewhere (SNOMED CT, RxNorm) is to: one of our groups or ingredients."""

    system = models.CharField(max_length=100)
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=10, choices=[("group", _("group")), ("ingredient", _("ingredient"))])
    name = models.CharField(max_length=64)
    display = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "code"], name="formulary_allergy_code_once")]

    def __str__(self) -> str:
        return self.display


_LIMIT = {"max_digits": 12, "decimal_places": 4, "null": True, "blank": True}


class DoseLimit(Statement):
    """The most of an ingredient, in mg (or units), for a route and an age band in years, [from, below)."""

    ingredient = models.CharField(max_length=64)
    route = models.CharField(max_length=16, choices=codes.Route, blank=True)
    age_from = models.DecimalField(**_LIMIT)
    age_below = models.DecimalField(**_LIMIT)
    unit = models.CharField(max_length=16, choices=codes.DoseUnit)
    max_single = models.DecimalField(**_LIMIT)
    max_daily = models.DecimalField(**_LIMIT)
    max_single_per_kg = models.DecimalField(**_LIMIT)
    max_daily_per_kg = models.DecimalField(**_LIMIT)
    min_hours_between = models.DecimalField(**_LIMIT)
    severity = models.CharField(max_length=15, choices=codes.Severity)
    note = models.CharField(max_length=200, blank=True)

    class Meta(Statement.Meta):
        verbose_name = _("dose limit")
        verbose_name_plural = _("dose limits")
        constraints = [
            models.CheckConstraint(
                condition=Q(age_from__isnull=True) | Q(age_below__isnull=True) | Q(age_from__lt=models.F("age_below")),
                name="formulary_dose_age_band",
            )
        ]

    def __str__(self) -> str:
        return self.ingredient


class AgeLimit(Statement):
    ingredient = models.CharField(max_length=64)
    min_age = models.DecimalField(max_digits=6, decimal_places=3)
    severity = models.CharField(max_length=15, choices=codes.Severity)
    effect = models.CharField(max_length=200)
    action = models.CharField(max_length=200, blank=True)

    class Meta(Statement.Meta):
        verbose_name = _("age limit")
        verbose_name_plural = _("age limits")

    def __str__(self) -> str:
        return f"{self.ingredient} < {self.min_age}"


class RenalRule(Statement):
    """What to do in a band of kidney function in mL/min, [from_value, below)."""

    who = models.CharField(max_length=64)
    from_value = models.DecimalField(max_digits=6, decimal_places=1)
    below = models.DecimalField(max_digits=6, decimal_places=1)
    severity = models.CharField(max_length=15, choices=codes.Severity)
    max_daily = models.DecimalField(**_LIMIT)
    ask = models.CharField(max_length=9, choices=[("always", _("always")), ("risk", _("from 65 years on"))])
    action = models.CharField(max_length=200)

    class Meta(Statement.Meta):
        verbose_name = _("kidney rule")
        verbose_name_plural = _("kidney rules")
        constraints = [
            models.CheckConstraint(condition=Q(from_value__lt=models.F("below")), name="formulary_renal_band")
        ]

    def __str__(self) -> str:
        return f"{self.who} < {self.below}"


class PregnancyRule(Statement):
    """What to do in pregnancy, by completed weeks [from_week, below_week), or while breast-feeding."""

    who = models.CharField(max_length=64)
    state = models.CharField(
        max_length=14, choices=[("pregnancy", _("pregnancy")), ("breast-feeding", _("breast-feeding"))]
    )
    from_week = models.PositiveSmallIntegerField()
    below_week = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=15, choices=codes.Severity)
    ask = models.CharField(
        max_length=9, choices=[("interrupt", _("before anything else")), ("inline", _("in passing")), ("no", _("no"))]
    )
    effect = models.CharField(max_length=200)
    action = models.CharField(max_length=200)

    class Meta(Statement.Meta):
        verbose_name = _("pregnancy rule")
        verbose_name_plural = _("pregnancy rules")
        constraints = [
            models.CheckConstraint(condition=Q(from_week__lt=models.F("below_week")), name="formulary_pregnancy_weeks")
        ]

    def __str__(self) -> str:
        return f"{self.who}, {self.state}"


class DuplicateException(Statement):
    """Two of these together are meant: an ATC prefix or an ingredient."""

    who = models.CharField(max_length=64, unique=True)
    why = models.CharField(max_length=200)

    class Meta(Statement.Meta):
        verbose_name = _("exception from duplicate therapy")
        verbose_name_plural = _("exceptions from duplicate therapy")

    def __str__(self) -> str:
        return self.who


class Alternative(Statement):
    """What to give instead: `use` is a generic of the formulary."""

    code = models.CharField(max_length=20, choices=codes.IssueCode)
    avoid = models.CharField(max_length=64)
    because = models.CharField(max_length=64, blank=True)
    use = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)

    class Meta(Statement.Meta):
        verbose_name = _("alternative")
        verbose_name_plural = _("alternatives")

    def __str__(self) -> str:
        return f"{self.avoid} → {self.use}"


class Lingering(Statement):
    """How many days an ingredient acts after the last dose."""

    ingredient = models.CharField(max_length=64, unique=True)
    days = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=200)

    class Meta(Statement.Meta):
        verbose_name = _("lingering effect")
        verbose_name_plural = _("lingering effects")

    def __str__(self) -> str:
        return self.ingredient
