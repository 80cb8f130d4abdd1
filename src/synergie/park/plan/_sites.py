"""Cabinets with their light points, placed; what cannot be placed or attached is set aside."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from synergie.park.plan import _text
from synergie.park.plan._aside import Aside
from synergie.park.plan._assets import Key, Point
from synergie.park.plan.cabinets import join_cabinets
from synergie.park.plan.owned import Owned
from synergie.park.plan.places import faults
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location

type Box = Owned[CabinetRecord]
type Record = CabinetRecord | LightPointRecord


@dataclass(frozen=True, slots=True)
class Site:
    """One cabinet that is placed, with its light points."""

    key: Key
    """Owner and identifier of the cabinet."""
    record: CabinetRecord | None
    """The cabinet as told. None: its light points alone tell of it."""
    insee_code: str
    """Its commune."""
    location: Location
    """Where it stands."""
    location_told: bool
    """Whether its owner told the place."""
    points: tuple[Point, ...]
    """Its light points, by identifier."""


class Sites(NamedTuple):
    """The sites, and where each light point stands."""

    rows: tuple[Site, ...]
    """By owner and identifier."""
    places: dict[Key, Location]
    """Places of light points that hold."""


def drop_duplicate_records[R: Record](records: Iterable[Owned[R]], aside: Aside) -> list[Owned[R]]:
    """The records, the first of each identifier."""
    seen: dict[Key, Owned[R]] = {}
    for one in records:
        if seen.setdefault((one.organisation, one.record.external_id), one) is not one:
            aside.put(one, one.record.external_id, _text.TWICE)
    return list(seen.values())


def merge_cabinet_rows(cabinets: Iterable[Box], aside: Aside) -> list[Box]:
    """The cabinets, rows of one joined; those that contradict a fuller one are set aside."""
    joined = join_cabinets(cabinets, lambda one: (one.organisation, one.record.external_id))
    for one in joined.apart:
        aside.put(one, one.record.external_id, _text.TWICE_BOX)
    return joined.rows


def drop_future_inspections(cabinets: Iterable[Box], today: date, aside: Aside) -> Iterator[Box]:
    """The cabinets; an inspection to come is set aside and not known."""
    for one in cabinets:
        inspected = one.record.inspected_on
        if inspected is None or inspected <= today:
            yield one
        else:
            aside.put(one, str(inspected), _text.FUTURE_INSPECTED)
            yield replace(one, record=one.record.model_copy(update={"inspected_on": None}))


def select_standing_points(points: Iterable[Point], today: date, aside: Aside) -> Iterator[Point]:
    """The light points that stand still; a date of installation to come is set aside."""
    for one in points:
        ends, installed = one.record.valid_to, one.record.installed_on
        if ends is not None and ends < today:
            aside.put(one, str(ends), _text.GONE)
            continue
        if installed is not None and installed > today:
            aside.put(one, str(installed), _text.FUTURE_INSTALLED)
        yield one


def sites(
    cabinets: Sequence[Box], points: Sequence[Point], aside: Aside, *, communes: Mapping[str, str]
) -> Sites:
    """The cabinets that can be placed, with their light points; *cabinets* and *points* unique."""
    places = _find_valid_places(cabinets, points, aside)
    known = {(one.organisation, one.record.external_id): one for one in cabinets}
    members = _group_cabinet_points(points, known, aside)
    at = {_build_point_key(one): places[id(one)] for one in points if id(one) in places}
    rows = []
    for key in sorted(known.keys() | members.keys()):
        mine = tuple(sorted(members.get(key, ()), key=lambda one: one.record.external_id))
        box = known.get(key)
        told = None if box is None else places.get(id(box))
        place = told or _compute_middle(
            [at[_build_point_key(one)] for one in mine if _build_point_key(one) in at]
        )
        code = _find_commune_code(box, mine) or communes.get(key[0])
        if place is not None and code is not None:
            record = None if box is None else box.record
            rows.append(Site(key, record, code, place, told is not None, mine))
        else:
            owned = box if box is not None else mine[0]
            why = _text.NO_CABINET_PLACE if place is None else _text.NO_COMMUNE
            aside.put(owned, f"{key[1]} ({len(mine)})", why)
    return Sites(tuple(rows), at)


def _build_point_key(one: Owned[LightPointRecord]) -> Key:
    return one.organisation, one.record.external_id


def _find_valid_places(
    cabinets: Sequence[Box], points: Sequence[Point], aside: Aside
) -> dict[int, Location]:
    """The places that hold, by the identity of their record; the others are set aside."""
    of_owner: dict[str, list[Box | Point]] = {}
    rows: Iterable[Box | Point] = (*cabinets, *points)
    for one in rows:
        if one.record.location is not None:
            of_owner.setdefault(one.organisation, []).append(one)
    found: dict[int, Location] = {}
    for mine in of_owner.values():
        told = [(one.record.location, one.record.insee_code) for one in mine]
        placed = [(place, code) for place, code in told if place is not None]
        for one, (place, _), fault in zip(mine, placed, faults(placed), strict=True):
            if fault is None:
                found[id(one)] = place
            else:
                aside.put(one, f"{place.longitude:g}, {place.latitude:g}", fault)
    return found


def _group_cabinet_points(
    points: Iterable[Point], known: dict[Key, Box], aside: Aside
) -> dict[Key, list[Point]]:
    """The light points of each cabinet. An owner who tells no cabinet has those of its points."""
    telling = {owner for owner, _ in known}
    found: dict[Key, list[Point]] = {}
    for one in points:
        owner, name = one.organisation, one.record.cabinet
        if name is None:
            aside.put(one, "", _text.NO_CABINET)
        elif owner in telling and (owner, name) not in known:
            aside.put(one, name, _text.UNKNOWN_CABINET)
        else:
            found.setdefault((owner, name), []).append(one)
    return found


def _find_commune_code(box: Box | None, mine: Iterable[Point]) -> str | None:
    if box is not None and box.record.insee_code is not None:
        return box.record.insee_code
    codes = Counter(code for one in mine if (code := one.record.insee_code) is not None)
    return min(codes, key=lambda code: (-codes[code], code)) if codes else None


def _compute_middle(places: Sequence[Location]) -> Location | None:
    if not places:
        return None
    n = len(places)
    return Location(
        longitude=round(sum(one.longitude for one in places) / n, 6),
        latitude=round(sum(one.latitude for one in places) / n, 6),
    )
