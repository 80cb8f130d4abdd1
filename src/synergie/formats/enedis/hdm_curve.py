"""Enedis load curve as the customer portal and SGE give it: HDM CSV, segments C1 to C5.

Blocks of: names of the header; their values; `Horodate;Valeur`; then a row a step. Stamps mark
the start of the step for C1-C4 and its end for C5 (Enedis GUI.0497 v1.5.0, p. 15); the file does
not name the segment, so the rows must show it against `Date de debut` and `Date de fin`.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO, NamedTuple

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._runs import Astray, Run, Side, build_even_runs, split_runs, steps_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._hdm_header import (
    CURVE,
    HEADER,
    NEEDED,
    Block,
    block_of,
    cell_of,
    curve_only,
    line_after,
    names_of,
)
from synergie.formats.enedis._hdm_rows import Readings, Tape
from synergie.formats.enedis._hdm_side import (
    convert_from_epoch,
    resolve_local_times,
    side_of,
    sort_readings,
)
from synergie.formats.enedis._hdm_write import write
from synergie.formats.format import Format, Sample
from synergie.formats.report import Gap, Report
from synergie.formats.text import detect_encoding, normalize_column_name
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from synergie.units import STEP_NAMES

__all__ = ["FORMAT", "NAME", "read", "sniff", "write"]

NAME = "enedis-hdm-curve"
_ONE_BLOCK = "times that no earlier block of this point and direction has told"


def sniff(sample: Sample) -> float:
    """1.0 for the header and `Courbe de charge`; 0.6 for the header of another HDM file."""
    head = [normalize_column_name(line) for line in sample.lines(2)]
    if not head or not head[0].startswith("".join(NEEDED[:4])):
        return 0.0
    return 1.0 if normalize_column_name(CURVE) in head[-1] else 0.6


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """Runs of each block in order of time, and the report; its rows are counted in `kept`.

    BadInput: another header, a PRM that is not 14 digits, another kind of data, or stamps whose
    side neither the rows nor *profile* tell. A bad row is refused and reading goes on. Memory
    grows with one block (one point's curve) and the refusals.
    """
    report = Report()
    tape = Tape(source, detect_encoding(source, report), report)
    first = next(tape.rows(), None)
    if first is None:
        raise BadInput("line 1", Words("an empty file"), ";".join(HEADER))
    names = names_of(first)
    values = line_after(tape.rows(), first[0])
    curve_only(values, names)
    block = block_of(values, names, profile, report)
    return _read_curve_blocks(tape, block, profile, report), report


def _read_curve_blocks(
    tape: Tape, block: Block | None, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The curves of each block; a block that holds no curve is passed over with a remark."""
    told: dict[str, list[_EarlierRun]] = {}
    while True:
        readings, header = tape.readings(block, load_time_zone(profile.time_zone))
        if block is not None:
            before = told.setdefault(block.key, [])
            yield from _build_block_curves(readings, block, before, profile=profile, report=report)
        if header is None:
            return
        names = names_of(header)
        values = line_after(tape.rows(), header[0])
        kind = cell_of(values, names, "Type de donnees")
        block = None
        if normalize_column_name(kind) == normalize_column_name(CURVE):
            block = block_of(values, names, profile, report)
        else:
            report.note("a block of {} is not a load curve: passed over", kind)


class _EarlierRun(NamedTuple):
    """A run of an earlier block: the time it covers, and what tells it from another."""

    start: int
    end: int
    digest: int


def _build_block_curves(
    readings: Readings, block: Block, before: list[_EarlierRun], *, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The runs of one block, in order of time, without what an earlier block has told."""
    earlier = tuple(before)
    resolve_local_times(readings, profile, report)
    sort_readings(readings, report)
    if not readings.stamps:
        report.note("a block of {} has no row", block.prm)
        return
    side, end = side_of(readings, block, profile, report), 0
    for run in _split_block_runs(readings, block, side):
        if isinstance(run, Astray):
            when = convert_from_epoch(readings.stamps[run.at]).isoformat()
            report.refuse(readings.lines[run.at], BadInput("/Horodate", when, run.expected))
            continue
        end = run.start + run.step * len(run.values)
        one = _EarlierRun(run.start, end, hash((run.step, block.unit, *run.values)))
        if _is_told_earlier(one, earlier, run, block, report):
            continue
        before.append(one)
        report.kept += run.rows
        report.gaps += [Gap(block.key, convert_from_epoch(at), run.step, n) for at, n in run.absent]
        yield _build_run_curve(run, block, readings.decimals, profile)
    low, high = day_bounds(block.end_day, load_time_zone(profile.time_zone))
    if end and convert_from_epoch(end) not in (
        low,
        high,
    ):  # some exports write the last day, not the one after
        report.note("the rows end at {}, Date de fin is {}", convert_from_epoch(end), block.end_day)


def _is_told_earlier(  # noqa: PLR0917 (private, one caller)
    one: _EarlierRun, earlier: tuple[_EarlierRun, ...], run: Run, block: Block, report: Report
) -> bool:
    """Whether an earlier block covers some of the time: its repeat is counted, another refused."""
    if one in earlier:
        report.duplicates += run.rows
        return True
    if not any(one.start < known.end and known.start < one.end for known in earlier):
        return False
    found = (
        f"{convert_from_epoch(one.start).isoformat()} - {convert_from_epoch(one.end).isoformat()}"
    )
    fault = BadInput("/Horodate", found, _ONE_BLOCK, checks.CONFLICTING_DUPLICATE.code)
    report.refuse(block.line, fault)
    report.refusals += run.rows - 1
    return True


def _split_block_runs(readings: Readings, block: Block, side: Side) -> Iterator[Run | Astray]:
    stamps = readings.stamps
    if isinstance(stamps, range) and len(stamps) > 1 and block.step_s in (None, stamps.step):
        return build_even_runs(stamps, readings.values, side)
    steps = steps_of(stamps, side, block.step_s)
    if steps is None:
        where, found = f"line {block.line}, /Pas en minutes", "a blank, and rows that do not tell"
        raise BadInput(where, found, "5, 10, 15, 30 or 60 minutes")
    return split_runs(stamps, readings.values, steps, side)


def _build_run_curve(run: Run, block: Block, decimals: int, profile: Profile) -> MeterCurve:
    return MeterCurve(
        supply_point=f"prm:{block.prm}",
        quantity=block.quantity,
        form="mean_power",
        direction=block.direction,
        unit=block.unit,
        decimals=decimals,
        start=convert_from_epoch(run.start),
        step=STEP_NAMES[run.step],
        values=run.values,
        quality=_build_quality_runs(run.values) if block.corrected else None,
        provenance=profile.provenance or _codes.derive_provenance(block.prm),
    )


def _build_quality_runs(values: list[Value]) -> tuple[QualityRun, ...]:
    """`corrected`, and `missing` where there is no value, as runs."""
    return tuple(
        QualityRun(n=len(list(same)), quality="missing" if blank else "corrected")
        for blank, same in groupby(value is None for value in values)
    )


FORMAT = Format(
    name=NAME, title="Enedis load curve, HDM (CSV)", sniff=sniff, read=read, write=write
)
