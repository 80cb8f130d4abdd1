"""Series that hold no reading yet: their declaration may still be corrected."""

from collections.abc import Iterable

from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.series import SeriesRecord
from synergie.storage._scope import scoped_select
from synergie.storage._tables import SeriesRow
from synergie.storage.store import Session


def correctable(
    permit: Permit, session: Session, records: Iterable[SeriesRecord]
) -> dict[str, SeriesRecord]:
    """Those of *records*, by their key, whose series is declared otherwise and holds no reading.

    Otherwise: in another unit, or with fewer decimals than the readings to come.
    """
    told = {one.external_id: one for one in records}
    query = scoped_select(permit, SeriesRow).where(
        col(SeriesRow.external_id).in_(list(told)), col(SeriesRow.last_end).is_(None)
    )
    return {
        row.external_id: one
        for row in session.exec(query)
        if row.unit != (one := told[row.external_id]).unit or row.decimals < one.decimals
    }
