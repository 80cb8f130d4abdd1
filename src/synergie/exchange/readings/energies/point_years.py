"""Years of one point out of its bills, indexes and curves: pure, and nothing counts twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from synergie.calendar import load_time_zone
from synergie.exchange._reference import JOULES_A_KWH, Source, Stretch, year_of_source
from synergie.exchange.readings.energies.bills import ESTIMATES, GRIDS, RANKS, Bills
from synergie.exchange.readings.energies.interval_periods import period_of_interval
from synergie.exchange.readings.indexes import Indexes
from synergie.schemas.assets.perimeter import ReferenceYear
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.fact import FactRecord
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import Grid, RegisterReading
from synergie.schemas.readings.year_table import YearLine, YearOrigin
from synergie.schemas.series import Direction

_CENT, _PRICE, _WATT_HOUR = Decimal("0.01"), Decimal("0.0001"), Decimal("0.001")

type _Part = tuple[PeriodEnergy, Fraction]
"""A period, and the share of its days that lies in the year."""


class _Key(NamedTuple):
    """Whose energies go together: two keys tell the same energy, and are never added."""

    energy: Literal["electricity", "gas"]
    direction: Direction
    origin: YearOrigin
    source: str
    grid: Grid | None


class SpanTotal(NamedTuple):
    """Energy drawn, and what it cost, over whole civil days."""

    kwh: Decimal
    eur: Decimal | None
    """None: a period of it has no cost, or VAT is told in two ways."""
    vat_included: bool | None
    """Null: not told."""
    spread: bool
    """Whether a period goes on over an end of it, and counts by its days."""


@dataclass(slots=True)
class PointEnergies:
    """Energies of periods of one point, by source."""

    _bills: dict[_Key, Bills] = field(default_factory=dict)
    _indexes: Indexes = field(default_factory=Indexes)
    _files: dict[str, FileSource] = field(default_factory=dict)
    _readings: dict[str, list[tuple[int, FileSource]]] = field(default_factory=dict)

    def add(self, record: FactRecord, source: FileSource) -> None:
        """One more record, and the file it comes from; what tells no energy is passed over."""
        match record:
            case PeriodEnergy():
                self._add(record, "bill", source.format)
                self._files[record.external_id] = source
            case IntervalReading():
                period = period_of_interval(record, load_time_zone("Europe/Paris"))
                if period is not None:
                    self._add(period, "bill", source.format)
                    self._files[period.external_id] = source
            case RegisterReading():
                self._indexes.add(record)
                year = record.instant.year
                self._readings.setdefault(record.source, []).append((year, source))
            case _:
                pass

    def _add(self, one: PeriodEnergy, origin: YearOrigin, source: str) -> None:
        key = _Key(one.energy, one.direction, origin, one.source or source, one.grid)
        name = f"{key.source}{GRIDS[one.grid]}"
        self._bills.setdefault(key, Bills(name, RANKS[one.grid])).add(one)

    def lines(self) -> list[YearLine]:
        """A line a year and source, the newest year first."""
        for period in self._indexes.periods("Europe/Paris"):
            self._add(period, "register", "")
        found = [line for key, bills in self._bills.items() for line in self._of_bills(key, bills)]
        return sorted(found, key=_get_year_line_order)

    def list_drawn(self) -> list["DrawnSource"]:
        """What each source tells of energy drawn, the best first."""
        for period in self._indexes.periods("Europe/Paris"):
            self._add(period, "register", "")
        told = [(bills, bills.source()) for key, bills in self._bills.items()
                if key.direction == "import"]  # fmt: skip
        found = [DrawnSource(bills, source) for bills, source in told if source is not None]
        return sorted(found, key=lambda one: (one.source.rank, one.source.name))

    def last_day(self) -> date | None:
        """The last civil day that a period tells. None: there is none."""
        ends = [end for bills in self._bills.values() for _, end in bills.told]
        return max(ends) - timedelta(days=1) if ends else None

    def _of_bills(self, key: _Key, bills: Bills) -> Iterator[YearLine]:
        """Of periods that overlap the shorter, but in a year of which the longer tell more days."""
        sources = [bills.source()]
        if bills.overlapping:
            sources.append(bills.source(longest=True))
        whole = [one for one in sources if one is not None]
        years = {year for one in whole for year in _list_source_years(one)}
        for year in years:
            found = [(one, year_of_source(one, date(year, 1, 1))) for one in whole]
            told = [(source, of_year) for source, of_year in found if of_year is not None]
            if told:
                yield self._line(key, bills, *max(told, key=lambda one: one[1].covered_days or 0))

    def _line(self, key: _Key, bills: Bills, source: Source, found: ReferenceYear) -> YearLine:
        year = found.from_date.year if found.from_date else 0
        parts = list(_iterate_parts(bills, source, date(year, 1, 1), date(year + 1, 1, 1)))
        kinds = [one.quality for one, _ in parts]
        line = YearLine(
            year=year,
            energy=key.energy,
            direction=key.direction,
            origin=key.origin,
            energy_kwh=found.total_kwh,
            whole_points=int(found.method == "computed_12m"),
            months=_count_whole_months(source, year),
            suspect=kinds.count("suspect"),
            estimated=sum(one in ESTIMATES for one in kinds),
            format=source.name,
            sources=self._sources(key, parts, year),
        )
        return _sum_part_costs(parts).beside(line)

    def _sources(self, key: _Key, parts: Iterable[_Part], year: int) -> tuple[FileSource, ...]:
        if key.origin == "register":
            near = (one for at, one in self._readings.get(key.source, ()) if at in {year, year + 1})
            return tuple(dict.fromkeys(near))
        return tuple(dict.fromkeys(self._files[one.external_id] for one, _ in parts))


@dataclass(frozen=True, slots=True)
class DrawnSource:
    """One source of energy drawn at a point."""

    bills: Bills
    source: Source

    def sum_span(self, start: date, end: date) -> SpanTotal | None:
        """The days [*start*, *end*), a part of a period by its days. None: not all are known."""
        if not self.source.is_whole(start, end):
            return None
        stretches = [*self.source.stretches, *self.source.corrections]
        joules, spread = Fraction(0), False
        for one in stretches:
            if days := one.inside(start, end):
                joules += Fraction(sum(one.joules.values()) * days, one.days)
                spread = spread or days < one.days
        cost = _sum_part_costs(list(_iterate_parts(self.bills, self.source, start, end)))
        kwh = decimal_of(joules / JOULES_A_KWH, _WATT_HOUR)
        (vat,) = cost.vats if len(cost.vats) == 1 else (None,)
        eur = decimal_of(cost.euros, _CENT) if cost.whole and len(cost.vats) == 1 else None
        return SpanTotal(kwh, eur, vat, spread)

    def list_periods(self) -> list[tuple[date, date, Decimal]]:
        """Its periods that are wholly measured, kWh, without what bills took back."""
        return [
            (one.start, one.end, decimal_of(Fraction(sum(one.joules.values())) / JOULES_A_KWH,
                                            _WATT_HOUR))
            for one in self.source.stretches
            if one.measured == 1
        ]  # fmt: skip


def _iterate_parts(bills: Bills, source: Source, start: date, end: date) -> Iterator[_Part]:
    """The periods that count in [*start*, *end*), each with the share of its days inside."""
    for stretch in source.stretches:
        if days := stretch.inside(start, end):
            for one in bills.told[stretch.start, stretch.end].values():
                yield one, Fraction(days, stretch.days)
    for span, classes in bills.back.items():
        if days := Stretch(*span, {}).inside(start, end):
            for some in classes.values():
                for one in some.values():
                    yield one, Fraction(days, (span[1] - span[0]).days)


def _list_source_years(source: Source) -> range:
    return range(source.first.year, (source.last - timedelta(days=1)).year + 1)


def _count_whole_months(source: Source, year: int) -> int:
    first = [date(year, month, 1) for month in range(1, 13)]
    return sum(
        source.is_whole(start, end)
        for start, end in zip(first, [*first[1:], date(year + 1, 1, 1)], strict=True)
    )


class _Cost(NamedTuple):
    """What the periods of a year whose cost is known cost."""

    euros: Fraction
    kwh: Fraction
    vats: set[bool | None]
    whole: bool
    """Whether each of the periods has its cost."""

    def beside(self, line: YearLine) -> YearLine:
        """*line* with it; without where none is known, or VAT is told two ways."""
        if len(self.vats) != 1:
            return line
        price = decimal_of(self.euros / self.kwh, _PRICE) if self.kwh > 0 else None
        told = {
            "cost_eur": decimal_of(self.euros, _CENT),
            "vat_included": next(iter(self.vats)),
            "cost_energy_kwh": decimal_of(self.kwh, _WATT_HOUR),
            "eur_per_kwh": price,
        }
        return line.model_copy(update=told)


def _sum_part_costs(parts: Sequence[_Part]) -> _Cost:
    """The costs of *parts*, period by period."""
    spans: dict[tuple[date, date, bool], list[_Part]] = {}
    for one, share in parts:
        back = one.energy_kwh is not None and one.energy_kwh < 0
        spans.setdefault((one.from_date, one.to_date, back), []).append((one, share))
    euros, kwh, vats = Fraction(0), Fraction(0), set[bool | None]()
    whole = True
    for some in spans.values():
        costs, energies = _split_priced_parts(some)
        whole = whole and bool(costs)
        euros += sum((Fraction(one.cost_eur or 0) * share for one, share in costs), Fraction(0))
        kwh += sum((Fraction(one.energy_kwh or 0) * share for one, share in energies), Fraction(0))
        vats |= {one.vat_included for one, _ in costs}
    return _Cost(euros, kwh, vats, whole)


def _split_priced_parts(some: Sequence[_Part]) -> tuple[Sequence[_Part], Sequence[_Part]]:
    """The costs of one period, and the energies they are of.

    A cost beside the total is of all classes; the cost of some classes alone is not the period's.
    """
    total = [one for one in some if one[0].tariff_class is None]
    classes = [one for one in some if one[0].tariff_class is not None]
    for costs in (total, classes):
        if costs and all(one.cost_eur is not None for one, _ in costs):
            known = all(one.energy_kwh is not None for one, _ in total)
            return costs, total if total and known else classes
    return [], []


def decimal_of(value: Fraction, step: Decimal) -> Decimal:
    """*value* to the nearest *step*, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(step, ROUND_HALF_UP)


