"""Energy and cost by year of one's own points: one service for pages, API and client.

An agreement opens none of it: what a partner sees of bills and indexes is
`exchange.readings.facts`, of curves `exchange.readings.curves`, each at the grain that was agreed.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from time import monotonic
from typing import Any

from synergie.calendar import day_of
from synergie.errors import NotFound, Overloaded, StorageFull
from synergie.exchange.readings.came import group_arrivals_by_format
from synergie.exchange.readings.energies.point_years import (
    PointEnergies,
    SpanTotal,
    best_of,
    compare_with_curves,
)
from synergie.exchange.readings.energies.series_months import (
    MonthEnergy,
    iterate_series_days,
    series_months,
)
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.readings.lateness import Teller
from synergie.policy.readings.morning import HOME
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.readings.fact import FACTS
from synergie.schemas.readings.year_table import YearLine, YearTable
from synergie.storage.assets.holdings import (
    HoldingPoint,
    HoldingSeries,
    Looked,
    count_points,
    list_every_point,
    points,
    series_of,
)
from synergie.storage.assets.owned import SITES, SUPPLY_POINTS
from synergie.storage.readings.deposits import files_of_batches
from synergie.storage.readings.facts import holding_facts
from synergie.storage.readings.sums.point_years import (
    YEARLY,
    YearTotal,
    count_waiting,
    save_point_years,
    total_years,
    waiting_points,
)
from synergie.storage.store import Session, Store
from synergie.storage.trust.organisations import alone

_LONGEST = timedelta(days=3 * 366)
"""Days before the newest bill that are held against a meter."""
_FIRST = 1990
_MOST_BY_USE = 2_000  # points: a page reads each
_TERMS = "supply_terms"
_BESIDE, _COUNTED_S = 32, 0.1
"""Points of one transaction; how long a page may count what waits, seconds."""
_ESTIMATES = frozenset({"estimated", "reconstructed"})


@dataclass(frozen=True, slots=True)
class BillLine:
    """One period of one point, days [*start*, *end*), as *source* bills it.

    *metered*: what a curve tells of the same days, kWh. None: not all of them are measured.
    """

    point: HoldingPoint
    source: str
    start: date
    end: date
    total: SpanTotal
    metered: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """By how much the bill is over the meter, of 1. None: one of them says nothing."""
        if not self.metered:
            return None
        return self.total.kwh / self.metered - 1


@dataclass(frozen=True, slots=True)
class YearTables:
    """Years of the caller's own points."""

    store: Store

    def point(
        self, caller: Principal, point_id: str, *, tell: Callable[[str], str] = str, now: datetime
    ) -> YearTable:
        """Every year of one delivery point, by source, with its files. NotFound."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            found = points(permit, session, Looked(point=point_id), limit=1)
            if not found:
                raise NotFound
            energies = read_point_energies(permit, session, [point_id]).get(
                point_id, PointEnergies()
            )
            lines = [*energies.lines(), *_curve_lines(permit, session, found[0], now)]
            formats = {source.format for one in lines for source in one.sources}
            return YearTable(
                lines=compare_with_curves(lines),
                last_day=energies.last_day(),
                freshness=_list_flow_freshness(permit, session, formats, tell=tell, now=now),
            )

    def bills(
        self, caller: Principal, looked: Looked, *, limit: int, now: datetime
    ) -> tuple[list[BillLine], bool]:
        """Periods that bills and indexes of the first *limit* points tell, the newest first.

        Each beside what a meter tells of the same days; and whether there are more points.
        """
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            some = points(permit, session, looked, limit=limit + 1)
            kept = {one.id: one for one in some[:limit]}
            lines: list[BillLine] = []
            for point, energies in read_point_energies(permit, session, list(kept)).items():
                told = [
                    (source, start, end)
                    for source in energies.list_drawn()
                    for start, end, _ in source.list_periods()
                ]
                days = _list_measured_days(permit, session, point, [one[1:] for one in told])
                for source, start, end in told:
                    total = source.sum_span(start, end)
                    if total is not None:
                        metered = _sum_days(days, start, end)
                        lines.append(
                            BillLine(kept[point], source.source.name, start, end, total, metered)
                        )
        lines.sort(key=lambda one: (one.end, one.start, one.point.key), reverse=True)
        return lines, len(some) > limit

    def site(self, caller: Principal, site_id: str, *, now: datetime) -> YearTable:
        """The years of a site: sums over its points. NotFound."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            if SITES.load_item(permit, session, site_id, now=now) is None:
                raise NotFound
            some = list_every_point(permit, session, Looked(site=site_id))
        return self._totals(caller, [one.id for one in some], now=now)

    def all(self, caller: Principal, *, now: datetime) -> YearTable:
        """The years of all of the caller's own points."""
        return self._totals(caller, None, now=now)

    def list_uses(
        self, caller: Principal, *, now: datetime
    ) -> tuple[tuple[str | None, YearTable], ...]:
        """The years of the caller's own points, use by use; None: no use is known.

        The use is the point's own, else that of its newest contract.

        What waits to be counted is told, and not counted here. Empty beyond 2,000 points.
        """
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            if count_points(permit, session, Looked()) > _MOST_BY_USE:
                return ()
            some = list_every_point(permit, session, Looked())
            silent = [one.id for one in some if one.usage is None]
            told = _find_uses_of_terms(permit, session, silent)
            uses: dict[str | None, list[str]] = {}
            for one in some:
                uses.setdefault(one.usage or told.get(one.id), []).append(one.id)
            return tuple((use, _sum_years(permit, session, ids)) for use, ids in uses.items())

    def count(self, owner: str, *, until: float, now: datetime) -> int:
        """Count the points of *owner* that wait until *until* (monotonic clock); how many."""
        caller = Principal(client_id="upkeep", organisation=owner, scopes=frozenset())
        return self._count(caller, None, until=until, now=now)

    def _totals(self, caller: Principal, some: Sequence[str] | None, *, now: datetime) -> YearTable:
        with suppress(Overloaded, StorageFull):  # what waits is told; a page is read all the same
            self._count(caller, some, until=monotonic() + _COUNTED_S, now=now)
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return _sum_years(permit, session, some)

    def _count(
        self, caller: Principal, among: Sequence[str] | None, *, until: float, now: datetime
    ) -> int:
        reads, writes = (permit_own_data(caller, action=one, now=now) for one in ("read", "write"))
        done = 0
        while monotonic() < until:
            with self.store.read() as session:
                some = waiting_points(reads, session, among=among, limit=_BESIDE)
            if not some:
                break
            with self.store.write() as session:
                alone(writes, session)
                save_point_years(writes, session, some, year_rows(reads, session, some))
            done += len(some)
        return done


