"""Readings of one series, however they were stamped, made into runs of equal steps."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, load_time_zone, resolve_labels
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._runs import Astray, Side, split_runs, steps_of
from synergie.formats.report import Gap, Place, Report
from synergie.schemas.readings.curve import MAX_VALUES, Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.quality import Quality, QualityRun
from synergie.schemas.series import Direction, Form, Quantity, Unit
from synergie.units import STEP_NAMES, Provenance, Step

type Number = int | Decimal | None
"""A reading as received, exact. None: blank, not measured."""

_DAY_S = 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (what a clock shows)
LONGEST_HOLE_DAYS = 400
"""Absent days in a row that are filled with null; a longer hole starts another run."""

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_STEPS = "5, 10, 15, 30 or 60 minutes"
_FITS = "a time on whole steps of the hour, after the step before it"
_ONCE = "the value already given for this time, or another time"
_EXISTS = "a time that exists: this hour is skipped when clocks go forward"
_BOTH = "both rows of the hour that comes twice, in order of time, or an offset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the values of one series are."""

    supply_point: str
    """Its key: `prm:99000000000017`."""
    quantity: Quantity
    unit: Unit
    form: Form = "mean_power"
    direction: Direction = "import"
    provenance: Provenance = "partner"

    @property
    def key(self) -> str:
        """The key of the series, as in its curves."""
        return f"{self.supply_point}/{self.quantity}/{self.form}/{self.direction}"


@dataclass(slots=True)
class Points:
    """Readings in file order: columns of equal length, filled by `add`."""

    stamps: list[int] = field(default_factory=list)
    """Epoch seconds."""
    values: list[Number] = field(default_factory=list)
    qualities: list[Quality] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    counted: bool = False
    """Whether a number in `places` counts records and not lines."""

    def place(self, i: int) -> Place:
        """Where reading *i* is, for a refusal."""
        return f"record {self.places[i]}" if self.counted else self.places[i]

    def add(self, stamp: int, value: Number, quality: Quality, place: Place) -> None:
        """One reading; a value of None is `missing` whatever *quality* says."""
        self.stamps.append(stamp)
        self.values.append(value)
        self.qualities.append("missing" if value is None else quality)
        self.places.append(place)

    def take(self, keep: Sequence[int]) -> None:
        """Keep only these rows, in this order."""
        for name in ("stamps", "values", "qualities", "places"):
            column = getattr(self, name)
            setattr(self, name, [column[i] for i in keep])


def parse_exact_number(
    text: str, where: str, expected: str, *, most: int = 10**12
) -> int | Decimal:
    """The number in *text*, with a dot and without exponent; BadInput at *where* otherwise."""
    if _NUMBER.fullmatch(text):
        value = Decimal(text)
        if abs(value) <= most:
            return int(value) if value == value.to_integral_value() else value
    raise BadInput(where, text, expected)


def build_stamped_curves(
    head: Head, points: Points, *, side: Side, steps: int | Sequence[int] | None, report: Report
) -> Iterator[MeterCurve]:
    """*points* as runs in order of time; absent steps become null and are told as gaps.

    *steps*: seconds of every step, or of each, or None when the stamps must tell. Rows out of
    order are put in order; an exact repeat is ignored and counted; another value at a time
    already given is refused. BadInput when nothing tells the step.
    """
    even = steps if isinstance(steps, int) else None if steps else _apart_at_first(points.stamps)
    if even is not None and _has_one_per_step(points.stamps, even):
        yield from _build_unbroken_curves(head, points, side, even, report)
        return
    each = _sort_points(points, steps, report)
    stamps = points.stamps
    if not stamps:
        return
    if each is None:
        each = steps_of(stamps, side, None)
    if each is None:
        raise BadInput(head.key, f"{len(stamps)} rows that tell no step", _STEPS)
    for run in split_runs(stamps, range(len(stamps)), each, side):
        if isinstance(run, Astray):
            at = datetime.fromtimestamp(stamps[run.at], UTC).isoformat()
            report.refuse(points.place(run.at), BadInput("/time", at, _FITS))
            continue
        report.kept += run.rows
        report.gaps += [
            Gap(head.key, datetime.fromtimestamp(at, UTC), run.step, n) for at, n in run.absent
        ]
        start = datetime.fromtimestamp(run.start, UTC)
        some = [None if i is None else points.values[int(i)] for i in run.values]
        told = ["missing" if i is None else points.qualities[int(i)] for i in run.values]
        yield _build_point_curve(head, start, STEP_NAMES[run.step], some, told)