def compare_with_curves(lines: Iterable[YearLine]) -> tuple[YearLine, ...]:
    """*lines* of the same points, each beside the curve of its year: the gap where both are whole.

    Curves tell electricity or gas like bills do; of several curves the fullest is compared with.
    """
    every = sorted(lines, key=_get_year_line_order)
    curves: dict[tuple[int, str, Direction], Decimal] = {
        (one.year, one.energy, one.direction): one.energy_kwh
        for one in every
        if one.origin == "curve" and one.whole_points == one.points
    }
    return tuple(
        one.model_copy(update={"gap_percent": _compute_curve_gap(one, curves)})
        if one.origin != "curve"
        else one
        for one in every
    )


def _compute_curve_gap(
    one: YearLine, curves: Mapping[tuple[int, str, Direction], Decimal]
) -> float | None:
    curve = curves.get((one.year, one.energy, one.direction))
    if not curve or one.whole_points < one.points:
        return None
    return round(float((one.energy_kwh - curve) / curve * 100), 1)


_ORIGINS: tuple[YearOrigin, ...] = ("curve", "register", "bill")


def _get_year_line_order(one: YearLine) -> tuple[object, ...]:
    return -one.year, one.energy, one.direction != "import", _ORIGINS.index(one.origin), one.format


def best_of(lines: Iterable[YearLine]) -> list[YearLine]:
    """Of each year, energy and direction the fullest line that is no curve's."""
    best: dict[tuple[object, ...], YearLine] = {}
    for one in lines:
        key = one.year, one.energy, one.direction
        if one.origin != "curve" and (
            key not in best or _rate_line_fullness(one) > _rate_line_fullness(best[key])
        ):
            best[key] = one
    return list(best.values())


def _rate_line_fullness(one: YearLine) -> tuple[int, int, bool]:
    return one.whole_points, one.months or 0, one.cost_eur is not None
