"""A lighting inventory in CSV, whatever its columns: read through a mapping (docs/formats)."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.format import Format, Sample
from synergie.formats.lighting import works_csv
from synergie.formats.lighting._columns import (
    count_lighting_columns,
    match_light_columns,
    names_lights,
)
from synergie.formats.lighting._export import has_export_columns
from synergie.formats.lighting._lighting import Inventory, Item, Light
from synergie.formats.lighting._mapping import check_declared_mapping
from synergie.formats.lighting._mapping import propose as proposed
from synergie.formats.lighting._powers import Cells, find_doubles
from synergie.formats.lighting.network_csv import CIRCUIT, SUPPORT
from synergie.formats.lighting.titles import find_odd_words, stop_at_titles
from synergie.formats.report import Report
from synergie.formats.text import Encoding, detect_encoding, read_csv_rows, separator_of
from synergie.schemas.assets.lighting_mapping import LightingMapping
from synergie.schemas.readings.profile import Profile

NAME = "lighting-csv"

_MOST_ABOVE = 5
"""Titles above the head."""
_QUOTED = "no space between a separator and a quotation mark"
_TOLD_APART = "a column that identifies the light points, or their coordinates, declared"


def sniff(sample: Sample) -> float:
    """Up to 0.85 for a header with a lamp, a power or a cabinet beside an identifier or a place."""
    lines = list(sample.lines(_MOST_ABOVE + 1))
    first = lines[_count_title_lines(lines)] if lines else ""
    mark = separator_of(first)
    if mark is None:
        return 0.0
    names = first.replace('"', "").split(mark)
    found, told = match_light_columns(names), count_lighting_columns(names)
    if not told or not ({"external_id", "place"} & found.keys() or {"x", "y"} <= found.keys()):
        return 0.0
    if any(has_export_columns(names, kind) for kind in (works_csv.KIND, SUPPORT, CIRCUIT)):
        return 0.5  # a table of interventions, supports or circuits, unless it is declared
    named = "power" in found and (names_lights(found) or "lamps" in found)
    return min(0.85, 0.55 + 0.15 * (told + named))


def _count_title_lines(lines: Sequence[str]) -> int:
    """How many titles stand above the head: lines of fewer cells than one that tells of lights."""
    most = 1
    for rank, line in enumerate(lines):
        if "\0" in line:
            break  # no text: a database, a picture
        mark = separator_of(line)
        names = line.replace('"', "").split(mark) if mark else [line]
        filled = sum(bool(name.strip()) for name in names)
        if filled > most and count_lighting_columns(names):
            found = match_light_columns(names)
            known = {"external_id", "place"} & found.keys() or {"x", "y"} <= found.keys()
            return rank if known else 0
        most = max(most, filled)
    return 0


def _read_title_lines(source: BinaryIO, coding: Encoding) -> list[str]:
    """The lines above the head; BadInput for one that says that these are no lights in use."""
    source.seek(0)
    lines = [
        source.readline(1 << 16).decode(coding.name, "replace") for _ in range(_MOST_ABOVE + 1)
    ]
    titles = lines[: _count_title_lines(lines)]
    stop_at_titles((f"line {number}", title) for number, title in enumerate(titles, start=1))
    return titles


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Light], Report]:
    """Light points in file order, each cabinet before the first point that names it.

    BadInput when the first line is not a header of several columns, lacks one that the mapping
    names, or none tells the light points apart. Memory grows with the identifiers and the
    refusals, not with the rest of the file.
    """
    report = Report()
    return records(source, profile, report), report


def records(
    source: BinaryIO, profile: Profile, report: Report, *, national: bool = False
) -> Iterator[Light]:
    """As `read`. *national*: a French standard, whose coordinates are not in Mercator."""
    report.confirmed |= frozenset(profile.confirmed)
    coding = detect_encoding(source, report)
    mark, header = _read_csv_header(source, coding)
    for title in filter(find_odd_words, _read_title_lines(source, coding)):
        report.find(checks.OTHER_LIGHTS, title.strip().strip(';,|\t"'))
    mapping = profile.mapping or _propose_csv_mapping(
        source, coding, mark, report, national=national
    )
    check_declared_mapping(mapping, header, "line 1")
    if not {"external_id", "x", "place"} & set(mapping.columns.values()):
        raise BadInput("line 1", ", ".join(header), _TOLD_APART)
    inventory = Inventory(
        header,
        mapping,
        report,
        provenance=profile.provenance,
        doubles=find_doubles(header, mapping, _read_csv_cells(source, coding, mark, header)),
    )
    return inventory.records(_iterate_csv_items(source, coding, mark, report))


def propose(source: BinaryIO) -> tuple[LightingMapping, Report]:
    """The mapping that `read` would use without a declared one, to correct and save."""
    report = Report()
    coding = detect_encoding(source, report)
    mark, _ = _read_csv_header(source, coding)
    return _propose_csv_mapping(source, coding, mark, report), report


def _read_csv_header(source: BinaryIO, coding: Encoding) -> tuple[str, list[str]]:
    """The separator and the names of the columns; names are filled and differ."""
    above = len(_read_title_lines(source, coding))
    source.seek(0)
    lines = [source.readline(1 << 16) for _ in range(above + 1)]
    first = lines[-1].decode(coding.name, "replace").strip("\r\n")
    mark = separator_of(first)
    if mark is None:
        found = first or "an empty line"
        raise BadInput("line 1", found, "names of columns between ; , | or tabulations")
    source.seek(0)
    table = read_csv_rows(source, coding, separator=mark, report=Report())
    header = next((cells for line, cells in table if line > above), [])
    header = [name.strip() or f"column {i}" for i, name in enumerate(header, start=1)]
    twice = next((name for i, name in enumerate(header) if name in header[:i]), None)
    if not header:
        raise BadInput("line 1", first, "a readable header of at most 1,000 columns")
    if quoted := next((name for name in header if name.startswith('"')), None):
        raise BadInput("line 1", quoted, _QUOTED)
    if twice is not None:
        raise BadInput("line 1", twice, "names of columns that differ")
    return mark, header


def _iterate_csv_items(
    source: BinaryIO, coding: Encoding, mark: str, report: Report
) -> Iterator[tuple[int, Item]]:
    head = len(_read_title_lines(source, coding)) + 1
    source.seek(0)
    for line, cells in read_csv_rows(source, coding, separator=mark, report=report):
        if line > head:
            yield line, (cells, None)


def _propose_csv_mapping(
    source: BinaryIO, coding: Encoding, mark: str, report: Report, *, national: bool = False
) -> LightingMapping:
    _, header = _read_csv_header(source, coding)
    return proposed(
        header, _read_csv_cells(source, coding, mark, header), report, national=national
    )


def _read_csv_cells(source: BinaryIO, coding: Encoding, mark: str, header: list[str]) -> Cells:
    """The cells of the columns named, row by row."""

    def cells(columns: list[str]) -> Iterator[list[str]]:
        at = [header.index(column) for column in columns]
        for _, (row, _xy) in _iterate_csv_items(source, coding, mark, Report()):
            if len(row) == len(header):
                yield [row[i] for i in at]

    return cells


FORMAT = Format(
    name=NAME, title="Lighting inventory (CSV, any columns)", sniff=sniff, read=read, write=None
)
