"""What the flows R63 to R67 share: `header`, `mesures[]`, and a table of one line of labels.

Enedis.SGE.GUI.0503 (flux R6X, v1.5.2) and its JSON schemas 0510 to 0515. Stamps are local times
without offset; other publishers write offsets, which are taken too.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._json import Node, items
from synergie.formats._points import resolve_label_times
from synergie.formats.enedis import _codes
from synergie.formats.format import Sample
from synergie.formats.report import Place, Report
from synergie.formats.text import (
    detect_encoding,
    normalize_column_name,
    read_csv_rows,
    separator_of,
)
from synergie.schemas.readings.register_reading import Grid
from synergie.schemas.series import UNITS, Direction, Unit

_FLOW = re.compile(rb'"codeFlux"\s*:\s*"(R6\d)[AB]?"')
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00:00)?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_PLAIN = len("2026-11-25 00:30:00")
_DAY_S = 86_400
_UNIT_OF = {one.casefold(): one for units in UNITS.values() for one in units}


def flow_of(sample: Sample) -> str:
    """The flow that the header of a JSON file names, without its letter: `R63`; empty: none."""
    found = _FLOW.search(sample.start)
    return found[1].decode() if found else ""


def columns_of(sample: Sample) -> list[str]:
    """The plain labels of a table's first line; none when it is JSON or XML."""
    head = sample.lines(1)
    if not head or head[0].lstrip()[:1] in ("{", "[", "<", ""):
        return []
    mark = separator_of(head[0]) or ";"
    return [normalize_column_name(repair_encoding(cell.strip('"'))) for cell in head[0].split(mark)]


def repair_encoding(text: str) -> str:
    """*text* that was UTF-8 read once as Windows-1252 (`mÃ©tier`), as it was written."""
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def is_json(source: BinaryIO) -> bool:
    """Whether the file begins as JSON; goes back to the start."""
    source.seek(0)
    start = source.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    source.seek(0)
    return start in (b"{", b"[")


def iterate_mesures(source: BinaryIO, flow: str, report: Report) -> Iterator[tuple[str, Node]]:
    """Each of `mesures[]` with its JSON pointer; what is no object is refused.

    One envelope, or a list of them. BadInput when the header names another flow, or there is no
    `mesures` at all.
    """
    seen = False
    for place, value in items(source, "mesures"):
        where = str(place)
        if where == "/header":
            _check_header_flow(value, flow)
        inner = value.get("mesures") if isinstance(value, dict) else None
        if where == "/mesures" and value in (None, []):
            seen = True
        elif where.startswith("/mesures/"):
            seen = True
            yield from _iterate_objects([(where, value)], report)
        elif isinstance(value, dict) and isinstance(inner, list):
            seen = True
            _check_header_flow(value.get("header"), flow)
            yield from _iterate_objects(
                [(f"{where}/mesures/{i}", o) for i, o in enumerate(inner)], report
            )
    if not seen:
        raise BadInput("/mesures", Words("nothing"), "the list of measures of this flow")


def _iterate_objects(
    each: Sequence[tuple[str, object]], report: Report
) -> Iterator[tuple[str, Node]]:
    for where, value in each:
        try:
            yield where, Node.of(value)
        except BadInput as fault:
            report.refuse(where, fault)


def _check_header_flow(header: object, flow: str) -> None:
    if isinstance(header, BadInput):
        raise header.at("/header")
    told = header.get("codeFlux") if isinstance(header, dict) else None
    if isinstance(told, str) and not told.upper().startswith(flow):
        raise BadInput("/header/codeFlux", told, "the flow that was declared or recognised")


