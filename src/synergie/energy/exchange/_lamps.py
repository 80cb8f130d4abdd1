"""Cabinets and the power of their lamps."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from synergie.energy.records.power import DimmedSpan, LightingUse
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord


@dataclass(slots=True)
class Lamps:
    """What is known of the cabinets of an inventory."""

    _cabinets: dict[str, CabinetRecord] = field(default_factory=dict)
    _points: dict[str, CabinetRecord] = field(default_factory=dict)
    _watts: dict[str, list[int | None]] = field(default_factory=dict)
    _places: dict[str, tuple[float, float]] = field(default_factory=dict)

    def learn(self, record: CabinetRecord | LightPointRecord) -> None:
        """A cabinet, or a light point that tells its cabinet."""
        if isinstance(record, CabinetRecord):
            self._cabinets[record.external_id] = record
            if record.supply_point is not None:
                self._points[record.supply_point] = record
        elif record.cabinet is not None:
            self._watts.setdefault(record.cabinet, []).append(record.power_w)
            if record.location is not None:
                place = (record.location.longitude, record.location.latitude)
                self._places.setdefault(record.cabinet, place)

    def unserved(self) -> Iterator[CabinetRecord]:
        """Cabinets whose delivery point is not told, by identifier."""
        for name in sorted({*self._cabinets, *self._watts}):
            cabinet = self._cabinets.get(name) or CabinetRecord(
                external_id=name, provenance="partner"
            )
            if cabinet.supply_point is None:
                yield cabinet

    def of_point(self, key: str) -> CabinetRecord | None:
        """The cabinet that a delivery point feeds. None: not known."""
        return self._points.get(key)

    def has(self, cabinet: CabinetRecord) -> bool:
        """Whether it has light points."""
        return cabinet.external_id in self._watts

    def without_power(self, cabinet: CabinetRecord) -> int:
        """Its light points whose power is not told: missing, never zero."""
        return self._watts.get(cabinet.external_id, []).count(None)

    def use(
        self,
        cabinet: CabinetRecord,
        dimmed: tuple[DimmedSpan, ...],
        place: tuple[float, float] | None,
    ) -> LightingUse | None:
        """How it burns; None without lamps or without a place.

        The schedule holds only where the cabinet is known to be programmable.
        """
        watts = sum(one or 0 for one in self._watts.get(cabinet.external_id, []))
        where = self._places.get(cabinet.external_id, place)
        if cabinet.location is not None:
            where = (cabinet.location.longitude, cabinet.location.latitude)
        if not watts or where is None:
            return None
        return LightingUse(
            installed_w=watts,
            longitude=where[0],
            latitude=where[1],
            dimmed=dimmed if cabinet.programmable else (),
        )
