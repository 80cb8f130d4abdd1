"""What organisations declare: one shape of row, published by batch, read by page."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import batched
from typing import Any

from pydantic import BaseModel
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.policy import Permit
from synergie.policy.freshness import freshness
from synergie.policy.trust.fields import Noun, redact_fields
from synergie.schemas.assets.cabinet import Cabinet, CabinetRecord
from synergie.schemas.assets.light_point import LightPoint, LightPointRecord
from synergie.schemas.assets.site import Site, SiteRecord
from synergie.schemas.assets.supply_point import SupplyPoint, SupplyPointRecord
from synergie.schemas.readings.batch import Named, Refusal
from synergie.schemas.series import UNITS, Series, SeriesRecord
from synergie.schemas.trust.agreement import Granularity
from synergie.storage import head
from synergie.storage._veil import persons_among
from synergie.storage.assets.held import build_series_in_permit
from synergie.storage.readings.merge import fold_records, merge_known_fields
from synergie.storage.readings.told_end import find_told_end
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import CabinetRow, LightPointRow, SeriesRow, SiteRow, SupplyPointRow

__all__ = [
    "CABINETS",
    "LIGHT_POINTS",
    "SERIES",
    "SITES",
    "SUPPLY_POINTS",
    "NounTable",
    "Published",
    "Replaced",
    "fold_records",
    "series_ids",
]

_CHUNK = 500
"""Rows of one statement."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A row as it was before a batch replaced it, its columns by name."""

    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: both identifiers of each record, in order, and what changed.

    `replaced`: what these records replace. `found`: the batches that had brought what they repeat.
    `written`: the identifiers of what is new or changed.
    """

    named: tuple[Named, ...]
    kept: int
    replaced: tuple[Replaced, ...]
    found: frozenset[str]
    written: frozenset[str]

    @property
    def older(self) -> frozenset[str]:
        """The batches that had brought what these records replace."""
        return frozenset(str(one.row["batch"]) for one in self.replaced)


@dataclass(frozen=True, slots=True)
class NounTable[RecordT: BaseModel, ItemT: BaseModel]:
    """The rows of one noun.

    `prefix` starts its ids; `links` gives the columns beside the body; `beside` gives what a
    reader sees beside the body; `point` is the column of the delivery point that a row is about.
    `sparse`: bodies leave out what is null, two thirds of a light's.
    """

    prefix: str
    noun: Noun
    table: type[Any]
    item: type[ItemT]
    links: Callable[["_Naming", RecordT], dict[str, Any]]
    beside: Callable[["_Beside"], dict[str, Any]] | None = None
    point: str | None = None
    sparse: bool = False

    def publish(
        self,
        permit: Permit,
        session: Session,
        records: Sequence[RecordT],
        *,
        batch: str,
        refused: list[Refusal] | None = None,
        merge: bool = False,
        now: datetime,
    ) -> Published:
        """Write what is new or changed of *records*.

        A record that refers to a thing that is not there goes to *refused* when there is such a
        list; else BadInput at `/items/i/…` and nothing is written. With *merge* what a record does
        not tell of a thing that is known stays as it is.
        """
        own_write(permit)
        naming = _Naming(permit, session, head.head(session).secret)
        ids = [naming.id(self.prefix, _external_id(record)) for record in records]
        known = self._load_rows(permit, session, ids)
        if merge:
            there = (known.get(item) for item in ids)
            records = [
                merge_known_fields(None if row is None else row["body"], record)
                for row, record in zip(there, records, strict=True)
            ]
        rows = list(self._rows(naming, records, refused))
        fresh = [row for row in rows if known.get(row["id"], {}).get("digest") != row["digest"]]
        common = {"batch": batch, "updated_at": now, "removed_at": None}
        self._upsert(session, [row | common for row in fresh])
        written = {row["id"] for row in fresh}
        return Published(
            tuple(Named(external_id=row["external_id"], id=row["id"]) for row in rows),
            len(fresh),
            tuple(Replaced(known[item]) for item in ids if item in written and item in known),
            frozenset(known[row["id"]]["batch"] for row in rows if row["id"] not in written),
            frozenset(written),
        )

    def page(
        self, permit: Permit, session: Session, *, after: str, limit: int, now: datetime
    ) -> list[ItemT]:
        """Items by id, after *after*."""
        query = (
            scoped_select(permit, self.table)
            .where(col(self.table.id) > after)
            .order_by(col(self.table.id))
            .limit(limit)
        )
        return self._wires(permit, session, list(session.exec(query)), now)

    def load_item(
        self, permit: Permit, session: Session, item_id: str, *, now: datetime
    ) -> ItemT | None:
        """One item, or None when it is not inside the permit."""
        query = scoped_select(permit, self.table).where(col(self.table.id) == item_id)
        found = self._wires(permit, session, list(session.exec(query)), now)
        return found[0] if found else None

    def has_any(self, permit: Permit, session: Session, prefix: str) -> bool:
        """Whether the permit opens one whose external identifier begins with *prefix*."""
        query = (
            scoped_select(permit, self.table)
            .with_only_columns(col(self.table.id))
            .where(col(self.table.external_id).startswith(prefix, autoescape=True))
            .limit(1)
        )
        return session.connection().execute(query).first() is not None

    def load_ids(
        self, permit: Permit, session: Session, external_ids: Iterable[str]
    ) -> dict[str, str]:
        """The server's identifiers of those of *external_ids* that the permit's owner declared."""
        found: dict[str, str] = {}
        for some in batched(sorted(set(external_ids)), _CHUNK):
            query = (
                scoped_select(permit, self.table)
                .with_only_columns(col(self.table.external_id), col(self.table.id))
                .where(col(self.table.external_id).in_(some))
            )
            found |= {name: item_id for name, item_id in session.connection().execute(query)}  # noqa: C416 (rows are not pairs to mypy)
        return found

    def _rows(
        self, naming: "_Naming", records: Sequence[RecordT], refused: list[Refusal] | None
    ) -> Iterator[dict[str, Any]]:
        for index, record in enumerate(records):
            try:
                yield self._row(naming, record)
            except BadInput as fault:
                placed = fault.at(f"/items/{index}")
                if refused is None:
                    raise placed from None
                refused.append(_build_record_refusal(placed))

    def _row(self, naming: "_Naming", record: RecordT) -> dict[str, Any]:
        external_id = _external_id(record)
        whole = record.model_dump_json()
        return {
            "id": naming.id(self.prefix, external_id),
            "owner": naming.permit.owner,
            "external_id": external_id,
            "body": record.model_dump_json(exclude_none=True) if self.sparse else whole,
            "digest": sha256(whole.encode()).hexdigest(),
            **self.links(naming, record),
            **self.place_of(record),
        }

    def place_of(self, record: BaseModel) -> dict[str, float | None]:
        """The columns that put *record* on a map; none for what stands nowhere."""
        if "longitude" not in inspect(self.table).columns:
            return {}
        location = getattr(record, "location", None)
        place: dict[str, float | None] = dict.fromkeys(("longitude", "latitude"))
        return place if location is None else location.model_dump(include=set(place))

    def _load_rows(
        self, permit: Permit, session: Session, ids: Sequence[str]
    ) -> dict[str, dict[str, Any]]:
        """The rows that are there already, by id, their columns by name."""
        found: dict[str, dict[str, Any]] = {}
        columns = inspect(self.table).columns
        for some in batched(ids, _CHUNK):
            query = scoped_select(permit, self.table).where(col(self.table.id).in_(some))
            rows = session.connection().execute(query.with_only_columns(*columns)).mappings()
            found |= {str(row["id"]): dict(row) for row in rows}
        return found

    def _upsert(self, session: Session, rows: Iterable[dict[str, Any]]) -> None:
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        for some in batched(rows, _CHUNK):
            statement = insert(self.table)
            changed = {
                name: statement.excluded[name] for name in some[0] if name not in {"id", "owner"}
            }
            session.connection().execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=changed), list(some)
            )

    def _wires(
        self, permit: Permit, session: Session, rows: Sequence[Any], now: datetime
    ) -> list[ItemT]:
        """*rows* as *permit* lets them be seen."""
        points = [None if self.point is None else getattr(row, self.point) for row in rows]
        persons = persons_among(permit, session, points)
        return [
            self._wire(_Beside(permit, session, row, now, persons.get(point or "")))
            for row, point in zip(rows, points, strict=True)
        ]

    def _wire(self, of: "_Beside") -> ItemT:
        row = of.row
        known = {"id": row.id, "owner": row.owner, "updated_at": row.updated_at}
        beside = self.beside(of) if self.beside else {}
        closed = redact_fields(of.permit, self.noun, person=of.person)
        return self.item.model_validate({**json.loads(row.body), **known, **beside, **closed})


@dataclass(frozen=True, slots=True)
class _Beside:
    """A row inside a permit, as it is read at `now`; `person`: whose delivery point it is about."""

    permit: Permit
    session: Session
    row: Any
    now: datetime
    person: str | None


@dataclass(frozen=True, slots=True)
class _Naming:
    """Identifiers of an owner's things, whether declared already or not yet."""

    permit: Permit
    session: Session
    secret: bytes

    def id(self, prefix: str, external_id: str) -> str:
        return head.opaque_id(self.secret, prefix, self.permit.owner, external_id)