def read_portal_table(
    source: BinaryIO, needed: Sequence[str], report: Report
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of the CSV that the portal gives: line, and cells by plain label.

    BadInput when a *needed* label is missing. A row of another width is refused.
    """
    coding = detect_encoding(source, report)
    head = source.readline(65_536).decode(coding.name, "replace")
    source.seek(0)
    lines = read_csv_rows(source, coding, separator=separator_of(head) or ";", report=report)
    first = next(lines, None)
    if first is None:
        raise BadInput("line 1", Words("an empty file"), "a line of labels, then rows")
    labels = [normalize_column_name(repair_encoding(cell)) for cell in first[1]]
    for name in needed:
        if name not in labels:
            raise BadInput("line 1", f"no column {name!r}", "the columns of this flow")
    for line, cells in lines:
        if len(cells) != len(labels):
            fault = BadInput("row", f"{len(cells)} cells", "as many cells as there are columns")
            report.refuse(line, fault)
        else:
            yield line, dict(zip(labels, (cell.strip() for cell in cells), strict=True))


def parse_direction(text: str, where: str) -> Direction:
    """CONS or PROD."""
    found = _codes.DIRECTIONS.get(text.upper())
    if found is None:
        raise BadInput(where, text, "CONS or PROD")
    return found


def parse_unit(text: str | None, quantity: str, where: str, *, energy: bool = False) -> Unit:
    """The unit as the file writes it; BadInput when it is blank, or none of that quantity.

    *energy*: of what adds up over time, so reactive VAr are refused and VArh taken.
    """
    if text is None or not text:
        raise BadInput(where, Words("nothing"), "a unit", checks.UNIT_UNKNOWN.code)
    found = _UNIT_OF.get(text.casefold())
    for one in UNITS[quantity]:
        if one == found and not (energy and one.endswith("VAr")):
            return one  # type: ignore[return-value] # UNITS holds units
    raise BadInput(where, text, "a unit of this quantity", checks.UNIT_UNKNOWN.code)


def find_grid(code: str | None, label: str | None) -> Grid | None:
    """Whose calendar: by code `D` or `F`, else by label; None when it is not told."""
    first = (code or label or "")[:1].upper()
    return {"D": "distributor", "F": "supplier"}.get(first)  # type: ignore[return-value]


def parse_civil_day(text: str, where: str) -> date:
    """A civil date, or a time at its midnight."""
    found = _DAY.fullmatch(text)
    if found:
        return _parse_bounded_time(found[1], text, where).date()
    raise BadInput(where, text, "a date as 2026-11-25")


def time(text: str, where: str) -> datetime:
    """A time; naive when it has no offset."""
    if len(text) == _PLAIN and (text[4], text[7], text[10], text[13]) == ("-", "-", " ", ":"):
        return _parse_bounded_time(text, text, where)
    if _TIME.fullmatch(text):
        return _parse_bounded_time(text, text, where)
    raise BadInput(where, text, "a time as 2026-11-25 00:30:00")


def _parse_bounded_time(iso: str, text: str, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError as error:
        raise BadInput(where, text, "a time that exists") from error
    if not _codes.FIRST_YEAR <= found.year <= _codes.LAST_YEAR:
        raise BadInput(where, text, "a time from 1950 to 2200")
    return found


def resolve_instants(
    times: Sequence[datetime], places: Sequence[Place], time_zone: str, report: Report
) -> list[int | None]:
    """Epoch seconds of the *times* of one series, in file order; None where refused.

    Local times of a day without a clock change have one instant each; those of the others are
    told apart by their order.
    """
    midnights = _Midnights(load_time_zone(time_zone))
    out: list[int | None] = []
    hard: list[int] = []
    for i, one in enumerate(times):
        if one.tzinfo is not None:
            out.append(int(one.timestamp()))
            continue
        midnight = midnights[one.toordinal()]
        if midnight is None:
            hard.append(i)
            out.append(None)
        else:
            out.append(midnight + one.hour * 3600 + one.minute * 60 + one.second)
    told = resolve_label_times(
        [times[i] for i in hard], [places[i] for i in hard], time_zone, report
    )
    for i, moment in zip(hard, told, strict=True):
        out[i] = moment
    return out


class _Midnights(dict[int, int | None]):
    """Epoch seconds of the midnight of each day, by its ordinal; None when clocks change in it."""

    def __init__(self, tz: ZoneInfo) -> None:
        super().__init__()
        self._tz = tz

    def __missing__(self, ordinal: int) -> int | None:
        low, high = (
            int(end.timestamp()) for end in day_bounds(date.fromordinal(ordinal), self._tz)
        )
        self[ordinal] = found = low if high - low == _DAY_S else None
        return found
