"""What one cell of an inventory says, field by field."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.lighting._words import (
    ADAPTIVE,
    FLAGS,
    NOT_KNOWN,
    STRUCTURES,
    SUPPORTS,
    USAGES,
    find_lamp_code,
)
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.lighting_mapping import LightField, LightingMapping

MAX_WATTS = 10_000_000

_LAMP_OF_POWER = r"(\d{1,8})\s*(?:W|\([A-Za-z]{2,12}\))?"
_ONE = re.compile(_LAMP_OF_POWER, re.ASCII | re.IGNORECASE)
_SEVERAL = re.compile(rf"{_LAMP_OF_POWER}(?:\s*[/+]\s*{_LAMP_OF_POWER})+", re.ASCII | re.IGNORECASE)
_TIMES = re.compile(r"(\d{1,2})\s*[xX*\u00d7]\s*(\d{1,5})\s*W?", re.IGNORECASE)
_AFTER = re.compile(
    r"(\d{1,5})\s*W?\s*(?:\(\s*[x\u00d7]\s*(\d)\s*\)|[x*\u00d7]\s*(\d))", re.IGNORECASE
)
_NAMED = re.compile(r"([^\W\d_]{2,12})\s+(\d{1,5})\s*W?", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,8})(?:[.,]0{1,20})?", re.ASCII)
_SEVERAL_LAMPS = re.compile(r"(\d{1,2})\s*[xX*\u00d7]\s*[^\W\d]")
_LAMPS_BEHIND = re.compile(r".*\d\s*W\s*\(?[xX*\u00d7]\s*(\d)\)?", re.IGNORECASE)
_TENTHS = re.compile(r"\d{1,8}[.,]\d{1,20}\s*W?", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,400})?", re.ASCII)
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3})")
_UNIT = re.compile(r"\s*(?:K|°K|m|lm|°|deg)$", re.IGNORECASE)
_DATE = re.compile(
    r"(?:(?P<y>\d{4})[-/](?P<m>\d{2})[-/](?P<d>\d{2})|(?P<d2>\d{2})[/.-](?P<m2>\d{2})[/.-](?P<y2>\d{4})"
    r"|(?P<y3>(?:19|20)\d{2})(?P<m3>\d{2})(?P<d3>\d{2}))"
    r"(?:[T ][0-9:.+Z-]{4,20})?",
    re.ASCII,
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?:\.0)?", re.ASCII)

_KILOWATT = re.compile(r"\s*kW$", re.IGNORECASE)
_LAMPS = re.compile(r"0{0,2}([1-9]\d?)(?:[.,]0{1,6})?", re.ASCII)
_KILOWATTS = "a power in kilowatts, a whole number of watts (example: 0.07)"
_POWER = "a power in watts, 0 to 10,000,000 (example: 70)"
_COMMA = "a number with a decimal comma"
_DOT = "a number with a dot"
_LAMP_UNKNOWN = N_("lamp {!r} is not in the list; kept as written in raw")
_WORD_UNKNOWN = N_("{}: {!r} is not in the list; kept as written in raw")
_YEAR_ONLY = N_("{}: {!r} is a year, not a date; kept as written in raw")
_NO_COLOUR = N_("0 K is no colour temperature; taken as not known")


class CellFields(NamedTuple):
    """Fields of the record that a cell gives, and the remark it calls for."""

    values: Mapping[str, object] = {}
    remark: tuple[str, ...] = ()
    """A constant text, then what fills it; empty: none."""


def parse_power_text(cell: str) -> tuple[int | None, str | None]:
    """Watts and the text to keep.

    (70, None), (286, "286(LED)"), (48, "2 x 24 W"), (300, "150(x2)"), (150, "SHP 150 W"),
    (None, "250/85").
    Two different lamps on one pole are not added up: which burns when is not known. BadInput for
    what is no power: a negative number, NaN, a word, more than 10 MW.
    """
    if whole := _WHOLE.fullmatch(_THOUSANDS.sub("", cell)):
        return _parse_watts(whole[1], cell), None
    if one := _ONE.fullmatch(cell):
        return _parse_watts(one[1], cell), cell
    if times := _TIMES.fullmatch(cell):
        return _parse_watts(str(int(times[1]) * int(times[2])), cell), cell
    if after := _AFTER.fullmatch(cell):
        return _parse_watts(str(int(after[1]) * int(after[2] or after[3])), cell), cell
    if (named := _NAMED.fullmatch(cell)) and find_lamp_code(named[1], {}):
        return _parse_watts(named[2], cell), cell
    if _SEVERAL.fullmatch(cell) or _TENTHS.fullmatch(cell):
        return None, cell
    raise BadInput("/power", cell, _POWER)


def parse_kilowatts(cell: str, decimal: str) -> int:
    """Watts of a power in kilowatts. BadInput for what is none, or no whole number of watts."""
    watts = Decimal(str(parse_decimal(_KILOWATT.sub("", cell), decimal))) * 1000
    if watts != watts.to_integral_value() or not 0 <= watts <= MAX_WATTS:
        raise BadInput("/power", cell, _KILOWATTS)
    return int(watts)


def count_in(text: str) -> int:
    """How many lamps a cell counts itself: 2 in `2 x 24 W` and in `2 x SHP`, else 1."""
    if after := _AFTER.fullmatch(text):  # of `50 x 2` and `2 x 50` the less is the number
        return min(int(after[1]), int(after[2] or after[3]))
    if behind := _LAMPS_BEHIND.fullmatch(text):
        return int(behind[1])
    times = _TIMES.fullmatch(text) or _SEVERAL_LAMPS.match(text)
    return 1 if times is None else int(times[1])


def lamps(cell: str) -> int:
    """How many lamps a cell says, 1 to 99."""
    found = _LAMPS.fullmatch(cell)
    if found is None:
        raise BadInput("/lamps", cell, "a number of lamps, 1 to 99")
    return int(found[1])


def _parse_watts(digits: str, cell: str) -> int:
    watts = int(digits)
    if watts > MAX_WATTS:
        raise BadInput("/power", cell, _POWER)
    return watts


def parse_decimal(cell: str, decimal: str) -> float:
    """The number in *cell*, whose mark is *decimal*; spaces between thousands are passed over."""
    text = _THOUSANDS.sub("", cell)
    if decimal == ",":
        text = text.replace(",", ".") if "." not in text else ""
    if not _NUMBER.fullmatch(text):
        raise BadInput("/number", cell, _COMMA if decimal == "," else _DOT)
    return float(text)


def civil_date(cell: str) -> str:
    """A date of *cell* as ISO 8601, an hour after it or not.

    Forms: 2026-11-25, 2026/11/25, 25/11/2026, 25-11-2026, 25.11.2026, 20261125.
    """
    found = _DATE.fullmatch(cell)
    if found is None:
        raise BadInput("/date", cell, "a date as 2026-11-25 or 25/11/2026")
    part = found.groupdict()
    year, month, day = (part[k] or part[f"{k}2"] or part[f"{k}3"] for k in ("y", "m", "d"))
    return f"{year}-{month}-{day}"


def parse_field_cell(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    """What *cell*, neither blank nor with spaces around, says of *field*.

    Not for `x`, `y` and `place`. BadInput (its `where` is of no use) when it says nothing.
    """
    reader = _READ.get(field, _parse_text_field)
    if reader in _MEASURES and normalize_column_name(cell) in NOT_KNOWN:
        return CellFields()
    return reader(field, cell, mapping)


def _parse_text_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    del mapping
    return CellFields({field: cell})


def _parse_power_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    del field, mapping
    watts, text = parse_power_text(cell)
    return CellFields({"power_w": watts, "power_text": text})


def _parse_kilowatts_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    del field
    return CellFields({"power_w": parse_kilowatts(cell, mapping.decimal), "power_text": None})


def _parse_lamps_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    del field, mapping
    lamps(cell)  # no field of the record: it multiplies the power
    return CellFields()


def _parse_lamp_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    own = {normalize_column_name(word): code for word, code in (mapping.lamps or {}).items()}
    code = find_lamp_code(cell, own)
    remark = () if code else (_LAMP_UNKNOWN, cell)
    return CellFields({field: code}, remark)


def _parse_number_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    return CellFields({field: parse_decimal(_UNIT.sub("", cell), mapping.decimal)})


def _parse_whole_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    value = parse_decimal(_UNIT.sub("", cell), mapping.decimal)
    if not value.is_integer():
        raise BadInput("/number", cell, "a whole number")
    if field == "cct_k" and value == 0:
        return CellFields({field: None}, (_NO_COLOUR,))
    return CellFields({field: int(value)})


def _parse_date_field(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
    del mapping
    if cell.strip("0/-") == "":
        return CellFields()  # 00000000 in a dBASE table, 0000-00-00 in a database: no date
    if _YEAR.fullmatch(cell):
        return CellFields({field: None}, (_YEAR_ONLY, field, cell))
    return CellFields({field: civil_date(cell)})


def _build_coded_reader(words: Mapping[str, object]) -> "_Reader":
    def read(field: LightField, cell: str, mapping: LightingMapping) -> CellFields:
        del mapping
        code = words.get(normalize_column_name(cell))
        remark = (_WORD_UNKNOWN, field, cell) if code is None else ()
        return CellFields({field: code}, remark)

    return read


type _Reader = Callable[[LightField, str, LightingMapping], CellFields]

_READ: dict[LightField, _Reader] = {
    "power": _parse_power_field,
    "power_2": _parse_power_field,
    "power_gear": _parse_power_field,
    "power_kw": _parse_kilowatts_field,
    "lamps": _parse_lamps_field,
    "source_type": _parse_lamp_field,
    "flux_lm": _parse_whole_field,
    "source_flux_lm": _parse_whole_field,
    "cct_k": _parse_whole_field,
    "ulr_installed": _parse_number_field,
    "ulr_nominal": _parse_number_field,
    "cie3": _parse_number_field,
    "height_m": _parse_number_field,
    "tilt_max_deg": _parse_number_field,
    "tilt_installed_deg": _parse_number_field,
    "installed_on": _parse_date_field,
    "valid_from": _parse_date_field,
    "valid_to": _parse_date_field,
    "usage": _build_coded_reader(USAGES),
    "structure": _build_coded_reader(STRUCTURES),
    "support_type": _build_coded_reader(SUPPORTS),
    "adaptive_kind": _build_coded_reader(ADAPTIVE),
    "is_public": _build_coded_reader(FLAGS),
    "night_off": _build_coded_reader(FLAGS),
    "is_adaptive": _build_coded_reader(FLAGS),
}
_MEASURES = frozenset(
    {
        _parse_power_field,
        _parse_kilowatts_field,
        _parse_lamps_field,
        _parse_number_field,
        _parse_whole_field,
        _parse_date_field,
    }
)
"""Readers of what is measured or dated: a word for "not known" there costs no row."""
