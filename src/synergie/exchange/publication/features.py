"""Things on a map: pages of features, how far they spread, where they crowd; decided as any read.

One's own, or what an agreement opens: the same door, the same journal and the same rows as the
lists of `/v1`. Only the shape differs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange.trust import seen as _seen
from synergie.policy import Ask, Permit, Principal
from synergie.schemas.publication.feature import (
    Feature,
    FeatureNoun,
    Point,
    Position,
    Project,
    build_reader,
    encode_features,
)
from synergie.schemas.trust.agreement import Dataset
from synergie.storage.assets.places import SHELVES, Box, Crowd, Map, Sought, Spread, Stored
from synergie.storage.store import Session, Store

DATASETS: dict[FeatureNoun, Dataset] = {
    "light_points": "assets",
    "cabinets": "assets",
    "sites": "assets",
    "supply_points": "consumption",
}
"""The collections, and the dataset of an agreement that opens each."""

_CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRequest:
    """Which things of a collection, and in which coordinates."""

    sought: Sought = field(default_factory=Sought)
    inside: Callable[[float, float], bool] | None = None
    """A finer test of a place in degrees than the box of *sought*. None: the box says it all."""
    project: Project | None = None
    """How degrees become the coordinates that are told. None: degrees, longitude first."""
    told: str = ""
    """The question as it was asked: a cursor of one is of no use to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePage:
    """Features of one page, written already."""

    features: bytes
    """A JSON list of GeoJSON features."""
    returned: int
    """How many they are."""
    matched: int
    """How many there were in all when the first page was read."""
    next: str | None
    """Cursor of the page that follows. None: this is the last."""
    prev: str | None
    """Cursor of the page before. None: this is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapContent:
    """What a map draws of a part of a collection: things, or crowds of them."""

    n: int
    """How many things there are in the part."""
    things: tuple[tuple[Any, Position | None], ...]
    """Each thing with its fields as attributes, and its place in degrees. None: it has none."""
    crowds: tuple[Crowd, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """What a caller may see of the four collections."""

    store: Store

    def page(
        self,
        caller: Principal,
        noun: FeatureNoun,
        wanted: FeatureRequest,
        *,
        agreement: str | None = None,
        after: str | None = None,
        limit: int,
        now: datetime,
    ) -> FeaturePage:
        """A page of one's own things, or of what *agreement* opens, by id.

        NotFound for an agreement of others and for a cursor of another question; NotAllowed.
        """
        ask = Ask(dataset=DATASETS[noun])
        with _seen.open_recorded_session(self.store, caller, ask, now=now) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            sheet = _Sheet(Map(permit, session, SHELVES[noun]), wanted, noun)
            turned = sheet.turned(after, limit)
        subjects = [one.id for one in turned.items]
        seen = _seen.AccessRecord(ask.dataset, subjects, rows=len(subjects))
        _seen.record(self.store, caller, permit, seen, now=now)
        return FeaturePage(
            features=_encode_features(noun, turned.items, wanted.project),
            returned=len(turned.items),
            matched=turned.matched,
            next=turned.next,
            prev=turned.prev,
        )

    def read_feature(
        self,
        caller: Principal,
        noun: FeatureNoun,
        item_id: str,
        *,
        agreement: str | None = None,
        project: Project | None = None,
        now: datetime,
    ) -> bytes:
        """One feature. NotFound when it is absent, or not open: the two are the same."""
        ask = Ask(dataset=DATASETS[noun])
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=item_id, now=now
        ) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            found = Map(permit, session, SHELVES[noun]).load_thing(item_id)
        if found is None:
            raise NotFound
        seen = _seen.AccessRecord(ask.dataset, [item_id], rows=1)
        _seen.record(self.store, caller, permit, seen, now=now)
        return _encode_features(noun, [found], project)[1:-1]

    def spread(
        self,
        caller: Principal,
        noun: FeatureNoun,
        *,
        sought: Sought | None = None,
        agreement: str | None = None,
        now: datetime,
    ) -> Spread:
        """How many things there are, where, and when one last changed."""

        def ask(sheet: Map) -> Spread:
            return sheet.spread(sought)

        return self._summed(caller, noun, ask, agreement=agreement, now=now)

    def read_map_part(  # a map asks for a part, a fineness and a side
        self,
        caller: Principal,
        noun: FeatureNoun,
        sought: Sought,
        *,
        cell: float,
        most: int,
        agreement: str | None = None,
        now: datetime,
    ) -> MapContent:
        """What a map draws of a part: each thing where they are *most* or fewer, else crowds.

        Things are named in the journal, crowds are counted.
        """
        ask = Ask(dataset=DATASETS[noun])
        with _seen.open_recorded_session(self.store, caller, ask, now=now) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            sheet = Map(permit, session, SHELVES[noun])
            n = sheet.count(sought)
            few = n <= most
            things = sheet.after(sought, "", limit=most) if few else []
            crowds = [] if few else sheet.crowds(sought, cell=cell)
        seen = _seen.AccessRecord(ask.dataset, [one.id for one in things], rows=n)
        _seen.record(self.store, caller, permit, seen, now=now)
        items = tuple((_build_feature_record(noun, one), _get_feature_place(one)) for one in things)
        return MapContent(n=n, things=items, crowds=tuple(crowds))

    def values(
        self,
        caller: Principal,
        noun: FeatureNoun,
        field: str,
        *,
        agreement: str | None = None,
        now: datetime,
    ) -> list[tuple[str, int]]:
        """What *field* says, and of how many things, most first."""

        def ask(sheet: Map) -> list[tuple[str, int]]:
            return sheet.values(field)

        return self._summed(caller, noun, ask, agreement=agreement, now=now)

    def tally_lights(
        self, caller: Principal, sought: Sought, *, by: str = "source_type", now: datetime
    ) -> list[tuple[str, str, int]]:
        """How many of the caller's own lights are of each year and lamp, or *by*; "": not known."""

        def ask(sheet: Map) -> list[tuple[str, str, int]]:
            return sheet.tally_years(sought, "installed_on", by)

        return self._summed(caller, "light_points", ask, agreement=None, now=now)

    def _summed[T](
        self,
        caller: Principal,
        noun: FeatureNoun,
        told: Callable[[Map], T],
        *,
        agreement: str | None,
        now: datetime,
    ) -> T:
        """Figures of a whole collection: a read of it that names no one thing."""
        ask = Ask(dataset=DATASETS[noun])
        with _seen.open_recorded_session(self.store, caller, ask, now=now) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            sheet = Map(permit, session, SHELVES[noun])
            found, n = told(sheet), sheet.count(Sought()) if permit.scope == "agreement" else 0
        _seen.record(
            self.store, caller, permit, _seen.AccessRecord(ask.dataset, (), rows=n), now=now
        )
        return found


