"""Series as a file that brings readings needs them: their unit, and whether it may be mended."""

from collections.abc import Iterable
from typing import cast

from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.series import SeriesRecord, Unit
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SeriesRow


def find_correctable_series(
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


def find_declared_units(
    permit: Permit, session: Session, external_ids: Iterable[str]
) -> dict[str, tuple[str, Unit]]:
    """Identifier here and unit of the series among *external_ids* that are declared."""
    query = scoped_select(permit, SeriesRow).where(
        col(SeriesRow.external_id).in_(list(external_ids))
    )
    return {row.external_id: (row.id, cast(Unit, row.unit)) for row in session.exec(query)}
