"""Pictures of one curve beside the curve itself: day by hour, and how long it is above what.

Both are of the steps that the page shows, at their grain: nothing finer is read for them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from statistics import fmean

from synergie.calendar import load_time_zone
from synergie.reports.document import Figure
from synergie.reports.figure.cells import Cells
from synergie.reports.figure.columns import Series
from synergie.reports.figure.lines import Lines
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.figure.scale import mark_moments
from synergie.reports.readings.curve_rows import Row
from synergie.schemas.readings.curve import CurveExtract
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import format_percent, format_quantity, short_date

_HOUR_S = 3600
_HOURS = 24
_LEAST_DAYS, _MOST_DAYS = 3, 400
_SHARES = (0, 1, 5, 10, 25, 50, 75, 90, 100)
_DRAWN = 400
_TENTHS = 100
"""Below it a tenth says something."""

type _Hours = dict[date, list[list[float | None]]]
"""Local day → of each of its hours the values of the steps that begin in it."""


def build_curve_figures(
    visit: Visit, extract: CurveExtract, some: Sequence[Row]
) -> tuple[Figure, ...]:
    """Of a curve by hours or finer over three days to four hundred: both pictures; else none."""
    if not some or not all((one.end - one.start).total_seconds() <= _HOUR_S for one in some):
        return ()
    hours = _group_by_hour(extract, some)
    known = [one.value for one in some if one.value is not None]
    if not known or not _LEAST_DAYS <= len(hours) <= _MOST_DAYS:
        return ()
    return _build_heat(visit, extract, some, hours), _build_duration(visit, extract, known)


def _group_by_hour(extract: CurveExtract, some: Sequence[Row]) -> _Hours:
    tz = load_time_zone(extract.time_zone)
    found: _Hours = defaultdict(lambda: [[] for _ in range(_HOURS)])
    for one in some:
        local = one.start.astimezone(tz)
        found[local.date()][local.hour].append(one.value)
    return found


def _build_heat(visit: Visit, extract: CurveExtract, some: Sequence[Row], hours: _Hours) -> Figure:
    """A column a day, a row an hour: the mean of its steps; unknown when one of them is."""
    days = sorted(hours)
    grid = [[_mean_hour(steps) for steps in hours[day]] for day in days]
    tz = load_time_zone(extract.time_zone)
    night, noon = (_mean_hours(grid, span) for span in (range(1, 5), range(9, 17)))
    heads = (visit.say("Jour", "Day"), visit.say("Moyenne", "Mean"), visit.say("Le plus", "Most"))
    chart = Cells(
        title=visit.say(
            "De 1 h à 5 h : {} en moyenne ; de 9 h à 17 h : {}.",
            "From 1:00 to 5:00: {} on average; from 9:00 to 17:00: {}.",
            _format_value(visit, night, extract.unit), _format_value(visit, noon, extract.unit),
        ),
        columns=[short_date(visit.lang, day) for day in days],
        lines=[visit.say("{} h", "{}:00", hour) for hour in range(_HOURS)],
        values=grid,
        told=(heads, [_tell_day(visit, day, column, extract.unit)
                      for day, column in zip(days, grid, strict=True)]),
        marks=mark_moments(some[0].start, some[-1].end, tz),
        unit=extract.unit,
        source=visit.say(
            "Moyenne des pas de chaque heure locale ; un trait : une heure inconnue.",
            "Mean of the steps of each local hour; a stroke: an hour that is unknown.",
        ),
    )  # fmt: skip
    return build_figure(chart)


def _build_duration(visit: Visit, extract: CurveExtract, known: Sequence[float]) -> Figure:
    """The values from the largest to the least: how much of the time it is at least that."""
    ordered = sorted(known, reverse=True)
    width = -(-len(ordered) // _DRAWN)
    drawn = ordered[::width]
    told = [
        (share, ordered[min(share * len(ordered) // 100, len(ordered) - 1)]) for share in _SHARES
    ]
    half = dict(told)[50]
    name = visit.say("Au moins", "At least")
    chart = Lines(
        title=visit.say(
            "Pointe : {} ; la moitié du temps, {} ou moins.",
            "Peak: {}; half of the time, {} or less.",
            *(_format_value(visit, one, extract.unit) for one in (ordered[0], half)),
        ),
        steps=[""] * len(drawn),
        series=[Series(name, tuple(Cell(one, "") for one in drawn))],
        marks=[(share / 100, format_percent(visit.lang, share / 100, 0))
               for share in (0, 25, 50, 75)],
        unit=extract.unit,
        source=visit.say(
            "Part du temps mesuré, de la valeur la plus haute à la plus basse.",
            "Share of the time that is measured, from the highest value to the lowest.",
        ),
    )  # fmt: skip
    return build_figure(_SampledChart(chart, (visit.say("Part du temps", "Share of time"), name), [
        (format_percent(visit.lang, share / 100, 0),
         (Cell(value, _format_value(visit, value, extract.unit)),))
        for share, value in told
    ]))  # fmt: skip


class _SampledChart:
    """A chart whose table says some of its values: a value a step would be too many."""

    def __init__(
        self, chart: Lines, heads: tuple[str, str], rows: list[tuple[str, tuple[Cell, ...]]]
    ) -> None:
        self.title, self.source, self.draw = chart.title, chart.source, chart.draw
        self._told = heads, rows

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """The values that are said."""
        return self._told


def _mean_hour(steps: Sequence[float | None]) -> float | None:
    known = [one for one in steps if one is not None]
    return fmean(known) if known and len(known) == len(steps) else None


def _mean_hours(grid: Sequence[Sequence[float | None]], span: range) -> float | None:
    known = [value for column in grid for hour in span if (value := column[hour]) is not None]
    return fmean(known) if known else None


def _tell_day(
    visit: Visit, day: date, column: Sequence[float | None], unit: str
) -> tuple[str, tuple[Cell, ...]]:
    known = [one for one in column if one is not None]
    some = (fmean(known), max(known)) if known else (None, None)
    quality = "measured" if known else "unknown"
    cells = (Cell(one, _format_value(visit, one, unit), quality) for one in some)  # type: ignore[arg-type]
    return short_date(visit.lang, day), tuple(cells)


def _format_value(visit: Visit, value: float | None, unit: str) -> str:
    """With a tenth while it says something."""
    if value is not None and unit in {"W", "Wh"}:
        value, unit = value / 1000, f"k{unit}"
    return format_quantity(
        visit.lang, value, unit, 1 if value is not None and abs(value) < _TENTHS else 0
    )
