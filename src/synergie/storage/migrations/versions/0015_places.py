"""Where sites, cabinets and light points stand, beside their bodies: maps ask for a part."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0015"
down_revision = "0014"

_TABLES = ("site", "cabinet", "light_point")
_FROM_BODY = {
    "sqlite": "CAST(json_extract(body, '$.location.{}') AS REAL)",
    "postgresql": "CAST(CAST(body AS json) #>> '{{location,{}}}' AS double precision)",
}


def upgrade() -> None:
    """The columns, filled from the bodies that are there, and their indexes."""
    read = _FROM_BODY[op.get_bind().dialect.name]
    for table in _TABLES:
        for name in ("longitude", "latitude"):
            op.add_column(table, sa.Column(name, _columns.NUMBER, nullable=True))
        op.execute(
            f"UPDATE {table} SET longitude = {read.format('longitude')},"  # noqa: S608 (names are ours)
            f" latitude = {read.format('latitude')}"
        )
        op.create_index(
            f"{table}_by_place", table, ["owner", "longitude", "latitude", "removed_at"]
        )
        op.create_index(f"{table}_in_order", table, ["owner", "id", "removed_at"])
