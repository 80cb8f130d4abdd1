"""Declared bodies that were replaced or undone, and how an undo brings them back; append only."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, update
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.batch import Named
from synergie.storage.assets.owned import NounTable, Replaced
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import (
    AgreementItemRow,
    CabinetRow,
    FactRow,
    LightPointRow,
    OwnedHistoryRow,
    SegmentRow,
    SeriesRow,
    SupplyPointRow,
)

_LINKS: dict[str, tuple[str, ...]] = {
    "site": (),
    "sp": ("site",),
    "ser": ("supply_point", "unit", "decimals", "time_zone"),
    "cab": ("supply_point",),
    "lp": ("cabinet",),
}
"""By prefix: the columns beside the body that come from it."""


def keep_replaced(
    permit: Permit,
    session: Session,
    shelf: NounTable[Any, Any],
    replaced: Iterable[Replaced],
    *,
    by: str | None,
    seq: int,
) -> None:
    """Keep the bodies that the batch *by* replaced (None: that were undone) by change *seq*."""
    own_write(permit)
    rows = [
        {
            "noun": shelf.prefix,
            "seq": seq,
            "owner": permit.owner,
            "replaced_by": by,
            "links": json.dumps({name: one.row[name] for name in _LINKS[shelf.prefix]}),
            **{name: one.row[name] for name in ("id", "batch", "body", "digest", "updated_at")},
        }
        for one in replaced
    ]
    if rows:
        session.connection().execute(insert(OwnedHistoryRow), rows)


def undo_declared(
    permit: Permit,
    session: Session,
    shelf: NounTable[Any, Any],
    batch: str,
    *,
    seq: int,
    now: datetime,
) -> tuple[Named, ...]:
    """Bring back what *batch* replaced, and remove what it added; what stays as others need it."""
    own_write(permit)
    written = list(_iterate_written_rows(permit, session, shelf, batch))
    before = _find_rows_before(permit, session, shelf, batch)
    keep_replaced(permit, session, shelf, written, by=None, seq=seq)
    added = []
    for one in written:
        old = before.get(one.row["id"])
        if old is None:
            added.append(one.row)
        else:
            _set_row_values(permit, session, (shelf.table, one.row["id"]), old)
    needed = _find_needed_ids(session, shelf, [row["id"] for row in added])
    for row in added:
        if row["id"] not in needed:
            _set_row_values(permit, session, (shelf.table, row["id"]), {"removed_at": now})
    return tuple(
        Named(external_id=row["external_id"], id=row["id"]) for row in added if row["id"] in needed
    )


def replaced_of(permit: Permit, session: Session, noun: str, by: str) -> frozenset[str]:
    """The batches of which *by* replaced a body that is kept."""
    query = scoped_select(permit, OwnedHistoryRow).where(
        col(OwnedHistoryRow.noun) == noun, col(OwnedHistoryRow.replaced_by) == by
    )
    return frozenset(row.batch for row in session.exec(query))


def _iterate_written_rows(
    permit: Permit, session: Session, shelf: NounTable[Any, Any], batch: str
) -> Iterable[Replaced]:
    query = scoped_select(permit, shelf.table).where(col(shelf.table.batch) == batch)
    for row in session.exec(query.order_by(col(shelf.table.id))):
        yield Replaced(row.model_dump())


def _find_rows_before(
    permit: Permit, session: Session, shelf: NounTable[Any, Any], batch: str
) -> dict[str, dict[str, Any]]:
    query = scoped_select(permit, OwnedHistoryRow).where(
        col(OwnedHistoryRow.noun) == shelf.prefix, col(OwnedHistoryRow.replaced_by) == batch
    )
    names = ("batch", "body", "digest", "updated_at")
    return {
        row.id: {
            **json.loads(row.links),
            **shelf.place_of(shelf.item.model_construct(location=_parse_location(row.body))),
            **{name: getattr(row, name) for name in names},
        }
        for row in session.exec(query)
    }


def _parse_location(body: str) -> Location | None:
    """The place that a body tells."""
    told = json.loads(body).get("location")
    return None if told is None else Location.model_validate(told)


def _set_row_values(
    permit: Permit, session: Session, target: tuple[type[Any], str], values: Mapping[str, Any]
) -> None:
    table, item = target
    query = update(table).where(col(table.id) == item, col(table.owner) == permit.owner)
    session.connection().execute(query.values(**values))


def _find_needed_ids(
    session: Session, shelf: NounTable[Any, Any], ids: list[str]
) -> frozenset[str]:
    """Those of *ids* that something live, or an agreement, refers to."""
    found: set[str] = set()
    for first in range(0, len(ids), 500):
        some = ids[first : first + 500]
        for query in _build_reference_queries(shelf.prefix, some):
            found |= set(session.connection().execute(query).scalars())
    return frozenset(found)


def _build_reference_queries(prefix: str, some: list[str]) -> list[Select[Any]]:
    items = select(AgreementItemRow.subject).where(col(AgreementItemRow.subject).in_(some))
    live: list[tuple[Any, Any]] = []
    match prefix:
        case "site":
            live = [(SupplyPointRow.site, SupplyPointRow.removed_at)]
        case "sp":
            live = [
                (SeriesRow.supply_point, SeriesRow.removed_at),
                (CabinetRow.supply_point, CabinetRow.removed_at),
                (FactRow.supply_point, FactRow.undone_at),
            ]
        case "ser":
            live = [(SegmentRow.series, SegmentRow.undone_at)]
        case "cab":
            live = [(LightPointRow.cabinet, LightPointRow.removed_at)]
        case _:
            pass
    return [
        items,
        *(
            select(col(of)).where(col(of).in_(some), col(gone).is_(None)).distinct()
            for of, gone in live
        ),
    ]
