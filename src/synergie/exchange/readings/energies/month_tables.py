"""Twelve months of electricity by use, against the same months a year before: what figures show."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import compress, repeat, zip_longest
from operator import and_, is_not
from typing import NamedTuple, Self

from synergie.calendar import day_of
from synergie.collector import defer_search
from synergie.errors import NotFound
from synergie.exchange.publication.aggregate_year import closed_months
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.readings.morning import HOME
from synergie.storage.assets.holdings import HoldingPoint, Looked, list_every_point
from synergie.storage.assets.owned import SITES
from synergie.storage.readings.sums.month_sums import list_kept_months
from synergie.storage.store import Session, Store

_YEAR = 12

type _Month = tuple[int | None, ...]
"""Wh of a month by point; None: not known whole. By month: sums of columns are the fastest."""


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

    @defer_search()
    def read(self, caller: Principal, site: str | None = None, *, now: datetime) -> MonthTable:
        """Of all the points, or of those of one site. NotFound: there is no such site."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            if site is not None and SITES.load_item(permit, session, site, now=now) is None:
                raise NotFound
            some = list_every_point(permit, session, Looked(site=site))
            found, waiting = _read_months(permit, session, some, now, whole=site is None)
        return _build_month_table(some, found, now, waiting)


def _read_months(
    permit: Permit, session: Session, some: Sequence[HoldingPoint], now: datetime, *, whole: bool
) -> tuple[list[_Month], int]:
    """Each month of three years, the last may not be over; how many years of series wait.

    *whole*: *some* are all of the bearer's own points.
    """
    newest = day_of(now, HOME).year
    ids = [one.id for one in some]
    years = range(newest - 2, newest + 1)
    closed = {year: last for year in years if (last := closed_months(year, now))}
    told, waiting = list_kept_months(
        permit, session, None if whole else ids, closed, energy="electricity"
    )
    nothing = [None] * _YEAR
    months: list[_Month] = []
    for year in years:
        of_year = told.get(year, {})
        months += zip_longest(nothing, *(of_year.get(one, nothing) for one in ids))
    return [month[1:] for month in months], waiting


def _build_month_table(
    some: Sequence[HoldingPoint], months: list[_Month], now: datetime, waiting: int
) -> MonthTable:
    newest = day_of(now, HOME).year
    ends = [n for n, month in enumerate(months) if month.count(None) < len(month)]
    if not ends or ends[-1] < _YEAR - 1:
        return MonthTable(waiting=waiting)
    first, end = ends[-1] - _YEAR + 1, ends[-1] + 1
    earlier = [(None,) * len(some)] * _YEAR + months
    pairs = [_Pair.of(*pair) for pair in zip(months[first:end], earlier[first:end], strict=True)]
    totals = list(_iterate_totals(some, pairs))
    return MonthTable(
        months=tuple(date(newest - 2 + n // _YEAR, n % _YEAR + 1, 1) for n in range(first, end)),
        uses=tuple(_sum_uses(some, pairs, {one.point.usage for one in totals})),
        before=tuple(map(_sum_before, pairs)),
        now_wh=sum(_sum_known(one.now, one.both) for one in pairs),
        before_wh=sum(_sum_known(one.then, one.both) for one in pairs),
        compared=sum(map(any, zip(*(one.both for one in pairs), strict=True))),
        totals=tuple(sorted(totals, key=lambda one: (-one.wh, one.point.key))),
        silent=2 * _YEAR + closed_months(newest, now) - end,
        waiting=waiting,
    )


class _Pair(NamedTuple):
    """A month of all points, and the same a year before; whether each knows it, and knows both."""

    now: _Month
    then: _Month
    known: list[bool]
    both: list[bool]

    @classmethod
    def of(cls, now: _Month, then: _Month) -> Self:
        known, ago = (list(map(is_not, month, repeat(None))) for month in (now, then))
        return cls(now, then, known, list(map(and_, known, ago)))


def _sum_uses(
    some: Sequence[HoldingPoint], pairs: Sequence[_Pair], among: Container[str | None]
) -> Iterator[UseMonths]:
    for usage in dict.fromkeys(one.usage for one in some if one.usage in among):
        of_use = [one.usage == usage for one in some]
        known = [list(compress(one.known, of_use)) for one in pairs]
        yield UseMonths(
            usage=usage,
            wh=tuple(
                _sum_known(one.now, of_use) if any(there) else None
                for one, there in zip(pairs, known, strict=True)
            ),
            known=tuple(map(sum, known)),
            of=sum(map(any, zip(*known, strict=True))),
        )


def _sum_before(pair: _Pair) -> int | None:
    """A year before, of the points that are known in the month: None unless all were."""
    whole = any(pair.known) and pair.both == pair.known
    return _sum_known(pair.then, pair.both) if whole else None


def _sum_known(month: _Month, of: Iterable[bool]) -> int:
    """The sum of a month, of what is known of some points."""
    return sum(filter(None, compress(month, of)))


def _iterate_totals(some: Sequence[HoldingPoint], pairs: Sequence[_Pair]) -> Iterator[PointTotal]:
    """The points with a known month."""
    rows = (zip(*side, strict=True) for side in zip(*pairs, strict=True))
    for point, now, then, known, both in zip(some, *rows, strict=True):
        if any(known):
            yield PointTotal(
                point=point,
                wh=sum(filter(None, now)),
                months=sum(known),
                before=_sum_known(then, both) if both == known else None,
            )