@dataclass(frozen=True, slots=True)
class _Turned:
    """A page before it is written."""

    items: list[Stored]
    matched: int
    next: str | None
    prev: str | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One collection under one question, turned page by page, either way.

    A cursor holds the direction, how many matched on the first page, and where to go on from.
    """

    map: Map
    wanted: FeatureRequest
    noun: str

    def turned(self, cursor: str | None, limit: int) -> _Turned:
        """The page that *cursor* leads to; the first without."""
        place = _cursor.opened(self._session, self._bound, cursor)
        way, matched, start = (">", self._count(), "") if not place else _parse_feature_place(place)
        back = way == "<"
        found = self._select_things(start, limit + 1, back=back)
        more = len(found) > limit
        items = found[-limit:] if back else found[:limit]
        follows = bool(items) and (more or back)
        precedes = bool(items) and (more if back else bool(place))
        return _Turned(
            items,
            matched,
            self._sealed(">", matched, items[-1].id) if follows else None,
            self._sealed("<", matched, items[0].id) if precedes else None,
        )

    @property
    def _session(self) -> Session:
        return self.map.session

    @property
    def _bound(self) -> str:
        permit: Permit = self.map.permit
        return f"features\x1f{self.noun}\x1f{permit.fingerprint}\x1f{self.wanted.told}"

    def _sealed(self, way: str, matched: int, item_id: str) -> str:
        return _cursor.encrypt_cursor(self._session, self._bound, f"{way}{matched}:{item_id}")

    def _count(self) -> int:
        inside = self.wanted.inside
        if inside is None:
            return self.map.count(self.wanted.sought)
        return sum(_is_place_inside(inside, *at) for _, *at in self.map.places(self.wanted.sought))

    def _select_things(self, start: str, limit: int, *, back: bool) -> list[Stored]:
        inside, sought = self.wanted.inside, self.wanted.sought
        turn = self.map.before if back else self.map.after
        if inside is None:
            return turn(sought, start, limit=limit)
        kept: list[Stored] = []
        for one in self._each(turn, start, back=back):
            if _is_place_inside(inside, one.longitude, one.latitude):
                kept.append(one)
            if len(kept) == limit:
                break
        return kept[::-1] if back else kept

    def _each(
        self, turn: Callable[..., list[Stored]], start: str, *, back: bool
    ) -> Iterator[Stored]:
        """One thing after the other in the direction of *turn*."""
        while some := turn(self.wanted.sought, start, limit=_CHUNK):
            some = some[::-1] if back else some
            yield from some
            start = some[-1].id


def _parse_feature_place(place: str) -> tuple[str, int, str]:
    told, _, item = place[1:].partition(":")
    return place[0], int(told), item


def _is_place_inside(
    inside: Callable[[float, float], bool], longitude: float | None, latitude: float | None
) -> bool:
    return longitude is not None and latitude is not None and inside(longitude, latitude)


def _encode_features(noun: FeatureNoun, items: list[Stored], project: Project | None) -> bytes:
    """The features of *items*: a loop of few steps, for it runs once a light point."""
    made, closing = build_reader(noun), noun == "supply_points"
    features = []
    for one in items:
        item_id, owner, body, updated_at, longitude, latitude, veiled = one
        found = made(body)
        found.id, found.owner, found.updated_at = item_id, owner, updated_at
        if closing or veiled:
            _apply_redactions(noun, found, one)
        if longitude is None or latitude is None:
            features.append(Feature(item_id, None, found))
        elif project is None:
            features.append(Feature(item_id, Point((longitude, latitude)), found))
        else:
            features.append(Feature(item_id, Point(project(longitude, latitude)), found))
    return encode_features(features)


def _get_feature_place(one: Stored) -> tuple[float, float] | None:
    if one.longitude is None or one.latitude is None:
        return None
    return one.longitude, one.latitude


def _build_feature_record(noun: FeatureNoun, one: Stored) -> Any:
    """What of a stored thing goes out."""
    made = build_reader(noun)(one.body)
    made.id, made.owner, made.updated_at = one.id, one.owner, one.updated_at
    _apply_redactions(noun, made, one)
    return made


def _apply_redactions(noun: FeatureNoun, made: Any, one: Stored) -> None:
    """What the permit closes is told as it says."""
    for name, told in (one.veiled or {}).items():
        if name in made.__struct_fields__:
            setattr(made, name, told)
    if noun == "supply_points":
        made.external_id = f"{made.scheme}:{made.code}"


__all__ = [
    "DATASETS",
    "Box",
    "Crowd",
    "FeaturePage",
    "FeatureRequest",
    "Features",
    "MapContent",
    "Sought",
    "Spread",
]
