"""Collections of applications as features: what each declares, and pages of what it lists.

An application lists all that a caller may see of one collection, by the permit of its own lists;
what is asked for (a box, a time, a page) is taken out of that list here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel

from synergie.applications import load_declared
from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.publication.features import Box, FeaturePage, FeatureRequest, Spread
from synergie.policy import Principal
from synergie.schemas.publication.feature import (
    Feature,
    Point,
    Position,
    Project,
    encode_features,
    list_record_columns,
)
from synergie.schemas.trust.agreement import Dataset, Terms
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One thing of a collection."""

    id: str
    place: Position | None
    """Degrees, longitude first. None: it has none, or the permit does not open where it stands."""
    changed_at: datetime
    record: BaseModel
    """What is told of it, by the columns of its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """All that a caller may see of a collection."""

    items: Sequence[SourceItem]
    fingerprint: str
    """Of the permit: a cursor of one is of no use under another."""
    record: Callable[[Sequence[str]], None]
    """Records that the things of these identifiers are read, before they are handed on."""


class ListItems(Protocol):
    """Lists a collection. NotFound, NotAllowed as its list on `/v1`."""

    def __call__(
        self, store: Store, caller: Principal, *, agreement: str | None, now: datetime
    ) -> SourceList:
        """All that *caller* may see; under *agreement* when it is told."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSource:
    """A collection that an application declares (`Application.collections`)."""

    id: str
    scope: str
    """The scope that opens it: that of its list on `/v1`."""
    title: str
    """French, as all of `/ogc`."""
    about: str
    schema: type[BaseModel]
    """The record of its things."""
    left_out: frozenset[str] = frozenset()
    """Fields that are no column: lists and records."""
    dataset: Dataset | None = None
    """What of an agreement at `raw` opens it. None: none does."""
    list_items: ListItems

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Its properties, each with the JSON Schema that describes it."""
        return list_record_columns(self.schema, self.left_out)


def list_sources() -> dict[str, FeatureSource]:
    """The collections of all applications, by name."""
    return {one.id: one for one in load_declared("collections")}


def list_agreed_sources(terms: Terms) -> list[str]:
    """Those that an agreement of these terms opens."""
    if terms.granularity != "raw":
        return []
    return [name for name, one in list_sources().items() if one.dataset in terms.datasets]


def measure_spread(found: SourceList) -> Spread:
    """How many things there are, where, and when one last changed."""
    found.record(())
    at = [one.place for one in found.items if one.place is not None]
    east, north = [one[0] for one in at], [one[1] for one in at]
    box = Box(min(east), min(north), max(east), max(north)) if at else None
    changed = max((one.changed_at for one in found.items), default=None)
    return Spread(len(found.items), len(at), box, changed)


def page_source(
    source: FeatureSource,
    found: SourceList,
    store: Store,
    wanted: FeatureRequest,
    *,
    after: str | None,
    limit: int,
) -> FeaturePage:
    """A page of *found* by id, either way. NotFound for a cursor of another question."""
    bound = f"features\x1f{source.id}\x1f{found.fingerprint}\x1f{wanted.told}"
    with store.read() as session:
        place = _cursor.opened(session, bound, after) or ">"
        way, start = place[0], place[1:]
        items = sorted((one for one in found.items if _is_sought(one, wanted)), key=lambda i: i.id)
        ids = [one.id for one in items]
        begin = sum(one <= start for one in ids)
        if way == "<":
            end = sum(one < start for one in ids)
            begin = max(0, end - limit)
        part = items[begin : begin + limit]
        follows, precedes = begin + len(part) < len(items), begin > 0
        found.record([one.id for one in part])
        return FeaturePage(
            features=encode_features([_build_feature(source, one, wanted.project) for one in part]),
            returned=len(part),
            matched=len(items),
            next=_cursor.encrypt_cursor(session, bound, f">{part[-1].id}") if follows else None,
            prev=_cursor.encrypt_cursor(session, bound, f"<{part[0].id}")
            if precedes and part
            else None,
        )


def encode_source_item(
    source: FeatureSource, found: SourceList, item_id: str, project: Project | None
) -> bytes:
    """One feature. NotFound when it is absent, or not open: the two are the same."""
    one = next((each for each in found.items if each.id == item_id), None)
    if one is None:
        raise NotFound
    found.record([item_id])
    return encode_features([_build_feature(source, one, project)])[1:-1]


def _is_sought(one: SourceItem, wanted: FeatureRequest) -> bool:
    sought, box = wanted.sought, wanted.sought.box
    if sought.since is not None and one.changed_at < sought.since:
        return False
    if sought.until is not None and one.changed_at > sought.until:
        return False
    if box is None and wanted.inside is None:
        return True
    if one.place is None:
        return False
    return (box is None or _is_in_box(one.place, box)) and (
        wanted.inside is None or wanted.inside(*one.place)
    )


def _is_in_box(place: Position, box: Box) -> bool:
    x, y = place
    wide = box.west <= x <= box.east if box.west <= box.east else x >= box.west or x <= box.east
    return wide and box.south <= y <= box.north


def _build_feature(source: FeatureSource, one: SourceItem, project: Project | None) -> Feature:
    """Each measure is a float and a field without a value is left out, as in all collections."""
    told = one.record.model_dump(mode="json", exclude=set(source.left_out), exclude_none=True)
    about = {k: float(v) if type(v) is int else v for k, v in told.items()}
    where = one.place if project is None or one.place is None else project(*one.place)
    return Feature(one.id, None if where is None else Point(where), about)
