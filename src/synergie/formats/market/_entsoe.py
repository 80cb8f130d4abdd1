"""Tables of ENTSO-E's transparency platform: which column is what, then rows into curves."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import BinaryIO, Final, NamedTuple

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats import checks
from synergie.formats._points import resolve_label_times
from synergie.formats.checks import N_
from synergie.formats.format import Sample
from synergie.formats.market._curves import About, Cell, Table, cell_of, market_curves
from synergie.formats.report import Report
from synergie.formats.text import (
    detect_encoding,
    normalize_column_name,
    read_csv_rows,
    separator_of,
)
from synergie.schemas.readings.market_curve import MarketCurve, MarketQuantity
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_NAMES

# Times of ENTSO-E's tables: an interval as text, in the zone that the header names.

ZONES: Final[dict[str, str]] = {
    "UTC": "UTC", "GMT": "UTC", "CET/CEST": "Europe/Paris", "CET": "Europe/Paris",
    "EET/EEST": "Europe/Helsinki", "EET": "Europe/Helsinki",
    "WET/WEST": "Europe/Lisbon", "WET": "Europe/Lisbon", "GMT/BST": "Europe/London",
}  # fmt: skip
"""What the header writes in brackets, and a zone of those clocks."""

_OFFSETS: Final[dict[str, int]] = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
}  # fmt: skip
_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.0{1,6})?)?(?:\s*\(([A-Z]{3,4})\))?"
_EUROPEAN = re.compile(rf"(\d\d)[./](\d\d)[./](\d{{4}})\s+{_CLOCK}", re.ASCII)
_ISO = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)[T ]{_CLOCK}", re.ASCII)
_STAMP = "an interval as 25.10.2026 00:00 - 25.10.2026 01:00"
_EQUAL = "intervals of 1, 5, 10, 15, 30 or 60 minutes"


class Label(NamedTuple):
    """The start of a row's interval, and how long the text says it is."""

    naive: datetime
    epoch: int | None
    """Epoch seconds when the label bears its own mark (CET, CEST). None: the zone tells."""
    seconds: int | None
    """None: the row tells only its start, or the clocks change within it."""


def label_of(text: str, where: str) -> Label:
    """The interval that *text* tells; a start alone will do. BadInput at *where*."""
    first, dash, second = text.strip().partition(" - ")
    start, mark = _parse_label_time(first, text, where)
    offset = None if mark is None else timezone(timedelta(hours=_OFFSETS[mark]))
    epoch = None if offset is None else int(start.replace(tzinfo=offset).timestamp())
    if not dash:
        return Label(start, epoch, None)
    seconds = int((_parse_label_time(second, text, where)[0] - start).total_seconds())
    return Label(start, epoch, seconds if seconds in STEP_NAMES else None)


def _parse_label_time(part: str, text: str, where: str) -> tuple[datetime, str | None]:
    found = _EUROPEAN.fullmatch(part.strip())
    if found is not None:
        day, month, year = found.group(1, 2, 3)
    elif (found := _ISO.fullmatch(part.strip())) is not None:
        year, month, day = found.group(1, 2, 3)
    else:
        raise BadInput(where, text, _STAMP)
    hour, minute, second, mark = found.group(4, 5, 6, 7)
    if mark is not None and mark not in _OFFSETS:
        raise BadInput(where, text, _STAMP)
    try:
        moment = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour:0>2}:{minute}:{second or '00'}"
        )
        moment.replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError) as error:
        raise BadInput(where, text, _STAMP) from error
    return moment, mark


def resolve_market_labels(
    labels: Sequence[Label], lines: Sequence[int], time_zone: str, report: Report
) -> list[int | None]:
    """Epoch seconds of each start; None where it was refused.

    Labels without a mark are told apart by their order in the hour that comes twice.
    """
    bare = [i for i, label in enumerate(labels) if label.epoch is None]
    naive = [labels[i].naive for i in bare]
    found = resolve_label_times(naive, [lines[i] for i in bare], time_zone, report)
    out = [label.epoch for label in labels]
    for i, epoch in zip(bare, found, strict=True):
        out[i] = epoch
    return out


def compute_label_lengths(labels: Sequence[Label], where: str) -> list[int]:
    """The step of each row, seconds; where the text does not tell it, the usual one.

    BadInput at *where* when no row tells any: the difference of the starts would be a guess.
    """
    usual = Counter(label.seconds for label in labels if label.seconds is not None)
    if not usual:
        if len(labels) > 1:
            apart = (b.naive - a.naive for a, b in pairwise(labels))
            step = Counter(int(one.total_seconds()) for one in apart).most_common(1)[0][0]
            if step in STEP_NAMES:
                return [step] * len(labels)
        raise BadInput(where, labels[0].naive.isoformat(" "), _EQUAL)
    main = usual.most_common(1)[0][0]
    return [label.seconds or main for label in labels]


