"""A delivery point of a contract inside a permit: its identifier here, and its series."""

from sqlmodel import col

from synergie.errors import BadInput
from synergie.measure.energies import DIRECTION
from synergie.policy import Permit
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SeriesRow, SupplyPointRow

_FORMS = ("active_power/mean_power", "active_energy/interval_energy", "active_energy/period_energy")


def find_point(permit: Permit, session: Session, key: str) -> str | None:
    """Its identifier here, by its scheme and number; None: the permit does not open it."""
    query = scoped_select(permit, SupplyPointRow).where(col(SupplyPointRow.external_id) == key)
    row = session.exec(query).first()
    return None if row is None else row.id


def list_point_series(permit: Permit, session: Session, key: str) -> list[str]:
    """Series of energy drawn at *key* that have readings, in the order of their keys.

    BadInput: energy fed in there has readings, too.
    """
    names = {f"{key}/{form}/{way}": way for form in _FORMS for way in ("import", "export")}
    query = scoped_select(permit, SeriesRow).where(
        col(SeriesRow.external_id).in_(names), col(SeriesRow.last_end).is_not(None)
    )
    rows = list(session.exec(query.order_by(col(SeriesRow.external_id))))
    if any(names[row.external_id] == "export" for row in rows):
        raise BadInput("/direction", key, DIRECTION)
    return [row.id for row in rows]
