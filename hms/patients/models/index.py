"""What a patient is found by: words of names and dates, and the keys under which misspelt words meet them.

Both tables are derived from the patient's names by `indexing.py` and can be rebuilt at any time, so
they have no history. Encrypted values (telephone, identifiers) are found by blind index where they live.
"""

from __future__ import annotations

from django.db import models

TOKEN_LENGTH = 40


class SearchName(models.Model):
    """A word under which one patient is found: from a name, or a birth date as `1962-03-14`, `1962-03`, `1962-`."""

    class Kind(models.TextChoices):
        NAME = "n"  # usual or official name
        OTHER = "o"  # former name, nickname, alias
        BORN = "b"

    on_merge = "unite"
    on_export = "leave out: derived from the names"
    retention = "operational"

    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="search_names")
    token = models.CharField(max_length=TOKEN_LENGTH)
    kind = models.CharField(max_length=1, choices=Kind)

    class Meta:
        indexes = [
            # Covers the search: it never visits the table.
            models.Index(fields=["token", "patient", "kind"], name="patients_search_token"),
        ]

    def __str__(self) -> str:
        return self.token


class SearchKey(models.Model):
    """A key of a word that some patient's name contains: see rules/normalise.py. About no patient in particular."""

    key = models.CharField(max_length=TOKEN_LENGTH + 1)
    token = models.CharField(max_length=TOKEN_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="patients_search_key_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.token}"
