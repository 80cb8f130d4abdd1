"""Kept sums of series, by year and by month, counted again from the readings that hold.

A kept sum goes wrong only by a fault of ours or a hand in the tables; a publication is made of it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, override

from sqlalchemy import delete, tuple_
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._fetch import fetch_upkeep_segments
from synergie.storage._sql import match_any_of
from synergie.storage.assets.held import build_series_in_permit
from synergie.storage.readings.morning_tables import MonthEnergyRow, YearEnergyRow
from synergie.storage.readings.sums.month_energies import sum_months
from synergie.storage.readings.sums.years import sum_year, year_bounds
from synergie.storage.store import Session
from synergie.storage.tables import SeriesRow

_PAGE = 500


@dataclass(frozen=True, slots=True)
class AstraySum:
    """A kept sum of a series that its readings do not tell."""

    table: type[MonthEnergyRow | YearEnergyRow]
    series: str
    year: int

    @override
    def __str__(self) -> str:
        table = self.table.__tablename__
        return f"{table} of series {self.series}, {self.year}: other than its readings tell"


def astray_sums(permit: Permit, session: Session) -> Iterator[AstraySum]:
    """Every kept sum that does not hold. Reads everything, changes nothing. The operator's."""
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    yield from _astray_years(permit, session)
    yield from _astray_months(session)


def forget_sum(session: Session, one: AstraySum) -> None:
    """Take a sum away that does not hold: the server counts it again as it goes."""
    same = col(one.table.series) == one.series, col(one.table.year) == one.year
    session.connection().execute(delete(one.table).where(*same))


def _iterate_sum_pages[RowT: (MonthEnergyRow, YearEnergyRow)](
    session: Session, table: type[RowT]
) -> Iterator[Sequence[RowT]]:
    key = tuple_(col(table.series), col(table.year))
    query = select(table).order_by(*key.clauses).limit(_PAGE)
    page = session.exec(query).all()
    while page:
        yield page
        session.expunge_all()
        page = session.exec(query.where(key > (page[-1].series, page[-1].year))).all()


def _find_declared_series(session: Session, kept: Sequence[Any]) -> dict[str, SeriesRow]:
    """The series that *kept* are of, those that are there."""
    query = select(SeriesRow).where(match_any_of(col(SeriesRow.id), {one.series for one in kept}))
    return {row.id: row for row in session.exec(query.where(col(SeriesRow.removed_at).is_(None)))}


def _astray_years(permit: Permit, session: Session) -> Iterator[AstraySum]:
    for page in _iterate_sum_pages(session, YearEnergyRow):
        declared = _find_declared_series(session, page)
        for kept in page:
            row = declared.get(kept.series)
            if row is None or not _is_year(permit, session, row, kept):
                yield AstraySum(YearEnergyRow, kept.series, kept.year)


def _is_year(permit: Permit, session: Session, row: SeriesRow, kept: YearEnergyRow) -> bool:
    series, direction = build_series_in_permit(row), json.loads(row.body)["direction"]
    found = fetch_upkeep_segments(permit, session, row.id, year_bounds(series.tz, kept.year))
    true = row.owner, row.supply_point, *sum_year(series, direction, found, kept.year)
    return (kept.owner, kept.supply_point, kept.wh, kept.missing_s) == true


def _astray_months(session: Session) -> Iterator[AstraySum]:
    for page in _iterate_sum_pages(session, MonthEnergyRow):
        declared = _find_declared_series(session, page)
        for year, last in sorted({(kept.year, kept.months) for kept in page}):
            same = {kept.series: kept for kept in page if (kept.year, kept.months) == (year, last)}
            there = same.keys() & declared.keys()
            true = {
                one.series: (declared[one.series].owner, one.energy, one.by_period, one.wh)
                for one in sum_months(session, there, year, last=last)
            }
            for name, kept in same.items():
                wh = tuple(json.loads(kept.wh))
                if true.get(name) != (kept.owner, kept.energy, kept.by_period, wh):
                    yield AstraySum(MonthEnergyRow, name, year)
