"""Records beside the truth: what contradicts it, and what of it is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.formats.format import Record
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading
from tests.tables_corpus.truth import Period, Truth

PARIS = ZoneInfo("Europe/Paris")
IN_KWH = {
    "Wh": Decimal("0.001"),
    "kWh": Decimal(1),
    "MWh": Decimal(1000),
    "W": Decimal("0.001"),
    "kW": Decimal(1),
}

AWAY = Decimal("0.0002")
"""Degrees between a place and its own."""


@dataclass(slots=True)
class Compared:
    """What the records say of the truth."""

    truth: Truth
    kept: int = 0
    """Figures kept."""
    wrong: list[str] = field(default_factory=list)
    """What contradicts the truth."""
    marked: bool = False
    """Whether a record says that it is not sure."""
    _energy: dict[Period, Decimal] = field(default_factory=dict)
    _parts: dict[Period, Decimal] = field(default_factory=dict)
    _steps: set[object] = field(default_factory=set)
    _indexes: set[object] = field(default_factory=set)
    lights: dict[str, Decimal] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    _points: set[str] = field(default_factory=set)
    _volumes: set[Period] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Whether the truth has no figure to keep."""
        t = self.truth
        return not (t.energy or t.steps or t.indexes or t.lights or t.volumes or t.points)

    @property
    def missing(self) -> str:
        """The first figure of the truth that no record has; empty: all are kept."""
        return next(self._missing(), "")

    def _missing(self) -> Iterator[str]:
        t = self.truth
        for key, kwh in t.energy.items():
            if key not in self._energy and not near(self._parts.get(key), kwh):
                yield f"energy {key}"
        yield from (f"step {one}" for one in t.steps if one not in self._steps)
        yield from (f"point {one}" for one in t.points if one not in self._points)
        yield from (f"light {one}" for one in t.lights if one not in self.lights)
        yield from (f"place {one}" for one in t.places if one not in self.places)
        if not t.energy:
            yield from (f"volume {one}" for one in t.volumes if one not in self._volumes)
            yield from (f"index {one}" for one in t.indexes if one not in self._indexes)

    @property
    def whole(self) -> bool:
        """Whether every figure of the truth is kept."""
        return not self.missing

    def add(self, one: Record) -> None:
        """One more record; those that hold no figure of the truth are passed over."""
        match one:
            case PeriodEnergy():
                self.energy(one)
            case MeterCurve():
                self.curve(one)
            case RegisterReading():
                self.index(one)
            case LightPointRecord():
                self.light(one)
            case SupplyPointRecord():
                self.point(one)
            case _:
                pass

    def point(self, one: SupplyPointRecord) -> None:
        """The energy of a year and the power of a point of a list."""
        known = self.truth.points.get(one.code, (None, None))
        told = [
            None if value is None else Decimal(str(value))
            for value in (one.annual_kwh, one.subscribed_power_kva)
        ]
        self.kept += any(value is not None for value in told)
        pairs = list(zip(told, known, strict=True))
        if all(near(a, b) for a, b in pairs):
            self._points.add(one.code)
        elif any(a is not None and not near(a, b) for a, b in pairs):
            self.wrong.append(f"{told} {one.code}, true: {known}")

    def energy(self, one: PeriodEnergy) -> None:
        """The energy, volume and cost of a period."""
        key = (code(one.supply_point or one.name), one.direction, one.from_date, one.to_date)
        t = self.truth
        if one.energy_kwh is not None:
            self.kept += 1
            if one.tariff_class is not None and any(
                near(one.energy_kwh, v) for v in t.parts.get(key, ())
            ):
                self._parts[key] = self._parts.get(key, Decimal()) + one.energy_kwh
            elif one.tariff_class is None and near(one.energy_kwh, t.energy.get(key)):
                self._energy[key] = one.energy_kwh
            elif not any(near(one.energy_kwh, v) for v in t.allowed.get(key, ())):
                what = f"{one.energy_kwh} kWh {one.tariff_class or ''}"
                self.wrong.append(f"{what} {key}, true: {t.energy.get(key)}")
        self._beside(one, key)
        self.marked |= one.quality != "measured"

    def _beside(self, one: PeriodEnergy, key: Period) -> None:
        """What stands beside the energy: fuel, cost, emissions and volume."""
        t = self.truth
        self._kind(one.supply_point, one.energy)
        if one.cost_eur is not None and not any(
            near(one.cost_eur, v) for v in t.costs.get(key, ())
        ):
            self.wrong.append(f"{one.cost_eur} EUR {key}, true: {t.costs.get(key)}")
        if one.emissions_kg is not None and not near(one.emissions_kg, t.emissions.get(key)):
            self.wrong.append(f"{one.emissions_kg} kg {key}, true: {t.emissions.get(key)}")
        if one.volume_m3 is not None and not near(one.volume_m3, t.volumes.get(key)):
            self.wrong.append(f"{one.volume_m3} m3 {key}, true: {t.volumes.get(key)}")
        if one.volume_m3 is not None:
            self._volumes.add(key)

    def _kind(self, point: str | None, fuel: str) -> None:
        """Whether it is energy of what the file tells of, of a point of that kind."""
        true = "gas" if self.truth.gas else "electricity"
        scheme = (point or "other:").partition(":")[0]
        if fuel != true or scheme == ("prm" if self.truth.gas else "pce"):
            self.wrong.append(f"{fuel} of {point}, true: {true}")

    def curve(self, one: MeterCurve) -> None:
        """Every step of a curve, in kWh."""
        length = timedelta(seconds=one.step_s) if one.step_s else None
        self._kind(one.supply_point, "gas" if one.quantity.startswith("gas") else "electricity")
        for n, value in enumerate(one.values):
            if value is None:
                continue
            self.kept += 1
            if length is None:
                self._civil(one, n, Decimal(str(value)))
                continue
            key = (code(one.supply_point), one.direction, (one.start + n * length).astimezone(UTC))
            hours = (
                Decimal(length.total_seconds()) / 3600 if one.unit in {"W", "kW"} else Decimal(1)
            )
            kwh = Decimal(str(value)) * IN_KWH.get(one.unit, Decimal("nan")) * hours
            if near(kwh, self.truth.steps.get(key)):
                self._steps.add(key)
            else:
                self.wrong.append(f"{kwh} kWh {key}, true: {self.truth.steps.get(key)}")

    def _civil(self, one: MeterCurve, n: int, value: Decimal) -> None:
        """A step of whole days."""
        day = one.start.astimezone(PARIS).date() + timedelta(days=n)
        key = (code(one.supply_point), one.direction, day, day + timedelta(days=1))
        if near(value * IN_KWH.get(one.unit, Decimal("nan")), self.truth.energy.get(key)):
            self._energy[key] = value
        else:
            self.wrong.append(f"{value} {one.unit} {key}, true: {self.truth.energy.get(key)}")

    def index(self, one: RegisterReading) -> None:
        """A register on a day."""
        self.kept += 1
        key = (code(one.supply_point or ""), _day(one))
        value = one.value * IN_KWH.get(one.unit, Decimal("nan"))
        if any(near(value, known) for known in self.truth.indexes.get(key, ())):
            self._indexes.add(key)
        else:
            self.wrong.append(
                f"index {one.value} {one.unit} {key}, true: {self.truth.indexes.get(key)}"
            )

    def light(self, one: LightPointRecord) -> None:
        """The watts of a light; lamps of one light may be told one by one."""
        known = next(
            (
                k
                for k in (one.external_id, one.external_id.rpartition("-")[0])
                if k in self.truth.lights
            ),
            None,
        )
        if known is None:
            self.kept += 1
            self.wrong.append(f"light {one.external_id}, {one.power_w} W, there is none")
        elif one.power_w is not None:
            self.kept += 1
            self.lights[known] = self.lights.get(known, Decimal()) + Decimal(str(one.power_w))
        if known is not None and one.location is not None and known in self.truth.places:
            ends = one.location.longitude, one.location.latitude
            if all(
                abs(Decimal(str(a)) - b) < AWAY
                for a, b in zip(ends, self.truth.places[known], strict=True)
            ):
                self.places.add(known)
            else:
                self.wrong.append(f"light {known} at {ends}, true: {self.truth.places[known]}")


def near(found: Decimal | None, true: Decimal | None) -> bool:
    """Whether *found* is *true* to a millionth, or 0.001."""
    return (
        found is not None
        and true is not None
        and abs(found - true) <= max(Decimal("0.001"), abs(true) / 10**6)
    )


def code(point: str) -> str:
    """The number of a point without its scheme."""
    return point.rpartition(":")[2]


def _day(one: RegisterReading) -> date:
    return one.instant.astimezone(PARIS).date()


def compared(truth: Truth, records: Iterable[Record]) -> Compared:
    """Everything that *records* say."""
    made = Compared(truth)
    for one in records:
        made.add(one)
    for light, watts in made.lights.items():
        if not near(watts, truth.lights[light]):
            made.wrong.append(f"light {light}, {watts} W, true: {truth.lights[light]}")
    return made
