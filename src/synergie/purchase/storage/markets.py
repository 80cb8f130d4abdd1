"""The life of contracts and the forward curve of a purchase: versions, and each member's part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import delete
from sqlmodel import col

from synergie.policy import Permit
from synergie.purchase.storage._tables import PurchaseMarketPartRow, PurchaseMarketRow
from synergie.schemas.plan_bytes import digest
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session

type MarketKind = Literal["market", "forward"]


@dataclass(frozen=True, slots=True)
class StoredMarket:
    """What was kept of one kind, in one version."""

    version: int
    sha256: str
    at: datetime
    body: str
    """The record as JSON; of a member its part."""


def load_market(
    permit: Permit, session: Session, purchase: str, kind: MarketKind
) -> StoredMarket | None:
    """The newest of a purchase of the bearer's own, or None."""
    row = PurchaseMarketRow
    query = scoped_select(permit, row).where(col(row.purchase) == purchase, col(row.kind) == kind)
    found = session.exec(query.order_by(col(row.version).desc())).first()
    if found is None:
        return None
    return StoredMarket(found.version, found.sha256, found.at, found.body)


def load_market_part(
    permit: Permit, session: Session, purchase: str, kind: MarketKind
) -> StoredMarket | None:
    """The part of the bearer itself, or None."""
    row = PurchaseMarketPartRow
    found = session.exec(
        scoped_select(permit, row).where(
            col(row.purchase) == purchase, col(row.kind) == kind, col(row.member) == permit.bearer
        )
    ).first()
    if found is None:
        return None
    return StoredMarket(found.version, found.sha256, found.at, found.body)


def save_market(
    permit: Permit,
    session: Session,
    purchase: str,
    *,
    kind: MarketKind,
    record: BaseModel,
    parts: Mapping[str, BaseModel],
    now: datetime,
) -> tuple[StoredMarket, bool]:
    """Keep *record* and the part of each member; and whether it is a new version.

    Callers hold the purchase `for_update`. The versions before stay; the parts before do not.
    """
    own_write(permit)
    known, sha256 = load_market(permit, session, purchase, kind), digest(record)
    if known is not None and known.sha256 == sha256:
        return known, False
    version = 1 if known is None else known.version + 1
    made = StoredMarket(version, sha256, now, record.model_dump_json())
    common: dict[str, Any] = {
        "purchase": purchase, "kind": kind, "owner": permit.owner, "version": version,
    }  # fmt: skip
    session.add(PurchaseMarketRow(**common, body=made.body, sha256=sha256, at=now))
    old = PurchaseMarketPartRow
    session.connection().execute(
        delete(old).where(
            col(old.purchase) == purchase, col(old.kind) == kind, col(old.owner) == permit.owner
        )
    )
    for member, part in parts.items():
        body, told = part.model_dump_json(), digest(part)
        session.add(PurchaseMarketPartRow(**common, member=member, body=body, sha256=told, at=now))
    return made, True
