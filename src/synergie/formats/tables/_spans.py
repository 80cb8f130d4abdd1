"""Periods of one point beside one another: totals, overlaps, dials, and values that only rise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Literal

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._copies import look_at_copies
from synergie.formats.tables._grids import find_coarse_energies
from synergie.formats.tables._magnitude import find_implausible_energies
from synergie.formats.tables._members import sums_of_others
from synergie.formats.tables._names import look_at_points
from synergie.formats.tables._span import Span
from synergie.schemas.readings.period_energy import PeriodEnergy

type Key = tuple[str, str, str | None]
"""Point, its fuel, direction and grid, and class."""

_TWO_GRIDS = "HP and HC were left where finer classes of the same period make them up"
RISES, _VAGUE, TITLED, NOTED = 6, 4, 2, 1
"""Values that never fall from which on they are a doubt: of a consumption, of what no word calls
so, and where a title says that they only rise."""
_STEEP = 10
_FAR = 5
"""Times its steps from which a value in a rising season is a dial: lighting has 3 to 4."""
_SUMMER, _SEASON, _MOST_LEFT = 6, 7, 4
"""June, and the months from it to January."""
_FEW = 3
_NEAR = Decimal("0.005")
_YEARS = 20
_RESTARTS = (frozenset({1, 7}), frozenset({1, 4, 7, 10}))
"""Months in which sums of a half or of a quarter begin anew."""
_MONTH_DAYS, _YEAR, _NO_STEP, _NO_SEASON = (28, 31), 12, Decimal("0.05"), Decimal("1.1")
"""A February of 28 days is a tenth less than a January."""
_WINTER = frozenset({11, 12, 1, 2, 3})
_OF_WINTER, _OF_SUMMER = {"HPH", "HCH", "POINTE"}, {"HPE", "HCE", "HPB", "HCB"}
"""Classes of the hours of one half of the year, in which the other has none."""
ESTIMATES = frozenset({"estimated", "reconstructed"})
_REPLACED = "estimated energies were replaced by the measured ones of the same periods"
_ZEROS = Decimal("0.2")


def arrange_spans(
    spans: Sequence[Span],
    report: Report,
    counts: Mapping[str | None, str],
    *,
    side: Literal["start", "end"] = "end",
    least_rises: int = RISES,
    nested: bool = False,
) -> list[PeriodEnergy]:
    """What *spans* hold once: dials and running sums become energies, totals fall out.

    *counts*: what the values of a class are, when they are no energies yet. *least_rises*: how many
    that never fall are a doubt; TITLED where the title says that they only rise, NOTED a note.
    *nested*: periods may be within others and stay as they are, as in what the store gives out.
    Doubts are found in *report*; what blocks is not stored.
    """
    series: dict[Key, list[Span]] = defaultdict(list)
    for span in spans:
        if span.one.energy_kwh is not None:
            series[_build_span_key(span.one)].append(span)
    if len(spans) >= _FEW and not (nested or series or any(s.one.volume_m3 for s in spans)):
        report.find(checks.NO_ENERGY, len(spans), place=spans[0].place)
    gone, changed = set[int](), dict[int, PeriodEnergy]()
    for key, some in series.items():
        some.sort(key=lambda span: (span.one.from_date, -span.one.to_date.toordinal()))
        gone |= _find_total_spans(some, report, nested=nested)
        left = [span for span in some if id(span.one) not in gone]
        if how := counts.get(key[2]):
            told = _compute_differences(left, how if side == "end" else "opening", report)
            changed.update(told)
            gone |= {id(span.one) for span in left} - told.keys()
    plain = {
        key: [span for span in some if id(span.one) not in gone]
        for key, some in series.items()
        if key[2] not in counts
    }
    gone |= _two_grids(plain, report)
    plain = {key: [s for s in some if id(s.one) not in gone] for key, some in plain.items()}
    gone |= sums_of_others(plain, report)
    plain = {key: [s for s in some if id(s.one) not in gone] for key, some in plain.items()}
    look_at_points([*plain.values()], report, nested=nested)
    suspect = _report_series_doubts(plain, report, least_rises)
    if nested:
        suspect = set()
    kept = (span.one for span in spans if id(span.one) not in gone)
    return [changed.get(id(one)) or _mark_suspect_energy(one, suspect) for one in kept]


def _mark_suspect_energy(one: PeriodEnergy, suspect: set[int]) -> PeriodEnergy:
    return one.model_copy(update={"quality": "suspect"}) if id(one) in suspect else one


def _build_span_key(one: PeriodEnergy) -> Key:
    side = " ".join(filter(None, (one.energy, one.direction, one.grid, one.calendar)))
    return one.supply_point or one.name, side, one.tariff_class


def _find_total_spans(some: Sequence[Span], report: Report, *, nested: bool) -> set[int]:
    """Periods that hold others and are their sum: the whole is counted once, by its parts.

    *nested*: both stay.
    """
    gone, until, outer = set[int](), date.min, None
    for span in some:
        if outer is not None and span.one.from_date < until:
            parts = [one for one in some if one is not outer and _is_span_within(one, outer)]
            if nested and (_is_measured_replacement(outer, parts) or _is_whole(outer, parts)):
                continue
            if id(outer.one) not in gone and _is_measured_replacement(outer, parts):
                report.note(_REPLACED)
                gone |= {id(one.one) for one in parts}
            elif id(outer.one) not in gone and _is_whole(outer, parts):
                report.find(checks.TOTAL_ROW, place=outer.place)
                report.totals += 1
                report.kept -= 1
                gone.add(id(outer.one))
            elif id(outer.one) not in gone:
                named = (outer.one.name, _describe_span(outer), _describe_span(span))
                report.find(checks.PERIODS_OVERLAP, *named, place=span.place)
        if span.one.to_date > until or (outer is not None and id(outer.one) in gone):
            outer, until = span, span.one.to_date
    return gone


def _two_grids(series: Mapping[Key, Sequence[Span]], report: Report) -> set[int]:
    """Energies of classes that others of finer classes tell again."""
    rows: dict[tuple[object, ...], list[PeriodEnergy]] = defaultdict(list)
    for (name, side, _), some in series.items():
        for span in some:
            rows[name, side, span.one.from_date, span.one.to_date].append(span.one)
    gone = {id(one) for records in rows.values() for one in find_coarse_energies(records, report)}
    if gone:
        report.note(_TWO_GRIDS)
    return gone


def _is_span_within(one: Span, outer: Span) -> bool:
    low, high = outer.one.from_date, outer.one.to_date
    return low <= one.one.from_date and one.one.to_date <= high


def _is_measured_replacement(outer: Span, parts: Sequence[Span]) -> bool:
    """Whether a measured period takes the place of the estimates within it."""
    estimates = all(part.one.quality in ESTIMATES for part in parts)
    ends = {part.one.from_date for part in parts}, {part.one.to_date for part in parts}
    whole = outer.one.from_date in ends[0] and outer.one.to_date in ends[1]
    return bool(parts) and estimates and whole and outer.one.quality not in ESTIMATES


def _is_whole(outer: Span, parts: Sequence[Span]) -> bool:
    if not parts:
        return False
    added = sum((part.kwh for part in parts), Decimal(0))
    return abs(added - outer.kwh) <= max(_NEAR * abs(outer.kwh), Decimal(1))


def _describe_span(span: Span) -> str:
    return f"{span.one.from_date}/{span.one.to_date} ({span.kwh:f} kWh)"


def _compute_differences(some: Sequence[Span], how: str, report: Report) -> dict[int, PeriodEnergy]:
    """The energies between what a dial showed, or a sum had grown to, at the end of each period."""
    out: dict[int, PeriodEnergy] = {}
    if how == "running_sum" and some:
        out[id(some[0].one)] = some[0].one
    for before, after in pairwise(some):
        grown = after.kwh - before.kwh
        restarts = how == "running_sum" and after.one.from_date.year != before.one.from_date.year
        if restarts and grown < 0:
            grown = after.kwh
        if how == "opening" and grown >= 0:
            out[id(before.one)] = before.one.model_copy(
                update={"energy_kwh": grown, "to_date": after.one.from_date}
            )
            continue
        if grown < 0:
            report.find(checks.REGISTER_DECREASING, before.kwh, after.kwh, place=after.place)
            continue
        told = {"energy_kwh": grown, "from_date": before.one.to_date}
        out[id(after.one)] = after.one.model_copy(
            update=told if before.one.to_date < after.one.to_date else {"energy_kwh": grown}
        )
    return out


def _report_series_doubts(
    series: Mapping[Key, Sequence[Span]], report: Report, least_rises: int
) -> set[int]:
    """What the energies of the whole table say against being energies of their periods.

    The records that are suspect, by their identity.
    """
    filled = [some for some in series.values() if some]
    told = [some for some in filled if len(some) >= least_rises]
    if least_rises in {TITLED, NOTED} and told and all(map(_may_be_sums, told)):
        _report_rises(told[0], report)
    for some in filled:
        never = _never_falls(some, max(least_rises, _VAGUE)) or _never_rises(some)
        if never or _is_restarting(some):
            _report_rises(some, report)
    together = [some for some in filled if len(some) >= _FEW]
    values = sum(map(len, together))
    if values > _FEW and len(together) * 2 > len(filled) and all(map(_adds_up, together)):
        _report_rises(together[0], report)
    steep = [some for some in filled if len(some) >= _FEW]
    if steep and len(steep) * 2 > len(filled) and all(map(_is_steep, steep)):
        _report_rises(steep[0], report)
    alike = [some for some in filled if _is_alike(some)]
    if len(alike) * 2 > len(filled):
        first = alike[0][0]
        report.find(checks.MONTHS_ALIKE, first.one.name, len(alike[0]), place=first.place)
    look_at_copies(filled, report)
    for some in filled:
        _report_leaps(some, report)
    spans = [span for some in filled for span in some if span.kwh]
    _all_zero(filled, report)
    return (
        find_implausible_energies(filled, report)
        | _find_negative_energies(spans, report)
        | _find_doubtful_zeros(filled, report)
    )


def _report_leaps(some: Sequence[Span], report: Report) -> None:
    """A year whose usual month is twenty times that of the year before, or a twentieth."""
    years: dict[int, list[Decimal]] = defaultdict(list)
    for span in some:
        if span.kwh > 0:
            years[span.one.from_date.year].append(span.monthly)
    usual = [(year, median(each)) for year, each in sorted(years.items()) if len(each) >= _FEW]
    for (_, before), (year, after) in pairwise(usual):
        if not before / _YEARS <= after <= before * _YEARS:
            named = (some[0].one.name, year, f"{after:.0f}", f"{before:.0f}")
            report.find(checks.YEAR_LEAPS, *named, place=some[0].place)


def _find_negative_energies(spans: Sequence[Span], report: Report) -> set[int]:
    """Energies below zero: a credit, or a fault."""
    below = [span for span in spans if span.kwh < 0 and span.one.quality == "measured"]
    if below:
        first = below[0]
        report.find(checks.BELOW_ZERO, first.kwh, place=first.place, times=len(below))
    return {id(span.one) for span in below}


def _find_doubtful_zeros(series: Sequence[Sequence[Span]], report: Report) -> set[int]:
    """Zeros of a point that takes energy else, in more than one period of five."""
    out = set[int]()
    for each in series:
        some = [span for span in each if span.kwh or _is_in_season(span.one)]
        zeros = [span for span in some if not span.kwh]
        if len(some) > RISES and _ZEROS * len(some) < len(zeros) < len(some):
            report.find(checks.MANY_ZEROS, some[0].one.name, len(zeros), place=zeros[0].place)
            out |= {id(span.one) for span in zeros}
    return out


def _is_in_season(one: PeriodEnergy) -> bool:
    """Whether its class of winter or of summer has hours in its period."""
    winter = {day.month in _WINTER for day in (one.from_date, one.to_date - timedelta(days=1))}
    code = one.tariff_class or ""
    return not ((code in _OF_WINTER and True not in winter)
                or (code in _OF_SUMMER and False not in winter))  # fmt: skip


def _all_zero(series: Sequence[Sequence[Span]], report: Report) -> None:
    some = [span for each in series for span in each]
    if len(some) >= _FEW and not any(span.kwh for span in some):
        report.find(checks.ALL_ZERO, len(some), place=some[0].place)


def _report_rises(some: Sequence[Span], report: Report) -> None:
    first, last = some[0], some[-1]
    report.find(checks.NEVER_FALLS, first.one.name, first.kwh, last.kwh, place=first.place)


def _only_rises(some: Sequence[Span]) -> bool:
    values = [span.kwh for span in some]
    return values[0] != values[-1] and all(a <= b for a, b in pairwise(values))


def _may_be_sums(some: Sequence[Span]) -> bool:
    return len(some) == 1 or _only_rises(some)


def _never_falls(some: Sequence[Span], least: int) -> bool:
    if len(some) < least or not _only_rises(some):
        return False
    return not _is_season(some) or _grows_as_a_dial([span.kwh for span in some])


def _never_rises(some: Sequence[Span]) -> bool:
    """Whether values fall in all periods, of more than a season, to a quarter: what is left."""
    falls = all(b.kwh < a.kwh for a, b in pairwise(some))
    return falls and len(some) > _SEASON + 1 and some[0].kwh > _MOST_LEFT * some[-1].kwh


def _adds_up(some: Sequence[Span]) -> bool:
    """Whether each value is about as much more as the first one is, outside a rising season."""
    values = [span.kwh for span in some]
    if not _only_rises(some) or _is_season(some):
        return False
    steps = [b - a for a, b in pairwise(values)]
    alike = steps[0] * 2 >= values[0] and max(steps) * 2 <= values[0] * 3
    return alike and values[-1] * 2 >= values[0] * len(values)


def _is_season(some: Sequence[Span]) -> bool:
    """Whether the periods are of one half-year in which energies rise: summer to mid-winter.

    From January to summer what the sun gives rises.
    """
    first, last = some[0].one.from_date, some[-1].one.from_date
    fed = some[0].one.direction == "export"
    begin = first.month + (0 if fed else -_SUMMER)
    months = (last.year - first.year) * 12 + last.month - first.month
    return begin >= 0 and begin + months <= _SEASON + (1 if fed else 0)


def _grows_as_a_dial(values: Sequence[Decimal]) -> bool:
    """Whether values are far above their steps, or every step is as much as the first value."""
    steps = [b - a for a, b in pairwise(values)]
    sums = steps[0] * 2 >= values[0] and values[-1] * 4 >= values[0] * len(values) * 3
    return values[0] > _FAR * max(steps) or sums


def _is_restarting(some: Sequence[Span]) -> bool:
    """Whether values fall by half or more in one month of the year, and rise in every other.

    Or fall where each half or quarter begins, by as much as they may, and rise within it.
    """
    if len(some) <= RISES:
        return False
    pairs = [*pairwise(some)]
    falls = [(a, b) for a, b in pairs if b.kwh < a.kwh]
    yearly = len({b.one.from_date.month for _, b in falls}) == 1
    yearly = yearly and all(b.kwh * 2 < a.kwh for a, b in falls)
    begins = {b.one.from_date for _, b in pairs}
    parts = [{one for one in begins if one.month in months} for months in _RESTARTS]
    partly = len(falls) >= _FEW and {b.one.from_date for _, b in falls} in parts
    return bool(falls) and (yearly or partly)


def _is_alike(some: Sequence[Span]) -> bool:
    """Whether twelve months or more are as much as those beside, February too.

    A meter of one load shows its fewer days; sums of twelve months, means and instalments do not.
    """
    months = [span for span in some if _MONTH_DAYS[0] <= span.days <= _MONTH_DAYS[1]]
    values = {span.kwh for span in some}
    if len(months) < _YEAR or len(months) < len(some) or min(values) <= 0 or len(values) == 1:
        return False
    year = [span.kwh for span in months[:_YEAR]]
    if max(year) > _NO_SEASON * min(year):
        return False
    steps = sum(abs(b.kwh - a.kwh) > _NO_STEP * a.kwh for a, b in pairwise(months))
    return steps < len(months) // _YEAR  # instalments change once a year


def _is_steep(some: Sequence[Span]) -> bool:
    """Whether every value is far above what it grows by: a dial."""
    steps = [b.kwh - a.kwh for a, b in pairwise(some)]
    return min(steps) > 0 and some[0].kwh > _STEEP * max(steps)
