"""Fields that several templates share: places, points, periods, provenance."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from synergie.errors import BadInput
from synergie.formats.columns import Value, Values
from synergie.formats.values import point_fault, read_point
from synergie.schemas.assets.location import Location

_ENDS = ("latitude", "longitude")


def merge_coordinates(values: Values) -> dict[str, object]:
    """The fields of *values*, its two coordinates made one place."""
    fields: dict[str, object] = {k: v for k, v in values.items() if k not in _ENDS}
    found = {end: float(str(values[end])) for end in _ENDS if end in values}
    return fields | {"location": found} if found else fields


def place(location: Location | None) -> Values:
    """The two cells of a place."""
    if location is None:
        return {}
    return {
        "latitude": convert_to_exact(location.latitude),
        "longitude": convert_to_exact(location.longitude),
    }


def convert_to_exact(number: float) -> Decimal:
    """The digits that *number* shows, without a decimal that says nothing."""
    told = Decimal(repr(number))
    return told.quantize(Decimal(1)) if number.is_integer() else told


def compute_day_after(day: date, where: str, expected: str) -> date:
    """The day after *day*, the last one of a period; BadInput at *where* when there is none."""
    try:
        return day + timedelta(days=1)
    except OverflowError as error:
        raise BadInput(where, day, expected) from error


def provenance_of(values: Values, code: str = "") -> Value:
    """What the row says, else `synthetic` for a delivery point that begins with 99."""
    return values.get("provenance", "synthetic" if code.startswith("99") else "partner")


def key_of(values: Values) -> str:
    """The key of the delivery point of a row: `prm:99000000000017`.

    BadInput at `/code` for another form; never completed: a zero that is lost is told.
    """
    scheme, code = str(values.get("scheme", "prm")), str(values["code"])
    key = read_point(code, scheme)
    if key is None:
        raise point_fault("/code", code, scheme)
    return key


def split(key: str) -> Values:
    """The two cells of a key of a delivery point."""
    scheme, code = key.split(":", 1)
    return {"scheme": scheme, "code": code}


def select_known_values(fields: Mapping[str, Value | None]) -> Values:
    """Those that are not None."""
    return {name: value for name, value in fields.items() if value is not None}
