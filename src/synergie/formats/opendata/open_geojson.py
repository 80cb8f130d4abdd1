"""Open sums as GeoJSON (RFC 7946), as uMap and GDAL read it; a cell without outline says so."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from synergie.formats.opendata.open_rows import Row, iterate_release_rows
from synergie.schemas.publication.open_publication import Extent
from synergie.schemas.publication.release import Release

NOTE = (
    "La géométrie est nulle : ce fichier ne change jamais, et un contour de commune change. "
    "Joignez les lignes à un fond de carte par insee_code."
)
"""Why there is no outline, and what to do. A map with the operator's outlines is OGC's to serve."""


def build_release_geojson(some: Iterable[Release], *, extent: Extent | None = None) -> bytes:
    """A FeatureCollection, a feature a cell and period, each with `name` and `description`.

    `geometry` is null (RFC 7946 §3.2): no outline is held, and points are never told. A measure is
    written with a decimal, or left out when hidden: readers guess types from the first features.
    """
    told: dict[str, Any] = {
        "type": "FeatureCollection",
        "note": NOTE,
        "features": [build_row_feature(row) for row in iterate_release_rows(some)],
    }
    if extent is not None:
        told["bbox"] = [extent.west, extent.south, extent.east, extent.north]
    return f"{json.dumps(told, ensure_ascii=False)}\n".encode()


def build_row_feature(row: Row) -> dict[str, Any]:
    """One row as a feature."""
    properties = {
        name: _convert_feature_value(value) for name, value in row.items() if value is not None
    }
    properties["description"] = _describe_row(row)
    return {
        "type": "Feature",
        "id": f"{row['period']}-v{row['version']}-{row['cell']}",
        "geometry": None,
        "properties": properties,
    }


def _describe_row(row: Row) -> str:
    if row["status"] == "hidden":
        return f"{row['period']} : somme masquée, elle révélerait un trop petit groupe"
    energy = f"{row['energy_kwh']}".replace(".", ",")
    return f"{row['period']} : {energy} kWh, {row['n_points']} points de livraison"


def _convert_feature_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
