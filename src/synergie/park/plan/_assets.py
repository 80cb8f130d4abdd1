"""What an owner's identifiers name: light points, cabinets, supports, circuits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from synergie.park.plan.owned import Owned
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.work_order import AssetKind, WorkOrder

type Key = tuple[str, str]
"""Owner and identifier."""
type Point = Owned[LightPointRecord]

_TRIED: tuple[AssetKind, ...] = ("light_point", "cabinet", "support", "circuit")


class Named(NamedTuple):
    """What a work order is about."""

    kind: AssetKind
    """What its asset is in the inventory."""
    key: Key
    """Owner and identifier of the asset."""
    cabinet: Key | None
    """The cabinet it hangs on. None: not known."""
    points: tuple[Key, ...]
    """The light points it concerns."""


@dataclass(slots=True)
class Assets:
    """An index of what is there."""

    points: dict[Key, Point] = field(default_factory=dict)
    cabinets: set[Key] = field(default_factory=set)
    of_cabinet: dict[Key, list[Key]] = field(default_factory=lambda: defaultdict(list))
    of_support: dict[Key, list[Key]] = field(default_factory=lambda: defaultdict(list))
    of_circuit: dict[Key, list[Key]] = field(default_factory=lambda: defaultdict(list))

    _alike: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    """The keys whose identifiers are alike, by owner and bare identifier; filled when asked for."""

    @classmethod
    def of(
        cls, cabinets: Iterable[Owned[CabinetRecord]], light_points: Sequence[Point]
    ) -> "Assets":
        """The index of records whose identifiers are unique."""
        found = cls(cabinets={(one.organisation, one.record.external_id) for one in cabinets})
        for one in light_points:
            found._add(one)
        return found

    def _add(self, one: Point) -> None:
        owner, record = one.organisation, one.record
        key = (owner, record.external_id)
        self.points[key] = one
        for group, name in (
            (self.of_cabinet, record.cabinet),
            (self.of_support, record.support),
            (self.of_circuit, record.circuit),
        ):
            if name is not None:
                group[owner, name].append(key)

    def named(self, owner: str, order: WorkOrder) -> Named | None:
        """What *order* is about: as its kind says, else whatever bears the name. None: nothing."""
        if order.asset is None:
            return None
        kinds = (order.asset_kind, *_TRIED) if order.asset_kind in _TRIED else _TRIED
        return self._first(kinds, (owner, order.asset)) or self._written(kinds, owner, order.asset)

    def _first(self, kinds: Iterable[AssetKind], key: Key) -> Named | None:
        return next((found for kind in kinds if (found := self._of(kind, key))), None)

    def _written(self, kinds: Iterable[AssetKind], owner: str, name: str) -> Named | None:
        """What bears *name* but for capitals, spaces and leading zeros. None: none, or several."""
        if not self._alike:
            for key in {*self.points, *self.cabinets, *self.of_cabinet, *self.of_support,
                        *self.of_circuit}:  # fmt: skip
                self._alike[key[0], _normalise_asset_name(key[1])].add(key)
        alike = self._alike.get((owner, _normalise_asset_name(name)), set())
        return self._first(kinds, next(iter(alike))) if len(alike) == 1 else None

    def _of(self, kind: AssetKind, key: Key) -> Named | None:
        if kind == "light_point":
            return Named(kind, key, self._cabinet(key), (key,)) if key in self.points else None
        if kind == "cabinet":
            points = tuple(self.of_cabinet.get(key, ()))
            return Named(kind, key, key, points) if points or key in self.cabinets else None
        group = self.of_support if kind == "support" else self.of_circuit
        points = tuple(group.get(key, ()))
        if kind == "support" and len(points) == 1:  # the mast of one lamp stands for it
            return self._of("light_point", points[0])
        return Named(kind, key, self._cabinet(points[0]), points) if points else None

    def _cabinet(self, point: Key) -> Key | None:
        name = self.points[point].record.cabinet
        return None if name is None else (point[0], name)


def _normalise_asset_name(name: str) -> str:
    """*name* without capitals, spaces and the zeros that a spreadsheet takes away."""
    bare = "".join(name.split()).casefold()
    return bare.lstrip("0") if bare.isdecimal() else bare
