"""Real curves of buildings with faults planted by a program: what the watch finds, and misses.

`python -m tests.measure.watch.real` at the root of the project judges every window of every meter
and writes the figures into docs/measure/watch.md. Meters that constants of the watch were looked at
on are kept apart from those that only judge.
"""

import csv
import gzip
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Literal

import numpy as np

from synergie import formats
from synergie.energy.exchange.power_curves import curve_of
from synergie.energy.plan.power.curves import Curve, join_curve_runs
from synergie.errors import BadInput
from synergie.measure.watch import limits
from synergie.measure.watch.building import (
    BuildingDays,
    cut_days,
    find_base_rises,
    find_holiday_use,
)
from synergie.measure.watch.building_judging import find_rule_breaks
from synergie.measure.watch.judging import begin_watch
from synergie.measure.watch.nights import cut_nights
from synergie.measure.watch.state import Finding
from synergie.schemas.readings.meter_curve import MeterCurve

type Side = Literal["tuned", "judged"]

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "measure" / "watch.md"
HEAD = "## On real curves"
UK = "meters-uk/uk-{}-hdd-only-hourly-sample-{}.csv.gz"
METERS: dict[str, tuple[Side, str]] = {
    "public building, C4, 10 min": (
        "tuned",
        "enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv",
    ),
    "gas of a house, 1 h": ("tuned", UK.format("gas", 0)),
    "electricity of a house, 1 h": ("judged", UK.format("electricity", 0)),
    "electricity of another house, 30 min": ("judged", UK.format("electricity", 1)),
}
DAYS, PLANTED, WITHIN, EVERY = 150, 90, 14, 15
"""Days of a window, the day of the fault, days in which it must be said, days between windows."""
NEAR = 5
"""Days that a fault may be dated off."""
RISES = (0.2, 0.5, 1.0)
MONTH = 365.25 / 12
HOLIDAYS = 14
SATURDAY = 5
USED, KEPT = "holidays used as working days", "holidays as Sundays: nothing said"


@dataclass(slots=True)
class Tally:
    """Windows that a fault was planted in, and what became of it."""

    refused: int = 0
    """It is said that nothing can be told."""
    missed: int = 0
    days: list[int] = field(default_factory=list)
    """Until each one that was found was said."""

    @property
    def planted(self) -> int:
        return self.missed + len(self.days)

    def count(self, found: tuple[Finding, ...], day: date, fault: str) -> None:
        """Whether one of *found* is the *fault* of *day*."""
        for one in found:
            late = (one.said_night - day).days
            if (
                one.fault == fault
                and 0 <= late < WITHIN
                and abs((one.first_night - day).days) <= NEAR
            ):
                self.days.append(late)
                return
        self.missed += 1


@dataclass(slots=True)
class Figures:
    """What a meter gave."""

    windows: int = 0
    months: float = 0
    """Of days that tell the base in windows that were not refused, 60 days of learning left out."""
    unplanted: int = 0
    """Rises of the base that were said where none was planted."""
    tallies: dict[str, Tally] = field(default_factory=dict)
    base_refused: int = 0
    """Windows whose base is said to tell nothing."""
    lamps_refused: int = 0
    """Windows that were not taken for a curve of lamps."""

    def of(self, kind: str) -> Tally:
        return self.tallies.setdefault(kind, Tally())


def find_delay(found: tuple[Finding, ...], day: date, fault: str) -> int | None:
    """Days until the *fault* of *day* is said. None: it is not."""
    for one in found:
        late = (one.said_night - day).days
        if one.fault == fault and 0 <= late < WITHIN and abs((one.first_night - day).days) <= NEAR:
            return late
    return None


def read_meter(name: str) -> Curve:
    """The whole curve of a meter, W."""
    path = DATA / METERS[name][1]
    if path.suffix == ".gz":
        return _read_uk(path)
    with formats.read(path) as result:
        runs = [curve_of(one) for one in result.records if isinstance(one, MeterCurve)]
    return join_curve_runs(runs)


