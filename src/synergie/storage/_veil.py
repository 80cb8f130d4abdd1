"""Which records are about a natural person, so that what identifies a home stays closed."""

from collections.abc import Iterable, Mapping
from itertools import batched

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage.store import Session
from synergie.storage.tables import SupplyPointRow
from synergie.storage.trust.persons import is_person

_CHUNK = 500
"""Identifiers of one statement."""


def persons_among(
    permit: Permit, session: Session, points: Iterable[str | None]
) -> Mapping[str, str]:
    """Those of the delivery points *points* that are natural persons', each under itself.

    Points that were removed count as well: their number is as good. Under an agreement about
    persons all do but lighting, whatever they were declared. Empty for their owner.
    """
    if permit.scope != "agreement":
        return {}
    found: dict[str, str] = {}
    for some in batched(sorted({one for one in points if one is not None}), _CHUNK):
        query = (
            select(SupplyPointRow.id)
            .where(col(SupplyPointRow.owner) == permit.owner, col(SupplyPointRow.id).in_(some))
            .where(is_person(SupplyPointRow, everyone=permit.all_persons))
        )
        found |= {str(one): str(one) for one in session.connection().execute(query).scalars()}
    return found
