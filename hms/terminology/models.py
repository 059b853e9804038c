"""Code systems, their concepts, and the rows that searching needs. Written by the loading action alone.

Concepts are never deleted: a code that left its system gets `valid_to`, so that what was recorded with it
stays readable. `Designation` and `Posting` are made from concepts by `index.py` and may be remade at any time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core.guards import Guard, Piece, refusing_trigger
from hms.terminology.codes import ConceptKind, DesignationUse, RubricKind


class Kept(Guard):
    """No row is ever deleted."""

    def pieces(self, model: type[models.Model], vendor: str, position: int) -> Iterator[Piece]:
        table = model._meta.db_table
        yield refusing_trigger(vendor, f"{table}_kept", table, "DELETE")


class CodeSystem(models.Model):
    """A code system as installed here: which release, and from where it was read."""

    url = models.URLField(max_length=200, unique=True)
    name = models.CharField(max_length=100)
    version = models.CharField(max_length=40)
    released_on = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)
    copyright = models.TextField(blank=True)
    # Changes with every rebuild of the search rows; processes drop their cached vocabulary by it.
    index_stamp = models.CharField(max_length=32, blank=True)

    guards = [Kept()]

    class Meta:
        verbose_name = _("code system")

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ConceptQuerySet(models.QuerySet["Concept"]):
    def of(self, system: str) -> ConceptQuerySet:
        return self.filter(system__url=system)

    def valid_on(self, day: dt.date) -> ConceptQuerySet:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day))


class Concept(models.Model):
    """One code with its title. Valid in `[valid_from, valid_to)`; no dates means always."""

    # Given by the loader, which writes a hundred thousand rows with their parents in one go.
    id = models.BigIntegerField(primary_key=True)
    system = models.ForeignKey(CodeSystem, models.PROTECT, related_name="concepts")
    code = models.CharField(max_length=40)
    display = models.CharField(max_length=400)
    kind = models.CharField(max_length=16, choices=ConceptKind, default=ConceptKind.CODE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_leaf = models.BooleanField(default=True)
    # Fit for a claim: ICD-10-CM wants the full number of characters.
    billable = models.BooleanField(default=False)
    # Met every day: stands before its equals in a list.
    common = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = ConceptQuerySet.as_manager()
    guards = [Kept()]

    class Meta:
        verbose_name = _("concept")
        constraints = [
            models.UniqueConstraint(fields=["system", "code"], name="terminology_concept_code_unique"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="terminology_concept_period_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.display}"


class Rubric(models.Model):
    """A coding note of a concept: what it includes, excludes, or wants coded beside it."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="rubrics")
    kind = models.CharField(max_length=16, choices=RubricKind)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        verbose_name = _("coding note")
        ordering = ["concept_id", "kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "kind", "position"], name="terminology_rubric_position_unique")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"


class Designation(models.Model):
    """A text by which a concept is found. `rank` orders all of a system's designations, best first."""

    system = models.ForeignKey(CodeSystem, models.CASCADE, related_name="+")
    concept = models.ForeignKey(Concept, models.CASCADE, related_name="designations")
    use = models.CharField(max_length=10, choices=DesignationUse)
    text = models.CharField(max_length=400)
    words = models.CharField(max_length=500)
    essential = models.PositiveSmallIntegerField()
    rank = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("designation")
        constraints = [models.UniqueConstraint(fields=["system", "rank"], name="terminology_designation_rank_unique")]

    def __str__(self) -> str:
        return self.text


class Posting(models.Model):
    """Where a word occurs: the ranks of the designations that hold it, as little-endian 32-bit numbers.

    An inverted index of our own, because it gives the same list on every database engine.
    The lowest bit of each number says whether the concept is a leaf; the others are the rank.
    """

    system = models.ForeignKey(CodeSystem, models.CASCADE, related_name="+")
    word = models.CharField(max_length=80)
    ranks = models.BinaryField()

    class Meta:
        verbose_name = _("posting")
        constraints = [models.UniqueConstraint(fields=["system", "word"], name="terminology_posting_word_unique")]

    def __str__(self) -> str:
        return self.word