def _apart_at_first(stamps: Sequence[int]) -> int | None:
    return stamps[1] - stamps[0] if len(stamps) > 1 else None


def _has_one_per_step(stamps: Sequence[int], step: int) -> bool:
    if not stamps or step not in STEP_NAMES or stamps[0] % step:
        return False
    return stamps == list(range(stamps[0], stamps[0] + step * len(stamps), step))


def _build_unbroken_curves(  # noqa: PLR0917 (private, one caller)
    head: Head, points: Points, side: Side, step: int, report: Report
) -> Iterator[MeterCurve]:
    """One reading a step without a hole: the common case, without a look at each reading."""
    report.kept += len(points.stamps)
    first = points.stamps[0] - (step if side == "end" else 0)
    for at in range(0, len(points.stamps), MAX_VALUES):
        start = datetime.fromtimestamp(first + at * step, UTC)
        piece = slice(at, at + MAX_VALUES)
        values, qualities = points.values[piece], points.qualities[piece]
        yield _build_point_curve(head, start, STEP_NAMES[step], values, qualities)


def continue_curves(
    head: Head, part: Iterable[MeterCurve], ends: dict[str, datetime], report: Report
) -> Iterator[MeterCurve]:
    """The curves of one *part* of a series too long to hold; a hole before it is told as a gap.

    *ends*: where the part before ended, by the key of the series; it is kept up to date.
    """
    before = ends.get(head.key)
    for curve in part:
        if before is not None and curve.step_s is not None:
            hole = int((curve.start - before).total_seconds())
            if hole > 0 and hole % curve.step_s == 0:
                report.gaps.append(Gap(head.key, before, curve.step_s, hole // curve.step_s))
        before = None
        if curve.end is not None:
            ends[head.key] = curve.end
        yield curve


def _sort_points(
    points: Points, steps: int | Sequence[int] | None, report: Report
) -> list[int] | None:
    """Puts rows in order of time, once each; the step of each row when it is told."""
    stamps = points.stamps
    each = [steps] * len(stamps) if isinstance(steps, int) else list(steps or ())
    if all(a < b for a, b in pairwise(stamps)):
        return each or None
    if any(a > b for a, b in pairwise(stamps)):
        report.find(checks.OUT_OF_ORDER)
    keep: list[int] = []
    for i in sorted(range(len(stamps)), key=stamps.__getitem__):
        if not keep or stamps[keep[-1]] != stamps[i]:
            keep.append(i)
        elif points.values[keep[-1]] == points.values[i]:
            report.duplicates += 1
        else:
            _refuse_conflicting_point(points, i, report)
    points.take(keep)
    return [each[i] for i in keep] if each else None


def _refuse_conflicting_point(points: Points, i: int, report: Report) -> None:
    value = points.values[i]
    found = "blank" if value is None else value
    fault = BadInput("/value", found, _ONCE, checks.CONFLICTING_DUPLICATE.code)
    report.refuse(points.place(i), fault)


def _build_point_curve(  # noqa: PLR0917 (what a curve is made of, in its order)
    head: Head, start: datetime, step: Step, some: Sequence[Number], told: Sequence[str]
) -> MeterCurve:
    values, decimals = convert_numbers(some)
    return MeterCurve(
        supply_point=head.supply_point,
        quantity=head.quantity,
        form=head.form,
        direction=head.direction,
        unit=head.unit,
        decimals=decimals,
        start=start,
        step=step,
        values=values,
        quality=quality_runs(told),
        provenance=head.provenance,
    )


def convert_numbers(values: Sequence[Number]) -> tuple[list[Value], int]:
    """Values as they travel, and how many decimals they have."""
    if Decimal not in set(map(type, values)):
        return list(values), 0  # type: ignore[arg-type]  # whole numbers and blanks
    parts = [v for v in values if isinstance(v, Decimal)]
    decimals = max((-int(v.normalize().as_tuple().exponent) for v in parts), default=0)
    return [float(v) if isinstance(v, Decimal) else v for v in values], max(0, decimals)


def quality_runs(told: Sequence[str]) -> tuple[QualityRun, ...] | None:
    """Equal neighbours joined; None when all is measured or missing."""
    if set(told) <= {"measured", "missing"}:
        return None
    return tuple(
        QualityRun.model_validate({"n": len(list(same)), "quality": quality})
        for quality, same in groupby(told)
    )


@dataclass(slots=True)
class Days:
    """Values of civil days, in file order."""

    days: list[date] = field(default_factory=list)
    values: list[Number] = field(default_factory=list)
    qualities: list[Quality] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def add(self, day: date, value: Number, quality: Quality, place: Place) -> None:
        """One day; a value of None is `missing` whatever *quality* says."""
        self.days.append(day)
        self.values.append(value)
        self.qualities.append("missing" if value is None else quality)
        self.places.append(place)


def build_daily_curves(
    head: Head, days: Days, *, time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    """Values of civil days as runs of step P1D; absent days become null and are told as gaps."""
    tz, run = load_time_zone(time_zone), list[int]()
    for i in sorted(range(len(days.days)), key=days.days.__getitem__):
        if not run:
            run = [i]
            continue
        apart = (days.days[i] - days.days[run[-1]]).days
        if apart == 0:
            _twice_a_day(days, run[-1], i, report)
            continue
        if apart > 1:
            first = days.days[run[-1]] + timedelta(days=1)
            report.gaps.append(Gap(head.key, day_bounds(first, tz)[0], 86_400, apart - 1))
        if apart > LONGEST_HOLE_DAYS:
            yield _build_daily_curve(head, days, run, time_zone, report)
            run = []
        run.append(i)
    if run:
        yield _build_daily_curve(head, days, run, time_zone, report)


def _twice_a_day(days: Days, known: int, i: int, report: Report) -> None:
    if days.values[known] == days.values[i]:
        report.duplicates += 1
        return
    found = "blank" if days.values[i] is None else days.values[i]
    fault = BadInput("/value", found, _ONCE, checks.CONFLICTING_DUPLICATE.code)
    report.refuse(days.places[i], fault)


def _build_daily_curve(  # noqa: PLR0917 (private, one caller)
    head: Head, days: Days, run: list[int], time_zone: str, report: Report
) -> MeterCurve:
    first, last = days.days[run[0]], days.days[run[-1]]
    length = (last - first).days + 1
    if length > MAX_VALUES:
        raise BadInput(head.key, f"{length} days", "at most 110,000 values in one run")
    some: list[Number] = [None] * length
    told: list[str] = ["missing"] * length
    for i in run:
        at = (days.days[i] - first).days
        some[at], told[at] = days.values[i], days.qualities[i]
    report.kept += len(run)
    start = day_bounds(first, load_time_zone(time_zone))[0]
    return _build_point_curve(head, start, "P1D", some, told)


def resolve_label_times(
    labels: Sequence[datetime], places: Sequence[Place], time_zone: str, report: Report
) -> list[int | None]:
    """Epoch seconds of naive local *labels* of one series, in file order; None where refused.

    The hour that comes twice is told apart by the order of the rows; a label that does not exist
    or that nothing tells apart is refused (formats.md §2.1).
    """
    told = resolve_local_labels(labels, load_time_zone(time_zone))
    return [_resolve_stamp(*one, report) for one in zip(labels, places, told, strict=True)]


def _resolve_stamp(
    label: datetime, place: Place, told: tuple[datetime | None, str], report: Report
) -> int | None:
    moment, verdict = told
    if moment is not None:
        return int(moment.timestamp())
    nonexistent = verdict == "nonexistent"
    code = (checks.LABEL_NONEXISTENT if nonexistent else checks.LABEL_AMBIGUOUS).code
    expected = _EXISTS if nonexistent else _BOTH
    report.refuse(place, BadInput("/time", label.isoformat(" "), expected, code))
    return None


def resolved_walls(
    walls: Sequence[int], places: Sequence[Place], time_zone: str, report: Report
) -> list[int | None]:
    """As `resolved`, of what clocks show in seconds; days without a change of clocks at once."""
    tz = load_time_zone(time_zone)
    days = [one // _DAY_S for one in walls]
    offsets = {day: _offset_of(day, tz) for day in set(days)}
    apart = map(offsets.__getitem__, days)
    out = [None if one is None else at - one for at, one in zip(walls, apart, strict=True)]
    odd = [i for i, stamp in enumerate(out) if stamp is None]
    if odd:
        labels = [compute_clock_time(walls[i]) for i in odd]
        each, back = (
            ((compute_clock_time(a), compute_clock_time(b)) for a, b in _find_falls(one))
            for one in (walls, walls[::-1])
        )
        for i, label, told in zip(
            odd, labels, _resolve_whole_days(labels, tz, each, back), strict=True
        ):
            out[i] = _resolve_stamp(label, places[i], told, report)
    return out


def compute_clock_time(wall: int, offset: int | None = None) -> datetime:
    """What a clock shows *wall* seconds from 1970, naive or with its *offset* in seconds."""
    told = None if offset is None else timezone(timedelta(seconds=offset))
    return (_EPOCH + timedelta(seconds=wall)).replace(tzinfo=told)


@lru_cache(maxsize=4096)
def _offset_of(day: int, tz: ZoneInfo) -> int | None:
    """The offset, seconds, that holds all of a day since 1970; None where clocks change."""
    start = compute_clock_time(day * _DAY_S)
    minutes = (*range(0, 24 * 60, 60), 24 * 60 - 1)
    told = {
        (start + timedelta(minutes=at)).replace(tzinfo=tz, fold=fold).utcoffset()
        for at in minutes for fold in (0, 1)
    }  # fmt: skip
    one = told.pop()
    return None if told or one is None else int(one.total_seconds())


def resolve_local_labels(
    labels: Sequence[datetime], tz: ZoneInfo
) -> Sequence[tuple[datetime | None, str]]:
    """The instant of each naive local label of one series, in file order, and its verdict.

    A file from the first time to the last, or from the last to the first, tells the hour that
    comes twice apart; in any other order that hour is `ambiguous` (formats.md §2.1).
    """
    return _resolve_whole_days(labels, tz, _find_falls(labels), _find_falls(labels[::-1]))


def _resolve_whole_days(
    labels: Sequence[datetime],
    tz: ZoneInfo,
    falls: Iterable[tuple[datetime, datetime]],
    back: Iterable[tuple[datetime, datetime]],
) -> Sequence[tuple[datetime | None, str]]:
    """The same of the *labels* of whole days; *falls* and *back* are of all, read each way."""
    if _are_in_order(falls, tz):
        return resolve_labels(labels, tz)
    if _are_in_order(back, tz):
        return resolve_labels(labels[::-1], tz)[::-1]
    return [
        (None, "ambiguous") if moment is not None and _comes_twice(label, tz) else (moment, verdict)
        for label, (moment, verdict) in zip(labels, resolve_labels(labels, tz), strict=True)
    ]


def _find_falls[T: (datetime, int)](labels: Sequence[T]) -> Iterator[tuple[T, T]]:
    """Neighbours of which the second is before the first."""
    return ((a, b) for a, b in pairwise(labels) if b < a)


def _are_in_order(falls: Iterable[tuple[datetime, datetime]], tz: ZoneInfo) -> bool:
    """Whether naive local labels go forward, but for a step back into the hour that comes twice.

    Short steps back elsewhere are no clock change: a file that goes backwards is made of them.
    """
    back: set[date] = set()
    for a, b in falls:
        if a - b > timedelta(hours=1) or b.date() in back or not _comes_twice(b, tz):
            return False
        back.add(b.date())
    return True


def _comes_twice(label: datetime, tz: ZoneInfo) -> bool:
    early, late = (label.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1))
    return early != late
