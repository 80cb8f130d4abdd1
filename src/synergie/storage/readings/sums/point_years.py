"""Years of points out of bills and indexes: counted once, kept, and forgotten by each deposit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.readings.morning_tables import PointYearRow, YearEnergyRow
from synergie.storage.scope import own_write
from synergie.storage.store import Session
from synergie.storage.tables import FactRow, SupplyPointRow

YEARLY = ("interval_reading", "period_energy", "register_reading")
"""Facts that tell energy of a point over a time."""

_CHUNK = 500
_SUMS = ("whole", "wh", "cost", "cost_wh", "suspect", "estimated")
"""What of the years of points adds up."""
_BUILD: Any = select
_WAITS = {
    "year": 0, "energy": "electricity", "direction": "import", "origin": "bill", "wh": 0,
    "whole": 0, "suspect": 0, "estimated": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotal:
    """One year of points that told it in one way: sums, and how many they are.

    `vat` None: not told. `cost` in cents, energies in Wh. `both_wh` beside `curve_wh`: energy of
    the points that a curve, too, tells whole, by this origin and by their curves.
    """

    year: int
    energy: str
    direction: str
    origin: str
    points: int
    whole: int
    wh: int
    cost: int | None = None
    cost_wh: int | None = None
    vats: frozenset[int | None] = frozenset()
    suspect: int = 0
    estimated: int = 0
    both_wh: int | None = None
    curve_wh: int | None = None


def forget_point_years(
    permit: Permit, session: Session, kind: str, points: Iterable[str | None]
) -> None:
    """Note that *points*, of which facts of *kind* came or went, wait to be counted."""
    own_write(permit)
    some = sorted({one for one in points if one is not None})
    if kind not in YEARLY:
        return
    for chunk in batched(some, _CHUNK):
        _delete_point_years(permit, session, chunk)
        rows = [{"supply_point": one, "owner": permit.owner, **_WAITS} for one in chunk]
        session.connection().execute(insert(PointYearRow), rows)


def waiting_points(
    permit: Permit, session: Session, *, among: Sequence[str] | None = None, limit: int
) -> list[str]:
    """The bearer's own points that wait to be counted, by id."""
    query = select(col(PointYearRow.supply_point)).where(
        *_build_own_conditions(permit, among), _of_year_0()
    )
    ordered = query.order_by(col(PointYearRow.supply_point)).limit(limit)
    return [str(one) for one in session.connection().execute(ordered).scalars()]


def count_waiting(permit: Permit, session: Session, among: Sequence[str] | None) -> int:
    """How many of the bearer's own points wait."""
    query = select(func.count()).where(*_build_own_conditions(permit, among), _of_year_0())
    return int(session.connection().execute(query).scalar_one())


