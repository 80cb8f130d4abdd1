"""Twelve months of electricity by use, against the same months a year before: what figures show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from synergie.calendar import day_of
from synergie.errors import NotFound
from synergie.exchange.publication.aggregate_year import closed_months
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.readings.morning import HOME
from synergie.storage.assets.holdings import HoldingPoint, Looked, list_every_point
from synergie.storage.assets.owned import SITES
from synergie.storage.readings.sums.month_sums import list_kept_months
from synergie.storage.store import Session, Store

_YEAR = 12

type _Months = list[int | None]
"""Wh by month, thirty-six at most, the oldest first; None: not known whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseMonths:
    """One use: its sum by month, Wh (None: no point is known), and how many points are known."""

    usage: str | None
    wh: tuple[int | None, ...]
    known: tuple[int, ...]
    of: int
    """Points of the use that are known in at least one of the months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTotal:
    """One point over the months. `before`: a year before, where every one of them was known."""

    point: HoldingPoint
    wh: int
    months: int
    """How many of the months are known."""
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTable:
    """The last twelve closed months of which something is known; `months` empty: nothing is.

    `before`: by month, the same points a year before; None where one of them was not known.
    `now_wh`, `before_wh`: months of points that are known in both years; `compared`: these points.
    """

    months: tuple[date, ...] = ()
    uses: tuple[UseMonths, ...] = ()
    before: tuple[int | None, ...] = ()
    now_wh: int = 0
    before_wh: int = 0
    compared: int = 0
    totals: tuple[PointTotal, ...] = field(default=())
    """Points with a known month, the largest first."""
    silent: int = 0
    """Closed months after the last of `months`: nothing of them is known."""
    waiting: int = 0
    """Series whose months are still to be counted."""


@dataclass(frozen=True, slots=True)
class MonthTables:
    """Months of the caller's own points: those that are kept, counted by each deposit's upkeep."""

    store: Store

    def read(self, caller: Principal, site: str | None = None, *, now: datetime) -> MonthTable:
        """Of all the points, or of those of one site. NotFound: there is no such site."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            if site is not None and SITES.load_item(permit, session, site, now=now) is None:
                raise NotFound
            some = list_every_point(permit, session, Looked(site=site))
            found, waiting = _read_months(permit, session, some, now)
        return _build_month_table(some, found, now, waiting)


def _read_months(
    permit: Permit, session: Session, some: Sequence[HoldingPoint], now: datetime
) -> tuple[dict[str, _Months], int]:
    """Point → its months; of several series the first that knows a month."""
    newest, waiting = day_of(now, HOME).year, 0
    found: dict[str, _Months] = defaultdict(lambda: [None] * (3 * _YEAR))
    for at, year in enumerate(range(newest - 2, newest + 1)):
        last = closed_months(year, now)
        if not last:
            continue
        told, left = list_kept_months(
            permit, session, [one.id for one in some], "electricity", year=year, last=last
        )
        waiting += left
        for point, series in told.items():
            months = found[point]
            if len(series) == 1:  # nearly all: a department's are set ten times as fast
                months[at * _YEAR : at * _YEAR + len(series[0].wh)] = series[0].wh
                continue
            for month in range(last):
                known = (one.wh[month] for one in series if month < len(one.wh))
                months[at * _YEAR + month] = next((wh for wh in known if wh is not None), None)
    return found, waiting


def _build_month_table(
    some: Sequence[HoldingPoint], found: dict[str, _Months], now: datetime, waiting: int
) -> MonthTable:
    newest = day_of(now, HOME).year
    ends = [n for n in range(3 * _YEAR) if any(one[n] is not None for one in found.values())]
    if not ends or ends[-1] < _YEAR - 1:
        return MonthTable(waiting=waiting)
    span = range(ends[-1] - _YEAR + 1, ends[-1] + 1)
    by_use: dict[str | None, list[_Months]] = defaultdict(list)
    totals = []
    for one in some:
        if one.id in found and any(found[one.id][n] is not None for n in span):
            by_use[one.usage].append(found[one.id])
            totals.append(_total_point(one, found[one.id], span))
    every = [months for group in by_use.values() for months in group]
    both = [
        [(now, then) for n in span if (pair := _find_both(one, n)) for now, then in [pair]]
        for one in every
    ]
    return MonthTable(
        months=tuple(date(newest - 2 + n // _YEAR, n % _YEAR + 1, 1) for n in span),
        uses=tuple(_sum_use(usage, group, span) for usage, group in by_use.items()),
        before=tuple(_sum_before(every, n) for n in span),
        now_wh=sum(now for one in both for now, _ in one),
        before_wh=sum(then for one in both for _, then in one),
        compared=sum(bool(one) for one in both),
        totals=tuple(sorted(totals, key=lambda one: (-one.wh, one.point.key))),
        silent=2 * _YEAR + closed_months(newest, now) - 1 - ends[-1],
        waiting=waiting,
    )


def _sum_use(usage: str | None, group: Sequence[_Months], span: range) -> UseMonths:
    by_month = [[wh for one in group if (wh := one[n]) is not None] for n in span]
    return UseMonths(
        usage=usage,
        wh=tuple(sum(known) if known else None for known in by_month),
        known=tuple(map(len, by_month)),
        of=len(group),
    )


def _find_both(one: _Months, n: int) -> tuple[int, int] | None:
    """A month and the same a year before, when both are known."""
    if n < _YEAR:
        return None
    now, then = one[n], one[n - _YEAR]
    return None if now is None or then is None else (now, then)


def _sum_before(every: Sequence[_Months], n: int) -> int | None:
    """A year before, of the points that are known in month *n*: None unless all were."""
    known = [one for one in every if one[n] is not None]
    if n < _YEAR or not known:
        return None
    then = [one[n - _YEAR] for one in known]
    return None if None in then else sum(wh for wh in then if wh is not None)


def _total_point(point: HoldingPoint, months: _Months, span: range) -> PointTotal:
    known = [n for n in span if months[n] is not None]
    both = [_find_both(months, n) for n in known]
    return PointTotal(
        point=point,
        wh=sum(wh for n in known if (wh := months[n]) is not None),
        months=len(known),
        before=None if None in both else sum(pair[1] for pair in both if pair),
    )
