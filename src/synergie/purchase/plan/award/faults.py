"""Faults of a purchase: how one is made, and what of the problem the checks look up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from synergie.calendar import day_of, load_time_zone
from synergie.purchase.plan.award._priced import Cell, list_needed_cells, years_of
from synergie.purchase.records.fault import (
    FaultKind,
    FaultSeverity,
    FaultSource,
    PurchaseFault,
    SourceRow,
)
from synergie.purchase.records.purchase import Lot, PurchasePoint, PurchaseProblem
from synergie.schemas.plan import Phrase

ZONE = "Europe/Paris"
"""Zone of the civil days of a French tender."""
CRITERIA_RULE = "criteria-"
"""What the id of a rule begins with that is the choice of the published criteria in a lot."""
_SHOWN = 120


def phrase(text: str, *values: object) -> Phrase:
    """A sentence: constant English *text* and what fills it, each cut at 120 characters."""
    return Phrase(text=text, values=tuple(_format_value(value) for value in values))


def _format_value(value: object) -> str:
    """An amount without zeros that say nothing; never empty."""
    if isinstance(value, datetime):
        return _format_paris_moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal) and value.is_finite():
        whole = value == value.to_integral_value()
        return f"{value.quantize(Decimal(1)) if whole else value.normalize():f}"[:_SHOWN]
    return str(value)[:_SHOWN] or "–"


def _format_paris_moment(moment: datetime) -> str:
    """By the clocks of Paris, with the offset: an hour may come twice."""
    local = moment.astimezone(load_time_zone(ZONE))
    return f"{local:%d/%m/%Y %H:%M:%S %:z}".replace(":00 ", " ")


@dataclass(frozen=True, slots=True)
class At:
    """Where a fault is, how grave, and who can mend it."""

    where: str
    kind: FaultKind
    who: FaultSource = "coordinator"
    whom: str | None = None
    severity: FaultSeverity = "blocking"

    def fault(self, found: Phrase, expected: Phrase) -> PurchaseFault:
        """The fault that is found here."""
        return PurchaseFault(
            kind=self.kind,
            severity=self.severity,
            where=self.where,
            found=found,
            expected=expected,
            who=self.who,
            whom=self.whom[:_SHOWN] if self.whom else None,
        )


@dataclass(frozen=True)
class View:
    """The problem, and what several checks ask of it."""

    problem: PurchaseProblem

    @cached_property
    def lots(self) -> Mapping[str, Lot]:
        """Lots by id."""
        return {lot.id: lot for lot in self.problem.lots}

    @cached_property
    def lot_of(self) -> tuple[tuple[str, ...], ...]:
        """The lots that take each point, in the order of the points (P0)."""
        fits: dict[tuple[str, str], tuple[str, ...]] = {}
        found = []
        for point in self.problem.points:
            key = (point.market_segment, point.usage)
            if key not in fits:
                fits[key] = tuple(
                    lot.id for lot in self.problem.lots if is_point_in_lot(lot, point)
                )
            found.append(fits[key])
        return tuple(found)

    @cached_property
    def inside(self) -> Mapping[str, tuple[PurchasePoint, ...]]:
        """Points of each lot that exactly one lot takes."""
        found: dict[str, list[PurchasePoint]] = defaultdict(list)
        for point, lots in zip(self.problem.points, self.lot_of, strict=True):
            if len(lots) == 1:
                found[lots[0]].append(point)
        return {lot: tuple(points) for lot, points in found.items()}

    @cached_property
    def _cells(self) -> Mapping[str, frozenset[Cell]]:
        return {lot: list_needed_cells(points) for lot, points in self.inside.items()}

    def cells(self, lot: str) -> frozenset[Cell]:
        """Price cells that the points of *lot* use."""
        return self._cells.get(lot, frozenset())

    @cached_property
    def _members(self) -> Mapping[str, frozenset[str]]:
        return {lot: frozenset(p.member for p in mine) for lot, mine in self.inside.items()}

    def members_of(self, lot: str) -> frozenset[str]:
        """Members with points in *lot*."""
        return self._members.get(lot, frozenset())

    @cached_property
    def award_day(self) -> date | None:
        """Civil day of the award. None: not told."""
        moment = self.problem.award_at
        return None if moment is None else day_of(moment, load_time_zone(ZONE))

    @cached_property
    def years(self) -> frozenset[int]:
        """Civil years of the delivery. Empty: none is told."""
        return years_of(self.problem.delivery)

    @cached_property
    def buyers(self) -> frozenset[str]:
        """Members that have points."""
        return frozenset(point.member for point in self.problem.points)


def is_point_in_lot(lot: Lot, point: PurchasePoint) -> bool:
    """Whether *lot* is for *point*: its segment and its usage."""
    return point.market_segment in lot.market_segments and point.usage in lot.usages


def sum_point_energy(point: PurchasePoint) -> Decimal:
    """All classes of *point* together, MWh a year."""
    return sum((part.mwh for part in point.energy), Decimal(0))


def iterate_repetitions(ids: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Place of each repetition, place of the first, and the name."""
    first: dict[str, int] = {}
    for i, name in enumerate(ids):
        if name in first:
            yield i, first[name], name
        else:
            first[name] = i


def attach_source_rows(
    faults: Iterable[PurchaseFault], rows: Mapping[str, SourceRow]
) -> list[PurchaseFault]:
    """*faults* with the row of the file that the nearest part of their pointer was read from."""
    return [
        fault
        if fault.source is not None
        else fault.model_copy(update={"source": _find_source_row(fault.where, rows)})
        for fault in faults
    ]


def _find_source_row(where: str, rows: Mapping[str, SourceRow]) -> SourceRow | None:
    while where:
        if where in rows:
            return rows[where]
        where = where.rpartition("/")[0]
    return None