def save_point_years(
    permit: Permit, session: Session, points: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Keep the years of *points*, all of them: they wait no more."""
    own_write(permit)
    for chunk in batched(points, _CHUNK):
        _delete_point_years(permit, session, chunk)
    if rows:
        told = [{**one, "owner": permit.owner} for one in rows]
        session.connection().execute(insert(PointYearRow), told)


def find_point_tellers(permit: Permit, session: Session) -> dict[str, str]:
    """Point → whose facts tell, or told, energy of it: of all organisations. The operator's."""
    _check_point_upkeep(permit)
    row = FactRow
    told = select(col(row.supply_point), col(row.owner)).where(
        col(row.kind).in_(YEARLY), col(row.supply_point).is_not(None)
    )
    found = session.connection().execute(told.distinct())
    return {str(point): owner for point, owner in found}


def counted_points(permit: Permit, session: Session) -> set[str]:
    """The points of which a year is kept, or waits, of all organisations. The operator's."""
    _check_point_upkeep(permit)
    query = select(col(PointYearRow.supply_point)).distinct()
    return set(session.connection().execute(query).scalars())


def rows_of_points(
    permit: Permit, session: Session, points: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Point → its rows as they are kept, whoever they say it is of. The operator's."""
    _check_point_upkeep(permit)
    found: dict[str, list[dict[str, Any]]] = {}
    for some in batched(points, _CHUNK):
        query = _select_columns(*PointYearRow.__table__.c).where(  # type: ignore[attr-defined]
            col(PointYearRow.supply_point).in_(some)
        )
        for row in session.connection().execute(query).mappings():
            found.setdefault(row["supply_point"], []).append(dict(row))
    return found


def recount_point(permit: Permit, session: Session, point: str, owner: str | None) -> None:
    """Take every row of *point* away; it waits to be counted for its *owner*. The operator's."""
    _check_point_upkeep(permit)
    gone = delete(PointYearRow).where(col(PointYearRow.supply_point) == point)
    session.connection().execute(gone)
    if owner is not None:
        row = {"supply_point": point, "owner": owner, **_WAITS}
        session.connection().execute(insert(PointYearRow), [row])


def energy_of_points(
    permit: Permit, session: Session, points: Sequence[str], year: int
) -> dict[str, tuple[int, bool]]:
    """Point → Wh drawn over *year* as bills or indexes tell it, and whether of every day of it."""
    row = PointYearRow
    query = select(col(row.supply_point), col(row.wh), col(row.whole)).where(
        *_build_own_conditions(permit, points),
        col(row.year) == year,
        col(row.direction) == "import",
    )
    found = session.connection().execute(query)
    return {point: (wh, bool(whole)) for point, wh, whole in found}


def total_years(permit: Permit, session: Session, points: Sequence[str] | None) -> list[YearTotal]:
    """Sums of what was counted: of *points*, or of all of the bearer's own (None)."""
    both = _beside_curves(permit, session, points)
    return [
        *_iterate_fact_totals(permit, session, points, both),
        *_iterate_curve_totals(permit, session, points),
    ]


def _iterate_fact_totals(
    permit: Permit,
    session: Session,
    points: Sequence[str] | None,
    both: dict[tuple[int, str, str, str], tuple[int, int]],
) -> Iterator[YearTotal]:
    row, key = PointYearRow, _list_key_columns()
    sums = {name: func.sum(col(getattr(row, name))).label(name) for name in _SUMS}
    vat = func.coalesce(col(row.vat), -1)
    ends = [of(vat).filter(col(row.cost).is_not(None)) for of in (func.min, func.max)]
    query = (
        _select_columns(*key, func.count(), *ends, *sums.values())
        .where(
            *_build_own_conditions(permit, points), _is_there(row.supply_point), col(row.year) > 0
        )
        .group_by(*key)
    )
    for year, energy, way, origin, n, low, high, *found in session.connection().execute(query):
        beside = both.get((year, energy, way, origin), (None, None))
        told: Any = {
            name: None if one is None else int(one) for name, one in zip(sums, found, strict=True)
        }
        yield YearTotal(
            year=year, energy=energy, direction=way, origin=origin, points=n, **told,
            vats=frozenset(None if one == -1 else one for one in (low, high)),
            both_wh=beside[0], curve_wh=beside[1],
        )  # fmt: skip


def _iterate_curve_totals(
    permit: Permit, session: Session, points: Sequence[str] | None
) -> Iterator[YearTotal]:
    best = _select_fullest_series(permit, points).subquery()
    key: tuple[Any, ...] = best.c.year, best.c.energy
    sums: tuple[Any, ...] = func.count(), func.sum(best.c.whole), func.sum(best.c.wh)
    query = _select_columns(*key, *sums).group_by(*key)
    for year, energy, n, whole, wh in session.connection().execute(query):
        yield YearTotal(
            year=year, energy=energy, direction="import", origin="curve",
            points=n, whole=int(whole), wh=int(wh),
        )  # fmt: skip


def _beside_curves(
    permit: Permit, session: Session, points: Sequence[str] | None
) -> dict[tuple[int, str, str, str], tuple[int, int]]:
    """Year, energy, direction, origin → Wh told and Wh of curves, of points whole in both."""
    row, best, key = (
        PointYearRow,
        _select_fullest_series(permit, points).subquery(),
        _list_key_columns(),
    )
    same = and_(best.c.supply_point == col(row.supply_point), best.c.year == col(row.year))
    query = (
        _select_columns(*key, func.sum(col(row.wh)), func.sum(best.c.wh))
        .join(best, same)
        .where(*_build_own_conditions(permit, points), col(row.whole) == 1, best.c.whole == 1)
        .where(best.c.energy == col(row.energy), col(row.direction) == "import")
        .group_by(*key)
    )
    found = session.connection().execute(query)
    return {(y, e, d, o): (int(told), int(curve)) for y, e, d, o, told, curve in found}


def _select_fullest_series(permit: Permit, points: Sequence[str] | None) -> Any:
    """Of each point and year the fullest of its series: `wh`, and `whole` where it lacks nothing.

    Of several series one alone counts: the most energy of a whole one, else of a part.
    """
    row, at = YearEnergyRow, SupplyPointRow
    whole = func.max(col(row.wh)).filter(col(row.missing_s) == 0)
    gas = col(at.external_id).startswith("pce:")
    key: tuple[Any, ...] = (
        col(row.supply_point),
        col(row.year),
        case((gas, "gas"), else_="electricity"),
    )
    query = _select_columns(
        *key[:2],
        key[2].label("energy"),
        func.coalesce(whole, func.max(col(row.wh))).label("wh"),
        func.max(case((col(row.missing_s) == 0, 1), else_=0)).label("whole"),
    )
    return (
        query.join(at, and_(col(at.id) == col(row.supply_point), col(at.removed_at).is_(None)))
        .where(col(row.owner) == _get_own_year_owner(permit), col(row.wh).is_not(None))
        .where(*([] if points is None else [col(row.supply_point).in_(points)]))
        .group_by(col(row.supply_point), col(row.year), col(at.external_id))
    )


def _select_columns(*what: Any) -> Any:
    """As `select`, of any number of columns: its types tell ten apart at most."""
    return _BUILD(*what)


def _list_key_columns() -> tuple[Any, ...]:
    row = PointYearRow
    return col(row.year), col(row.energy), col(row.direction), col(row.origin)


def _is_there(point: Any) -> ColumnElement[bool]:
    at = SupplyPointRow
    there = col(at.id) == col(point), col(at.removed_at).is_(None)
    return select(col(at.id)).where(*there).exists()


def _of_year_0() -> ColumnElement[bool]:
    return col(PointYearRow.year) == 0


def _build_own_conditions(permit: Permit, among: Sequence[str] | None) -> list[ColumnElement[bool]]:
    mine = [col(PointYearRow.owner) == _get_own_year_owner(permit)]
    if among is not None:
        mine.append(col(PointYearRow.supply_point).in_(among))
    return mine


def _delete_point_years(permit: Permit, session: Session, points: Sequence[str]) -> None:
    which = col(PointYearRow.owner) == permit.owner, col(PointYearRow.supply_point).in_(points)
    session.connection().execute(delete(PointYearRow).where(*which))


def _get_own_year_owner(permit: Permit) -> str:
    if permit.scope != "own":
        raise TypeError("only one's own years are counted")
    return permit.owner


def _check_point_upkeep(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
