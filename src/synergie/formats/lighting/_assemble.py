"""Records put together from values that were validated one by one, at a tenth of the cost.

A record of a light point has no rule that ties two fields together: it is right when each field
is. So a value is validated once however many rows repeat it, and a row costs one dictionary.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from synergie.schemas.assets.location import Location
from synergie.schemas.faults import faults

_LEAST: dict[str, object] = {"external_id": "x", "provenance": "partner"}
_ID = 120

_new = object.__new__
_set = object.__setattr__


def check_values(kind: type[BaseModel], values: Mapping[str, object]) -> dict[str, Any]:
    """*values* as *kind* holds them; BadInput, its `where` the field, for one that it refuses."""
    try:
        record = kind.model_validate({**_LEAST, **values})
    except ValidationError as error:
        raise faults(error)[0] from error
    return {name: getattr(record, name) for name in values}


def is_plain_id(text: str) -> bool:
    """Whether *text* is surely an `ExternalId` that validation would leave as it is."""
    return 0 < len(text) <= _ID and text.isascii() and text.isprintable()


def build_assembler[T: BaseModel](
    kind: type[T], given: Iterable[str]
) -> Callable[[dict[str, Any]], T]:
    """Makes records of *kind* from values that `checked` gave; the others are their defaults.

    Equal in all to `kind.model_validate` of the same values (a test draws rows at random). The
    fields *given* are those that count as set; each record is told the same.
    """
    blank = {name: field.default for name, field in kind.model_fields.items()}
    told = set(given)

    def assembled(values: dict[str, Any]) -> T:
        record = _new(kind)
        _set(record, "__dict__", blank | values)
        _set(record, "__pydantic_fields_set__", told)
        _set(record, "__pydantic_extra__", None)
        _set(record, "__pydantic_private__", None)
        return record

    return assembled


_ENDS = {"longitude", "latitude"}


def build_location(longitude: float, latitude: float) -> Location:
    """The place of degrees that are known to be on the globe."""
    place = _new(Location)
    _set(place, "__dict__", {"longitude": longitude, "latitude": latitude})
    _set(place, "__pydantic_fields_set__", _ENDS)
    _set(place, "__pydantic_extra__", None)
    _set(place, "__pydantic_private__", None)
    return place
