"""The crew book that the rows of a file make, and the rows that it cannot hold."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.assumed import rules_of
from synergie.park.plan.places import compute_distance_km
from synergie.park.records.crew import Crew, CrewBook, WorkDepot
from synergie.park.records.crew_row import BookSettings, CrewRow
from synergie.park.records.park import SetAside
from synergie.schemas.assets.location import Location

NEAR_KM = 30.0
"""Kilometres from the nearest asset beyond which a depot is taken to stand in the sea."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of the book, and where it stands."""

    row: CrewRow
    where: str


@dataclass(frozen=True, slots=True)
class Book:
    """A crew book, and what was set aside."""

    book: CrewBook
    set_aside: tuple[SetAside, ...]


def crew_book(
    rows: Sequence[Placed], assets: Iterable[Location] = (), cabinets: Collection[str] = ()
) -> Book:
    """The book of *rows*; a depot far from all *assets* is set aside with its crews.

    An order or works that hold nowhere are set aside, too: neither a commune, nor one of
    *cabinets*, when those are known.

    A crew without a depot or without a task is set aside, too; a row twice is kept once (the
    reader of the file says so). Never fails: a book may end without crews.
    """
    aside: list[SetAside] = []
    depots = _select_placed_depots(rows, tuple(assets), aside)
    held = [one for one in rows if _has_known_place(one, cabinets, aside)]
    settings = next((one.row.settings for one in rows if one.row.settings), BookSettings())
    told = {name: value for name, value in settings.model_dump().items() if value is not None}
    book = CrewBook(
        depots=tuple(depots),
        crews=(),
        road_orders=tuple(one.row.road_order for one in held if one.row.road_order is not None),
        other_works=tuple(one.row.other_works for one in held if one.row.other_works is not None),
        targets=tuple(one.row.target for one in rows if one.row.target),
        rules=tuple(one.row.rule for one in rows if one.row.rule),
        **told,
    )
    crews = tuple(_select_valid_crews(rows, book, aside))
    return Book(book.model_copy(update={"crews": crews}), tuple(aside))


def _has_known_place(one: Placed, cabinets: Collection[str], aside: list[SetAside]) -> bool:
    """Whether an order or works hold for a place; cabinets that nobody knows are told."""
    part = one.row.road_order or one.row.other_works
    if part is None:
        return True
    strange = [name for name in part.cabinets if name not in cabinets] if cabinets else []
    if strange:
        found = f"{part.id}: {', '.join(strange)}"
        aside.append(_build_set_aside(one.where, found, _text.UNKNOWN_CABINET))
        return len(strange) < len(part.cabinets)
    if not part.cabinets and part.insee_code is None:
        aside.append(_build_set_aside(one.where, part.id, _text.UNKNOWN_PLACE))
        return False
    return True


def _select_placed_depots(
    rows: Sequence[Placed], assets: tuple[Location, ...], aside: list[SetAside]
) -> Iterable[WorkDepot]:
    for one in rows:
        depot = one.row.depot
        if depot is None:
            continue
        fault = describe_misplaced_depot(depot.location, assets)
        if fault is None:
            yield depot
        else:
            aside.append(
                _build_set_aside(
                    one.where, f"{depot.id}: {_format_coordinates(depot.location)}", fault
                )
            )


def describe_misplaced_depot(place: Location, assets: Sequence[Location]) -> str | None:
    """What is wrong with the place of a depot, None: nothing, or no asset to compare."""
    if not assets or _is_near_asset(place, assets):
        return None
    x, y = place.longitude, place.latitude
    turned = abs(x) <= 90 and _is_near_asset(Location(longitude=y, latitude=x), assets)  # noqa: PLR2004
    return _text.DEPOT_SWAPPED if turned else _text.DEPOT_IN_THE_SEA


def _is_near_asset(place: Location, assets: Sequence[Location]) -> bool:
    return any(compute_distance_km(place, asset) <= NEAR_KM for asset in assets)


def _format_coordinates(place: Location) -> str:
    return f"{place.latitude:g}, {place.longitude:g}"


def _select_valid_crews(
    rows: Sequence[Placed], book: CrewBook, aside: list[SetAside]
) -> Iterable[Crew]:
    stand = {depot.id for depot in book.depots}
    named = {one.row.depot.id for one in rows if one.row.depot}
    wanted = [set(rule.skills) for rule in rules_of(book).values()]
    for one in rows:
        crew = one.row.crew
        if crew is None:
            continue
        if crew.depot not in stand:
            found = f"{crew.id}: {crew.depot}"
            expected = _text.DEPOT_OF_A_CREW if crew.depot in named else _text.UNKNOWN_DEPOT
            aside.append(_build_set_aside(one.where, found, expected))
        elif not any(skills <= set(crew.skills) for skills in wanted):
            found = f"{crew.id}: {', '.join(crew.skills) or '–'}"
            aside.append(_build_set_aside(one.where, found, _text.NO_TASK_FOR_CREW))
        else:
            yield crew


def _build_set_aside(where: str, found: Any, expected: str) -> SetAside:
    return SetAside(where=where[:200], found=str(found)[:2000], expected=expected)