def _find_uses_of_terms(permit: Permit, session: Session, some: Sequence[str]) -> dict[str, str]:
    """Point → its use, as the newest of its contracts that tells one says."""
    found: dict[str, tuple[str, str]] = {}
    for point, _, body, _ in holding_facts(permit, session, [_TERMS], some):
        terms = json.loads(body)
        since, use = str(terms["valid_from"]), terms.get("usage")
        if use and since >= found.get(point, ("", ""))[0]:
            found[point] = since, str(use)
    return {point: use for point, (_, use) in found.items()}


def _sum_years(permit: Permit, session: Session, some: Sequence[str] | None) -> YearTable:
    """What was counted of points *some*, or of all, the newest year first."""
    totals = total_years(permit, session, some)
    lines = sorted(
        map(_build_year_line, totals), key=lambda one: (-one.year, one.energy, one.direction)
    )
    return YearTable(lines=tuple(lines), waiting=count_waiting(permit, session, some))


def year_rows(permit: Permit, session: Session, some: Sequence[str]) -> list[dict[str, Any]]:
    """The years of points *some* as they are kept: of each year the fullest source."""
    energies = read_point_energies(permit, session, some)
    return [
        {
            "supply_point": point,
            "year": one.year,
            "energy": one.energy,
            "direction": one.direction,
            "origin": one.origin,
            "wh": _scale_to_integer(one.energy_kwh, 3),
            "whole": one.whole_points,
            "cost": _scale_to_integer(one.cost_eur, 2),
            "vat": None if one.vat_included is None else int(one.vat_included),
            "cost_wh": _scale_to_integer(one.cost_energy_kwh, 3),
            "suspect": one.suspect,
            "estimated": one.estimated,
        }
        for point, found in energies.items()
        for one in best_of(found.lines())
    ]


def _scale_to_integer(value: Decimal | None, decimals: int) -> int | None:
    return None if value is None else int(value.scaleb(decimals))


def read_point_energies(
    permit: Permit, session: Session, some: Sequence[str]
) -> dict[str, PointEnergies]:
    """Point → what its bills, indexes and intervals tell, each record with its file."""
    facts = list(holding_facts(permit, session, YEARLY, some))
    files = files_of_batches(permit, session, (batch for *_, batch in facts))
    found: dict[str, PointEnergies] = {}
    for point, kind, body, batch in facts:
        record: Any = FACTS[kind].model_validate_json(body)
        source = files[batch].source_of(record.source)
        found.setdefault(point, PointEnergies()).add(record, source)
    return found