def _read_uk(path: Path) -> Curve:
    """A step is the least distance of two rows; a moment that is told twice keeps its first row."""
    with gzip.open(path, "rt") as source:
        rows = [(_read_moment(one["start"]), one["value"]) for one in csv.DictReader(source)]
    told = {at: float(value) for at, value in reversed(rows) if value}
    first, last = min(told), max(told)
    step = min(int((b - a).total_seconds()) for a, b in pairwise(sorted(told)))
    values = np.full(int((last - first).total_seconds()) // step + 1, np.nan)
    for at, kwh in told.items():
        values[int((at - first).total_seconds()) // step] = kwh * 3_600_000 / step
    return Curve(first, step, values)


def _read_moment(told: str) -> datetime:
    at = datetime.fromisoformat(told)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def judge_meter(name: str) -> Figures:
    """Every window of the meter, as it is and with each fault."""
    curve, found = read_meter(name), Figures()
    days = cut_days(curve)
    for first in range(0, len(days.kwh) - DAYS + 1, EVERY):
        part = _take_days(days, first, first + DAYS)
        found.windows += 1
        _judge_base(part, found)
        _judge_rules(part, found)
        _judge_holidays(part, found)
        found.lamps_refused += _is_refused_as_lamps(curve, first)
    return found


def _take_days(days: BuildingDays, begin: int, end: int) -> BuildingDays:
    arrays = {name: getattr(days, name)[begin:end] for name in ("base_w", "kwh", "peak_w", "dead")}
    return BuildingDays(days.first + timedelta(days=begin), **arrays, count_w=days.count_w)


def _judge_base(part: BuildingDays, found: Figures) -> None:
    day = part.first + timedelta(days=PLANTED)
    try:
        sound = find_base_rises(part)
    except BadInput:
        found.base_refused += 1
        sound = None
    if sound is None or find_delay(sound, day, "base") is not None:
        for size in RISES:
            found.of(f"base up by {size:.0%}").refused += 1
    if sound is None:
        return
    found.unplanted += len(sound)
    found.months += float(np.count_nonzero(~np.isnan(part.base_w[60:]))) / MONTH
    if find_delay(sound, day, "base") is not None:
        return
    for size in RISES:
        base = part.base_w.copy()
        base[PLANTED:] += size * float(np.nanmedian(base[:60]))
        found.of(f"base up by {size:.0%}").count(
            find_base_rises(replace(part, base_w=base)), day, "base"
        )


def _judge_rules(part: BuildingDays, found: Figures) -> None:
    """A meter that is silent for ten days, and one step over what is subscribed."""
    day, span = part.first + timedelta(days=PLANTED), slice(PLANTED, PLANTED + 10)
    dead, peak = part.dead.copy(), part.peak_w.copy()
    if dead[PLANTED - limits.NORMAL_NIGHTS : PLANTED].any():  # what follows would be the same fault
        found.of("silent meter").refused += 1
    else:
        dead[span], peak[span] = 1.0, np.nan
        silent = replace(part, dead=dead, peak_w=peak)
        found.of("silent meter").count(find_rule_breaks(silent, None), day, "dead_meter")
    most = float(np.nanmax(part.peak_w))
    peak = part.peak_w.copy()
    peak[PLANTED] = most * 1.05
    over = find_rule_breaks(replace(part, peak_w=peak), most * 1.01)
    found.of("a day above the subscribed power").count(over, day, "over_power")


def _judge_holidays(part: BuildingDays, found: Figures) -> None:
    """Two weeks are called holidays: as they were drawn, and with the Sundays beside for each day.

    Where working days draw less than 1.6 Sundays, nothing is planted: people are there on Sundays.
    """
    place = (7 - part.first.weekday()) % 7 + 63
    weeks = {part.first + timedelta(days=place + n) for n in range(HOLIDAYS)}
    beside = [float(part.kwh[place + n]) for n in (-8, -1, HOLIDAYS + 6, HOLIDAYS + 13)]
    own = [part.kwh[place + n] for n in range(HOLIDAYS) if n % 7 < SATURDAY]
    if not np.median(own) > 1.6 * np.median(beside):  # NaN: not wholly measured
        found.of(USED).refused += 1
        return
    for kind, wanted in ((USED, True), (KEPT, False)):
        kwh = part.kwh.copy()
        if not wanted:
            kwh[place : place + HOLIDAYS] = np.resize(beside, HOLIDAYS)
        said = find_holiday_use(replace(part, kwh=kwh), weeks.__contains__, lambda _day: False)
        if bool(said) == wanted:
            found.of(kind).days.append(HOLIDAYS - 1)
        else:
            found.of(kind).missed += 1


def _is_refused_as_lamps(curve: Curve, first_day: int) -> bool:
    """Whether 75 nights from that day teach no lamps."""
    steps = 86400 // curve.step_s
    values = curve.watts[first_day * steps : (first_day + 76) * steps]
    start = curve.start + timedelta(days=first_day)
    try:
        begin_watch(cut_nights(start, curve.step_s, values, place=(2.3, 48.8), zone=curve.zone))
    except BadInput:
        return True
    return False


def judge_all() -> dict[str, Figures]:
    """Every meter."""
    return {name: judge_meter(name) for name in METERS}


INTRO = (
    "`python -m tests.measure.watch.real` cuts the four real curves at hand into windows of"
    f" {DAYS} days, one each {EVERY} days (they overlap), plants one fault on day {PLANTED + 1} and"
    f" writes this part; a test holds it to the run. Found: said under its name within {WITHIN}"
    f" days, dated within {NEAR}. The first two meters are those that constants were looked at on;"
    " the other two only judge. Where it is said that nothing can be told (the base is 0, or"
    " scatters so that one that doubled would not show; Sundays like working days), or a rise is"
    " said on that day that nobody planted, nothing is planted."
)
METER_HEAD = (
    "| meter | set | windows | taken for lamps | base told | unplanted rises (100 months) |\n"
    "|---|---|---|---|---|---|\n"
)
FAULT_HEAD = (
    "| fault | meter | set | found (median days) | missed | not told |\n|---|---|---|---|---|---|\n"
)
CLOSING = (
    "What a building on its own tells is thus: a silent meter and a power above the subscribed "
    "one always, a base that doubled in most windows where the base is told, a fifth more of it "
    "seldom. Rises that nobody planted are not known to be false: nobody noted what was plugged "
    "in. On the tuned meters they were one count of a meter more (all fifteen of the gas), a "
    "season that drifted, two odd nights, and levels that did change: heating that began, a term "
    "that began. The first three were mended; a curve without its weather does not tell the "
    "fourth from a fault. Another house of the collection of these and a modelled customer were "
    "looked at beside the tuned meters; neither is in this table. The judging meters were read "
    "twice: 18 and 14 rises in 100 months before; 12 and none with the scatter taken anew from "
    "sixty days, which found 9 of 15 doublings of the second one and was left; then as told "
    "above, with one doubling less than before on each (of 52 and 14). No open curve of a cabinet"
    " over sixty nights was found, so lamps are judged on the drawn park above alone."
)


def render_part(found: dict[str, Figures]) -> str:
    """The part of the page."""
    meters, faults = METER_HEAD, FAULT_HEAD
    for name, one in found.items():
        told = one.windows - one.base_refused
        rate = f"{one.unplanted} ({100 * one.unplanted / one.months:.0f})" if one.months else "–"
        lamps = one.windows - one.lamps_refused
        meters += f"| {name} | {METERS[name][0]} | {one.windows} | {lamps} | {told} | {rate} |\n"
    for kind in next(iter(found.values())).tallies:
        for name, one in found.items():
            tally, side = one.of(kind), METERS[name][0]
            days = f" ({median(tally.days):.0f})" if tally.days else ""
            faults += (
                f"| {kind} | {name} | {side} | {len(tally.days)} of {tally.planted}{days}"
                f" | {tally.missed} | {tally.refused} |\n"
            )
    return f"{HEAD}\n\n{INTRO}\n\n{meters}\n{faults}\n{CLOSING}\n"


def main() -> None:
    """Put the part in place of the one before, at the end of the page."""
    kept = PAGE.read_text(encoding="utf-8").partition(HEAD)[0].rstrip()
    PAGE.write_text(f"{kept}\n\n{render_part(judge_all())}", encoding="utf-8")


if __name__ == "__main__":
    main()
