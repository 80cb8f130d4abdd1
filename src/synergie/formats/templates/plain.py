"""Templates of one record a row, whose columns are fields of the record."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.columns import Column, Values
from synergie.formats.format import Record
from synergie.formats.templates.columns import Template
from synergie.formats.templates.parts import (
    convert_to_exact,
    key_of,
    merge_coordinates,
    place,
    provenance_of,
    split,
)

_EXPECTED = N_("a record of the kind of this template")


def plain_template(
    name: str, title: str, about: str, *, columns: tuple[Column, ...], record: Any
) -> Template:
    """A template of *record*, a model; a column `code` is its `supply_point`.

    Numbers become floats: these records hold no exact ones.
    """
    return Template(
        name=name,
        title=title,
        about=about,
        columns=columns,
        records=_build_record_reader(record),
        rows=rows_of(record, lambda told: values_of(told, columns), _EXPECTED),
        fields={"supply_point": "code"},
    )


def _build_record_reader(record: Any) -> Callable[[Values], tuple[Record, ...]]:
    def records(values: Values) -> tuple[Record, ...]:
        fields = {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in merge_coordinates(values).items()
            if name not in ("code", "scheme")
        }
        if "code" in values:
            fields["supply_point"] = key_of(values)
        fields["provenance"] = provenance_of(values, str(values.get("code", "")))
        return (record.model_validate(fields),)

    return records


def rows_of[R](
    kind: type[R], row_of: Callable[[R], Values], expected: str
) -> Callable[[Iterable[Record]], Iterator[Values]]:
    """The rows of records of one *kind*; BadInput for another: *expected* says what was."""

    def rows(records: Iterable[Record]) -> Iterator[Values]:
        for record in records:
            if not isinstance(record, kind):
                raise BadInput("record", type(record).__name__, expected)
            yield row_of(record)

    return rows


def values_of(record: BaseModel, columns: tuple[Column, ...]) -> Values:
    """The row of *record*, a column a field; BadInput when a field it tells has no column."""
    _check_all_columns(record, columns)
    told = place(getattr(record, "location", None))
    if (key := getattr(record, "supply_point", None)) is not None:
        told |= split(key)
    for column in columns:
        cell = getattr(record, column.name, None)
        if cell is not None:
            told[column.name] = convert_to_exact(cell) if isinstance(cell, float) else cell
    return told


def _check_all_columns(record: BaseModel, columns: tuple[Column, ...]) -> None:
    """BadInput for a field that is told and has no column: nothing is lost in silence."""
    names = {column.name for column in columns} | {"location", "supply_point", "raw"}
    for name, field in type(record).model_fields.items():
        if name not in names and getattr(record, name) != field.get_default():
            raise BadInput(f"record, /{name}", getattr(record, name), "a field with a column here")
