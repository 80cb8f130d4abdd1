"""The rows of an HDM block in order of time, and the side of the step that their stamps mark."""

from datetime import UTC, datetime
from itertools import pairwise

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import resolve_local_labels
from synergie.formats._runs import Side
from synergie.formats.enedis._hdm_header import Block
from synergie.formats.enedis._hdm_rows import Readings
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile

EXPECTED = {
    "nonexistent": "a time that exists: this hour is skipped when clocks go forward",
    "ambiguous": "both rows of the hour that comes twice, in order of time, or an offset",
    "twice": "the value already given for this time, or another time",
    "side": "the side of the step that stamps mark, declared: start (C1-C4) or end (C5)",
}
"""What a fault of the rows calls for, by the fault."""


def convert_from_epoch(epoch: int) -> datetime:
    """The moment of *epoch* seconds."""
    return datetime.fromtimestamp(epoch, UTC)


def resolve_local_times(readings: Readings, profile: Profile, report: Report) -> None:
    """Gives local times their instants, by file order; those that are none or two are refused."""
    if not readings.naive:
        return
    tz, stamps = load_time_zone(profile.time_zone), list(readings.stamps)
    report.note("times without offset were read in the zone {}", profile.time_zone)
    labels = [label for _, label in readings.naive]
    lost: set[int] = set()
    for (index, label), (moment, verdict) in zip(
        readings.naive, resolve_local_labels(labels, tz), strict=True
    ):
        if moment is not None:
            stamps[index] = int(moment.timestamp())
            continue
        lost.add(index)
        nonexistent = verdict == "nonexistent"
        why = EXPECTED["nonexistent" if nonexistent else "ambiguous"]
        code = (checks.LABEL_NONEXISTENT if nonexistent else checks.LABEL_AMBIGUOUS).code
        fault = BadInput("/Horodate", label.isoformat(sep=" "), why, code)
        report.refuse(readings.lines[index], fault)
    readings.stamps = stamps
    if lost:
        readings.take([i for i in range(len(stamps)) if i not in lost])


def sort_readings(readings: Readings, report: Report) -> None:
    """Puts rows in order of time; exact repeats are ignored, other values at one time refused."""
    stamps, values = readings.stamps, readings.values
    if isinstance(stamps, range) or all(a < b for a, b in pairwise(stamps)):
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
            code = checks.CONFLICTING_DUPLICATE.code
            report.refuse(readings.lines[i], BadInput("/Valeur", found, EXPECTED["twice"], code))
    readings.take(keep)


def side_of(readings: Readings, block: Block, profile: Profile, report: Report) -> Side:
    """Which side of the step the stamps mark: what is declared, else what the rows show.

    A row at the very start of the period is a start; one at its very end (exclusive) is an end.
    BadInput when nothing tells.
    """
    shown = _find_shown_side(readings, block, profile)
    if profile.stamp is None and shown is None:
        first, last = (convert_from_epoch(readings.stamps[i]).isoformat() for i in (0, -1))
        found, code = f"rows from {first} to {last}", checks.STAMP_SIDE_UNKNOWN.code
        raise BadInput(f"line {block.line}", found, EXPECTED["side"], code)
    if profile.stamp is not None and shown not in (None, profile.stamp):
        report.note(
            "stamps read as {} of step, as declared; the rows show {}", profile.stamp, shown
        )
    return profile.stamp or shown or "start"


def _find_shown_side(readings: Readings, block: Block, profile: Profile) -> Side | None:
    tz, stamps = load_time_zone(profile.time_zone), readings.stamps
    low, high = (
        int(day_bounds(day, tz)[0].timestamp()) for day in (block.first_day, block.end_day)
    )
    first, last = stamps[0], stamps[-1]
    before, after = _is_midnight(first, profile), _is_midnight(last, profile)
    lead, tail = (stamps[1] - first, last - stamps[-2]) if len(stamps) > 1 else (0, 0)
    start = first == low or (before and tail > 0 and last == high - tail)
    end = last == high or (after and lead > 0 and first == low + lead)
    if start == end:
        return None
    return "start" if start else "end"


def _is_midnight(epoch: int, profile: Profile) -> bool:
    tz = load_time_zone(profile.time_zone)
    moment = convert_from_epoch(epoch)
    return day_bounds(day_of(moment, tz), tz)[0] == moment
