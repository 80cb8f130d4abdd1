"""Places that cannot be right: far from all the others, as exchanged or blank coordinates are.

A luminaire on the wrong side of the world would follow a wrong sun, and nobody would see it.
"""

from collections.abc import Iterable
from statistics import median

from synergie.errors import BadInput
from synergie.lighting.plan._rows import set_aside
from synergie.lighting.plan.inputs import _text
from synergie.lighting.records.study import PriorityPlace, StudyCabinet, StudyLight
from synergie.park.records.park import SetAside
from synergie.schemas.assets.location import Location

FAR_DEG = 3.0
"""Farther than this from the middle of the park, degrees, a place is not believed."""


def middle_of(places: Iterable[Location | None]) -> Location | None:
    """The median place. None: none is known."""
    known = [one for one in places if one is not None]
    if not known:
        return None
    return Location(
        longitude=median(one.longitude for one in known),
        latitude=median(one.latitude for one in known),
    )


def is_far(place: Location, middle: Location) -> bool:
    """Whether *place* is not believed."""
    east, north = place.longitude - middle.longitude, place.latitude - middle.latitude
    return abs(east) > FAR_DEG or abs(north) > FAR_DEG


def remove_distant_places[T: (StudyLight, StudyCabinet)](
    rows: dict[str, T], middle: Location | None, aside: list[SetAside]
) -> None:
    """Take away the places of *rows* that are not believed; they are told in *aside*."""
    for key, one in rows.items():
        if middle is None or one.location is None or not is_far(one.location, middle):
            continue
        told = f"{one.location.longitude:g} {one.location.latitude:g}"
        aside.append(set_aside(key, told, _text.FAR))
        rows[key] = one.model_copy(update={"location": None})


def select_nearby_places(
    places: tuple[PriorityPlace, ...], middle: Location | None, name: str, aside: list[SetAside]
) -> tuple[PriorityPlace, ...]:
    """The priority places of the file *name* that lie in the territory.

    BadInput when none of several does: no place would then look like "there are none".
    """
    if middle is None:
        return places
    kept = []
    for one in places:
        if is_far(one.location, middle):
            told = f"{one.location.longitude:g} {one.location.latitude:g}"
            aside.append(set_aside(f"{name}, {one.id}", told, _text.FAR_PLACE))
        else:
            kept.append(one)
    if places and not kept:
        first = places[0].location
        raise BadInput(name, f"{first.longitude:g} {first.latitude:g}", _text.FAR_PLACE)
    return tuple(kept)