MAX_HELD = 2_000_000
"""Rows of one file."""

_TIME = re.compile(r"(?:MTU|Time)\s*\(([A-Z/]{3,9})\)", re.IGNORECASE)
_AREA = re.compile(r"(?:BZN|CTA|CTY|SCA|MBA|CTRY)\|(.{1,60})", re.ASCII)
_COUNTRY = re.compile(r"\] - .{1,60} \(([A-Z]{2}(?:[-_][A-Z0-9]{1,8})?)\)$", re.ASCII)
"""The code in `Actual Total Load [MW] - Bulgaria (BG)`, of country and control area views."""
_LIBRARY = "datetimeutc"
"""Time of the platform's file library, whose tables name the step and the area in columns."""
_STEPS = {"PT1M": 60, "PT5M": 300, "PT10M": 600, "PT15M": 900, "PT30M": 1800, "PT60M": 3600,
          "PT1H": 3600}  # fmt: skip
_MAIN = {"", "withoutsequence", "sequence1", "1"}
_UNITS = re.compile(r"[\[(]\s*([A-Za-z]+(?:\s*/\s*[A-Za-z]+)?)\s*[\])]")
_WANTED = {"actual_load": "MW", "forecast_load": "MW", "day_ahead_price": "EUR/MWh"}

_HEADER = "a header of ENTSO-E: MTU or Time with a zone, then its values"
_ZONE = "a zone of the header: UTC, CET/CEST, EET/EEST, WET/WEST or GMT/BST"
_ONE_AREA = "an area: a column Area, or BZN|FR in a header"
_EUROS = N_("prices in EUR/MWh")
_MEGAWATTS = N_("loads in MW")
_STEP = "a length of 1 to 60 minutes, as PT15M"
_CELLS = "as many cells as the header"


@dataclass(slots=True)
class Layout:
    """Places of the columns."""

    time: int
    time_zone: str
    width: int
    least: int
    """Cells of a row at least: the area may close the header and have no cell below it."""
    values: dict[MarketQuantity, int] = field(default_factory=dict)
    area: int | None = None
    """Column of the area. None: the header names it."""
    zone: str | None = None
    sequence: int | None = None
    currency: int | None = None
    step: int | None = None
    """Column of the length, as PT15M. None: the interval text tells it."""
    contract: int | None = None
    """Column that tells the day-ahead from the intraday market."""


def header_scores(sample: Sample, *wanted: str) -> float:
    """1.0 when the first line is a header of ENTSO-E with one of *wanted* in it, plain text."""
    lines = sample.lines(1)
    head = lines[0] if lines else ""
    first, names = head.lstrip("\ufeff\"' "), normalize_column_name(head)
    known = _TIME.match(first) is not None or _LIBRARY in names
    return float(known and any(one in names for one in wanted))


def read_table(
    source: BinaryIO, profile: Profile, name: str, report: Report
) -> Iterator[MarketCurve]:
    """Curves of each area, in order of appearance.

    BadInput: another header, an unknown zone of time, another unit, no area.
    """
    coding = detect_encoding(source, report)
    first = source.readline(65_536).decode(coding.name, "replace")
    source.seek(0)
    table = read_csv_rows(source, coding, separator=separator_of(first) or ",", report=report)
    head = next(table, None)
    if head is None:
        raise BadInput("line 1", Words("an empty file"), _HEADER)
    layout = _find_layout(head[1])
    areas: dict[str, dict[str, _Rows]] = {}
    n = 0
    for line, cells in table:
        try:
            area, sequence, label, values = _parse_market_row(cells, layout)
        except BadInput as fault:
            report.refuse(line, fault)
            continue
        into = areas.setdefault(area, {}).setdefault(sequence, _Rows())
        into.add(label, values, line)
        n += 1
        if n > MAX_HELD:
            raise TooLarge(MAX_HELD, "rows")
    for area, sequences in areas.items():
        about = About(area, tuple(layout.values), name, profile.provenance or "public")
        yield from market_curves(
            about,
            _build_market_table(_select_main_sequence(sequences, report), layout, report),
            report,
        )