def _external_id(record: BaseModel) -> str:
    return str(getattr(record, "external_id"))  # noqa: B009 (a property or a field)


def _build_record_refusal(fault: BadInput) -> Refusal:
    return Refusal(
        where=fault.where, found=str(fault.found)[:80], expected=fault.expected, code=fault.code
    )


def _no_links(_naming: _Naming, _record: SiteRecord) -> dict[str, Any]:
    return {}


def _supply_point_links(naming: _Naming, record: SupplyPointRecord) -> dict[str, Any]:
    return {"site": None if record.site is None else naming.id("site", record.site)}


def _cabinet_links(naming: _Naming, record: CabinetRecord) -> dict[str, Any]:
    key = record.supply_point
    return {"supply_point": None if key is None else naming.id("sp", key)}


def _light_point_links(naming: _Naming, record: LightPointRecord) -> dict[str, Any]:
    return {"cabinet": None if record.cabinet is None else naming.id("cab", record.cabinet)}


def _series_links(naming: _Naming, record: SeriesRecord) -> dict[str, Any]:
    if record.unit not in UNITS[record.quantity]:
        units = " or ".join(UNITS[record.quantity])
        raise BadInput("/unit", record.unit, f"{units} for {record.quantity}")
    point = naming.id("sp", record.supply_point)
    query = scoped_select(naming.permit, SupplyPointRow).where(col(SupplyPointRow.id) == point)
    found = naming.session.exec(query).first()
    if found is None:
        raise BadInput("/supply_point", record.supply_point, "a delivery point you have declared")
    told = {
        "unit": record.unit,
        "decimals": record.decimals,
        "time_zone": json.loads(found.body)["time_zone"],
    }
    _as_stored(naming, record, told)
    return {"supply_point": point, **told}


