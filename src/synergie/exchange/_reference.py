"""The reference year of a delivery point: twelve months of one source, exact, never extrapolated.

Rules, in their order (docs/how-to/perimeter.md):
1. one source at a time: two sources of the same energy are never added or mixed;
2. the latest twelve months of which every day is measured; among those that end within a month of
   the latest, whole civil months first, then those that cut no period, then the others;
3. a period that lies partly inside counts in proportion to its days (pro rata), and it is said;
4. where no twelve months are whole, the twelve that are measured best: the sum of what was
   measured, and for how many days.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import cast

from synergie.schemas.assets.perimeter import (
    PerimeterClass,
    PerimeterEnergy,
    ReferenceMethod,
    ReferenceYear,
)

JOULES_A_KWH = 3_600_000
type Joules = int | Fraction
"""Energy, exact: watts times seconds are whole joules, and whole numbers add up fast."""

ALL = ""
"""The class of an energy that is told for all classes together."""
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"BASE"}),
    frozenset({"HP", "HC"}),
    frozenset({"POINTE", "HPH", "HCH", "HPB", "HCB"}),
)
"""Classes that stand side by side; an option change mixes them, then only the total holds."""

_NEAR = timedelta(days=31)
_YEAR_APART = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Energy of whole civil days, [start, end)."""

    start: date
    end: date
    joules: Mapping[str, Joules]
    """Energy of each class."""
    measured: int | Fraction = 1
    """Share of its time that was measured."""

    @property
    def days(self) -> int:
        """Civil days in it."""
        return (self.end - self.start).days

    def inside(self, start: date, end: date) -> int:
        """Days of it that lie in [start, end)."""
        return max(0, (min(self.end, end) - max(self.start, start)).days)


@dataclass(frozen=True)
class Source:
    """What one source tells of one point: stretches in order that do not overlap."""

    name: str
    """Where it comes from, as the perimeter says it. Example: `enedis-r67`."""
    stretches: Sequence[Stretch]
    corrections: Sequence[Stretch] = ()
    """Energy that bills took back: it counts, and covers no day."""
    rank: int = 0
    """Which of two equal sources goes first: the lower."""

    @cached_property
    def first(self) -> date:
        """First day of it."""
        return self.stretches[0].start

    @cached_property
    def last(self) -> date:
        """The day after its last one."""
        return self.stretches[-1].end

    @cached_property
    def _measured_days(self) -> list[int]:
        """How many days from `first` on, up to each, are wholly measured."""
        days = [0] * (self.last - self.first).days
        for one in self.stretches:
            if one.measured == 1:
                at = (one.start - self.first).days
                days[at : at + one.days] = [1] * one.days
        return [0, *accumulate(days)]

    @cached_property
    def _starts(self) -> list[date]:
        return [one.start for one in self.stretches]

    def count_measured_days(self, start: date, end: date) -> int:
        """Days of [start, end) that are wholly measured."""
        low, high = (min(max(day, self.first), self.last) for day in (start, end))
        counts = self._measured_days
        return counts[(high - self.first).days] - counts[(low - self.first).days]

    def is_whole(self, start: date, end: date) -> bool:
        """Whether every day of [start, end) is wholly measured."""
        return self.count_measured_days(start, end) == (end - start).days

    def cuts(self, day: date) -> bool:
        """Whether a period goes on over the midnight at which *day* begins."""
        at = bisect_right(self._starts, day) - 1
        return at >= 0 and self.stretches[at].start < day < self.stretches[at].end


@dataclass(frozen=True, slots=True)
class ReferenceFinding:
    """The reference year that one source gives."""

    year: ReferenceYear
    source: Source
    mixed: bool = field(default=False)
    """Whether classes of several calendars met, so that only the total is told."""

    @property
    def end(self) -> date:
        """The day after its last one."""
        return cast("date", self.year.to_date)


def find_reference_year(
    sources: Iterable[Source], start: date | None = None
) -> ReferenceFinding | None:
    """The best reference year that *sources* of one point give; None when there is none.

    *start*: its first day, when it is asked for; None: the latest twelve months.
    """
    found = [
        one for source in sources if (one := _find_source_reference(source, start)) is not None
    ]
    whole = [one for one in found if one.year.method == "computed_12m"]
    if not whole:
        return max(found, key=lambda one: (one.year.covered_days, one.end), default=None)
    newest = max(one.end for one in whole)
    recent = [one for one in whole if one.end > newest - _YEAR_APART]
    return max(recent, key=lambda one: (bool(one.year.classes), one.end, -one.source.rank))


def year_of_source(source: Source, start: date) -> ReferenceYear | None:
    """The twelve months from *start* as *source* alone tells them; None: nothing of them."""
    found = _find_source_reference(source, start)
    return None if found is None else found.year


