"""The lighting assets that permits open to a campaign: which, how many, and their digest."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlmodel import col

from synergie.policy import Permit
from synergie.storage import head
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import CabinetRow, LightPointRow


@dataclass(frozen=True, slots=True)
class Assets:
    """What is open of one body; cabinets and light points as it names them."""

    cabinets: frozenset[str]
    light_points: frozenset[str]
    n_cabinets: int
    n_light_points: int
    sha256: str


def fetch_shared_assets(permit: Permit, session: Session, more: Iterable[Permit] = ()) -> Assets:
    """The cabinets and light points that *permit*, or any of *more*, opens: all of one owner.

    The digest is keyed by the store's secret: it stays while nothing changes, and confirms no
    guess of what a reader may not see of an asset.
    """
    permits = (permit, *more)
    if any((one.owner, one.bearer) != (permit.owner, permit.bearer) for one in permits):
        raise TypeError("assets of one owner, for one bearer")
    cabinets = _fetch_asset_rows(session, CabinetRow, permits)
    lights = _fetch_asset_rows(session, LightPointRow, permits)
    keyed = hmac.new(head.head(session).secret, permit.owner.encode(), sha256)
    for item, (_, digest) in sorted((cabinets | lights).items()):
        keyed.update(f"\x1e{item}\x1f{digest}".encode())
    return Assets(
        frozenset(name for name, _ in cabinets.values()),
        frozenset(name for name, _ in lights.values()),
        len(cabinets),
        len(lights),
        keyed.hexdigest(),
    )


def _fetch_asset_rows(
    session: Session, table: Any, permits: Iterable[Permit]
) -> dict[str, tuple[str, str]]:
    """Identifier → the owner's own name, and the digest of what it declared."""
    found: dict[str, tuple[str, str]] = {}
    for permit in permits:
        query = scoped_select(permit, table).with_only_columns(
            col(table.id), col(table.external_id), col(table.digest)
        )
        found |= {one: (name, told) for one, name, told in session.connection().execute(query)}
    return found
