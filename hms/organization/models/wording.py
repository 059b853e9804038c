"""Words of data in other languages: one table for the names of everything."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hms.core.records import Record


class Wording(Record):
    """What one field of one row is called in one language. `row` is the id of any record; ids are never reused."""

    may_delete = True

    row = models.UUIDField()
    field = models.CharField(max_length=32)
    language = models.CharField(_("language"), max_length=16)
    text = models.TextField(_("text"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "field", "language"], name="organization_wording_once"),
        ]

    def __str__(self) -> str:
        return self.text