def _as_stored(naming: _Naming, record: SeriesRecord, told: dict[str, Any]) -> None:
    """Unit, decimals and zone of readings already stored are not changed under them."""
    series = naming.id("ser", record.external_id)
    query = scoped_select(naming.permit, SeriesRow).where(col(SeriesRow.id) == series)
    row = naming.session.exec(query).first()
    if row is None or row.last_end is None:
        return
    for field, asked in told.items():
        if asked != getattr(row, field):
            raise BadInput(f"/{field}", asked, "as in the readings already stored")


def _series_beside(of: _Beside) -> dict[str, Any]:
    """Of a person, how fresh it is by the day at most (FR-DAILY)."""
    row: SeriesRow = of.row
    least: Granularity = "day" if of.person else "raw"
    fresh = freshness(
        find_told_end(
            of.permit,
            of.session,
            build_series_in_permit(row, inside=of.permit),
            least=least,
            now=of.now,
        ),
        row.last_received,
        permit=of.permit,
        tz=load_time_zone(row.time_zone),
        sender=row.owner,
        least=least,
        now=of.now,
    )
    return {"supply_point_id": row.supply_point, "time_zone": row.time_zone, "freshness": fresh}


def series_ids(permit: Permit, session: Session, *, after: str, limit: int) -> Iterator[str]:
    """Identifiers of the series inside the permit, by id, after *after*."""
    query = (
        scoped_select(permit, SeriesRow)
        .with_only_columns(col(SeriesRow.id))
        .where(col(SeriesRow.id) > after)
        .order_by(col(SeriesRow.id))
        .limit(limit)
    )
    yield from session.connection().execute(query).scalars()


# Shelf is not subscripted where it is called: Python 3.12.1 cannot set `__orig_class__` on a
# frozen dataclass with slots.
SITES: NounTable[SiteRecord, Site] = NounTable("site", "site", SiteRow, Site, _no_links)
SUPPLY_POINTS: NounTable[SupplyPointRecord, SupplyPoint] = NounTable(
    "sp", "supply_point", SupplyPointRow, SupplyPoint, _supply_point_links, point="id"
)
SERIES: NounTable[SeriesRecord, Series] = NounTable(
    "ser", "series", SeriesRow, Series, _series_links, _series_beside, point="supply_point"
)
CABINETS: NounTable[CabinetRecord, Cabinet] = NounTable(
    "cab", "cabinet", CabinetRow, Cabinet, _cabinet_links, point="supply_point"
)
LIGHT_POINTS: NounTable[LightPointRecord, LightPoint] = NounTable(
    "lp", "light_point", LightPointRow, LightPoint, _light_point_links, sparse=True
)
