"""Sums of series that are kept, by year and by month: counted once what they are of is over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched
from time import monotonic

from synergie.calendar import day_of
from synergie.exchange.publication.aggregate_year import closed_months
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.readings.morning import HOME
from synergie.storage.readings.sums.month_sums import count_months, list_uncounted_months
from synergie.storage.readings.sums.years import count_years, list_uncounted_series
from synergie.storage.store import Session, Store

_FOUND = 512
"""Series without a count that are looked for at once."""
_YEARS = 3
"""Full years of curves that the upkeep counts, whole and by month."""


@dataclass(frozen=True, slots=True)
class SumUpkeep:
    """Which series wait to be counted, and counting some of them."""

    find: Callable[[Permit, Session], Sequence[str]]
    keep: Callable[[Permit, Session, Sequence[str]], None]


def full_year(now: datetime) -> int:
    """The last civil year that is over."""
    return day_of(now, HOME).year - 1


def years_sum(year: int) -> SumUpkeep:
    """Energy of series over *year*."""
    return SumUpkeep(
        partial(list_uncounted_series, year=year, limit=_FOUND), partial(count_years, year=year)
    )


def months_sum(year: int, last: int) -> SumUpkeep:
    """Energy of series in each month of *year*, January to *last*."""
    find = partial(list_uncounted_months, year=year, last=last, limit=_FOUND)
    return SumUpkeep(find, partial(count_months, year=year, last=last))


def sums_due(now: datetime) -> Iterator[SumUpkeep]:
    """Of the last full years, and the months that are over of these and of the year that runs."""
    newest = full_year(now)
    for year in range(newest, newest - _YEARS, -1):
        yield years_sum(year)
    for year in range(newest + 1, newest - _YEARS, -1):
        last = closed_months(year, now)
        if last:
            yield months_sum(year, last)


def count_sums(
    store: Store, owner: str, due: SumUpkeep, *, now: datetime, until: float, at_once: int = 8
) -> int:
    """Count series of *owner* until *until* (of the monotonic clock); how many."""
    caller = Principal(client_id="upkeep", organisation=owner, scopes=frozenset())
    reads, done = permit_own_data(caller, action="read", now=now), 0
    while monotonic() < until:
        with store.read() as session:  # to find them costs as much as to count many
            found = due.find(reads, session)
        if not found:
            return done
        for some in batched(found, at_once):
            if monotonic() >= until:
                return done
            with store.write() as session:
                due.keep(permit_own_data(caller, action="write", now=now), session, some)
            done += len(some)
    return done
