"""What an organisation holds and what it draws: totals, points by name, one site by month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic

from synergie.calendar import load_time_zone
from synergie.errors import NotFound
from synergie.exchange.readings.came import group_arrivals_by_format
from synergie.exchange.readings.energies.series_months import series_months
from synergie.exchange.readings.energies.sum_upkeep import (
    count_sums,
    full_year,
    sums_due,
    years_sum,
)
from synergie.exchange.readings.energies.year_tables import YearTables
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.readings.flows import API, find_flow
from synergie.policy.readings.lateness import Arrival, FlowDeposits, Teller
from synergie.schemas.assets.site import Site
from synergie.schemas.freshness import FreshnessLine
from synergie.storage.assets.holdings import (
    HoldingPoint,
    HoldingSeries,
    Looked,
    count_points,
    count_sites,
    points,
    series_of,
)
from synergie.storage.assets.owned import SITES
from synergie.storage.readings.sums.point_years import energy_of_points
from synergie.storage.readings.sums.years import Counted, year_of, years_of_points
from synergie.storage.store import Session, Store

__all__ = [
    "HoldingPoint",
    "HoldingSeries",
    "Holdings",
    "Looked",
    "MonthSum",
    "PointLine",
    "SiteLine",
    "Summary",
    "full_year",
]

_COUNTED_S = 0.05
"""How long a page may count what no deposit has let be counted yet, seconds."""
_BESIDE = 64
"""Series of one transaction of the upkeep."""
MOST = 50
"""Points of a page, and points of which the months of a site are summed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that is held. `found`: points that are looked for; `unread`: without any reading.

    `billed`: points that bills or readings of registers tell of, and no curve.
    """

    year: int
    energy: Counted
    points: int
    unread: int
    billed: int
    sites: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLine:
    """One delivery point: its series with how fresh each is, and its energy of the year.

    `wh` None: nothing tells it, or it was not counted yet. `whole`: nothing of the year is missing.
    """

    point: HoldingPoint
    series: tuple[tuple[HoldingSeries, FreshnessLine], ...]
    wh: int | None
    whole: bool
    by_bills: bool = False
    """Whether bills or indexes tell the energy: no curve does, or a part of a year they tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSum:
    """One civil month of a site. `wh` None: no point was measured. `points`: how many were whole.

    `of`: how many points draw energy.
    """

    month: date
    wh: int | None
    points: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One site: its points, and the months of the last full year."""

    site: Site
    year: int
    lines: tuple[PointLine, ...]
    more: bool
    """Whether it has more points than are told."""
    months: tuple[MonthSum, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The caller's own sites and delivery points."""

    store: Store

    def summary(self, caller: Principal, looked: Looked, *, now: datetime) -> Summary:
        """The totals of everything, and how many points *looked* finds."""
        year = full_year(now)
        until = monotonic() + _COUNTED_S
        count_sums(self.store, caller.organisation, years_sum(year), now=now, until=until)
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            counted = {
                each: count_points(permit, session, each)
                for each in {Looked(), Looked(unread=True), Looked(billed=True), looked}
            }
            return Summary(
                year=year,
                energy=year_of(permit, session, year),
                points=counted[Looked()],
                unread=counted[Looked(unread=True)],
                billed=counted[Looked(billed=True)],
                sites=count_sites(permit, session),
                found=counted[looked],
            )

    def page(
        self,
        caller: Principal,
        looked: Looked,
        *,
        after: str = "",
        limit: int,
        tell: Callable[[str], str] = str,
        now: datetime,
    ) -> tuple[list[PointLine], str | None]:
        """Points by key after *after*, and what the next page is after; None: it is the last."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            some = points(permit, session, looked, after=after, limit=limit + 1)
            more = len(some) > limit
            lines = _list_point_lines(permit, session, some[:limit], tell=tell, now=now)
        return lines, lines[-1].point.key if more else None

    def point(
        self, caller: Principal, point_id: str, *, tell: Callable[[str], str] = str, now: datetime
    ) -> PointLine:
        """One delivery point of the caller's own. NotFound when it is absent, or of others."""
        looked = Looked(point=point_id)
        lines, _ = self.page(caller, looked, limit=1, tell=tell, now=now)
        if not lines:
            raise NotFound
        return lines[0]

    def site(
        self, caller: Principal, site_id: str, *, tell: Callable[[str], str] = str, now: datetime
    ) -> SiteLine:
        """One site of the caller's own. NotFound when it is absent, or of others."""
        permit, year = permit_own_data(caller, action="read", now=now), full_year(now)
        with self.store.read() as session:
            found = SITES.load_item(permit, session, site_id, now=now)
            if found is None:
                raise NotFound
            some = points(permit, session, Looked(site=site_id), limit=MOST + 1)
            lines = _list_point_lines(permit, session, some[:MOST], tell=tell, now=now)
            return SiteLine(
                site=found,
                year=year,
                lines=tuple(lines),
                more=len(some) > MOST,
                months=_sum_point_months(permit, session, lines, year),
            )

    def count(self, *, now: datetime, seconds: float = 20.0) -> int:
        """Count what is not counted yet, of every organisation; how many series were.

        The server's own upkeep: nothing of it is told. At most about *seconds*.
        """
        from synergie.exchange.trust.organisations import Directory  # noqa: PLC0415 (a cycle else)

        until, done, after = monotonic() + seconds, 0, None
        upkeep = Principal(client_id="upkeep", organisation="operator", scopes=frozenset())
        while True:
            some = Directory(self.store).page(upkeep, after=after, now=now)
            for one in some.items:
                for due in sums_due(now):
                    done += count_sums(
                        self.store, one.id, due, now=now, until=until, at_once=_BESIDE
                    )
                done += YearTables(self.store).count(one.id, until=until, now=now)
            after = some.next
            if after is None or monotonic() > until:
                return done


