"""Proposing how an inventory's columns are read, from their names and a pass over the rows."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, get_args

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.lighting import _cells, _places
from synergie.formats.lighting._assemble import check_values
from synergie.formats.lighting._columns import match_light_columns
from synergie.formats.lighting._degrees import place
from synergie.formats.lighting._doubts import Unread, stop_at_cabinets, tell
from synergie.formats.lighting._powers import Cells, settle_watt_columns
from synergie.formats.lighting._words import BLANKS
from synergie.formats.report import Report
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_mapping import LightField, LightingMapping

SAMPLE = 2_000
"""Rows that are looked at to see whether a column holds what its name says."""

_FAULTY = "column {} has {} blanks and {} repeats: another identifier is looked for"
_UNREAD = N_("columns that give no field, kept as written in raw: {}")
_LEAST, _MOST = 20, 0.2
_CODE = re.compile(r"(?!\d+[.,]\d+$)(?=[^\d]*\d)[\w./-]{1,40}")
_EMPTY = frozenset(word.casefold() for word in BLANKS)
_CODED: tuple[LightField, ...] = (
    "usage", "structure", "support_type", "adaptive_kind", "is_public", "night_off", "is_adaptive",
)  # fmt: skip
_FIELDS: tuple[LightField, ...] = get_args(LightField.__value__)


@dataclass(slots=True)
class _Column:
    """What one pass tells of a column that may identify the light points."""

    rows: int = 0
    blanks: int = 0
    repeats: int = 0
    seen: set[int] = field(default_factory=set)

    def add(self, cell: str) -> None:
        self.rows += 1
        key = hash(cell)
        if cell.casefold() in _EMPTY:
            self.blanks += 1
        elif key in self.seen:
            self.repeats += 1
        else:
            self.seen.add(key)

    @property
    def faults(self) -> int:
        """Rows that it would leave without an identifier of their own."""
        return self.blanks + self.repeats


def _is_never_unique(_: str) -> bool:
    """Nothing quick tells whether a column is filled and unique."""
    return False


def propose(
    header: list[str],
    cells: Cells,
    report: Report,
    *,
    placed: bool = False,
    national: bool = False,
    unique: Callable[[str], bool] = _is_never_unique,
) -> LightingMapping:
    """A mapping for the inventory; what was chosen is remarked on in *report*.

    The identifier is the first known column whose every cell is filled and unique, else the one
    with the fewest faults (those rows are then refused), else the places. The reference
    system is what the column's name says, or the only one whose extent holds every point; when
    two would, the coordinates are left out. A column whose first 2,000 rows do not hold what its
    name says is left out. *placed*: the format itself gives the places;
    *national*: it is French, and not in Mercator. *unique*: a quick way to know that a column is
    filled and unique. Reads every row once or twice; memory grows with the rows, 60 bytes an
    identifier column.
    """
    found = match_light_columns(header)
    pair = None if placed else _places.find_coordinate_columns(found)
    places = _places.Places(_choose_decimal_mark(found, cells))
    ids = found.pop("external_id", [])
    guessed = [] if ids or placed else _names_rows(header[0], found, cells)
    if ids and placed and unique(ids[0]):
        chosen: str | None = ids[0]
    else:
        chosen = _choose_identifier_column(
            ids or guessed, cells, report, (pair, places), clean=bool(guessed)
        )
    if chosen is None and not placed:
        stop_at_cabinets(found.get("cabinet", []), cells)
    columns: dict[str, LightField] = {} if chosen is None else {chosen: "external_id"}
    read = settle_watt_columns(
        header, _select_readable_columns(found, cells, places.decimal, report), cells
    )
    columns |= {column: what for column, what in read.items() if column != chosen}
    epsg = _places.choose_reference(
        pair, places, report, national=national, french=_places.is_french(header)
    )
    columns |= {pair.x: "x", pair.y: "y"} if pair and epsg else {}
    if placed or epsg:
        columns = {column: what for column, what in columns.items() if what != "place"}
    for column, what in columns.items():
        report.note("column {} is read as {}", column, what)
    if rest := [column for column in header if column not in columns]:
        report.note(_UNREAD, ", ".join(rest))
    read |= {} if pair is None else {pair.x: "x", pair.y: "y"}
    lost = pair if (places.box or places.unread) and _places.is_french(header) else None
    tell(Unread(rest, read, lost, chosen or ""), cells, report, placed=placed or epsg is not None)
    return LightingMapping(
        name="proposed", columns=columns, epsg=epsg, decimal=places.decimal, blanks=BLANKS
    )


def check_declared_mapping(
    mapping: LightingMapping, header: list[str], where: str
) -> LightingMapping:
    """*mapping*, whose columns are all in *header*; BadInput at *where* otherwise."""
    for column in mapping.columns:
        if column not in header:
            raise BadInput(where, f"no column {column!r}", "the columns that the mapping names")
    return mapping


def _choose_decimal_mark(found: dict[LightField, list[str]], cells: Cells) -> Literal[".", ","]:
    """The mark that the numbers of the first rows bear; a dot unless only commas are there."""
    numbers: tuple[LightField, ...] = (
        "x", "y", "power_kw", "height_m", "ulr_installed", "ulr_nominal", "cie3", "tilt_max_deg",
        "tilt_installed_deg",
    )  # fmt: skip
    columns = [column for name in numbers for column in found.get(name, ())]
    text = "".join("".join(row) for row in islice(cells(columns), SAMPLE)) if columns else ""
    return "," if "," in text and "." not in text else "."


def _select_readable_columns(
    found: dict[LightField, list[str]], cells: Cells, decimal: Literal[".", ","], report: Report
) -> dict[str, LightField]:
    """The first column of each field that holds what its name says, by column."""
    wanted = [(name, column) for name, columns in found.items() for column in columns]
    wanted = [(name, column) for name, column in wanted if name not in ("x", "y")]
    rows = list(islice(cells([column for _, column in wanted]), SAMPLE))
    mapping = LightingMapping(name="sample", columns={}, decimal=decimal)
    chosen: dict[LightField, str] = {}
    cells_of = _count_column_cells(rows, len(wanted))
    _tell_blanks(cells_of, report)
    for (name, column), values in zip(wanted, cells_of, strict=True):
        if name in chosen or column in chosen.values():
            continue
        fault = _find_faulty_cell(name, values, mapping)
        if fault is None:
            chosen[name] = column
        elif name == "support_type" and _is_numbering(values):
            chosen.setdefault("support", column)
        else:
            report.note("column {} is not read as {}: it holds {!r}", column, name, fault)
    return {column: name for name, column in chosen.items()}


def _is_numbering(values: Counter[str]) -> bool:
    """Whether cells name things one by one: each has a digit, and few come often."""
    digits = all(any(map(str.isdecimal, cell)) for cell in values)
    return digits and bool(values) and 2 * len(values) >= values.total()


def _count_column_cells(rows: list[list[str]], n: int) -> list[Counter[str]]:
    """The cells of each of *n* columns, and how often each comes; empty ones are passed over."""
    columns = [Counter(row[i].strip() for row in rows) for i in range(n)]
    for column in columns:
        column.pop("", None)
    return columns


def _normalize_blank_cell(cell: str) -> str:
    """*cell* without the spaces around; empty when it means "not known"."""
    text = cell.strip()
    return "" if text.casefold() in _EMPTY else text


def _tell_blanks(columns: list[Counter[str]], report: Report) -> None:
    """Remark on the words for "not known" that the rows hold, and take them out of *columns*."""
    for word in sorted(
        {cell for column in columns for cell in column if not _normalize_blank_cell(cell)}
    ):
        report.note("cells {!r} are taken as not known", word)
        for column in columns:
            column.pop(word, None)


def _find_faulty_cell(
    name: LightField, values: Counter[str], mapping: LightingMapping
) -> str | None:
    """A cell that is not of that field, when too many are not; None when the column will do."""
    bad, unknown = list[str](), list[str]()
    for cell in values:
        try:
            if name == "place":
                place(cell)
            else:
                found = _cells.parse_field_cell(name, cell, mapping)
                check_values(LightPointRecord, found.values)
                unknown += [cell] if found.remark else []
        except BadInput:
            bad.append(cell)
    if name in {"place", "lamps"} and values and len(bad) == len(values):
        return bad[0]
    if values.total() >= _LEAST and sum(values[cell] for cell in bad) > _MOST * values.total():
        return bad[0]
    if name in _CODED and values and len(unknown) == len(values):
        return unknown[0]
    return None


def _names_rows(column: str, found: dict[LightField, list[str]], cells: Cells) -> list[str]:
    """The first column, of a name that is not known, where it gives each row a code of its own."""
    if any(column in columns for columns in found.values()):
        return []
    sample = [cell.strip() for (cell,) in islice(cells([column]), SAMPLE)]
    codes = {cell for cell in sample if _CODE.fullmatch(cell)}
    return [column] if sample and len(codes) == len(sample) else []


def _choose_identifier_column(
    columns: list[str],
    cells: Cells,
    report: Report,
    beside: tuple[_places.Ends | None, _places.Places],
    *,
    clean: bool,
) -> str | None:
    """The first column without fault; else, but if *clean*, that with fewest, if few."""
    pair, places = beside
    ends = [pair.x, pair.y] if pair else []
    if not columns and not ends:
        return None
    seen = {column: _Column() for column in columns}
    for part in (columns[:1], columns[1:]):
        for row in cells([*part, *ends]) if part or ends else ():
            for column, cell in zip(part, row, strict=False):
                seen[column].add(cell.strip())
            if ends:
                places.add(*(_normalize_blank_cell(cell) for cell in row[-2:]))
        ends = []
        good = next((column for column in part if not seen[column].faults), None)
        if good is not None:
            _note_column_faults(seen, good, report)
            return good
    best = min(seen, key=lambda column: seen[column].faults, default=None)
    _note_column_faults(seen, None, report)
    if best is None or clean or 2 * seen[best].faults > seen[best].rows:
        return None
    return best


def _note_column_faults(seen: dict[str, _Column], chosen: str | None, report: Report) -> None:
    """Remark on each column that was looked at before *chosen* and is no identifier."""
    for column, one in seen.items():
        if column == chosen:
            return
        report.note(_FAULTY, column, one.blanks, one.repeats)