def _find_source_reference(source: Source, start: date | None) -> ReferenceFinding | None:
    if not source.stretches:
        return None
    end = _find_best_year_end(source) if start is None else year_after(start)
    found = _sum_reference_year(source, start or year_before(end), end)
    return found if found.year.covered_days else None


def year_before(day: date) -> date:
    """The same day a year before; 1 March for 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def year_after(day: date) -> date:
    """The same day a year after; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _find_best_year_end(source: Source) -> date:
    """End of the twelve months that the rules choose."""
    ends = sorted(
        {*_iterate_reached_months(source), *(one.end for one in source.stretches)}, reverse=True
    )
    latest = next((end for end in ends if _is_year_complete(source, end)), None)
    if latest is None:
        return max(ends, key=lambda end: (source.count_measured_days(year_before(end), end), end))
    near = [
        end for end in ends if latest - _NEAR < end <= latest and _is_year_complete(source, end)
    ]
    return min(near, key=lambda end: (_rate_period_cuts(source, end), latest - end))


def _iterate_reached_months(source: Source) -> Iterator[date]:
    """First days of the civil months that *source* reaches."""
    day = source.first.replace(day=1)
    while day <= source.last:
        if day > source.first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)


def _is_year_complete(source: Source, end: date) -> bool:
    return source.is_whole(year_before(end), end)


def _rate_period_cuts(source: Source, end: date) -> int:
    """0: whole civil months; 1: no period is cut; 2: one is."""
    if source.cuts(end) or source.cuts(year_before(end)):
        return 2
    return 0 if end.day == 1 else 1


def _sum_reference_year(source: Source, start: date, end: date) -> ReferenceFinding:
    inside = [one for one in source.stretches if one.inside(start, end)]
    taken_back = [one for one in source.corrections if one.inside(start, end)]
    sums: dict[str, Joules] = {}
    cut = 0
    for one in (*inside, *taken_back):
        days = one.inside(start, end)
        share = 1 if days == one.days else Fraction(days, one.days)
        cut += days if days < one.days else 0
        for name, joules in one.joules.items():
            sums[name] = sums.get(name, 0) + joules * share
    exact = {name: Fraction(joules, JOULES_A_KWH) for name, joules in sums.items()}
    covered = Fraction(sum(one.measured * one.inside(start, end) for one in inside))
    whole = covered == (end - start).days
    method: ReferenceMethod = "computed_12m" if whole else "partial"
    total, classes = round_reference_energy(exact)
    year = ReferenceYear(
        method=method,
        total_kwh=total,
        classes=classes,
        from_date=start,
        to_date=end,
        covered_days=_round_days_down(covered),
        prorated_days=cut,
        source=source.name,
    )
    return ReferenceFinding(year, source, mixed=not classes and set(exact) != {ALL})


def joules_of(kwh: Decimal) -> Joules:
    """*kwh* in joules: a whole number where it is one."""
    joules = Fraction(kwh) * JOULES_A_KWH
    return joules.numerator if joules.denominator == 1 else joules


def _round_days_down(days: Fraction) -> Decimal:
    """Days to the thousandth, rounded down: never whole when something is missing."""
    thousandths = Decimal(int(days * 1000)).scaleb(-3)
    return thousandths.quantize(Decimal(1)) if thousandths == int(days) else thousandths


def round_reference_energy(
    exact: Mapping[str, Fraction],
) -> tuple[Decimal, tuple[PerimeterEnergy, ...]]:
    """The total and each class to the watt-hour, such that the classes add up to the total.

    The total is rounded half up from its exact figure; what rounding leaves goes to the classes
    that lost most. No class where they are of several families, or one is told for all together.
    """
    total = _half_up(sum(exact.values(), Fraction(0)) * 1000)
    if not any(exact.keys() <= family for family in FAMILIES):
        return _convert_to_kwh(total), ()
    watt_hours = {name: int(kwh * 1000 // 1) for name, kwh in exact.items()}
    lost = sorted(exact, key=lambda name: (watt_hours[name] - exact[name] * 1000, name))
    for name in lost[: total - sum(watt_hours.values())]:
        watt_hours[name] += 1
    return _convert_to_kwh(total), tuple(
        PerimeterEnergy(
            tariff_class=cast("PerimeterClass", name), kwh=_convert_to_kwh(watt_hours[name])
        )
        for family in FAMILIES
        for name in _ORDER
        if name in family and name in watt_hours
    )


_ORDER = ("BASE", "HP", "HC", "POINTE", "HPH", "HCH", "HPB", "HCB")


def _half_up(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def _convert_to_kwh(watt_hours: int) -> Decimal:
    """Kilowatt-hours; no decimals where there are none to tell."""
    kwh = Decimal(watt_hours).scaleb(-3)
    return kwh.quantize(Decimal(1)) if watt_hours % 1000 == 0 else kwh
