"""Columns of the catalogue (`columns.csv`), and how a value is written in its cell."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from synergie.formats.cells import spell_value
from synergie.formats.columns import Column, load_columns, load_words
from synergie.formats.values import digits_of
from synergie.lighting.plan._rows import Row
from synergie.lighting.plan.catalogue import _text
from synergie.schemas.assets.light_point import SourceType

_PACKAGE = "synergie.lighting.plan.catalogue"
_LAMPS = {code: code for code in get_args(SourceType.__value__)}
COLUMNS = load_columns(_PACKAGE, {**load_words(_PACKAGE), "lamps": _LAMPS})["retrofits"]
"""A column a field of `lighting.records.retrofit.Retrofit`, in the order of the shipped file."""
_EXPECTED = {"source_type": _text.KIND, "protocol": _text.PROTOCOL}


def read_field(row: Row, name: str) -> Any:
    """The value of a cell that is not blank, for the field of that *name*."""
    if name == "fits":
        return tuple(
            _read_lamp(row, part) for part in re.split(r"[\s,|/]+", row.cells[name]) if part
        )
    return row.value(name, _EXPECTED.get(name, ""))


def _read_lamp(row: Row, code: str) -> str:
    if code.upper() not in _LAMPS:
        raise row.fault("fits", code, _text.KIND)
    return code.upper()


def spell_field(value: Any, column: Column) -> str:
    """The cell of a value: a number without an idle zero, but one where it could be thousands."""
    match value:
        case tuple():
            return " ".join(value)
        case float() | Decimal():
            number = Decimal(str(value))
            whole = number == number.to_integral_value()
            exact = number.quantize(Decimal(1)) if whole else number.normalize()
            return digits_of(exact).replace(".", ",")
        case date():
            return value.isoformat()
        case _:
            return spell_value(value, column, "Europe/Paris")
