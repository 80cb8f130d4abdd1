"""What SQLite and PostgreSQL each say in their own words."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, TableValuedAlias, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String
from sqlmodel.sql.expression import SelectOfScalar


class json_text(FunctionElement[str]):  # noqa: N801 (a function of SQL)
    """A member of a JSON object in a column of text, as text; null when it is not there."""

    type = String()
    inherit_cache = True


class json_item(FunctionElement[str]):  # noqa: N801 (a function of SQL)
    """An item of a JSON array by its place, as text."""

    type = String()
    inherit_cache = True


class _Lines(FunctionElement[str]):
    """The items of a JSON array, a row each."""

    inherit_cache = True


def json_lines(listed: str) -> TableValuedAlias:
    """The items of the JSON array *listed* as rows, sent as one value: `value` is each."""
    some = bindparam(None, listed, String(), unique=True)
    return _Lines(some).table_valued(column("value", String()))


class _InJsonArray(FunctionElement[bool]):
    """Whether a column is among the texts of a JSON array."""

    type = Boolean()
    inherit_cache = True


def match_any_of(column: Any, names: Iterable[str]) -> ColumnElement[bool]:
    """Whether *column* is one of *names*, sent as one value however many they are."""
    return _InJsonArray(column, bindparam(None, json.dumps(sorted(names)), String(), unique=True))


class _Among(FunctionElement[bool]):
    """Whether a column is among the rows of a query: as a list, as a look-up of one."""

    type = Boolean()
    inherit_cache = True


def match_subquery(column: Any, named: SelectOfScalar[str]) -> ColumnElement[bool]:
    """Whether *column* is one of *named*, a query of one column that an index leads to.

    PostgreSQL may join a list with the rows it is asked of, and takes one loop in the other where
    its statistics are of a time when both were empty: minutes for 16,000 names that were just
    agreed on. A look-up row by row, inside an expression, leaves it no such choice.
    """
    (subject,) = named.selected_columns
    one = named.where(subject == column).correlate(column.table).exists()
    return _Among(column.in_(named), one)


@compiles(json_text, "sqlite")
def _json_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    column, name = element.clauses
    return f"json_extract({compiler.process(column, **kw)}, '$.' || {compiler.process(name, **kw)})"


@compiles(json_text, "postgresql")
def _json_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    column, name = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST({column} AS json) ->> CAST({name} AS text))"


@compiles(json_item, "sqlite")
def _item_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    array, place = (compiler.process(one, **kw) for one in element.clauses)
    return f"json_extract({array}, '$[' || {place} || ']')"


@compiles(json_item, "postgresql")
def _item_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    array, place = (compiler.process(one, **kw) for one in element.clauses)
    return f"({array} ->> CAST({place} AS integer))"


@compiles(_Lines, "sqlite")
def _lines_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Lines, "postgresql")
def _lines_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **kw)} AS json))"


@compiles(_InJsonArray, "sqlite")
def _compile_array_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    column, names = (compiler.process(one, **kw) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({names}))"  # noqa: S608 (compiled clauses)


@compiles(_InJsonArray, "postgresql")
def _compile_array_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    column, names = (compiler.process(one, **kw) for one in element.clauses)
    return f"{column} IN (SELECT json_array_elements_text(CAST({names} AS json)))"


@compiles(_Among, "sqlite")
def _among_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    listed, _ = element.clauses
    return compiler.process(listed, **kw)


@compiles(_Among, "postgresql")
def _among_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    _, looked_up = element.clauses
    return f"({compiler.process(looked_up, **kw)} IS TRUE)"
