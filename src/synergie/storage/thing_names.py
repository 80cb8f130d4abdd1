"""What one's own things are called, for lists that people read."""

import json
from collections.abc import Iterable
from itertools import batched
from typing import Any

from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import CabinetRow, LightPointRow, SeriesRow, SiteRow, SupplyPointRow

_CHUNK = 500
_TABLES: dict[str, tuple[type[Any], str]] = {
    "site": (SiteRow, "name"),
    "supply_point": (SupplyPointRow, "name"),
    "cabinet": (CabinetRow, "name"),
    "light_point": (LightPointRow, "name"),
    "series": (SeriesRow, "name"),
}


def find_asset_names(
    permit: Permit, session: Session, ids: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Kind and name of those of *ids* that are inside the permit, by id.

    The name is the record's own, else the identifier that its owner knows it by.
    """
    found: dict[str, tuple[str, str]] = {}
    asked = sorted(set(ids))
    for kind, (table, field) in _TABLES.items():
        for some in batched([one for one in asked if one not in found], _CHUNK):
            query = (
                scoped_select(permit, table)
                .with_only_columns(col(table.id), col(table.external_id), col(table.body))
                .where(col(table.id).in_(some))
            )
            for item, external, body in session.connection().execute(query):
                told = json.loads(body).get(field)
                found[item] = (kind, str(told or external))
    return found
