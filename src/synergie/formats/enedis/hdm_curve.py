"""Enedis load curve as the customer portal and SGE give it: HDM CSV, segments C1 to C5.

Blocks of: names of the header; their values; `Horodate;Valeur`; then a row a step. Stamps mark
the start of the step for C1-C4 and its end for C5 (Enedis GUI.0497 v1.5.0, p. 15); the file does
not name the segment, so the rows must show it against `Date de debut` and `Date de fin`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import BinaryIO
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, resolve_labels, zone
from synergie.errors import BadInput, TooLarge, Words
from synergie.formats._format import Format, Record, Sample
from synergie.formats._report import Gap, Report
from synergie.formats._runs import Astray, Run, Side, runs, steps_of
from synergie.formats._text import Row, encoding, plain, rows
from synergie.formats.enedis._hdm_header import (
    CURVE,
    HEADER,
    KNOWN,
    NEEDED,
    Block,
    block_of,
    cell_of,
    curve_only,
    line_after,
    names_of,
)
from synergie.schemas.curve import Value
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.profile import Profile
from synergie.schemas.quality import QualityRun
from synergie.units import STEP_NAMES, STEP_SECONDS, Provenance

NAME = "enedis-hdm-curve"
COLUMNS = ("Horodate", "Valeur")
MAX_BLOCK = 2_000_000
"""Rows of one block: 19 years of five-minute steps."""
MAX_WATTS = 10_000_000

_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_NAIVE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)", re.ASCII)
_NAIVE_FR = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d(?::\d\d)?)", re.ASCII)
_VALUE = re.compile(r"\d{1,8}(?:[.,]\d{1,6})?", re.ASCII)
_STAMP = "a time as 2026-11-25T00:30:00+01:00"
_SHORT = 8


EXPECTED = {
    "nonexistent": "a time that exists: this hour is skipped when clocks go forward",
    "ambiguous": "both rows of the hour that comes twice, in order of time, or an offset",
    "twice": "the value already given for this time, or another time",
    "side": "the side of the step that stamps mark, declared: start (C1-C4) or end (C5)",
}
"""What a fault of the rows calls for, by the fault."""


@dataclass(slots=True)
class _Readings:
    """The rows of one block: three columns of equal length, in file order."""

    stamps: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    naive: list[tuple[int, datetime]] = field(default_factory=list)
    """Rows whose time has no offset: index, and local label."""
    decimals: int = 0


def sniff(sample: Sample) -> float:
    """1.0 for the header and `Courbe de charge`; 0.6 for the header of another HDM file."""
    head = [plain(line) for line in sample.lines(2)]
    if not head or not head[0].startswith("".join(NEEDED[:4])):
        return 0.0
    return 1.0 if plain(CURVE) in head[-1] else 0.6


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """Runs of each block in order of time, and the report; its rows are counted in `kept`.

    BadInput: another header, a PRM that is not 14 digits, another kind of data, or stamps whose
    side neither the rows nor *profile* tell. A bad row is refused and reading goes on. Memory
    grows with one block (one point's curve) and the refusals.
    """
    report = Report()
    coding = encoding(source, report)
    table = rows(source, coding, separator=";", report=report)
    first = next(table, None)
    if first is None:
        raise BadInput("line 1", Words("an empty file"), ";".join(HEADER))
    names = names_of(first)
    values = line_after(table, first[0])
    curve_only(values, names)
    block = block_of(values, names, profile, report)
    return _blocks(table, block, profile, report), report


def _blocks(
    table: Iterator[Row], block: Block | None, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The curves of each block; a block that holds no curve is passed over with a remark."""
    while True:
        readings, header = _readings(table, block, report)
        if block is not None:
            yield from _curves(readings, block, profile, report)
        if header is None:
            return
        names = names_of(header)
        values = line_after(table, header[0])
        kind = cell_of(values, names, "Type de donnees")
        block = None
        if plain(kind) == plain(CURVE):
            block = block_of(values, names, profile, report)
        else:
            report.note("a block of {} is not a load curve: passed over", kind)


def _readings(
    table: Iterator[Row], block: Block | None, report: Report
) -> tuple[_Readings, Row | None]:
    """The rows up to the next header, which is given too. Without *block* they are passed over."""
    kept = _Readings()
    limit = MAX_WATTS // 1000 if block is not None and block.unit.startswith("k") else MAX_WATTS
    for line, cells in table:
        if cells[0][:1] in ("I", "i") and plain(cells[0]) == KNOWN[0]:
            return kept, (line, cells)
        if block is None or cells[0] == COLUMNS[0]:
            continue
        try:
            _reading(line, cells, kept, limit)
        except BadInput as fault:
            report.refuse(line, fault)
    return kept, None


def _reading(line: int, cells: list[str], kept: _Readings, limit: int) -> None:
    if len(cells) != len(COLUMNS):
        raise BadInput("row", f"{len(cells)} cells", "two cells: Horodate;Valeur")
    text, cell = cells
    value = _value(cell, kept, limit)
    if _OFFSET.fullmatch(text):
        stamp = int(_parsed(text).timestamp())
    else:
        kept.naive.append((len(kept.stamps), _label(text)))
        stamp = 0
    kept.stamps.append(stamp)
    kept.values.append(value)
    kept.lines.append(line)
    if len(kept.lines) > MAX_BLOCK:
        raise TooLarge(MAX_BLOCK, "rows")


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("/Horodate", text, "a time that exists") from error


def _label(text: str) -> datetime:
    """A local time without offset; it is resolved with its neighbours."""
    if _NAIVE.fullmatch(text):
        return _parsed(text)
    if found := _NAIVE_FR.fullmatch(text):
        day, month, year, clock = found.groups()
        return _parsed(f"{year}-{month}-{day}T{clock}")
    raise BadInput("/Horodate", text, _STAMP)


def _value(cell: str, kept: _Readings, limit: int) -> Value:
    """None for a blank: not measured, which is not zero."""
    if cell.isdigit() and cell.isascii() and len(cell) <= _SHORT:
        value = int(cell)
        if value <= limit:
            return value
    elif not cell.strip():
        return None
    elif _VALUE.fullmatch(cell):
        exact = Decimal(cell.replace(",", "."))
        if exact <= limit:
            return _decimal(exact, kept)
    raise BadInput("/Valeur", cell, "a power, 0 to 10,000,000 W, or a blank")


def _decimal(exact: Decimal, kept: _Readings) -> Value:
    if exact == exact.to_integral_value():
        return int(exact)
    exponent = exact.normalize().as_tuple().exponent
    kept.decimals = max(kept.decimals, -int(exponent))
    return float(exact)


def _curves(
    readings: _Readings, block: Block, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The runs of one block, in order of time."""
    _resolved(readings, profile, report)
    _ordered(readings, report)
    stamps = readings.stamps
    if not stamps:
        report.note("a block of {} has no row", block.prm)
        return
    side = _side(stamps, block, profile, report)
    steps = steps_of(stamps, side, block.step_s)
    if steps is None:
        where, found = f"line {block.line}, /Pas en minutes", "a blank, and rows that do not tell"
        raise BadInput(where, found, "5, 10, 15, 30 or 60 minutes")
    end = 0
    for run in runs(stamps, readings.values, steps, side):
        if isinstance(run, Astray):
            when = _utc(stamps[run.at]).isoformat()
            fault = BadInput("/Horodate", when, run.expected)
            report.refuse(readings.lines[run.at], fault)
            continue
        end = run.start + run.step * len(run.values)
        report.kept += run.rows
        report.gaps += [Gap(block.key, _utc(at), run.step, n) for at, n in run.absent]
        yield _record(run, block, readings.decimals, profile)
    if end and _utc(end) != day_bounds(block.end_day, zone(profile.time_zone))[0]:
        report.note("the rows end at {}, Date de fin is {}", _utc(end), block.end_day)


def _utc(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _resolved(readings: _Readings, profile: Profile, report: Report) -> None:
    """Gives local times their instants, by file order; those that are none or two are refused."""
    if not readings.naive:
        return
    tz = zone(profile.time_zone)
    report.note("times without offset were read in the zone {}", profile.time_zone)
    labels = [label for _, label in readings.naive]
    sorted_file = _one_way(labels)
    lost: set[int] = set()
    for (index, label), (moment, verdict) in zip(
        readings.naive, resolve_labels(labels, tz), strict=True
    ):
        early, late = (label.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1))
        if moment is None or (early != late and not sorted_file):
            lost.add(index)
            why = EXPECTED["ambiguous" if moment is not None else verdict]
            fault = BadInput("/Horodate", label.isoformat(sep=" "), why)
            report.refuse(readings.lines[index], fault)
        else:
            readings.stamps[index] = int(moment.timestamp())
    if lost:
        keep = [i for i in range(len(readings.stamps)) if i not in lost]
        _take(readings, keep)


def _one_way(labels: list[datetime]) -> bool:
    """Whether local times go forward, but for the hour when clocks go back."""
    return all(b > a or a - b <= timedelta(hours=1) for a, b in pairwise(labels))


def _take(readings: _Readings, keep: list[int]) -> None:
    readings.stamps = [readings.stamps[i] for i in keep]
    readings.values = [readings.values[i] for i in keep]
    readings.lines = [readings.lines[i] for i in keep]


def _ordered(readings: _Readings, report: Report) -> None:
    """Puts rows in order of time; exact repeats are ignored, other values at one time refused."""
    stamps, values = readings.stamps, readings.values
    if all(a < b for a, b in pairwise(stamps)):
        return
    if any(a > b for a, b in pairwise(stamps)):
        report.note("the rows are not in order of time; they were put in order")
    keep: list[int] = []
    for i in sorted(range(len(stamps)), key=stamps.__getitem__):
        if not keep or stamps[keep[-1]] != stamps[i]:
            keep.append(i)
        elif values[keep[-1]] == values[i]:
            report.duplicates += 1
        else:
            found = "blank" if values[i] is None else values[i]
            report.refuse(readings.lines[i], BadInput("/Valeur", found, EXPECTED["twice"]))
    _take(readings, keep)


def _side(stamps: list[int], block: Block, profile: Profile, report: Report) -> Side:
    """Which side of the step the stamps mark: what is declared, else what the rows show.

    A row at the very start of the period is a start; one at its very end (exclusive) is an end.
    """
    shown = _shown(stamps, block, profile)
    if profile.stamp is None and shown is None:
        found = f"rows from {_utc(stamps[0]).isoformat()} to {_utc(stamps[-1]).isoformat()}"
        raise BadInput(f"line {block.line}", found, EXPECTED["side"])
    if profile.stamp is not None and shown not in (None, profile.stamp):
        report.note(
            "stamps read as {} of step, as declared; the rows show {}", profile.stamp, shown
        )
    return profile.stamp or shown or "start"


def _shown(stamps: list[int], block: Block, profile: Profile) -> Side | None:
    tz = zone(profile.time_zone)
    low, high = (
        int(day_bounds(day, tz)[0].timestamp()) for day in (block.first_day, block.end_day)
    )
    first, last = stamps[0], stamps[-1]
    before, after = _midnight(first, profile), _midnight(last, profile)
    lead, tail = (stamps[1] - first, last - stamps[-2]) if len(stamps) > 1 else (0, 0)
    start = first == low or (before and tail > 0 and last == high - tail)
    end = last == high or (after and lead > 0 and first == low + lead)
    if start == end:
        return None
    return "start" if start else "end"


def _midnight(epoch: int, profile: Profile) -> bool:
    tz = zone(profile.time_zone)
    moment = _utc(epoch)
    return day_bounds(day_of(moment, tz), tz)[0] == moment


def _record(run: Run, block: Block, decimals: int, profile: Profile) -> MeterCurve:
    return MeterCurve(
        supply_point=f"prm:{block.prm}",
        quantity=block.quantity,
        form="mean_power",
        direction=block.direction,
        unit=block.unit,
        decimals=decimals,
        start=_utc(run.start),
        step=STEP_NAMES[run.step],
        values=run.values,
        quality=_quality(run.values) if block.corrected else None,
        provenance=profile.provenance or _provenance(block.prm),
    )


def _quality(values: list[Value]) -> tuple[QualityRun, ...]:
    """`corrected`, and `missing` where there is no value, as runs."""
    return tuple(
        QualityRun(n=len(list(same)), quality="missing" if blank else "corrected")
        for blank, same in groupby(value is None for value in values)
    )


def _provenance(prm: str) -> Provenance:
    return "synthetic" if prm.startswith("99") else "partner"


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """One block a run, stamps on the side that *profile* declares (start when it does not).

    The step and the unit are always filled in. BadInput for a record that HDM cannot hold: no
    PRM, not a mean power, civil steps, or qualities other than measured and missing.
    """
    tz = zone(profile.time_zone)
    sink.write(b"\xef\xbb\xbf")
    for record in records:
        curve = _writable(record)
        step_s = STEP_SECONDS[curve.step]
        end = curve.start + timedelta(seconds=step_s * len(curve.values))
        sink.write(_head(curve, day_of(curve.start, tz), _closing(end, tz), step_s).encode())
        first = int(curve.start.timestamp()) + (step_s if profile.stamp == "end" else 0)
        for i, value in enumerate(curve.values):
            stamp = datetime.fromtimestamp(first + i * step_s, tz).isoformat()
            sink.write(f"{stamp};{_written(value)}\n".encode())


def _writable(record: Record) -> MeterCurve:
    if not isinstance(record, MeterCurve):
        raise BadInput("record", type(record).__name__, "a meter curve")
    if not record.supply_point.startswith("prm:"):
        raise BadInput("/supply_point", record.supply_point, "a PRM")
    if record.form != "mean_power" or record.quantity not in _PHYSICAL:
        raise BadInput("/form", f"{record.quantity}, {record.form}", "a mean power")
    if record.step not in STEP_SECONDS:
        raise BadInput("/step", record.step, "5, 10, 15, 30 or 60 minutes")
    for run in record.quality or ():
        if run.quality not in ("measured", "missing"):
            raise BadInput("/quality", run.quality, "measured or missing: HDM has no other")
    return record


_PHYSICAL: dict[str, str] = {
    "active_power": "Energie active",
    "reactive_inductive": "Energie reactive inductive",
    "reactive_capacitive": "Energie reactive capacitive",
}


def _closing(end: datetime, tz: ZoneInfo) -> date:
    """The first civil day that begins at or after *end*."""
    day = day_of(end, tz)
    return day if day_bounds(day, tz)[0] == end else day + timedelta(days=1)


def _head(curve: MeterCurve, first: date, end: date, step_s: int) -> str:
    values = (
        curve.supply_point.removeprefix("prm:"), CURVE, f"{first:%d/%m/%Y}", f"{end:%d/%m/%Y}",
        _PHYSICAL[curve.quantity],
        "Consommation" if curve.direction == "import" else "Production",
        "Comptage Brut", curve.unit, str(step_s // 60),
    )  # fmt: skip
    return "\n".join([";".join(HEADER), ";".join(values), ";".join(COLUMNS), ""])


def _written(value: Value) -> str:
    """A blank for what was not measured; never an exponent."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"


FORMAT = Format(
    name=NAME, title="Enedis load curve, HDM (CSV)", sniff=sniff, read=read, write=write
)