def stored_years(
    permit: Permit, session: Session, keys: Sequence[str]
) -> dict[tuple[str, str], dict[str, float]]:
    """Key of a point and direction → kWh by year that bills and indexes tell, the newest first."""
    points = SUPPLY_POINTS.load_ids(permit, session, keys)
    energies = read_point_energies(permit, session, sorted(points.values()))
    found: dict[tuple[str, str], dict[str, float]] = {}
    for key, point in points.items():
        for one in best_of(energies[point].lines()) if point in energies else ():
            found.setdefault((key, one.direction), {})[str(one.year)] = float(one.energy_kwh)
    return found


def _list_measured_days(
    permit: Permit, session: Session, point: str, spans: Sequence[tuple[date, date]]
) -> dict[date, int]:
    """Wh by day, where a curve of *point* tells all of it, from the first to the last of *spans*.

    Of several series the first that knows a day.
    """
    days: dict[date, int] = {}
    if not spans:
        return days
    last = max(end for _, end in spans)
    first = max(min(start for start, _ in spans), last - _LONGEST)
    for series in series_of(permit, session, [point]):
        if series.direction == "import" and series.last_end is not None:
            for day, wh in iterate_series_days(permit, session, series.id, (first, last)):
                days.setdefault(day, wh)
    return days


def _sum_days(days: Mapping[date, int], start: date, end: date) -> Decimal | None:
    """The kWh of [*start*, *end*). None: a day of it is not known."""
    wanted = [days.get(start + timedelta(days=n)) for n in range((end - start).days)]
    if None in wanted:
        return None
    return _convert_wh_to_kwh(sum(one or 0 for one in wanted))


def _list_flow_freshness(
    permit: Permit,
    session: Session,
    formats: set[str],
    *,
    tell: Callable[[str], str],
    now: datetime,
) -> tuple[FreshnessLine, ...]:
    came = group_arrivals_by_format(permit, session)
    teller = Teller(permit.owner, HOME, now, tell)
    return tuple(teller.flow(came[name]) for name in sorted(formats & came.keys()))


def _curve_lines(
    permit: Permit, session: Session, point: HoldingPoint, now: datetime
) -> list[YearLine]:
    """The years that curves of *point* tell; of several series that tell one, the fullest."""
    best: dict[tuple[int, str], YearLine] = {}
    for series in series_of(permit, session, [point.id]):
        if series.last_end is None:
            continue
        span = _FIRST, day_of(now, HOME).year
        for one in _years_of(series, series_months(permit, session, series.id, span) or ()):
            key = one.year, one.direction
            held = best.get(key)
            if held is None or (one.months or 0) > (held.months or 0):
                best[key] = one
    return list(best.values())


def _years_of(series: HoldingSeries, months: Iterable[MonthEnergy]) -> list[YearLine]:
    lines = []
    for year, group in groupby(months, key=lambda one: one.month.year):
        some = [one for one in group if one.wh is not None]
        if not some:
            continue
        whole = sum(one.is_complete for one in some)
        lines.append(
            YearLine(
                year=year,
                energy="gas" if series.quantity == "gas_energy" else "electricity",
                direction="export" if series.direction == "export" else "import",
                origin="curve",
                energy_kwh=_convert_wh_to_kwh(sum(one.wh or 0 for one in some)),
                whole_points=int(whole == _MONTHS),
                months=whole,
                suspect=sum(one.quality == "suspect" for one in some),
                estimated=sum(one.quality in _ESTIMATES for one in some),
            )
        )
    return lines


_MONTHS = 12


def _build_year_line(one: YearTotal) -> YearLine:
    """A total as it travels; its cost only where VAT is told in one way."""
    told: Mapping[str, Any] = {}
    if one.cost is not None and len(one.vats) == 1:
        vat = next(iter(one.vats))
        told = {
            "cost_eur": Decimal(one.cost).scaleb(-2),
            "vat_included": None if vat is None else bool(vat),
            "cost_energy_kwh": _convert_wh_to_kwh(one.cost_wh or 0),
            "eur_per_kwh": _compute_kwh_price(one.cost, one.cost_wh),
        }
    gap = None
    if one.curve_wh and one.both_wh is not None:
        gap = round((one.both_wh - one.curve_wh) / one.curve_wh * 100, 1)
    return YearLine.model_validate(
        {
            "year": one.year,
            "energy": one.energy,
            "direction": one.direction,
            "origin": one.origin,
            "energy_kwh": _convert_wh_to_kwh(one.wh),
            "points": one.points,
            "whole_points": one.whole,
            "suspect": one.suspect,
            "estimated": one.estimated,
            "gap_percent": gap,
            **told,
        }
    )


def _compute_kwh_price(cents: int, wh: int | None) -> Decimal | None:
    return round(Decimal(cents) * 10 / wh, 4) if wh and wh > 0 else None


def _convert_wh_to_kwh(wh: int) -> Decimal:
    return Decimal(wh).scaleb(-3)
