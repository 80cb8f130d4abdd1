"""What stands where: bodies in a part of the map, how many there are, and where they crowd.

Made for maps: bodies leave as they are stored, with what the permit closes told beside, and are
not validated again; they were when they came. A delivery point stands where its site does, as far
as the permit opens sites.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Text, and_, func, null, or_, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.trust.fields import redact_fields
from synergie.storage._sql import json_text
from synergie.storage._veil import persons_among
from synergie.storage.assets.owned import CABINETS, LIGHT_POINTS, SITES, SUPPLY_POINTS, NounTable
from synergie.storage.columns import Instant
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SiteRow, SupplyPointRow

SHELVES: dict[str, NounTable[Any, Any]] = {
    "light_points": LIGHT_POINTS,
    "cabinets": CABINETS,
    "sites": SITES,
    "supply_points": SUPPLY_POINTS,
}
"""What a map may show, by name."""
MOST_CROWDS = 4_000
"""Most crowds of one answer."""
_TALL = 2 / 3
"""Height of a cell over its width, both in degrees: about square in France."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map, degrees. *west* above *east*: it spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is asked for. None: it does not matter. Both moments are included, as OGC has it."""

    box: Box | None = None
    since: datetime | None = None
    until: datetime | None = None
    like: tuple[tuple[str, str], ...] = ()
    """Fields of the body, and what each must say."""


class Stored(NamedTuple):
    """A thing as it is stored, and what is told in place of what the permit does not open."""

    id: str
    owner: str
    body: str
    updated_at: str
    """RFC 3339, UTC."""
    longitude: float | None
    latitude: float | None
    veiled: Mapping[str, Any] | None


class Crowd(NamedTuple):
    """Things close to one another: how many, and their middle."""

    n: int
    longitude: float
    latitude: float


