"""The base of every table that says something about the hospital.

A record's id is a UUIDv7 (time-ordered, and its FHIR logical id); its `version` is the ETag, the guard in
forms and the number of its history row. Aggregates: rows that belong to a root (a patient's names) are
`Owned`, and every write to one advances the root's version: the database sees to it.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from hms.core.problems import Missing, Problem, Stale

M = TypeVar("M", bound="Record")


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7): 48 bits of milliseconds, 12 of sub-milliseconds, 62 random."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    number = (milliseconds & (2**48 - 1)) << 80 | 7 << 76 | fraction << 64 | 2 << 62
    return uuid.UUID(int=number | int.from_bytes(os.urandom(8)) & (2**62 - 1))


class Record(models.Model):
    """A row with an id, a version and a history.

    Class attributes a model may declare:
    `guards`     what the database refuses: see hms.core.guards;
    `may_delete` whether rows may be deleted (their last state stays in history);
    `on_merge`, `on_export`, `retention` as architecture.md 'Data decisions' asks of patient-linked tables.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    guards: ClassVar[list[Any]] = []
    may_delete: ClassVar[bool] = False
    keeps_history: ClassVar[bool] = True
    # Fields whose former values nobody may need again, such as password hashes: history holds NULL for them.
    history_leaves_out: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *rest: Any) -> Any:  # type: ignore[override]
        # UPDATE … WHERE version = the one that was read: the second of two writers is told, never wins silently.
        loaded = self.version
        field = self._meta.get_field("version")
        values = [value for value in values if value[0] is not field]
        values.append((field, None, loaded + 1))
        updated = super()._do_update(base_qs.filter(version=loaded), using, pk_val, values, *rest)
        if updated:
            self.version = loaded + 1
            return True
        raise stale(self, loaded)


class Owned(Record):
    """A row of an aggregate. `root` names its foreign key to the aggregate's root."""

    root: ClassVar[str] = ""
    may_delete = True

    class Meta:
        abstract = True


def stale(record: Record, version: int | None) -> Stale:
    """The refusal for a write that rests on an older version, carrying the record as it stands."""
    theirs = type(record)._base_manager.filter(pk=record.pk).first()
    return Stale(
        Problem(
            code="conflict",
            text=_(
                "Somebody else changed this since you opened it, so nothing was saved yet. "
                "Look at how it stands now, then decide again."
            ),
        ),
        yours=version,
        theirs=theirs,
    )


def take(queryset: models.QuerySet[M], id: Any, version: int | str | None = None) -> M:
    """The row of that id from a scoped queryset, locked until the transaction ends.

    Raises Missing when it is not there or not for the one who asks, Stale when `version` (the one a form or
    If-Match carried) is no longer the record's. `None` means the caller has no version to check.
    """
    try:
        record = queryset.select_for_update(of=("self",)).get(pk=id)
    except (queryset.model.DoesNotExist, ValueError, ValidationError):
        raise missing() from None
    if version is not None and str(version) != str(record.version):
        raise stale(record, int(version) if str(version).isdigit() else None)
    return record


def missing() -> Missing:
    """The refusal for a row that is not there, or not for this actor."""
    return Missing(Problem(code="not-found", text=_("This record does not exist, or you have no access to it.")))