def _list_point_lines(
    permit: Permit,
    session: Session,
    some: Sequence[HoldingPoint],
    *,
    tell: Callable[[str], str],
    now: datetime,
) -> list[PointLine]:
    ids = [one.id for one in some]
    bills = energy_of_points(permit, session, ids, full_year(now))
    curves = years_of_points(permit, session, ids, full_year(now))
    whole = {one for one, (_, of_every_day) in bills.items() if of_every_day}
    energy = bills | {one: sum_ for one, sum_ in curves.items() if sum_[1] or one not in whole}
    told: dict[str, list[tuple[HoldingSeries, FreshnessLine]]] = {}
    teller = _Teller.of(permit, session, now, tell)
    for series in series_of(permit, session, ids):
        told.setdefault(series.point, []).append((series, teller.line(series)))
    return [
        PointLine(
            point=one,
            series=tuple(told.get(one.id, ())),
            wh=energy[one.id][0] if one.id in energy else None,
            whole=one.id in energy and energy[one.id][1],
            by_bills=one.id in energy and energy[one.id] is not curves.get(one.id),
        )
        for one in some
    ]


@dataclass(frozen=True, slots=True)
class _Teller:
    """How fresh series are, by what came of their flows."""

    owner: str
    now: datetime
    came: dict[str, FlowDeposits]
    tell: Callable[[str], str]

    @classmethod
    def of(
        cls, permit: Permit, session: Session, now: datetime, tell: Callable[[str], str]
    ) -> "_Teller":
        return cls(permit.owner, now, group_arrivals_by_format(permit, session), tell)

    def line(self, series: HoldingSeries) -> FreshnessLine:
        source = series.fed_by or API
        mine = self.came.get(source)
        if mine is None and series.last_received is not None:
            mine = FlowDeposits(
                source, find_flow(source), [Arrival(series.last_received, None)], None
            )
        teller = Teller(self.owner, load_time_zone(series.time_zone), self.now, self.tell)
        return teller.series(series.id, series.key, series.last_end, mine)


def _sum_point_months(
    permit: Permit, session: Session, lines: Sequence[PointLine], year: int
) -> tuple[MonthSum, ...]:
    """Each month summed over the points; of a point's series the first whose month is whole."""
    drawn = [each for each in (_months_of(permit, session, line, year) for line in lines) if each]
    sums = []
    for month in range(12):
        there = [told for one in drawn if (told := one[month]) is not None]
        sums.append(
            MonthSum(
                month=date(year, month + 1, 1),
                wh=sum(wh for wh, _ in there) if there else None,
                points=sum(whole for _, whole in there),
                of=len(drawn),
            )
        )
    return tuple(sums)


type _Month = tuple[int, bool]
"""Wh, and whether nothing is missing."""


def _months_of(
    permit: Permit, session: Session, line: PointLine, year: int
) -> list[_Month | None] | None:
    """Twelve months of one point; None: it draws no energy."""
    best: list[_Month | None] | None = None
    for series, _ in line.series:
        if series.direction != "import":
            continue
        told = _months_of_series(permit, session, series, year)
        if told is not None:
            best = (
                told
                if best is None
                else [_select_better_month(a, b) for a, b in zip(best, told, strict=True)]
            )
    return best


def _select_better_month(one: _Month | None, other: _Month | None) -> _Month | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda each: (each[1], each[0]))


def _months_of_series(
    permit: Permit, session: Session, series: HoldingSeries, year: int
) -> list[_Month | None] | None:
    months = series_months(permit, session, series.id, (year, year))
    if months is None:
        return None
    told: list[_Month | None] = [None] * 12
    for one in months:
        told[one.month.month - 1] = None if one.wh is None else (one.wh, one.is_complete)
    return told
