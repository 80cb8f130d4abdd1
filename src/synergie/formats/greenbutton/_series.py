"""The readings of one meter reading made into records: curves, days, other intervals, indexes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import (
    Days,
    Number,
    Points,
    build_daily_curves,
    build_stamped_curves,
    continue_curves,
)
from synergie.formats.format import Record
from synergie.formats.greenbutton import _codes as codes
from synergie.formats.greenbutton import _meaning as meaning
from synergie.formats.greenbutton._feed import Point, ReadingType
from synergie.formats.greenbutton._readings import MOST_SECONDS, Readings
from synergie.formats.greenbutton._summary import Summaries
from synergie.formats.report import Place, Report
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.units import STEP_NAMES

NAME = "green-button"

_INDEXED = ("active_energy", "reactive_inductive", "reactive_capacitive", "gas_volume")
_SHORTEST_DAY, _LONGEST_DAY = 82_800, 90_000
_MOST = 10**15
_DECIMALS = 6

_SIZE = "a value below 10^15 with at most 6 decimals"
_POSITIVE = "zero or more: what is fed in has a flow of its own (flowDirection 19)"
_ONCE = "the value already given for this time, or another time"
_BEGIN = "a start, or a block that has one"
_LENGTH = "a duration from 1 second to 3 years, or an intervalLength"
_INDEX = "an interval, or an index of energy or volume (accumulationBehaviour)"


class Series:
    """One meter reading, once its resources are known."""

    def __init__(
        self, point: Point | None, kind: ReadingType | None, profile: Profile, report: Report
    ) -> None:
        self._profile, self._report, self._kind = profile, report, kind
        self._fault: BadInput | None = None
        self._ends: dict[str, datetime] = {}
        self._default = "" if kind is None else kind.quality
        """Quality code of what has none of its own."""
        self._codes = set[str]()
        try:
            self._power = meaning.power_of_ten(kind)
            self._head = meaning.head(point, kind, profile)
            self._index = self._is_index()
        except BadInput as fault:
            self._fault = fault

    def _is_index(self) -> bool:
        kind = self._kind
        if kind is None or kind.accumulation not in codes.INDEXES:
            return False
        if self._head.quantity not in _INDEXED:
            raise BadInput("/ReadingType/accumulationBehaviour", kind.accumulation, _INDEX)
        return True

    def records(self, held: Readings, summaries: Summaries) -> Iterator[Record]:
        """The records of *held*; what cannot be one is refused."""
        if self._fault is not None:
            for n in held.numbers:
                self._report.refuse(f"record {n}", self._fault)
            return
        self._net()
        for wrong in (self._timed, self._signed, self._sized):
            if faults := wrong(held):
                for i, fault in faults.items():
                    self._report.refuse(f"record {held.numbers[i]}", fault)
                held = held.without(faults)
        numbers: list[Number] = [*held.values]
        if self._power:
            numbers = [self._scaled(v) for v in held.values]
        if self._index:
            yield from self._indexes(held, numbers)
            return
        summaries.count(self._head, held, numbers)
        yield from self._intervals(held, numbers)

    def _net(self) -> None:
        if self._kind is not None and self._kind.flow in codes.NET_FLOWS:
            self._report.note(
                "a flow that is net or total (flowDirection {}); read as drawn from the network",
                self._kind.flow,
            )

    def _timed(self, held: Readings) -> dict[int, BadInput]:
        """Gives each reading its start and duration where the feed leaves them to be told."""
        if None not in held.starts and None not in held.durations:
            return {}
        faults: dict[int, BadInput] = {}
        length, after = meaning.interval_length(self._kind), None
        for i, (start, duration) in enumerate(zip(held.starts, held.durations, strict=True)):
            start = after if start is None else start  # noqa: PLW2901 (completed)
            duration = length if duration is None else duration  # noqa: PLW2901
            after = None
            if duration is None or not 0 < duration <= MOST_SECONDS:
                faults[i] = BadInput("/timePeriod/duration", Words("nothing"), _LENGTH)
            elif start is None:
                faults[i] = BadInput("/timePeriod/start", Words("nothing"), _BEGIN)
            else:
                held.starts[i], held.durations[i], after = start, duration, start + duration
        return faults

    def _signed(self, held: Readings) -> dict[int, BadInput]:
        if (
            self._head.quantity == "voltage"
            or min(_select_whole_numbers(held.values), default=0) >= 0
        ):
            return {}
        code = checks.NEGATIVE_ENERGY.code
        return {
            i: BadInput("/value", value, _POSITIVE, code)
            for i, value in enumerate(held.values)
            if value is not None and value < 0
        }

    def _sized(self, held: Readings) -> dict[int, BadInput]:
        if (
            -_DECIMALS <= self._power <= 0
            and max(_select_whole_numbers(held.values), default=0) < _MOST
        ):
            return {}
        faults: dict[int, BadInput] = {}
        for i, value in enumerate(held.values):
            if value is None:
                continue
            scaled = Decimal(value).scaleb(self._power)
            if scaled != round(scaled, _DECIMALS) or abs(scaled) >= _MOST:
                faults[i] = BadInput("/value", scaled, _SIZE)
        return faults

    def _scaled(self, value: int | None) -> Number:
        if value is None:
            return None
        if self._power > 0:
            return int(value * 10**self._power)
        scaled = Decimal(value).scaleb(self._power)
        return int(scaled) if scaled == scaled.to_integral_value() else scaled

    def _qualities(self, held: Readings) -> list[Quality]:
        """What each reading's codes mean; each kind of code is told once."""
        told = [code or self._default for code in held.codes]
        known = {code: codes.derive_code_quality(code) for code in set(told)}
        for code, n in Counter(told).items():
            if code and code not in self._codes:
                self._codes.add(code)
                self._report.note("quality code {} is taken as {}", code, known[code])
            if known[code] in {"estimated", "reconstructed"}:
                self._report.find(checks.ESTIMATED, times=n)
        return [known[code] for code in told]

    def _indexes(self, held: Readings, numbers: list[Number]) -> Iterator[RegisterReading]:
        """Values that are the index of a register at the end of their interval."""
        for i, quality in enumerate(self._qualities(held)):
            value, start, duration = numbers[i], held.starts[i] or 0, held.durations[i] or 0
            self._report.kept += 1
            if value is None:
                continue
            yield RegisterReading.model_validate(
                {
                    "supply_point": self._head.supply_point,
                    "quantity": self._head.quantity,
                    "direction": self._head.direction,
                    "unit": self._head.unit,
                    "instant": _convert_epoch_to_utc(start + duration),
                    "value": Decimal(value),
                    "quality": quality,
                    "source_quality": held.codes[i] or self._default or None,
                    "source": NAME,
                    "provenance": self._head.provenance,
                }
            )

    def _intervals(self, held: Readings, numbers: list[Number]) -> Iterator[Record]:
        """Curves where steps are equal, civil days, and whatever else as single intervals."""
        qualities = self._qualities(held)
        starts, steps = _select_whole_numbers(held.starts), _select_whole_numbers(held.durations)
        if set(steps) <= STEP_NAMES.keys() and not any(map(_compute_step_offset, starts, steps)):
            places: list[Place] = [f"record {n}" for n in held.numbers]
            told: list[Quality] = [
                "missing" if value is None else quality
                for value, quality in zip(numbers, qualities, strict=True)
            ]
            yield from self._curves(Points(starts, numbers, told, places), steps)
            return
        points, lengths, days, others = Points(), list[int](), Days(), list[int]()
        for i, (start, step) in enumerate(zip(starts, steps, strict=True)):
            place = f"record {held.numbers[i]}"
            if step in STEP_NAMES and not _compute_step_offset(start, step):
                points.add(start, numbers[i], qualities[i], place)
                lengths.append(step)
            elif day := self._civil_day(start, step):
                days.add(day, numbers[i], qualities[i], place)
            else:
                others.append(i)
        yield from self._curves(points, lengths)
        zone_name = self._profile.time_zone
        yield from build_daily_curves(self._head, days, time_zone=zone_name, report=self._report)
        yield from self._others(held, numbers, qualities, others)

    def _civil_day(self, start: int, step: int) -> date | None:
        """The civil day of the declared zone that the interval is, exactly. None: it is none."""
        if not _SHORTEST_DAY <= step <= _LONGEST_DAY:
            return None
        tz = load_time_zone(self._profile.time_zone)
        day = day_of(_convert_epoch_to_utc(start), tz)
        return (
            day
            if day_bounds(day, tz)
            == (_convert_epoch_to_utc(start), _convert_epoch_to_utc(start + step))
            else None
        )

    def _curves(self, points: Points, steps: list[int]) -> Iterator[MeterCurve]:
        """The runs of *points*; a hole after what was given out before is told, too."""
        if points.stamps:
            part = build_stamped_curves(
                self._head, points, side="start", steps=steps, report=self._report
            )
            yield from continue_curves(self._head, part, self._ends, self._report)

    def _others(
        self, held: Readings, numbers: list[Number], qualities: list[Quality], some: list[int]
    ) -> Iterator[IntervalReading]:
        seen: dict[tuple[int, int], Number] = {}
        for i in some:
            start, duration = held.starts[i] or 0, held.durations[i] or 0
            if _SHORTEST_DAY <= duration <= _LONGEST_DAY:
                self._report.note(
                    "intervals of about a day that are no civil days of {}: declare their zone",
                    self._profile.time_zone,
                )
            if (start, duration) in seen:
                self._again(seen[start, duration], numbers[i], held.numbers[i])
                continue
            value = seen[start, duration] = numbers[i]
            self._report.kept += 1
            yield IntervalReading(
                supply_point=self._head.supply_point,
                quantity=self._head.quantity,
                direction=self._head.direction,
                unit=self._head.unit,
                start=_convert_epoch_to_utc(start),
                end=_convert_epoch_to_utc(start + duration),
                value=None if value is None else Decimal(value),
                quality="missing" if value is None else qualities[i],
                source_quality=held.codes[i] or self._default or None,
                source=NAME,
                provenance=self._head.provenance,
            )

    def _again(self, known: Number, value: Number, n: int) -> None:
        if known == value:
            self._report.duplicates += 1
            return
        found = Words("blank") if value is None else value
        code = checks.CONFLICTING_DUPLICATE.code
        self._report.refuse(f"record {n}", BadInput("/value", found, _ONCE, code))


def _select_whole_numbers(column: list[int | None]) -> list[int]:
    return [value for value in column if value is not None]


def _compute_step_offset(start: int, step: int) -> int:
    """How far a start is from the whole steps of the day."""
    return start % step


def _convert_epoch_to_utc(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
