"""What you may see of a series, as an object, as a frame, and in a notebook.

Frames carry the start and the end of each step in UTC and the local time as text with its offset,
so that no group-by meets the two 02:00 hours of October.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from html import escape
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, load_time_zone
from synergie.calendar.civil import Bucket
from synergie.errors import Misconfigured, MissingExtra, SynergieError
from synergie.schemas.readings.curve import CurveExtract, CurveRun, Value
from synergie.schemas.readings.quality import Quality
from synergie.units import STEP_SECONDS

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_PERIODS: dict[str, Bucket] = {"P1D": "day", "P1M": "month", "P1Y": "year"}
_SHOWN = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """One step: its bounds (UTC), its value (None: not measured) and its quality."""

    start: datetime
    end: datetime
    value: Value
    quality: Quality


@dataclass(frozen=True, slots=True)
class CurveView:
    """The answer to a reading of a curve. `extract` is what the server said, whole."""

    extract: CurveExtract

    def __len__(self) -> int:
        return sum(len(run.values) for run in self.extract.runs)

    def __iter__(self) -> Iterator[Interval]:
        """Every step in order of time; days and months end at their civil bound."""
        for run in self.extract.runs:
            bounds = self._bounds(run)
            for (start, end), value, quality in zip(
                bounds, run.values, _list_run_qualities(run), strict=True
            ):
                yield Interval(start, end, value, quality)

    def to_pandas(self) -> "pd.DataFrame":
        """A pandas frame; see `columns`. MissingExtra without the extra `frames`."""
        frame: pd.DataFrame = self._frame("pandas")
        return frame

    def to_polars(self) -> "pl.DataFrame":
        """A polars frame; see `columns`. MissingExtra without the extra `frames`."""
        frame: pl.DataFrame = self._frame("polars")
        return frame

    def to_arrow(self) -> "pa.Table":
        """An Arrow table; see `columns`. MissingExtra without the extra `frames`."""
        table: pa.Table = self._frame("pyarrow")
        return table

    @property
    def columns(self) -> tuple[str, str, str, str, str]:
        """Names of the columns of a frame.

        `start`, `end`: aware, UTC. `value_<unit>`: the unit in lower case, as in `value_w`; null
        where there is no measure. `quality`: a word of the closed list. `local`: the start in the
        zone of the series, text with its offset.
        """
        return "start", "end", f"value_{self.extract.unit.lower()}", "quality", "local"

    def _frame(self, backend: Literal["pandas", "polars", "pyarrow"]) -> Any:
        try:
            import narwhals as nw  # noqa: PLC0415 (optional, heavy)

            import_module(backend)
        except ImportError as error:
            raise _build_missing_extra(error.name or backend) from error
        kinds = (nw.Int64(), nw.Int64(), nw.Float64(), nw.String(), nw.String())
        frame = nw.from_dict(
            dict(zip(self.columns, self._data(), strict=True)),
            schema=dict(zip(self.columns, kinds, strict=True)),
            backend=backend,
        )
        moments = nw.col("start", "end").cast(nw.Datetime("us", "UTC"))
        return frame.with_columns(moments).to_native()

    def _data(self) -> tuple[list[Any], ...]:
        """The columns; times as microseconds since 1970, which frames take in much faster."""
        starts, ends, locals_ = list[int](), list[int](), list[str]()
        values, quality = list[float | None](), list[Quality]()
        for run in self.extract.runs:
            bounds = self._list_bounds(run)
            starts += bounds[:-1]
            ends += bounds[1:]
            locals_ += _format_local_starts(bounds[:-1], load_time_zone(self.extract.time_zone))
            values += [None if one is None else float(one) for one in iter(run.values)]
            told = zip(_list_run_qualities(run), run.values, strict=True)
            quality += [word for word, _ in told]
        return starts, ends, values, quality, locals_

    def _list_bounds(self, run: CurveRun) -> Sequence[int]:
        """The start of each step of *run*, and the end of the last: microseconds since 1970."""
        start = round(run.start.timestamp() * 1_000_000)
        if step := STEP_SECONDS.get(run.step, 0) * 1_000_000:
            return range(start, start + (len(run.values) + 1) * step, step)
        ends = (round(end.timestamp() * 1_000_000) for _, end in self._bounds(run))
        return [start, *ends]

    def _bounds(self, run: CurveRun) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of each step of *run*, UTC."""
        seconds = STEP_SECONDS.get(run.step)
        start = run.start.astimezone(UTC)
        for _ in range(len(run.values)):
            end = start + timedelta(seconds=seconds) if seconds else self._after(start, run.step)
            yield start, end
            start = end

    def _after(self, start: datetime, step: str) -> datetime:
        return ceil_period(
            start + timedelta(microseconds=1),
            _PERIODS[step],
            load_time_zone(self.extract.time_zone),
        )

    def _repr_html_(self) -> str:
        """A short table for notebooks: what it is, how fresh, the first steps."""
        told = self.extract
        head = f"{told.series}, {told.unit}, {told.granularity}, {told.time_zone}, n = {len(self)}"
        fresh = f"{told.freshness.state}: {told.freshness.reason}"
        titles = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        tz = load_time_zone(told.time_zone)
        rows = "".join(_format_curve_row(step, tz) for step in islice(self, _SHOWN))
        return (
            f"<table><caption>{escape(head)}<br>{escape(fresh)}</caption>"
            f"<thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _format_local_starts(starts: Sequence[int], tz: ZoneInfo) -> Iterator[str]:
    """Moments, microseconds since 1970, as local time with its offset.

    A day whose offset does not change has the hours of one before that begins alike.
    """
    hours, first = dict[tuple[int, int, timedelta | None], list[str]](), 0
    while first < len(starts):
        local = _convert_to_local(starts[first], tz)
        night = datetime.combine(local.date() + timedelta(1), time(), tz)
        midnight = round(night.timestamp() * 1_000_000)
        after = max(bisect_left(starts, midnight, first), first + 1)
        last = _convert_to_local(starts[after - 1], tz).utcoffset()
        alike, day = (midnight - starts[first], after - first, last), str(local.date())
        if (told := hours.get(alike)) is None or last != local.utcoffset():
            moments = (_convert_to_local(at, tz) for at in starts[first:after])
            told = [one.isoformat().removeprefix(day) for one in moments]
            if last == local.utcoffset():
                hours[alike] = told
        yield from [day + hour for hour in told]
        first = after


def _convert_to_local(at: int, tz: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=at)).astimezone(tz)


def _build_missing_extra(name: str) -> SynergieError:
    """What to install: pandas or polars is the reader's choice, the rest comes with the extra."""
    if name in {"pandas", "polars"}:
        return Misconfigured("{} is not installed: pip install {}", name, name)
    return MissingExtra("frames")


def _format_curve_row(step: Interval, tz: ZoneInfo) -> str:
    value = "" if step.value is None else f"{step.value}"
    local = step.start.astimezone(tz).isoformat()
    cells = (step.start.isoformat(), step.end.isoformat(), value, step.quality, local)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _list_run_qualities(run: CurveRun) -> list[Quality]:
    """The quality of each value; without runs, `measured`, or `missing` where there is none."""
    if run.quality is None:
        return ["missing" if value is None else "measured" for value in iter(run.values)]
    return [part.quality for part in run.quality for _ in range(part.n)]
