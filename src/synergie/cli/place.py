"""A place that a person types, as maps and telephones show it: latitude, longitude."""

from typing import TYPE_CHECKING

from synergie.cli.misuse import Misuse
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.schemas.assets.location import Location

_EXAMPLE = "48.77,6.13"
_LATITUDES, _LONGITUDES = (41.0, 52.0), (-6.0, 10.0)
"""Of France in Europe: they do not meet, so two numbers in the other order are seen."""


def parse_option_place(option: str, text: str) -> "Location":
    """The place of an option, `48.77,6.13`. Misuse: no place, or the longitude first."""
    from pydantic import ValidationError

    from synergie.schemas.assets.location import Location

    try:
        latitude, longitude = (float(part) for part in text.split(","))
        found = Location(longitude=longitude, latitude=latitude)
    except (ValueError, ValidationError):
        raise Misuse(_("{}: found {!r}, expected {}").format(option, text, _EXAMPLE)) from None
    if _is_within(latitude, _LONGITUDES) and _is_within(longitude, _LATITUDES):
        right = f"{longitude:g},{latitude:g}"
        raise Misuse(_("{}: latitude first: {} in place of {}?").format(option, right, text))
    return found


def _is_within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
