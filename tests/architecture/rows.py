"""One row of any table, made from what its model says of the columns: for laws that hold for every table.

Each row is as full as its table takes it. Where the checks of a table forbid some columns together (a room belongs to
a facility or to another organization), they are tried one by one.
"""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from itertools import count
from typing import Any, Final

from django.db import IntegrityError, models, transaction

from hms.core.crypto import EncryptedBinaryField, EncryptedTextField

_START: Final = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
_numbers = count(1)
# Numbers that a check compares with others, where every number is one.
_SUMS: Final = {"billing.InvoiceLine": {"total_minor": 2}}


class Rows:
    """The rows made so far, one for each model."""

    def __init__(self) -> None:
        self._made: dict[type[models.Model], models.Model] = {}
        self._making: list[type[models.Model]] = []

    def of(self, model: type[models.Model]) -> models.Model:
        """The row of this model, made with all that it points to."""
        if model not in self._made:
            self._making.append(model)
            self._made[model] = self._make(model)
            self._making.remove(model)
        return self._made[model]

    def unsaved(self, model: type[models.Model]) -> models.Model:
        """Another row of this model, which its table would take."""
        needed, more = self._values(model)
        held = {**needed, **more}
        if not _fits(model, held):
            held = needed
            # Twice: a column may only be taken once another one stands.
            for name in [*more, *more]:
                if name not in held and _fits(model, {**held, name: more[name]}):
                    held = {**held, name: more[name]}
        return model(**held)

    def _make(self, model: type[models.Model]) -> models.Model:
        row = self.unsaved(model)
        row.save(force_insert=True)
        return row

    def _values(self, model: type[models.Model]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a row can't do without, and what else it may hold."""
        needed: dict[str, Any] = {}
        more: dict[str, Any] = {}
        pointed_to: set[type[models.Model]] = {model}
        for field in model._meta.concrete_fields:
            if field.primary_key or field.generated or field.name == "version":
                continue
            target = field.related_model
            if target is None:
                left_out = field.null or field.has_default() or field.blank
                (more if left_out else needed)[field.name] = self._value(field)
            elif not field.null:
                # Two relations to one table lead to two rows: nobody is their own look-alike.
                needed[field.name] = self._make(target) if target in pointed_to else self.of(target)
                pointed_to.add(target)
            elif target not in self._making:
                more[field.name] = self.of(target)
        return needed | _SUMS.get(model._meta.label, {}), more

    @staticmethod
    def _value(field: Any) -> Any:
        """Something that this kind of column holds, different from every other."""
        number = next(_numbers)
        if field.choices:
            return field.flatchoices[0][0]
        if isinstance(field, EncryptedTextField):
            return f"grün {number}"
        if isinstance(field, EncryptedBinaryField | models.BinaryField):
            return f"{number:032d}".encode()
        if isinstance(field, models.DateTimeField):
            return _START + dt.timedelta(minutes=number, microseconds=123456)
        if isinstance(field, models.DateField):
            return _START.date() + dt.timedelta(days=number)
        if isinstance(field, models.TimeField):
            return dt.time(9 + number // 60 % 10, number % 60)
        if isinstance(field, models.DurationField):
            return dt.timedelta(minutes=number)
        if isinstance(field, models.UUIDField):
            return uuid.UUID(int=number)
        if isinstance(field, models.BooleanField):
            return False
        if isinstance(field, models.DecimalField):
            return decimal.Decimal("1.50")
        if isinstance(field, models.IntegerField):
            return 1
        if isinstance(field, models.JSONField):
            return {"number": number}
        return f"é{number}"[: field.max_length]


def _fits(model: type[models.Model], values: dict[str, Any]) -> bool:
    """Whether the table takes such a row; it's not kept."""
    try:
        with transaction.atomic():
            model(**values).save(force_insert=True)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True
