"""Our own CSV of light points, both ways: one column a field, in two dialects.

`light-points-csv` for programs: comma, decimal dot. `light-points-csv-fr` for a French
spreadsheet: BOM, semicolon, decimal comma, and an apostrophe before a text that the spreadsheet
would take for a formula; our reader takes it off (ASVS 1.2.10).
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats.csv_text import join_rows
from synergie.formats.format import Format, Record, Sample
from synergie.formats.formulas import escape_formula, unescape_formula
from synergie.formats.lighting._cells import parse_decimal
from synergie.formats.lighting._lighting import check_unique_record, is_bare_cabinet, with_cabinets
from synergie.formats.report import Report
from synergie.formats.tables.foot import Foot
from synergie.formats.text import detect_encoding, read_csv_rows
from synergie.formats.values import read_number
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.faults import faults

WHOLE = ("power_w", "flux_lm", "cct_k", "source_flux_lm")
NUMBERS = (
    "longitude", "latitude", "ulr_installed", "height_m", "cie3", "ulr_nominal", "tilt_max_deg",
    "tilt_installed_deg",
)  # fmt: skip
FLAGS = ("is_public", "night_off", "is_adaptive")
COLUMNS = (
    "external_id", "cabinet", "insee_code", "longitude", "latitude", "source_type", "power_w",
    "power_text", "flux_lm", "cct_k", "ulr_installed", "height_m", "installed_on",
    "luminaire_model", "provenance",
)  # fmt: skip
"""The header begins with these, in this order; the units are in the names."""
MORE = (
    "support", "circuit", "status", "is_public", "usage", "structure", "support_type",
    "manufacturer", "photometry", "source_flux_lm", "cie3", "ulr_nominal", "tilt_max_deg",
    "tilt_installed_deg", "night_off", "is_adaptive", "adaptive_kind", "night_profile",
    "valid_from", "valid_to",
)  # fmt: skip
"""Written after them; a reader takes any of these, in any order, or none."""

_WORDS = {"true": True, "false": False}


class Dialect(NamedTuple):
    """How the same columns are written."""

    separator: str
    decimal: str
    bom: bool
    guarded: bool
    """Whether texts that look like formulas bear an apostrophe."""


OPEN = Dialect(",", ".", bom=False, guarded=False)
FRENCH = Dialect(";", ",", bom=True, guarded=True)


def _sniff_light_points(sample: Sample, dialect: Dialect) -> float:
    first = next(iter(sample.lines(1)), "")
    return float(_is_header(first.split(dialect.separator)))


def _is_header(names: list[str]) -> bool:
    first, more = tuple(names[: len(COLUMNS)]), names[len(COLUMNS) :]
    return first == COLUMNS and len(set(more)) == len(more) and set(more) <= set(MORE)


def _read_light_points(source: BinaryIO, dialect: Dialect) -> tuple[Iterator[Record], Report]:
    """Light points in file order, each cabinet before the first that names it.

    BadInput when the header does not begin with COLUMNS. Memory grows with the identifiers and
    the refusals.
    """
    report = Report()
    table = read_csv_rows(
        source, detect_encoding(source, report), separator=dialect.separator, report=report
    )
    line, header = next(table, (1, []))
    if not _is_header(header):
        expected = dialect.separator.join(COLUMNS)
        raise BadInput(f"line {line}", dialect.separator.join(header), expected)
    known: set[str] = set()
    watts = header.index("power_w")
    foot = Foot([watts], report)

    def is_total(line: int, cells: list[str]) -> bool:
        told = read_number(cells[watts]) if watts < len(cells) else None
        return foot.is_total(line, cells, {} if told is None else {watts: told})

    lights = ((line, cells) for line, cells in table if not is_total(line, cells))
    points = report.keep(
        lambda cells: check_unique_record(_parse_light_point(header, cells, dialect), known), lights
    )
    return with_cabinets(points), report


def _parse_light_point(header: list[str], cells: list[str], dialect: Dialect) -> LightPointRecord:
    if len(cells) != len(header):
        raise BadInput("row", f"{len(cells)} cells", "as many cells as the header has columns")
    values = {
        name: _parse_light_cell(name, cell, dialect)
        for name, cell in zip(header, cells, strict=True)
    }
    place = {end: values.pop(end) for end in ("longitude", "latitude")}
    if any(end is not None for end in place.values()):
        values["location"] = place
    try:
        return LightPointRecord.model_validate({k: v for k, v in values.items() if v is not None})
    except ValidationError as error:
        fault = faults(error)[0]
        raise BadInput(
            fault.where.replace("/location/", "/"), fault.found, fault.expected
        ) from error


def _parse_light_cell(name: str, cell: str, dialect: Dialect) -> object:
    """The value of a cell; None when it is empty."""
    if not cell:
        return None
    try:
        if name in WHOLE:
            return _parse_whole_cell(cell)
        if name in NUMBERS:
            return parse_decimal(cell, dialect.decimal)
        if name in FLAGS:
            return _parse_flag(cell)
    except BadInput as fault:
        raise BadInput(f"/{name}", fault.found, fault.expected) from fault
    return unescape_formula(cell) if dialect.guarded else cell


def _parse_whole_cell(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= len("10000000")):
        raise BadInput("/", cell, "a whole number, 0 to 10,000,000")
    return int(cell)


def _parse_flag(cell: str) -> bool:
    if cell not in _WORDS:
        raise BadInput("/", cell, "true or false")
    return _WORDS[cell]


def _write_light_points(records: Iterable[Record], sink: BinaryIO, dialect: Dialect) -> None:
    """The header, then a row a light point; cabinets that say no more than their name need none.

    `raw` is not written: it is the row of another file. BadInput for any other record.
    """
    if dialect.bom:
        sink.write(b"\xef\xbb\xbf")
    names = COLUMNS + MORE
    _write_line(names, sink, dialect)
    for record in records:
        if isinstance(record, LightPointRecord):
            _write_line(
                [_format_light_cell(name, record, dialect) for name in names], sink, dialect
            )
        elif not is_bare_cabinet(record):
            raise BadInput("record", type(record).__name__, "a light point")


def _write_line(cells: Iterable[str], sink: BinaryIO, dialect: Dialect) -> None:
    sink.write(join_rows([cells], dialect.separator, "\n").encode())


def _format_light_cell(name: str, point: LightPointRecord, dialect: Dialect) -> str:
    if name in ("longitude", "latitude"):
        value = None if point.location is None else getattr(point.location, name)
    else:
        value = getattr(point, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".replace(".", dialect.decimal)
    text = str(value)
    return escape_formula(text) if dialect.guarded and isinstance(value, str) else text


FORMAT = Format(
    name="light-points-csv",
    title="Light points of synergie (CSV, comma, decimal dot)",
    sniff=lambda sample: _sniff_light_points(sample, OPEN),
    read=lambda source, _: _read_light_points(source, OPEN),
    write=lambda records, sink, _: _write_light_points(records, sink, OPEN),
)
FORMAT_FR = Format(
    name="light-points-csv-fr",
    title="Light points of synergie (CSV for a French spreadsheet)",
    sniff=lambda sample: _sniff_light_points(sample, FRENCH),
    read=lambda source, _: _read_light_points(source, FRENCH),
    write=lambda records, sink, _: _write_light_points(records, sink, FRENCH),
)
