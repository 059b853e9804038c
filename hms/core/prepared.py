"""Queries whose SQL is made once for the process.

Django makes the SQL of a queryset anew each time it is asked, which takes several times as long as the database's
own work on a question by index. For the few questions that every request or every booking asks, `Prepared` keeps what
Django made. The answer is never kept: each asking is a query, and sees what is there.

    _active = Prepared(lambda: Grant.objects.filter(user=Given("user", UUIDField()), status="active"))
    _active(user=user.pk)

It takes plain querysets of models (with `select_related` and annotations) and `values_list`. What is not a `Given` is
the same for all time: no clock, no person, no setting may go into it. Rows are not locked, and nothing is prefetched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, QuerySet, Value
from django.db.models.expressions import ExpressionList
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

R = TypeVar("R")


class Given(Value):
    """Stands in a queryset for a value that each asking brings along, of the kind a field holds."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)

    @property
    def name(self) -> str:
        return str(self.value)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


def several(name: str, field: Field[Any, Any], count: int) -> Any:
    """So many of a kind, for `…__in`; `named` gives the values the same names."""
    # Django knows that nothing is in an empty list.
    return ExpressionList(*(Given(f"{name}{number}", field) for number in range(count))) if count else []


def named(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Values for what `several` made."""
    return {f"{name}{number}": value for number, value in enumerate(values)}


class Prepared(Generic[R]):
    """A question that is asked often. `build` makes its queryset, when it is first asked."""

    def __init__(self, build: Callable[[], QuerySet[Any, R]]) -> None:
        self._build = build
        self._made: dict[str, _Made] = {}

    def __call__(self, **given: Any) -> list[R]:
        """The rows for these values, by one query."""
        # Not the proxy called `connection`, which looks itself up for every value.
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = _make(self._build(), connection)
        if not made.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(made.sql, made.parameters(given, connection))
            rows = cursor.fetchall()
        return made.results(rows, connection)

    def first(self, **given: Any) -> R | None:
        """The first row for these values, or None."""
        return next(iter(self(**given)), None)


@dataclass(frozen=True, slots=True)
class _Made:
    """What Django made of a queryset; no SQL for one that can't find anything."""

    sql: str
    given: tuple[Any, ...]
    # Per column: what turns the database's value into Python's.
    converters: tuple[tuple[int, Any, Any], ...]
    read: Callable[[list[Any]], Any]

    def parameters(self, given: dict[str, Any], connection: Any) -> list[Any]:
        return [
            one.output_field.get_db_prep_value(given[one.name], connection) if isinstance(one, Given) else one
            for one in self.given
        ]

    def results(self, rows: list[Any], connection: Any) -> list[Any]:
        if not self.converters and self.read is tuple:
            return list(rows)
        found = []
        for row in map(list, rows):
            for position, converters, expression in self.converters:
                value = row[position]
                for convert in converters:
                    value = convert(value, expression, connection)
                row[position] = value
            found.append(self.read(row))
        return found


def _make(queryset: QuerySet[Any, Any], connection: Any) -> _Made:
    query = queryset.query
    if query.select_for_update or queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise ValueError("A prepared query locks no rows and prefetches nothing.")
    compiler = query.get_compiler(connection=connection)
    try:
        sql, given = compiler.as_sql()
    except EmptyResultSet:
        return _Made("", (), (), tuple)
    if compiler.has_extra_select:
        raise ValueError("A prepared query selects no more than it gives.")
    columns = [column[0] for column in compiler.select]
    converters = tuple((at, how, what) for at, (how, what) in compiler.get_converters(columns).items())
    return _Made(sql, tuple(given), converters, _reader(queryset, compiler))


def _reader(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], Any]:
    """What makes an answer of a row, as the queryset would."""
    kind = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return itemgetter(0)
    if kind is ValuesListIterable:
        return tuple
    if kind is not ModelIterable:
        raise ValueError("A prepared query gives models or tuples.")
    model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    extra = list(compiler.annotation_col_map.items())

    def read(row: list[Any]) -> Any:
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[first:end])
        for one in related:
            one.populate(row, made)
        for name, position in extra:
            setattr(made, name, row[position])
        return made

    return read