@dataclass(slots=True)
class _Rows:
    """Rows of one area and sequence, in file order."""

    labels: list[Label] = field(default_factory=list)
    cells: list[tuple[Cell, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, label: Label, cells: tuple[Cell, ...], line: int) -> None:
        """One row."""
        self.labels.append(label)
        self.cells.append(cells)
        self.lines.append(line)


def _find_layout(cells: list[str]) -> Layout:
    names = [normalize_column_name(cell) for cell in cells]
    if _LIBRARY in names:
        layout = Layout(names.index(_LIBRARY), "UTC", len(cells), len(cells))
    else:
        layout = _find_platform_layout(cells)
    for place, cell in enumerate(cells):
        if place != layout.time:
            _place_column(cell.strip(), place, layout)
    if not layout.values:
        raise BadInput("line 1", ", ".join(cells), _HEADER)
    if layout.area is None and layout.zone is None:
        raise BadInput("line 1", ", ".join(cells), _ONE_AREA)
    return layout


def _find_platform_layout(cells: list[str]) -> Layout:
    """The layout of a table whose first header names the zone of its times."""
    found = _TIME.fullmatch(cells[0].strip())
    if found is None:
        raise BadInput("line 1", cells[0], _HEADER)
    time_zone = ZONES.get(found[1].upper())
    if time_zone is None:
        raise BadInput("line 1", cells[0], _ZONE)
    bare = _AREA.fullmatch(cells[-1].strip()) is not None
    return Layout(0, time_zone, len(cells), len(cells) - bare)


def _place_column(cell: str, place: int, layout: Layout) -> None:
    name = normalize_column_name(cell)
    if area := _AREA.search(cell) or _COUNTRY.search(cell):
        layout.zone = layout.zone or area[1].strip()
    if name in {"area", "areamapcode", "mapcode"}:
        layout.area = place
    elif name in _COLUMNS:
        setattr(layout, _COLUMNS[name], place)
    elif name == "pricecurrencymwh":
        layout.values.setdefault("day_ahead_price", place)
    elif (quantity := _find_market_quantity(name)) is not None:
        unit = _UNITS.search(cell)
        told = "" if unit is None else unit[1].replace(" ", "")
        if told != _WANTED[quantity]:
            expected = _EUROS if quantity == "day_ahead_price" else _MEGAWATTS
            raise BadInput("line 1", cell, expected, checks.UNIT_UNKNOWN.code)
        layout.values.setdefault(quantity, place)


_COLUMNS = {
    "sequence": "sequence", "currency": "currency", "resolutioncode": "step",
    "contracttype": "contract",
}  # fmt: skip
"""Fields of the layout by the plain name of their column."""


def _find_market_quantity(name: str) -> MarketQuantity | None:
    if name.startswith("actualtotalload"):
        return "actual_load"
    if name.startswith("dayaheadtotalloadforecast"):
        return "forecast_load"
    return "day_ahead_price" if name.startswith("dayaheadprice") else None


def _parse_market_row(cells: list[str], layout: Layout) -> tuple[str, str, Label, tuple[Cell, ...]]:
    """Area, sequence, interval and values of one row."""
    if not layout.least <= len(cells) <= layout.width:
        raise BadInput("row", f"{len(cells)} cells", _CELLS)
    label = label_of(cells[layout.time], "/time")
    if layout.step is not None:
        seconds = _STEPS.get(cells[layout.step].strip())
        if seconds is None:
            raise BadInput("/ResolutionCode", cells[layout.step], _STEP)
        label = label._replace(seconds=seconds)
    area = layout.zone or ""
    if layout.area is not None:
        found = _AREA.fullmatch(cells[layout.area].strip())
        area = found[1].strip() if found else cells[layout.area].strip()
    area = area.replace("_", "-")  # DE_LU of the library is DE-LU of the platform
    if not area or len(area) > 60 or not area.isprintable():  # noqa: PLR2004 (a short name)
        raise BadInput("/Area", area or Words("nothing"), _ONE_AREA)
    if layout.currency is not None and cells[layout.currency].strip() not in {"", "EUR"}:
        raise BadInput("/Currency", cells[layout.currency], _EUROS, checks.UNIT_UNKNOWN.code)
    values = tuple(cell_of(cells[i], f"/{name}") for name, i in layout.values.items())
    sequence = "" if layout.sequence is None else cells[layout.sequence].strip()
    if layout.contract is not None and normalize_column_name(cells[layout.contract]) != "dayahead":
        sequence = f"{cells[layout.contract].strip()} {sequence}".strip()
    return area, sequence, label, values


def _select_main_sequence(sequences: dict[str, _Rows], report: Report) -> _Rows:
    """Rows of the first auction of the area; those of the others are passed over."""
    ranked = sorted(sequences, key=lambda name: (normalize_column_name(name) not in _MAIN, name))
    main = _Rows()
    for name in ranked:
        one = sequences[name]
        if main.lines and normalize_column_name(name) not in _MAIN:
            report.note("{} rows of {} are of another auction: passed over", len(one.lines), name)
            continue
        main.labels += one.labels
        main.cells += one.cells
        main.lines += one.lines
    return main


def _build_market_table(some: _Rows, layout: Layout, report: Report) -> Table:
    """The rows with their instants and steps; those without an instant are refused."""
    found = resolve_market_labels(some.labels, some.lines, layout.time_zone, report)
    steps = compute_label_lengths(some.labels, f"line {some.lines[0]}")
    table = Table()
    for epoch, step, cells, line in zip(found, steps, some.cells, some.lines, strict=True):
        if epoch is not None:
            table.add(epoch, step, cells, line)
    return table