class Spread(NamedTuple):
    """How many things there are, how many stand somewhere, where, and when one last changed."""

    n: int
    placed: int
    box: Box | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Map:
    """What *permit* opens of one noun, asked by place."""

    permit: Permit
    session: Session
    shelf: NounTable[Any, Any]

    def after(self, sought: Sought, item_id: str, *, limit: int) -> list[Stored]:
        """The first things after *item_id*, by id."""
        key = col(self.shelf.table.id)
        return self._stored(self._where(sought).where(key > item_id).order_by(key).limit(limit))

    def before(self, sought: Sought, item_id: str, *, limit: int) -> list[Stored]:
        """The last things before *item_id*, by id."""
        key = col(self.shelf.table.id)
        query = self._where(sought).where(key < item_id).order_by(key.desc()).limit(limit)
        return self._stored(query)[::-1]

    def load_thing(self, item_id: str) -> Stored | None:
        """One thing; None when it is not inside the permit."""
        same = col(self.shelf.table.id) == item_id
        return next(iter(self._stored(self._where(Sought()).where(same))), None)

    def count(self, sought: Sought) -> int:
        """How many things are asked for."""
        query = self._where(sought).with_only_columns(func.count())
        return int(self.session.connection().execute(query).scalar_one())

    def places(self, sought: Sought) -> list[tuple[str, float | None, float | None]]:
        """Identifier and place of each thing, by id: for a test that SQL cannot make."""
        key = col(self.shelf.table.id)
        query = self._where(sought).with_only_columns(key, *self._place()).order_by(key)
        rows = self.session.connection().execute(query)
        return [(item, longitude, latitude) for item, longitude, latitude in rows]

    def spread(self, sought: Sought | None = None) -> Spread:
        """The whole of what is asked for, in a few figures."""
        longitude, latitude = self._place()
        ends = [func.min(longitude), func.min(latitude), func.max(longitude), func.max(latitude)]
        changed = type_coerce(func.max(self.shelf.table.updated_at), Instant)
        query = self._where(sought or Sought()).with_only_columns(
            func.count(), func.count(longitude), *ends, changed
        )
        n, placed, west, south, east, north, at = self.session.connection().execute(query).one()
        return Spread(n, placed, None if west is None else Box(west, south, east, north), at)

    def crowds(self, sought: Sought, *, cell: float) -> list[Crowd]:
        """Those that stand somewhere on a grid of *cell* degrees of longitude, largest first.

        At most MOST_CROWDS. An index holds all that is read.
        """
        longitude, latitude = self._place()
        wanted = [func.count(), func.avg(longitude), func.avg(latitude)]
        query = self._where(sought).where(longitude.is_not(None)).with_only_columns(*wanted)
        query = query.group_by(_Cell(longitude / cell), _Cell(latitude / (cell * _TALL)))
        query = query.order_by(wanted[0].desc(), wanted[1], wanted[2]).limit(MOST_CROWDS)
        rows = self.session.connection().execute(query)
        return [Crowd(int(n), float(lon), float(lat)) for n, lon, lat in rows]

    def values(self, field: str) -> list[tuple[str, int]]:
        """What *field* says in the bodies and how often, most often first; nothing is left out."""
        said = json_text(col(self.shelf.table.body), field)
        query = self._where(Sought()).with_only_columns(said, func.count()).group_by(said)
        rows = self.session.connection().execute(query)
        told = [(str(value), int(n)) for value, n in rows if value is not None]
        return sorted(told, key=lambda one: (-one[1], one[0]))

    def tally_years(self, sought: Sought, day: str, field: str) -> list[tuple[str, str, int]]:
        """How many things have each year of *day* and each *field*; "": the body does not say."""
        body = col(self.shelf.table.body)
        year = func.substr(func.coalesce(json_text(body, day), ""), 1, 4).label("said_year")
        said = json_text(body, field).label("said_field")
        query = self._where(sought).with_only_columns(year, said, func.count())
        query = query.group_by("said_year", "said_field")  # by name: parameters differ (PostgreSQL)
        rows = self.session.connection().execute(query)
        return sorted((str(year), str(value or ""), int(n)) for year, value, n in rows)

    def _where(self, sought: Sought) -> Any:
        table = self.shelf.table
        query: Any = scoped_select(self.permit, table)
        if sought.box is not None:
            query = query.where(self._inside(sought.box))
        if sought.since is not None:
            query = query.where(col(table.updated_at) >= sought.since)
        if sought.until is not None:
            query = query.where(col(table.updated_at) <= sought.until)
        for name, value in sought.like:
            query = query.where(json_text(col(table.body), name) == value)
        return query

    def _place(self) -> tuple[Any, Any]:
        """Longitude and latitude as columns of the query."""
        table = self.shelf.table
        if table is not SupplyPointRow:
            return col(table.longitude), col(table.latitude)
        same = col(SiteRow.id) == col(SupplyPointRow.site)
        sites = scoped_select(self.permit, SiteRow).where(same)
        longitude, latitude = (
            sites.with_only_columns(one).correlate(SupplyPointRow).scalar_subquery()  # type: ignore[call-overload]
            for one in (SiteRow.longitude, SiteRow.latitude)
        )
        return longitude, latitude

    def _inside(self, box: Box) -> ColumnElement[bool]:
        longitude, latitude = self._place()
        tall = and_(latitude >= box.south, latitude <= box.north)
        if box.west > box.east:
            return and_(tall, or_(longitude >= box.west, longitude <= box.east))
        return and_(tall, longitude >= box.west, longitude <= box.east)

    def _stored(self, query: Any) -> list[Stored]:
        """The rows of *query* as the permit lets them be seen.

        Of one's own they are the rows of the driver themselves, which have the same names: to make
        a thousand tuples again costs as much as to read them.
        """
        table, point = self.shelf.table, self.shelf.point
        longitude, latitude = self._place()
        wanted = [
            table.id,
            table.owner,
            table.body,
            _Rfc3339Text(table.updated_at).label("updated_at"),
            longitude.label("longitude"),
            latitude.label("latitude"),
            null().label("veiled"),
        ]
        own = self.permit.scope == "own"
        if point is not None and not own:
            wanted.append(getattr(table, point).label("point"))
        rows: Any = self.session.connection().execute(query.with_only_columns(*wanted)).all()
        if own:
            return rows  # type: ignore[no-any-return]
        told = [None if point is None else row.point for row in rows]
        persons = persons_among(self.permit, self.session, told)
        noun = self.shelf.noun
        return [
            Stored._make((*row[:6], redact_fields(self.permit, noun, person=persons.get(of or ""))))
            for row, of in zip(rows, told, strict=True)
        ]


class _Rfc3339Text(FunctionElement[str]):
    """A moment as RFC 3339 writes it, in UTC: what SQLite keeps already."""

    type = Text()
    inherit_cache = True


@compiles(_Rfc3339Text, "sqlite")
def _compile_moment_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"replace({compiler.process(element.clauses, **kw)}, '.000000Z', 'Z')"


@compiles(_Rfc3339Text, "postgresql")
def _compile_moment_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    told = compiler.process(element.clauses, **kw)
    text = f"to_char({told} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return f"replace({text}, '.000000Z', 'Z')"


class _Cell(FunctionElement[int]):
    """The number of the cell that a column falls in: rounded down, also below zero."""

    type = Integer()
    inherit_cache = True


@compiles(_Cell, "sqlite")
def _cell_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    told = compiler.process(element.clauses, **kw)
    return f"(CAST({told} + 1000000000 AS INTEGER) - 1000000000)"  # no floor() in every SQLite


@compiles(_Cell, "postgresql")
def _cell_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(floor({compiler.process(element.clauses, **kw)}) AS integer)"


__all__ = ["MOST_CROWDS", "SHELVES", "Box", "Crowd", "Map", "Sought", "Spread", "Stored"]
