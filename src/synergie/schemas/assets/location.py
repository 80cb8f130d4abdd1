"""A place on the map."""

from synergie.schemas.wire import Wire
from synergie.units import Latitude, Longitude


class Location(Wire):
    """A point in WGS 84 (EPSG:4326). GeoJSON writes the longitude first, and so do we."""

    longitude: Longitude
    """Degrees east. Example: 6.13."""
    latitude: Latitude
    """Degrees north. Example: 48.77."""
